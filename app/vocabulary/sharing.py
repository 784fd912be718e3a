"""Words on who may see an entry, and on those who look after it."""

from app.vocabulary.words import Word
from app.vocabulary.words import marked as _

# Entries that are counted and not shown: fewer are not told apart, others are rounded. NHS England has this rule for
# counts about people.
FEWEST_COUNTED = 8
COUNTED_ROUNDED_TO = 5


class Sharing(Word):
    """How much others may see: chosen by the contributor, entry by entry. From the most open to the most private."""

    EXACT = "exact", _("The exact place"), _("Everyone sees the place itself. Good for a public place.")
    STREET = (
        "street",
        _("The streets around"),
        _("Everyone sees your words, and a square of streets that holds your place. Not where in it."),
    )
    NEIGHBOURHOOD = (
        "neighbourhood",
        _("Only the neighbourhood"),
        _("Everyone sees your words, and the neighbourhood. Nothing closer."),
    )
    COUNTED_ONLY = (
        "counted_only",
        _("Count it, do not show it"),
        _("Nobody sees your words. It adds one to a count, once enough people told of the same."),
    )
    STEWARDS_ONLY = (
        "stewards_only",
        _("Only the stewards"),
        _("Only the neighbourhood’s stewards can read it. It is not shown and not counted."),
    )

    @property
    def is_shown(self) -> bool:
        """True where everyone may read the record's words. An allow list: what is not named here is not shown."""
        return self in {Sharing.EXACT, Sharing.STREET, Sharing.NEIGHBOURHOOD}


class Publication(Word):
    """Whether a record may be public; apart from lifecycle. Only PUBLISHED ever is."""

    DRAFT = "draft", _("Being written")
    SUBMITTED = "submitted", _("Waiting for a steward")
    PUBLISHED = "published", _("Published")
    RETURNED = "returned", _("Sent back with a question")
    HIDDEN = "hidden", _("Hidden by a steward")
    WITHDRAWN = "withdrawn", _("Taken down by whoever added it")


class ReviewPolicy(Word):
    """Whether a neighbourhood's stewards look before or after a record is published."""

    BEFORE = "before", _("A steward looks first")
    AFTER = "after", _("Published at once, looked at later")


class PatternAct(Word):
    """What a steward did with a recurring barrier."""

    NAMED = "named", _("Given a name")
    TAKEN_OUT = "taken_out", _("Reports taken out")
    MOVED = "moved", _("Reports moved to another one")
    SPLIT = "split", _("Parted in two")
    MERGED = "merged", _("Two made one")
    CONFIRMED = "confirmed", _("Confirmed that its reports belong together")


class DecisionReason(Word):
    """The rule that a steward acted by when returning or hiding an entry."""

    NAMES_A_PERSON = "names_a_person", _("It names or points to a person")
    COULD_HARM = "could_harm", _("It could harm somebody")
    NOT_ABOUT_HERE = "not_about_here", _("It is not about this neighbourhood")
    NOT_TRUE = "not_true", _("It does not seem to be true")
    ADVERT = "advert", _("It is an advert")
    DOUBLE = "double", _("It is already here")
    UNCLEAR = "unclear", _("We do not understand it yet")
    HATEFUL = "hateful", _("It attacks people for who they are")


class Role(Word):
    """What a person with an account may do. Contributors have no account."""

    STEWARD = "steward", _("Steward"), _("From the community; looks after one neighbourhood’s entries.")
    OFFICER = "officer", _("Institution officer"), _("Answers for an institution; never moderates.")
    FUNDER = "funder", _("Funder"), _("Sees the activity view; never moderates.")
    ADMIN = "admin", _("Administrator"), _("Keeps the machine running, not the content.")
