"""All measures of one place at once, each beside itself a year ago."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TypeVar

from app.ecology.measures.as_of import settled
from app.ecology.measures.connectedness import Connectedness
from app.ecology.measures.hidden_share import HiddenShare
from app.ecology.measures.measure import Compared, Measure
from app.ecology.measures.momentum import Momentum
from app.ecology.measures.openings import Openings
from app.ecology.measures.roots import Roots
from app.ecology.measures.staying_power import StayingPower
from app.ecology.measures.variety import Variety
from app.ecology.records import Ecology

M = TypeVar("M", bound=Measure)
_LEAP_DAY = 29


@dataclass(frozen=True)
class Measures:
    """The seven measures, in the order in which they are told: what is alive first."""

    variety: Compared[Variety]
    connectedness: Compared[Connectedness]
    roots: Compared[Roots]
    momentum: Compared[Momentum]
    staying_power: Compared[StayingPower]
    openings: Compared[Openings]
    hidden_share: Compared[HiddenShare]

    def __iter__(self) -> Iterator[Compared[Any]]:
        """One after the other."""
        return (getattr(self, field.name) for field in fields(self))


def measures(ecology: Ecology, today: date) -> Measures:
    """What the place is like today, and was one year before."""
    seen = settled(ecology, today)
    then = a_year_before(today)

    def compared(kind: type[M]) -> Compared[M]:
        of: Any = kind.of  # type: ignore[attr-defined]
        return Compared(of(seen, today), of(seen, then))

    return Measures(
        variety=compared(Variety),
        connectedness=compared(Connectedness),
        roots=compared(Roots),
        momentum=compared(Momentum),
        staying_power=compared(StayingPower),
        openings=compared(Openings),
        hidden_share=compared(HiddenShare),
    )


def a_year_before(day: date) -> date:
    """The same day of the year before; 28 February for a leap day."""
    is_leap_day = day.month == 2 and day.day == _LEAP_DAY  # noqa: PLR2004 - February
    return day.replace(year=day.year - 1, day=_LEAP_DAY - 1 if is_leap_day else day.day)
