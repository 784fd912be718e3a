"""The report's words, each with a plain label and a one-sentence hint.

Forms, API, documentation and map all read them here. The report is "A Tale of Two Cities" (The Young Foundation,
2017). The code word is what the database and the API hold; people only ever see the label. Labels and hints are
marked with `_` for extraction and translated where they are shown.
"""

from enum import StrEnum
from typing import Self


def _(message: str) -> str:
    return message


class Word(StrEnum):
    """A member is its code word (a str), and carries `label` and `hint` in plain English."""

    label: str
    hint: str

    def __new__(cls, code: str, label: str, hint: str = "") -> Self:
        """Make the member: the code word is its value."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        member.hint = hint
        return member

    @classmethod
    def named(cls, code: str) -> Self | None:
        """The member with this code word, or None."""
        return next((member for member in cls if member.value == code), None)


class Activity(Word):
    """What an initiative mostly does."""

    MUTUAL_AID = "mutual_aid", _("Helping each other out"), _("Neighbours share time, lifts, tools or care.")
    FOOD = "food", _("Food and growing"), _("Cooking, sharing or growing food together.")
    SHARED_SPACE = "shared_space", _("Shared places"), _("Looking after a place that everyone can use.")
    SKILLS = "skills", _("Skills and learning"), _("People teach each other what they know.")
    CULTURE = "culture", _("Music, arts and heritage"), _("Making, playing, celebrating and remembering.")
    YOUNG_PEOPLE = "young_people", _("Young people"), _("With or by children and young people.")
    WELLBEING = "wellbeing", _("Health and wellbeing"), _("Keeping well together, in body and mind.")
    MONEY_AND_WORK = "money_and_work", _("Money and work"), _("Saving, earning, and standing up for fair work.")
    WELCOME = "welcome", _("Welcome"), _("Helping new people feel at home.")
    VOICE = "voice", _("Having a say"), _("Speaking up together to change something.")


class Formality(Word):
    """How formal a group is. None is better than another."""

    PERSON = "person", _("One person"), _("Somebody who simply started.")
    INFORMAL_GROUP = "informal_group", _("A group of people"), _("No constitution, no bank account needed.")
    CONSTITUTED_GROUP = (
        "constituted_group",
        _("A group with written rules"),
        _("A constitution, and often a bank account."),
    )
    REGISTERED_BODY = "registered_body", _("A registered body"), _("A charity, co-operative or company.")


class Lifecycle(Word):
    """Where an initiative is in its life. An ending is a result too."""

    IDEA = "idea", _("An idea"), _("Talked about, not begun.")
    STARTING = "starting", _("Starting"), _("The first steps are being taken.")
    ACTIVE = "active", _("Going on now"), _("It happens.")
    RESTING = "resting", _("Resting"), _("Paused, and may come back.")
    ENDED_WELL = "ended_well", _("Ended well"), _("It did what it set out to do.")
    HANDED_ON = "handed_on", _("Handed on"), _("Others carry it further.")
    STOPPED = "stopped", _("Stopped"), _("It could not go on.")


class WayOfWorking(Word):
    """How people make change together."""

    COLLECTIVE_ACTION = "collective_action", _("Acting together"), _("Many people do one thing.")
    PLACE_SOLIDARITY = (
        "place_solidarity",
        _("Standing by each other as neighbours"),
        _("The place is what people share."),
    )
    ENCOURAGING_AND_COACHING = (
        "encouraging_and_coaching",
        _("Encouraging each other"),
        _("People give each other courage to act."),
    )
    SKILL_SHARING = "skill_sharing", _("Sharing skills"), _("What one person knows, others learn.")
    MAKING_A_SPACE = "making_a_space", _("Making a space"), _("A place or time where things can be different.")
    CHALLENGING_A_NORM = "challenging_a_norm", _("Doing it differently"), _("Showing that “how it is done” can change.")


class Concern(Word):
    """What people want to change."""

    INSECURE_WORK_AND_PAY = "insecure_work_and_pay", _("Insecure work and low pay")
    POOR_SERVICES = "poor_services", _("Services that do not work for us")
    HOUSING = "housing", _("Housing")
    RACISM_AND_STIGMA = "racism_and_stigma", _("Racism and being looked down on")
    YOUNG_PEOPLE_OVERLOOKED = "young_people_overlooked", _("Young people being overlooked")
    ISOLATION = "isolation", _("Being on your own")
    LACK_OF_OPPORTUNITY = "lack_of_opportunity", _("Too few chances")
    NO_SAY = "no_say", _("Having no say")
    EXPOSURE_TO_RISK = "exposure_to_risk", _("Being left to carry the risk")


class Recognition(Word):
    """Who recognises an initiative so far."""

    NOBODY_YET = "nobody_yet", _("Nobody yet")
    NEIGHBOURS = "neighbours", _("Neighbours")
    LOCAL_GROUPS = "local_groups", _("Other local groups")
    FUNDER = "funder", _("A funder")
    COUNCIL = "council", _("The council")


class PeopleBand(Word):
    """How many people take part, as a band: an exact number is not needed and may tell too much."""

    UP_TO_5 = "up_to_5", _("Up to 5 people")
    FROM_6_TO_15 = "6_to_15", _("6 to 15 people")
    FROM_16_TO_50 = "16_to_50", _("16 to 50 people")
    FROM_51_TO_150 = "51_to_150", _("51 to 150 people")
    OVER_150 = "over_150", _("More than 150 people")


class Precision(Word):
    """How exactly a date is known."""

    DAY = "day", _("The day")
    MONTH = "month", _("The month")
    YEAR = "year", _("The year")


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
        _("Nobody sees your words. It adds one to a count, once at least 8 people have chosen this here."),
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
