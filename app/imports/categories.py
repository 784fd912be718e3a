"""Which of our words a category of another data set stands for: a guess, shown before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.kit.errors import Invalid
from app.vocabulary import Activity, BarrierKind, Word

W = TypeVar("W", bound=Word)


@dataclass(frozen=True)
class Categories(Generic[W]):
    """A list of our words. `name` is what one of them is called, `option` the one that maps theirs to ours."""

    words: type[W]
    name: str
    option: str
    example: str
    guesses: Mapping[str, W]

    def read_map(self, pairs: list[str]) -> dict[str, W]:
        """Pairs such as "faith=welcome" as a table. Raises Invalid where one is no pair or names no word of ours."""
        table: dict[str, W] = {}
        for pair in pairs:
            theirs, mark, code = pair.rpartition("=")
            if not mark:
                raise Invalid(
                    f"“{pair[:80]}” is no pair: write category={self.name}, such as {self.example}.",
                )
            table[_plain(theirs)] = self.read(code)
        return table

    def read(self, code: str) -> W:
        """The word with this code. Raises Invalid with all of them."""
        found = self.words.named(code.strip())
        if found is None:
            raise Invalid(f"There is no {self.name} “{code[:60]}”. Choose one of: {', '.join(self.words)}.")
        return found

    def meant(self, category: str, table: Mapping[str, W], default: W | None) -> W | None:
        """The word for a category: the one asked for, else by code or label, else the guess, else `default`."""
        theirs = _plain(category)
        return table.get(theirs) or by_code_or_label(self.words, theirs) or self.guesses.get(theirs) or default


def by_code_or_label(words: type[W], text: str) -> W | None:
    """The word with this code or label, in whatever case, or None."""
    theirs = _plain(text)
    return next((word for word in words if theirs in {_plain(word.value), _plain(word.label)}), None)


def _plain(word: str) -> str:
    return " ".join(word.replace("_", " ").casefold().split())


def _guesses(table: Mapping[W, str]) -> dict[str, W]:
    """Words that open data sets and case lists use, in lower case, underscores as spaces."""
    return {theirs: word for word, listed in table.items() for theirs in listed.split(", ")}


ACTIVITIES = Categories(
    Activity,
    "activity",
    "--activity-map",
    "allotments=food",
    _guesses(
        {
            Activity.MUTUAL_AID: "sharing, support, outreach, mutual aid, befriending, care, day centre, charity, "
            "repair",
            Activity.FOOD: "food, growing, allotments, allotment, garden, community garden, orchard, food bank, "
            "foodbank, community kitchen, kitchen, agriculture, farm, city farm, pantry, community fridge, cafe",
            Activity.SHARED_SPACE: "community space, community centre, social centre, faith, faith venue, "
            "place of worship, club, hall, village hall, green space, village green, common, park, housing, space, "
            "events venue, pub, social club",
            Activity.SKILLS: "library, learning, education, skills, school, workshop, training",
            Activity.CULTURE: "arts, culture, arts centre, bandstand, music, heritage, museum, theatre, "
            "arts and culture",
            Activity.YOUNG_PEOPLE: "youth, youth centre, youth club, young people, children, childcare, playground",
            Activity.WELLBEING: "health, wellbeing, sport, sports, sports and recreation, health and social care, "
            "fitness",
            Activity.MONEY_AND_WORK: "cooperative, co-operative, co-op, finance, credit union, market, marketplace, "
            "retail, work, employment, business, money",
            Activity.WELCOME: "welcome, refugees, asylum, migrants, newcomers",
            Activity.VOICE: "civic, advice, campaign, town hall, residents association, tenants, advocacy, voice",
        }
    ),
)

BARRIERS = Categories(
    BarrierKind,
    "kind",
    "--kind-map",
    "insurance=health_and_safety",
    _guesses(
        {
            BarrierKind.LEGISLATIVE_SANCTION: "licence, license, licensing, licences, permit, permits, by-law, bylaw, "
            "planning, planning permission, enforcement, fine, order, road closure, street closure, street trading",
            BarrierKind.WELFARE_SANCTION: "benefits, benefit, welfare, universal credit, sanction, sanctions, "
            "jobcentre",
            BarrierKind.HEALTH_AND_SAFETY: "insurance, public liability, health and safety, safety, risk assessment, "
            "safeguarding, dbs, food hygiene, food safety, fire, fire safety",
            BarrierKind.RESOURCES_TO_FORMAL_GROUPS: "funding, grant, grants, room hire, bookings, booking, venue, "
            "venues, keys, constitution, equipment",
            BarrierKind.BUDGETS_AND_ACCOUNTABILITY: "budget, budgets, reporting, monitoring, accounts, receipts, "
            "procurement, bank account, audit",
            BarrierKind.LOW_VISIBILITY: "visibility, publicity, not listed",
            BarrierKind.GATEKEEPING: "gatekeeping, refused, access",
            BarrierKind.EXPERTISE_NOT_RECOGNISED: "expertise, qualification, qualifications, accreditation",
            BarrierKind.LACK_OF_RECOGNITION: "recognition, consultation",
            BarrierKind.NO_FORMAL_ROLE: "role, representation",
        }
    ),
)
