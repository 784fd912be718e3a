"""Words on what people do together."""

from app.vocabulary.words import Word
from app.vocabulary.words import marked as _


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
