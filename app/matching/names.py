"""What people call a holder: the telling part of its name, and the sort of desk that it is."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from app.matching.words import SMALL_WORDS, feature, fold, tokens

# Sorts of desks, in plain words. Each line is one sort. A word that ends in `*` stands for all that begin so.
_SORTS = """
parks park green greens countryside open_spaces grounds garden* parques parcs grunflachen*
licensing licence* license* licens*
highways highway* road* street_works traffic streetworks strassen*
planning planner* planners development_management development_control urbanis*
environmental_health env_health eho food_safety food_inspector* hygiene
grants grant grants_team communities_team community_grants
communications comms press press_office publicity communication
leisure facilities facility property_services centre_office leisure_centre community_centre sports_centre centre
library libraries librarian* biblioth* bibliotec*
police constabulary policia safety_advisory
fire fire_brigade fire_service fire_officer rescue bomberos pompiers feuerwehr
housing homes ha housing_association housing_trust social_landlord tmo almo
school academy primary secondary headteacher learning_trust nursery ecole schule escuela szkola
church parish vicar st saint mosque temple synagogue gurdwara chapel diocese imam priest
foundation charitable_trust fund funder* funders cf lottery donor*
jobcentre job_centre dwp jcp work_coach jobcenter benefits benefit universal_credit
employment work_programme job_scheme employment_services
nhs health clinic pcn hospital gp surgery primary_care ward practice
cvs voluntary_action va voluntary_service council_for_voluntary
forum tra residents tenants tenants_assoc residents_association neighbourhood_forum
estates landlord property agents letting lettings management_company property_management
buses bus transport trains tram rail railway station
water water_company water_board sewer* canal river lake
electric* gas energy power grid
bank building_society credit_union
insurer insurance_company underwriter broker
shop store supermarket market bakery pub cafe restaurant butcher
college university campus
museum theatre gallery cinema festival
newspaper radio tv broadcaster
court solicitor* tribunal registry
post_office royal_mail postoffice
home_office immigration border asylum visa
charity_commission regulator companies_house
waste recycling refuse bins cleansing
trading_standards
education childrens_services early_years youth_service
adult_social_care social_services social_care
"""
_GENERIC = (
    frozenset(
        fold(
            """
        council the town hall authority authorities local someone office officer officials dont know them not
        sure who borough city county district service services department dept team desk unit people our head of
        at company ltd limited trust association group council's manager staff they somebody person in charge
        municipal ayuntamiento mairie stadt rathaus gmina urzad
        """,
        ).split()
    )
    | SMALL_WORDS
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:;(]\s*)\W*$")
_CAPITAL = re.compile(r"\b[^\W\d_a-z][\w'’]+")


def _read_sorts() -> tuple[dict[str, int], list[tuple[str, int]]]:
    exact: dict[str, int] = {}
    starts: list[tuple[str, int]] = []
    for number, line in enumerate(line for line in _SORTS.splitlines() if line.strip()):
        for word in line.split():
            if word.endswith("*"):
                starts.append((word[:-1], number))
            else:
                exact[word.replace("_", " ")] = number
    return exact, starts


_EXACT, _STARTS = _read_sorts()
SORTS = max(_EXACT.values()) + 1


def sorts_of(words: list[str]) -> frozenset[int]:
    """Numbers of the sorts of desk that a name speaks of. Pairs of words win over the single words in them."""
    found: set[int] = set()
    position = 0
    while position < len(words):
        pair = " ".join(words[position : position + 2])
        word = words[position]
        if pair in _EXACT and " " in pair:
            found.add(_EXACT[pair])
            position += 2
            continue
        number = _EXACT.get(word)
        if number is None and len(word) > 3:  # noqa: PLR2004 - shorter words begin too many others
            number = next((sort for start, sort in _STARTS if word.startswith(start)), None)
        if number is not None:
            found.add(number)
        position += 1
    return frozenset(found)


def is_sort_word(word: str) -> bool:
    """Whether `word` alone names a sort of desk."""
    return word in _EXACT or any(word.startswith(start) for start, _ in _STARTS)


class NameBook:
    """The names that a city's reports use, learned from all of them at once.

    It knows which words of a holder box are names and which are ordinary words, which rare spelling stands for which
    common one, and which name is that of the whole city (seen with many sorts of desk, so it tells nothing).
    """

    def __init__(self, boxes: Iterable[str], texts: Iterable[list[str]], places: Iterable[str]) -> None:
        box_words = [tokens(box) for box in boxes]
        in_texts: Counter[str] = Counter()
        for words in texts:
            in_texts.update(set(words))
        used: Counter[str] = Counter()
        with_sorts: defaultdict[str, set[int]] = defaultdict(set)
        in_boxes: Counter[str] = Counter()
        for words in box_words:
            sorts = sorts_of(words)
            for word in set(words):
                in_boxes[word] += 1
                if word in _GENERIC or word.isdigit() or is_sort_word(word):
                    continue
                used[word] += 1
                with_sorts[word] |= sorts
        self.places = frozenset(word for place in places for word in tokens(place) if word not in SMALL_WORDS)
        self._everywhere = {
            word
            for word, sorts in with_sorts.items()
            if len(sorts) >= 5 and used[word] >= 0.02 * len(box_words)  # noqa: PLR2004 - a city's own name
        }
        # A word that people write in their texts more often than in the box is no name: "insurance", "rules".
        self._ordinary = {word for word in used if in_texts[word] > max(2, 1.5 * in_boxes[word])}
        self._standard = _spellings(Counter({w: n for w, n in used.items() if w not in self._ordinary}))
        self.known = frozenset(word for word in used if word not in self._ordinary and word not in self._everywhere)

    def standard(self, word: str) -> str:
        """The commonest spelling that `word` is a slip of, or `word` itself."""
        return self._standard.get(word, word)

    def of_box(self, box: str) -> tuple[frozenset[str], frozenset[int], list[str]]:
        """Names, sorts, and the ordinary words (a rule's name, say) of what was typed as the holder."""
        words = tokens(box)
        names = {
            self.standard(word)
            for word in words
            if word not in _GENERIC
            and word not in self._ordinary
            and word not in self._everywhere
            and not is_sort_word(word)
            and not word.isdigit()
        }
        ordinary = [word for word in words if word in self._ordinary]
        return frozenset(names), sorts_of(words), ordinary

    def of_text(self, text: str, words: list[str]) -> tuple[frozenset[str], frozenset[int]]:
        """Names and sorts that a text speaks of: capitals inside a sentence, and words known from the boxes."""
        names = {self.standard(word) for word in words if word in self.known and word not in self.places}
        for found in _CAPITAL.finditer(text):
            word = fold(found.group())
            if (
                len(word) > 3  # noqa: PLR2004 - short capitals are mostly "I" and abbreviations
                and word not in _GENERIC
                and word not in self.places
                and word not in self._everywhere
                and word not in self._ordinary
                and not is_sort_word(word)
                and not _SENTENCE_START.search(text[: found.start()])
            ):
                names.add(self.standard(word))
        near: set[int] = set()
        for position, word in enumerate(words):
            if self.standard(word) in names:
                near |= sorts_of(words[max(0, position - 2) : position + 3])
        return frozenset(names), sorts_of(words) | frozenset(near)


def name_features(names: Iterable[str]) -> dict[int, float]:
    """Columns and weights of names: the whole name, and its runs of three letters so that slips still meet."""
    found: dict[int, float] = {}
    for name in names:
        found[feature("n" + name)] = 1.6
        padded = f"_{name}_"
        for position in range(max(1, len(padded) - 2)):
            found.setdefault(feature("3" + padded[position : position + 3]), 0.5)
    return found


def _spellings(used: Counter[str]) -> dict[str, str]:
    """Rare spellings and the common one that each is one slip away from."""
    shapes: defaultdict[str, set[str]] = defaultdict(set)
    for word in used:
        if len(word) > 4:  # noqa: PLR2004 - shorter names are one slip away from others
            for position in range(len(word) + 1):
                shapes[word[:position] + word[position + 1 :]].add(word)
    standard: dict[str, str] = {}
    for alike in shapes.values():
        if len(alike) > 1:
            common = max(alike, key=lambda word: (used[word], word))
            for word in alike:
                known = standard.get(word, word)
                if word != common and used[common] > used[known] and used[common] >= 2 * used[word]:
                    standard[word] = common
    for word in list(standard):
        target = standard[word]
        for _ in range(3):
            target = standard.get(target, target)
        standard[word] = target
    return standard
