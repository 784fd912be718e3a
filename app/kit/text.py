"""Text that strangers type: cleaned once on the way in, and looked over for what may give a person away."""

import re
import unicodedata

from app.kit.errors import Invalid

# Marks on one base letter beyond this number are decoration that breaks lines apart ("zalgo"), not a language.
_MARKS_PER_LETTER = 4
# Bidirectional overrides and isolates (Unicode TR 9) can make a name read as another one.
_DIRECTION_CONTROLS = dict.fromkeys([0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_NO_TEXT = {"Cc", "Cs", "Co", "Cn"}
# Letters and signs by their category, yet drawn as nothing: fillers of Hangul, and the empty pattern of Braille.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def clean_text(raw: str, *, most: int, field: str) -> str:
    """`raw` in NFC, without control and direction-changing characters, trimmed; line breaks stay.

    What holds nothing that can be seen is empty. Raises Invalid where more than `most` characters are left: nothing is
    cut off silently.
    """
    if len(raw) > most * 4 + 1000:  # Before any work is done: a text this long is no slip of the pen.
        raise Invalid(f"Please use at most {most:,} characters here.", field=field)
    ends_alike = raw.replace("\r\n", "\n").replace("\r", "\n").translate(_DIRECTION_CONTROLS)
    printable = "".join(
        letter for letter in ends_alike if letter in "\n\t" or unicodedata.category(letter) not in _NO_TEXT
    )
    # Composed last: what stood between a letter and its mark may have gone.
    text = re.sub(r"\n{3,}", "\n\n", _without_piles(unicodedata.normalize("NFC", printable))).strip()
    if not any(_is_seen(letter) for letter in text):
        return ""
    if len(text) > most:
        raise Invalid(f"Please use at most {most:,} characters here. There are {len(text):,} now.", field=field)
    return text


def clean_line(raw: str, *, most: int, field: str) -> str:
    """Like `clean_text`, on one line."""
    return re.sub(r"\s+", " ", clean_text(raw, most=most, field=field))


def _without_piles(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for letter in text:
        category = unicodedata.category(letter)
        # A joiner between two marks does not begin a new letter.
        marks = marks + 1 if category in {"Mn", "Me"} else marks if category == "Cf" else 0
        if marks <= _MARKS_PER_LETTER or category == "Cf":
            kept.append(letter)
    return "".join(kept)


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LNPS" and letter not in _BLANKS


# Every pattern begins where a run of its letters begins (a lookbehind) or takes runs whole (`++`): a long text costs no
# more than its length.
_NAME = r"[A-ZÀ-ÖØ-ÞĀ-ž][\w'’-]+"
_LOOKS_LIKE = (
    (
        "an e-mail address",
        re.compile(r"(?<![\w.+'-])[\w.+'-]++\s?(?:@|\(at\)|\[at\])\s?[\w-]++(?:\.[^\W\d_][\w-]++)+", re.IGNORECASE),
    ),
    (
        "a phone number",
        re.compile(
            r"(?<!\d)(?:(?:\+|00)44[\s().-]{0,2}(?:\(0\)[\s.-]?)?|\(?0[\s().-]{0,2})(?:\d[\s().-]{0,2}){9,10}(?!\d)"
        ),
    ),
    # The second half never holds C, I, K, M, O or V.
    ("a postcode", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?[\s-]{0,3}\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)),
    ("a National Insurance number", re.compile(r"\b[A-Z]{2}[\s.-]?(?:\d{2}[\s.-]?){3}[A-D]\b", re.IGNORECASE)),
    (
        "a full name",
        re.compile(
            rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Cllr|Councillor|Prof|Rev)\b\.?\s+{_NAME}"
            rf"|\b(?i:my name is|I am|I['’]m)\s+{_NAME}\s+{_NAME}"
        ),
    ),
)


_LINK = re.compile(r"https?://|\bwww\.\w", re.IGNORECASE)


def holds_link(text: str) -> bool:
    """True where `text` holds the address of a web page."""
    return _LINK.search(text) is not None


def looks_personal(text: str) -> list[str]:
    """What in `text` may give a person away, such as "a phone number"; a hint, never a refusal."""
    return [what for what, pattern in _LOOKS_LIKE if pattern.search(text)]
