"""What people really send: one word, a flood, another script, a copied letter. Each has its clear behaviour."""

import time
from dataclasses import replace

import pytest

from app.matching.arrival import City
from app.matching.names import NameBook
from app.matching.refinement import refine
from app.matching.reports import Night, Report
from tests.matching.town import INSURANCE, town


def _together(night: Night, one: str, two: str) -> bool:
    at = night.assignment(only_sure=False)
    return one in at and at.get(one) == at.get(two)


def test_nothing_at_all_gives_no_patterns() -> None:
    assert refine([]).patterns == ()
    assert City([], {}).suggest(Report("a", "leeds", "g", "They said no.")) == []


@pytest.mark.parametrize("text", ["No", "", "!!!", "word " * 1000, "x" * 5000])
def test_short_and_long_texts_pass_and_join_nothing_by_themselves(text: str) -> None:
    odd = [Report(f"odd{number}", "leeds", f"stranger{number}", text) for number in range(2)]
    night = refine([*town(), *odd])
    assert "odd0" not in night.assignment()
    assert City([*town(), odd[0]], {}).suggest(odd[1]) is not None


_LANGUAGES = {
    "pl": [
        "Bez ubezpieczenia nie wolno nam spotykać się w parku.",
        "Kazali nam kupić ubezpieczenie zanim wejdziemy do parku.",
        "Nie ma ubezpieczenia, nie ma zgody na park.",
    ],
    "ur": [
        "ہمیں کہا گیا کہ پارک میں تقریب کے لیے بیمہ خریدنا ہوگا.",
        "بیمہ کے بغیر پارک میں تقریب کی اجازت نہیں ہے.",
        "پارک والوں نے تقریب سے پہلے بیمہ مانگا.",
    ],
    "ar": [
        "لا يسمح لنا باستعمال القاعة لأن المفتاح عند الحارس.",
        "الحارس يحتفظ بمفتاح القاعة ولا يفتحها لنا.",
        "مفتاح القاعة مع الحارس والقاعة مغلقة.",
    ],
}


def _foreign() -> list[Report]:
    kinds = {"pl": "LEG", "ur": "HS", "ar": "GATE"}
    holders = {"pl": "Parks team", "ur": "Parks department", "ar": "Kelford Hall"}
    return [
        Report(
            f"{language}{number}", "leeds", f"group-{language}{number}", text, neighbourhood="Oakwell",
            day=700 + 9 * number,
            kind=kinds[language], holder=holders[language], language=language,
        )
        for language, texts in _LANGUAGES.items()
        for number, text in enumerate(texts)
    ]  # fmt: skip


def test_other_languages_are_found_among_themselves() -> None:
    night = refine([*town(), *_foreign()])
    found = sum(_together(night, f"{language}0", f"{language}{other}") for language in _LANGUAGES for other in (1, 2))
    assert found >= 3


def test_languages_do_not_run_into_each_other_by_accident() -> None:
    alone = [replace(one, holder=None, kind=None, neighbourhood=None) for one in _foreign()]
    night = refine([*town(), *alone])
    for one in alone:
        for two in alone:
            if one.language != two.language:
                assert not _together(night, one.id, two.id)


def test_a_group_that_sends_the_same_twice_is_one_voice() -> None:
    twice = [replace(town()[0], id=f"again{number}") for number in range(4)]
    night = refine([*town(), *twice])
    pattern = next(found for found in night.patterns if "again0" in found.members)
    assert {"again0", "again1", "again2", "again3"} <= set(pattern.members)
    assert pattern.voices <= len({one.group for one in town() if one.id in pattern.members})


def test_a_copied_letter_is_one_voice_with_its_size_stated() -> None:
    letter = "We the undersigned object to the new charge of ninety pounds for every street party in our borough."
    sent = [
        Report(f"copy{number}", "leeds", f"sender{number}", letter, holder="Highways", kind="BUD")
        for number in range(12)
    ]
    found = [one for one in refine([*town(), *sent]).patterns if "copy0" in one.members]
    assert [one.campaign_size for one in found] == [12]
    assert found[0].voices == 1 + len(set(found[0].members) - {one.id for one in sent})


def test_ten_misspellings_are_one_holder() -> None:
    slips = ["Kelford", "Kelfrd", "Kelforrd", "Kellford", "Keford", "Kelfort", "Kelfod", "Kelfrod", "Klford", "Kelffod"]
    book = NameBook(["Kelford Homes"] * 12 + [f"{slip} Homes" for slip in slips], [], [])
    assert sum(book.of_box(f"{slip} Homes")[0] == {"kelford"} for slip in slips) >= 8


def test_the_same_words_about_two_holders_are_two_patterns() -> None:
    here = [replace(one, holder="Kelford Homes", holder_id="kelford") for one in town() if one.id.startswith(INSURANCE)]
    there = [
        replace(
            one,
            id=f"b{one.id}",
            group=f"b{one.group}",
            holder="Marwick Academy",
            holder_id="marwick",
            neighbourhood="Elmley",
        )
        for one in here
    ]
    others = [one for one in town() if not one.id.startswith(INSURANCE)]
    at = refine([*others, *here, *there]).assignment(only_sure=False)
    assert not {at.get(one.id) for one in here} & {at[one.id] for one in there if one.id in at} - {None}


def test_the_same_holder_with_two_rules_is_two_patterns() -> None:
    at = refine(town()).assignment(only_sure=False)
    assert at["insurance0"] != at.get("key0")


def test_missing_and_impossible_days_do_not_break_a_pattern() -> None:
    odd = [replace(one, day=None if number % 2 else 40_000) for number, one in enumerate(town())]
    assert refine(odd).patterns
    assert City(odd, {}).suggest(replace(odd[0], id="new", day=-400_000), floor=-99)


def test_a_neighbourhood_alone_or_no_place_at_all_is_enough() -> None:
    bare = [replace(one, neighbourhood=None, near=frozenset()) for one in town()]
    assert refine(bare).patterns


def test_a_flood_of_ten_thousand_stays_bounded() -> None:
    flood = [
        Report(f"f{number}", "leeds", f"bot{number % 300}",
               f"They want insurance before we may meet in the park on Sunday {number % 40}.",
               holder="Parks", kind="HS", day=900, neighbourhood="Oakwell")
        for number in range(10_000)
    ]  # fmt: skip
    begin = time.process_time()
    night = refine([*town(), *flood])
    assert time.process_time() - begin < 20
    assert sum(len(found.members) for found in night.patterns if "f0" in found.members) >= 100
    assert max(found.voices for found in night.patterns) <= 60
