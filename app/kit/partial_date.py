"""Dates as people know them: a day, a month, or only a year."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from app.kit.errors import Invalid

_PATTERN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_LENGTHS = {"year": 4, "month": 7, "day": 10}


@dataclass(frozen=True)
class PartialDate:
    """`first_day` is the earliest day it can mean; `precision` is "day", "month" or "year"."""

    first_day: date
    precision: str

    @classmethod
    def parse(cls, text: str, *, field: str) -> "PartialDate":
        """Read "2021", "2021-04" or "2021-04-17". Raises Invalid with the way to write it."""
        match = _PATTERN.fullmatch(text.strip())
        if match is None:
            raise Invalid(
                "Write the date as year, year-month or year-month-day, such as 2021, 2021-04 or 2021-04-17.",
                field=field,
            )
        year, month, day = match.groups()
        try:
            first_day = date(int(year), int(month or 1), int(day or 1))
        except ValueError as error:
            raise Invalid(f"There is no such date as {text.strip()}.", field=field) from error
        return cls(first_day, "day" if day else "month" if month else "year")

    @property
    def last_day(self) -> date:
        """The latest day that it can mean."""
        if self.precision == "year":
            return self.first_day.replace(month=12, day=31)
        if self.precision == "month":
            return self.first_day.replace(day=calendar.monthrange(self.first_day.year, self.first_day.month)[1])
        return self.first_day

    def cut_to(self, precision: str) -> "PartialDate":
        """The same date, no more exact than `precision`."""
        return PartialDate.parse(str(self)[: _LENGTHS[precision]], field="date")

    def __str__(self) -> str:
        return self.first_day.isoformat()[: _LENGTHS[self.precision]]


def text_of_parts(year: str, month: str, day: str) -> str:
    """The text of three boxes, such as 2021-04-17; "" where nothing was written.

    Raises Invalid where a day has no month, or a month no year, and where something is no number.
    """
    if not (year or month or day):
        return ""
    if not year or (day and not month):
        raise Invalid("Give the year, and the month too where you give a day.")
    parts = [year.zfill(4), *(part.zfill(2) for part in (month, day) if part)]
    if not all(part.isascii() and part.isdecimal() for part in parts):
        raise Invalid("Write the date in numbers, such as 17 4 2021.")
    return "-".join(parts)
