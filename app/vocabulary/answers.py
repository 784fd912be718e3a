"""Words on what recurs, who can change it, what they answered, and what came of it."""

from app.vocabulary.words import Word
from app.vocabulary.words import marked as _


class InstitutionKind(Word):
    """What sort of body holds a permission."""

    COUNCIL = "council", _("Council")
    DESK = "desk", _("A desk or team"), _("Part of a larger body, such as the parks team.")
    HOUSING = "housing", _("Housing association or landlord")
    NATIONAL_BODY = "national_body", _("National body"), _("Such as a ministry or a benefits office.")
    FUNDER = "funder", _("Funder")
    VENUE = "venue", _("Hall, centre or venue")
    SCHOOL = "school", _("School or college")
    INSURER = "insurer", _("Insurer or bank")
    OTHER = "other", _("Something else")


class Likeness(Word):
    """What somebody says of two reports: whether the same rule of the same office met both."""

    SAME = "same", _("Yes, this is the same")
    NOT_SAME = "not_same", _("No, this is something else")
    NOT_SURE = "not_sure", _("I am not sure")


class ResponseState(Word):
    """What an institution answers to a barrier. Silence is no answer: it is shown as silence."""

    HEARD = "heard", _("We have heard this"), _("Somebody has read it. Nothing is decided.")
    CHECKING = "checking", _("We are looking into it"), _("Say by when you will know more.")
    NO_SUCH_RULE = "no_such_rule", _("There is no such rule"), _("Nobody needs to be stopped by this.")
    WAIVABLE = "waivable", _("You can be let off this rule"), _("Say who to ask, and how.")
    SIMPLIFIED = "simplified", _("We made it simpler"), _("Say what is different now.")
    RULE_CHANGED = "rule_changed", _("We changed the rule"), _("Say what the rule is now.")
    UPHELD_WITH_REASON = "upheld_with_reason", _("The rule stays"), _("Name the rule, and say why it is needed.")
    OUTSIDE_POWERS = "outside_powers", _("We have no say in this"), _("Say who has, if you know.")
    PASSED_ON = "passed_on", _("We passed it on"), _("Name the office that it is with now.")

    @property
    def is_settled(self) -> bool:
        """True where people need not wait for more."""
        return self not in {ResponseState.HEARD, ResponseState.CHECKING, ResponseState.PASSED_ON}

    @property
    def is_opening(self) -> bool:
        """True where a rule was changed, waived, made simpler, or found not to exist."""
        return self in {
            ResponseState.NO_SUCH_RULE,
            ResponseState.WAIVABLE,
            ResponseState.SIMPLIFIED,
            ResponseState.RULE_CHANGED,
        }


class Outcome(Word):
    """A group's own verdict, kept apart from what the institution answered."""

    RESOLVED = "resolved", _("It is solved")
    PARTLY = "partly", _("It is partly solved")
    STILL_BLOCKED = "still_blocked", _("We are still blocked")
    WENT_ROUND_IT = "went_round_it", _("We found a way round it")
    GAVE_UP = "gave_up", _("We gave up")


class GroupBand(Word):
    """How many independent groups met a recurring barrier, as a band: one more group must not show."""

    FROM_3_TO_4 = "3_to_4", _("3 to 4 groups")
    FROM_5_TO_9 = "5_to_9", _("5 to 9 groups")
    FROM_10_TO_19 = "10_to_19", _("10 to 19 groups")
    FROM_20_TO_49 = "20_to_49", _("20 to 49 groups")
    FROM_50 = "50_or_more", _("50 groups or more")

    @property
    def fewest(self) -> int:
        """The smallest number in the band."""
        return int(self.value.split("_", maxsplit=1)[0])

    @classmethod
    def of(cls, groups: int) -> "GroupBand | None":
        """The band that holds `groups`, or None for fewer than three."""
        return next((band for band in reversed(cls) if groups >= band.fewest), None)


class TrendWord(Word):
    """Whether a recurring barrier is met more or less than before, against all that is told of in the city."""

    MORE = "more_often", _("More often than before")
    SAME = "about_as_often", _("About as often as before")
    LESS = "less_often", _("Less often than before")
    EARLY = "too_early_to_say", _("Too few to say")
