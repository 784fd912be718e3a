"""Words on how actions hang together, who recognises them, what was learned, and how being funded went."""

from app.vocabulary.words import Word
from app.vocabulary.words import marked as _


class ConnectionKind(Word):
    """How one initiative is tied to another. Read from the one to the other: "this one grew out of that one"."""

    GREW_OUT_OF = "grew_out_of", _("grew out of"), _("People of that one began this one.")
    LEARNED_FROM = "learned_from", _("learned from"), _("They showed how it is done.")
    ENCOURAGED_BY = "encouraged_by", _("was encouraged by"), _("They gave the courage to begin.")
    SHARES_PEOPLE = "shares_people", _("shares people with"), _("Some people do both.")
    SHARES_SPACE = "shares_space", _("shares a place with"), _("Both use the same room, yard or kitchen.")
    LENT_BY = "lent_by", _("borrowed from"), _("They lent tools, a van, a room.")
    MADE_POSSIBLE_BY = "made_possible_by", _("was made possible by"), _("Without them it could not have been.")

    @property
    def is_mutual(self) -> bool:
        """True where it holds in both directions."""
        return self in {ConnectionKind.SHARES_PEOPLE, ConnectionKind.SHARES_SPACE}

    @property
    def back(self) -> str:
        """The same tie, told from the other end."""
        return _BACK.get(self, self.label)


_BACK = {
    ConnectionKind.GREW_OUT_OF: _("led to"),
    ConnectionKind.LEARNED_FROM: _("taught"),
    ConnectionKind.ENCOURAGED_BY: _("encouraged"),
    ConnectionKind.LENT_BY: _("lent to"),
    ConnectionKind.MADE_POSSIBLE_BY: _("made possible"),
}


class Agreement(Word):
    """What became of something that one side offered and the other has to accept. Only ACCEPTED ever shows."""

    PROPOSED = "proposed", _("Waiting for the other side")
    ACCEPTED = "accepted", _("Both agree")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Taken back")


class Recogniser(Word):
    """What sort of body recognises an initiative in public."""

    COUNCIL = "council", _("The council")
    FUNDER = "funder", _("A funder")
    GROUP = "group", _("Another group")
    OTHER = "other", _("Another institution")


class Mechanism(Word):
    """How a change came about: the report's three ways in which small action works."""

    HIDDEN = "hidden", _("Hidden change"), _("Something shifted that nobody outside would see.")
    EDUCATIONAL = "educational", _("People learned"), _("Somebody can do, or knows, what they could not before.")
    TRANSFORMATIVE = "transformative", _("Things work differently"), _("A habit, a rule or a tie is not what it was.")


class ConsentScope(Word):
    """Who may read what a group wrote about itself. From the most private to the most open."""

    GROUP_ONLY = "group_only", _("Only us"), _("Whoever holds this entry’s code. Nobody else.")
    RESEARCHERS = "researchers", _("Us, and researchers"), _("Without your name, in a file for people who study this.")
    PUBLIC = "public", _("Everyone"), _("On your page, once a steward has read it.")


class PlacedBy(Word):
    """How the place of a grant is known."""

    SMALL_AREA = "small_area", _("by a small area that it is for")
    WARD = "ward", _("by a ward that it is for")
    POINT = "point", _("by a point that it is for")
    CITY = "city", _("for the whole city")
    NOWHERE = "nowhere", _("no place is given")


class MatchedBy(Word):
    """Why a grant is shown with an initiative."""

    ORGANISATION_ID = "organisation_id", _("Both give the same organisation number")
    PERSON = "person", _("A person found that they belong together")


class DecisionWait(Word):
    """How long a group waited for a funder's decision."""

    UP_TO_14 = "up_to_14_days", _("Two weeks or less")
    UP_TO_60 = "15_to_60_days", _("Up to two months")
    UP_TO_180 = "61_to_180_days", _("Up to half a year")
    LONGER = "over_180_days", _("Longer")


class Burden(Word):
    """How much work asking and reporting was, for what it brought."""

    LIGHT = "light", _("Light")
    FAIR = "fair", _("Fair")
    HEAVY = "heavy", _("Too heavy")


class DecidedBy(Word):
    """Who decided on the money."""

    FUNDER_ALONE = "funder_alone", _("The funder alone")
    WITH_LOCAL_PEOPLE = "with_local_people", _("The funder with local people")
    LOCAL_PEOPLE = "local_people", _("Local people")
    NOT_TOLD = "not_told", _("We were not told")


class CouldChange(Word):
    """Whether plans could change on the way."""

    FREELY = "freely", _("Yes, freely")
    AFTER_ASKING = "after_asking", _("Yes, after asking")
    NO = "no", _("No")


class WouldAgain(Word):
    """Whether the group would ask this programme again."""

    YES = "yes", _("Yes")
    MAYBE = "maybe", _("Perhaps")
    NO = "no", _("No")
