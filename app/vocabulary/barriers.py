"""Words on what stood in the way, and on what helped: the report's permission apparatus and social permissions."""

from app.vocabulary.words import Word
from app.vocabulary.words import marked as _


class BarrierKind(Word):
    """What stood in the way: the report's "permission apparatus". The first five are formal, the others social."""

    LEGISLATIVE_SANCTION = (
        "legislative_sanction",
        _("A law or by-law"),
        _("A licence, an order, a fine, or the fear of one."),
    )
    WELFARE_SANCTION = "welfare_sanction", _("Benefit rules"), _("Taking part could cost somebody their benefits.")
    HEALTH_AND_SAFETY = "health_and_safety", _("Health and safety rules"), _("Insurance, risk forms, checks.")
    RESOURCES_TO_FORMAL_GROUPS = (
        "resources_to_formal_groups",
        _("Only formal groups could get it"),
        _("Money, rooms or tools for registered groups only."),
    )
    BUDGETS_AND_ACCOUNTABILITY = (
        "budgets_and_accountability",
        _("Budgets and reporting"),
        _("Rules on how money is held, spent or accounted for."),
    )
    LOW_VISIBILITY = "low_visibility", _("Nobody outside could see us"), _("What people did was not noticed.")
    GATEKEEPING = "gatekeeping", _("Somebody held the gate"), _("A person or group decided who may take part.")
    EXPERTISE_NOT_RECOGNISED = (
        "expertise_not_recognised",
        _("Told we were not experts"),
        _("What people know did not count."),
    )
    LACK_OF_RECOGNITION = (
        "lack_of_recognition",
        _("Not taken seriously"),
        _("What people did was not valued as real change."),
    )
    NO_FORMAL_ROLE = "no_formal_role", _("No official role"), _("Only people with a title were listened to.")

    @property
    def is_formal(self) -> bool:
        """True for rules and money, False for what people think of each other."""
        return list(BarrierKind).index(self) < list(BarrierKind).index(BarrierKind.LOW_VISIBILITY)


class Stage(Word):
    """When in the life of an initiative a barrier was met."""

    IDEA = "idea", _("When it was an idea")
    STARTING = "starting", _("When we were starting")
    RUNNING = "running", _("When it was running")
    GROWING = "growing", _("When we wanted to grow")


class Effect(Word):
    """What a barrier did to an initiative."""

    WENT_AHEAD_ANYWAY = "went_ahead_anyway", _("We went ahead anyway")
    SLOWED = "slowed", _("It slowed us down")
    COST_MORE = "cost_more", _("It cost us more")
    RESHAPED = "reshaped", _("We had to change our plan")
    STOPPED = "stopped", _("It stopped us")


class EnablerKind(Word):
    """What helped: the report's "social permissions to act"."""

    ENCOURAGEMENT = "encouragement", _("Encouragement"), _("Somebody said: go on, you can do this.")
    COACHING = "coaching", _("Coaching"), _("Somebody showed the way, step by step.")
    SKILL_SHARING = "skill_sharing", _("A skill"), _("Somebody lent what they know.")
    INTRODUCTION = "introduction", _("An introduction"), _("Somebody knew the right person.")
    SPACE = "space", _("A space"), _("A room, a yard, a kitchen.")
    EQUIPMENT = "equipment", _("Equipment"), _("Things to work with.")
    SMALL_MONEY = "small_money", _("A little money"), _("A small sum without much fuss.")
    OFFICER_HELP = "officer_help", _("Help from an official"), _("Somebody inside who made it work.")
    TEMPLATE = "template", _("A ready-made form or letter"), _("Something to copy from.")


class Helper(Word):
    """What kind of person or group the help came from; never who."""

    NEIGHBOUR = "neighbour", _("A neighbour")
    LOCAL_GROUP = "local_group", _("Another local group")
    FAITH_GROUP = "faith_group", _("A faith group")
    SCHOOL = "school", _("A school")
    COUNCIL_OFFICER = "council_officer", _("Somebody at the council")
    COUNCILLOR = "councillor", _("A councillor")
    FUNDER = "funder", _("A funder")
    BUSINESS = "business", _("A business")
    CHARITY = "charity", _("A charity")
    OTHER = "other", _("Somebody else")
