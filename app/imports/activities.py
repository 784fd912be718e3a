"""Which activity a category of another data set stands for: a guess, shown before anything is written."""

from collections.abc import Mapping

from app.kit.errors import Invalid
from app.vocabulary import Activity

# Words that open data sets use, in lower case, underscores as spaces.
_GUESSES: dict[str, Activity] = {
    word: activity
    for activity, words in {
        Activity.MUTUAL_AID: "sharing, support, outreach, mutual aid, befriending, care, day centre, charity, repair",
        Activity.FOOD: "food, growing, allotments, allotment, garden, community garden, orchard, food bank, "
        "foodbank, community kitchen, kitchen, agriculture, farm, city farm, pantry, community fridge, cafe",
        Activity.SHARED_SPACE: "community space, community centre, social centre, faith, faith venue, "
        "place of worship, club, hall, village hall, green space, village green, common, park, housing, space, "
        "events venue, pub, social club",
        Activity.SKILLS: "library, learning, education, skills, school, workshop, training",
        Activity.CULTURE: "arts, culture, arts centre, bandstand, music, heritage, museum, theatre, arts and culture",
        Activity.YOUNG_PEOPLE: "youth, youth centre, youth club, young people, children, childcare, playground",
        Activity.WELLBEING: "health, wellbeing, sport, sports, sports and recreation, health and social care, fitness",
        Activity.MONEY_AND_WORK: "cooperative, co-operative, co-op, finance, credit union, market, marketplace, "
        "retail, work, employment, business, money",
        Activity.WELCOME: "welcome, refugees, asylum, migrants, newcomers",
        Activity.VOICE: "civic, advice, campaign, town hall, residents association, tenants, advocacy, voice",
    }.items()
    for word in words.split(", ")
}


def read_activity_map(pairs: list[str]) -> dict[str, Activity]:
    """Pairs such as "faith=welcome" as a table. Raises Invalid where one is no pair or names no activity."""
    table: dict[str, Activity] = {}
    for pair in pairs:
        word, mark, code = pair.rpartition("=")
        if not mark:
            raise Invalid(f"“{pair[:80]}” is no pair: write category=activity, such as allotments=food.")
        table[_plain(word)] = read_activity(code)
    return table


def read_activity(code: str) -> Activity:
    """The activity with this code word. Raises Invalid with all of them."""
    found = next((activity for activity in Activity if activity.value == code.strip()), None)
    if found is None:
        raise Invalid(f"There is no activity “{code[:60]}”. Choose one of: {', '.join(Activity)}.")
    return found


def activity_of(category: str, table: Mapping[str, Activity], default: Activity | None) -> Activity | None:
    """The activity for a category: the one asked for, else by code word or label, else the guess, else `default`."""
    word = _plain(category)
    own = {_plain(name): activity for activity in Activity for name in (activity.value, activity.label)}
    return table.get(word) or own.get(word) or _GUESSES.get(word) or default


def _plain(word: str) -> str:
    return " ".join(word.replace("_", " ").casefold().split())
