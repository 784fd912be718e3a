"""A registered body's public number, as org-id.guide writes it: "GB-CHC-1234567" is a charity in England and Wales."""

import re

from app.kit.errors import Invalid

MOST = 200
_ID = re.compile(r"[A-Z]{2}-[A-Z0-9]{2,}-[A-Z0-9][A-Z0-9./-]*")
_COMPANY_DIGITS = 8
_SPACES = re.compile(r"\s+")


def normalised(text: str) -> str:
    """`text` as two files would write the same number: upper case, no spaces, zeros as the registers have them."""
    plain = _SPACES.sub("", text).upper()
    register, number = plain[:7], plain[7:]
    if register == "GB-COH-" and number.isascii() and number.isdecimal():
        return register + number.zfill(_COMPANY_DIGITS)
    if register == "GB-CHC-" and number.isascii() and number.isdecimal():
        return register + (number.lstrip("0") or number)
    return plain


def is_registered(organisation_id: str) -> bool:
    """True where a normalised id is one of a register; a number that a funder made up for itself is not."""
    return _ID.fullmatch(organisation_id) is not None and not organisation_id.startswith("360G-")


def read_organisation_id(text: str) -> str | None:
    """What a group typed as its number; None where it typed nothing. Raises Invalid for what is no such number."""
    plain = normalised(text)
    if not plain:
        return None
    if len(plain) > MOST or not is_registered(plain):
        raise Invalid(
            "Write it with its register before it: GB-CHC- and the number for a charity, GB-COH- for a company."
        )
    return plain


def of_registers(charity_number: str, company_number: str) -> str | None:
    """The id that stands behind a charity's or company's bare number; None where neither can be one."""
    charity = _SPACES.sub("", charity_number).upper()
    if re.fullmatch(r"\d{6,8}(-\d+)?", charity, re.ASCII):
        return normalised(f"GB-CHC-{charity}")
    if re.fullmatch(r"SC\d{6}", charity, re.ASCII):
        return f"GB-SC-{charity}"
    company = _SPACES.sub("", company_number).upper()
    if re.fullmatch(r"(?:\d{6,8}|[A-Z]{2}\d{6})", company, re.ASCII):
        return normalised(f"GB-COH-{company}")
    return None
