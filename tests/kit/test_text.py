"""Text that strangers type: no crash, nothing hidden in it, and a hint where it may give somebody away."""

import random
import string
import unicodedata
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.errors import Invalid
from app.kit.text import clean_line, clean_text, looks_personal

ANYTHING = st.text(st.characters(codec=None), max_size=300)  # lone surrogates too
_DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@given(ANYTHING)
def test_no_control_and_no_change_of_direction_is_left(raw: str) -> None:
    text = clean_text(raw, most=10_000, field="story")
    assert all(unicodedata.category(letter) not in {"Cc", "Cs", "Co", "Cn"} or letter in "\n\t" for letter in text)
    assert not any(unicodedata.bidirectional(letter) in _DIRECTIONS for letter in text)
    assert not set(text) & set("\u200e\u200f\u061c\r\x00")
    text.encode()


@given(ANYTHING)
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    once = clean_text(raw, most=10_000, field="story")
    assert clean_text(once, most=10_000, field="story") == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()
    line = clean_line(raw, most=10_000, field="title")
    assert clean_line(line, most=10_000, field="title") == line


@given(ANYTHING)
def test_a_line_is_one_line(raw: str) -> None:
    line = clean_line(raw, most=10_000, field="title")
    assert len(line.splitlines()) <= 1
    assert "  " not in line


@given(ANYTHING, st.integers(0, 20))
def test_nothing_longer_than_allowed_comes_through(raw: str, most: int) -> None:
    with suppress(Invalid):
        assert len(clean_text(raw, most=most, field="story")) <= most


@pytest.mark.parametrize(("length", "fits"), [(0, True), (1, True), (5, True), (6, False), (100_000, False)])
def test_the_limit_is_kept_on_both_sides(length: int, fits: bool) -> None:
    if fits:
        assert clean_text("a" * length, most=5, field="title") == "a" * length
    else:
        with pytest.raises(Invalid, match="at most 5"):
            clean_text("a" * length, most=5, field="title")


@given(st.text("\u0301\u0302\u0489\u20dd\u200da ", max_size=60))
def test_marks_do_not_pile_up(raw: str) -> None:
    piled = 0
    for letter in clean_text(raw, most=10_000, field="title"):
        if unicodedata.category(letter) in {"Mn", "Me"}:
            piled += 1
            assert piled <= 4
        elif unicodedata.category(letter) != "Cf":
            piled = 0


@pytest.mark.parametrize("raw", ["\u200b", "\u00ad\u200b", "\ufeff", "\u2060 \u200d", "\u3164", "\u2800", "\u0301"])
def test_what_nobody_can_see_is_no_text(raw: str) -> None:
    assert clean_text(raw, most=100, field="title") == ""
    assert clean_line(raw, most=100, field="title") == ""


@pytest.mark.parametrize(
    "text",
    ["Łukasz’s café – naïve", "नमस्ते", "السلام عليكم", "שלום", "Việt Nam", "👩‍👩‍👧‍👦 🏳️‍🌈", "می‌خواهم", "一\n\n二"],
)
def test_words_of_every_language_stay(text: str) -> None:
    assert clean_text(text, most=100, field="title") == unicodedata.normalize("NFC", text)


def test_line_breaks_become_alike_and_few() -> None:
    assert clean_text("one\r\ntwo\rthree\n\n\n\n\nfour", most=100, field="story") == "one\ntwo\nthree\n\nfour"


# --- What may give a person away: 250 made-up ones of each sort, in ordinary sentences ---

_SENTENCES = (
    "Please ring {} after six.",
    "{}",
    "We wrote to {} and nobody answered",
    "(it was {})",
    "The form said {}, which was wrong.",
    "Ask at the hall:{}.",
)
_AREAS = "B BS CF E EC1 G LS L M N NE NW OX S SE SW1 W WC2 YO".split()  # noqa: SIM905 - reads as a list
_NI_LETTERS = "ABCEGHJKLMNPRSTWXYZ"


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice(string.digits) for _ in range(count))


def _phone(chance: random.Random) -> str:
    return chance.choice(
        (
            f"07{_digits(chance, 3)} {_digits(chance, 6)}",
            f"07{_digits(chance, 9)}",
            f"07{_digits(chance, 3)}-{_digits(chance, 3)}-{_digits(chance, 3)}",
            f"07{_digits(chance, 3)}.{_digits(chance, 3)}.{_digits(chance, 3)}",
            f"0113 {_digits(chance, 3)} {_digits(chance, 4)}",
            f"(0113) {_digits(chance, 7)}",
            f"020 7{_digits(chance, 3)} {_digits(chance, 4)}",
            f"+44 7{_digits(chance, 3)} {_digits(chance, 6)}",
            f"+447{_digits(chance, 9)}",
            f"+44 (0)113 {_digits(chance, 3)} {_digits(chance, 4)}",
            f"0044 7{_digits(chance, 9)}",
            f"01{_digits(chance, 3)} {_digits(chance, 6)}",
            " ".join(f"07{_digits(chance, 9)}"),
        )
    )


def _email(chance: random.Random) -> str:
    name = "".join(chance.choice(string.ascii_letters + "._-+'") for _ in range(8)).strip("._-+'") or "a"
    place = chance.choice(("gmail.com", "leeds.gov.uk", "my-group.org", "bücher.example", "mail.co.uk"))
    return chance.choice((f"{name}@{place}", f"{name} @ {place}", f"{name}(at){place}", f"{name} [at] {place}"))


def _postcode(chance: random.Random) -> str:
    area = chance.choice(_AREAS)
    outward = area + chance.choice(("A", "Y")) if area[-1].isdigit() else area + str(chance.randint(1, 29))
    inward = chance.choice(string.digits) + "".join(chance.choice("ABDEFGHJLNPQRSTUWXYZ") for _ in range(2))
    code = outward + chance.choice((" ", "", "  ", "-")) + inward
    return code if chance.random() < 0.7 else code.lower()


def _national_insurance(chance: random.Random) -> str:
    gap = chance.choice(("", " ", "-", "."))
    parts = [chance.choice(_NI_LETTERS) + chance.choice(_NI_LETTERS), *(_digits(chance, 2) for _ in range(3))]
    number = gap.join([*parts, chance.choice("ABCD")])
    return number if chance.random() < 0.7 else number.lower()


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (_phone, "a phone number"),
        (_email, "an e-mail address"),
        (_postcode, "a postcode"),
        (_national_insurance, "a National Insurance number"),
    ],
)
def test_what_gives_a_person_away_is_seen(make: Callable[[random.Random], str], what: str) -> None:
    chance = random.Random(11)
    texts = [chance.choice(_SENTENCES).format(make(chance)) for _ in range(250)]
    missed = [text for text in texts if what not in looks_personal(text)]
    assert len(missed) <= len(texts) * 0.02, missed[:20]


@pytest.mark.parametrize(
    "text",
    [
        "Mrs Patel opened the hall", "Dr. Ahmed came", "Cllr Smith said no", "My name is Jo Bloggs",
        "I am Ada Lovelace", "I’m Ada Lovelace", "Ms O’Neill helped us", "this is Mr Li",
    ],
)  # fmt: skip
def test_a_full_name_is_seen(text: str) -> None:
    assert "a full name" in looks_personal(text)


@pytest.mark.parametrize(
    "text",
    [
        "We cook soup for 40 people on Tuesdays.",
        "It took 18 months and 3 letters.",
        "We asked for £250 and got £2,500.",
        "The fund opened in 2019 and closed in 2021.",
        "From 10.30 to 12.00, first Tuesday of the month.",
        "The hall holds 120; 35 came.",
        "Between 2018-04-01 and 2019-03-31 nothing happened.",
        "The insurance was £5,000,000 of public liability.",
        "Section 21 of the Localism Act 2011 was named.",
        "Form B12 had to be filled in twice.",
        "We meet @ the library.",
        "People came from LS7 and LS8.",
        "The number 49 bus stops outside.",
        "The group is 12 years old, I am happy to say.",
        "Half of us are under 25, half over 65.",
        "They said no 3 times, then yes.",
        "The M1 and the A64 cut us off.",
        "I am Yorkshire through and through.",
        "A risk form of 14 pages, version 2.",
        "Route 7 and route 12 were cut in 2010.",
        "Our costs: 1,200 for rent, 300 for food, 80 for tea.",
        "We grew 200 kg of potatoes on 30 m2.",
        "Only charities with 3 years of accounts could apply.",
        "The council’s answer: wait until 2025.",
        "In March 2020 we began with 4 bikes.",
        "Opening hours 9-5, closed 24 and 25 December.",
        "We were told the budget for 2022/23 was spent.",
        "They wanted 2 referees and a DBS check.",
        "We share tools at the corner; everybody is welcome.",
        "Nobody answered our letters, so we began anyway.",
    ],
)
def test_ordinary_sentences_raise_no_alarm(text: str) -> None:
    assert looks_personal(text) == []


@given(ANYTHING)
def test_looking_never_fails(raw: str) -> None:
    assert set(looks_personal(raw)) <= {
        "an e-mail address", "a phone number", "a postcode", "a National Insurance number", "a full name"
    }  # fmt: skip


def test_looking_at_a_long_text_is_quick() -> None:
    import time

    for letter in ("0", "0 ", "a", "a.", "a@", "A1", "AB 12 ", "Mr ", "@"):
        text = (letter * 10_000)[:10_000]
        start = time.process_time()
        looks_personal(text)
        assert time.process_time() - start < 0.25, letter
