"""Text that strangers type: cleaned once on the way in, and looked over for what may give a person away."""

import re
import unicodedata

from app.kit.errors import Invalid

# Marks on one base letter beyond this number are decoration that breaks lines apart ("zalgo"), not a language.
_MARKS_PER_LETTER = 4
# Bidirectional overrides and isolates (Unicode TR 9) can make a name read as another one.
_DIRECTION_CONTROLS = dict.fromkeys([0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def clean_text(raw: str, *, most: int, field: str) -> str:
    """`raw` in NFC, without control and direction-changing characters, trimmed; line breaks stay.

    Raises Invalid where more than `most` characters are left: nothing is cut off silently.
    """
    if len(raw) > most * 4 + 1000:  # Before any work is done: a text this long is no slip of the pen.
        raise Invalid(f"Please use at most {most:,} characters here.", field=field)
    kept: list[str] = []
    marks = 0
    for letter in unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n")).translate(
        _DIRECTION_CONTROLS
    ):
        category = unicodedata.category(letter)
        if category in {"Cc", "Cs", "Co", "Cn"} and letter not in "\n\t":
            continue
        marks = marks + 1 if category == "Mn" else 0
        if marks <= _MARKS_PER_LETTER:
            kept.append(letter)
    text = re.sub(r"\n{3,}", "\n\n", "".join(kept)).strip()
    if len(text) > most:
        raise Invalid(f"Please use at most {most:,} characters here. There are {len(text):,} now.", field=field)
    return text


def clean_line(raw: str, *, most: int, field: str) -> str:
    """Like `clean_text`, on one line."""
    return re.sub(r"\s+", " ", clean_text(raw, most=most, field=field))


_LOOKS_LIKE = (
    ("an e-mail address", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")),
    ("a phone number", re.compile(r"(?<!\d)(?:\+44\s?|0)(?:\d[\s()-]?){9,10}(?!\d)")),
    ("a postcode", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)),
    ("a National Insurance number", re.compile(r"\b[A-Z]{2}\s?(?:\d{2}\s?){3}[A-D]\b", re.IGNORECASE)),
    (
        "a full name",
        re.compile(
            r"\b(?:Mr|Mrs|Ms|Miss|Dr|Cllr)\.?\s+[A-Z][a-z]+|\b(?:my name is|I am|I'm)\s+[A-Z][a-z]+\s+[A-Z][a-z]+"
        ),
    ),
)


def looks_personal(text: str) -> list[str]:
    """What in `text` may give a person away, such as "a phone number"; a hint, never a refusal."""
    return [what for what, pattern in _LOOKS_LIKE if pattern.search(text)]
