"""Dates as people know them: what goes in comes out, and everything else is refused in words."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.errors import Invalid
from app.kit.partial_date import PartialDate

DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))
PRECISIONS = ("year", "month", "day")


@given(DAYS, st.sampled_from(PRECISIONS))
def test_a_date_is_written_as_it_was_read(day: date, precision: str) -> None:
    text = day.isoformat()[: {"year": 4, "month": 7, "day": 10}[precision]]
    read = PartialDate.parse(text, field="happened")
    assert str(read) == text
    assert read.precision == precision
    assert read.first_day <= day <= read.last_day


@given(DAYS, st.sampled_from(PRECISIONS), st.sampled_from(PRECISIONS))
def test_cutting_never_makes_a_date_more_exact(day: date, precision: str, wanted: str) -> None:
    whole = PartialDate.parse(day.isoformat()[: {"year": 4, "month": 7, "day": 10}[precision]], field="happened")
    cut = whole.cut_to(wanted)
    assert PRECISIONS.index(cut.precision) == min(PRECISIONS.index(precision), PRECISIONS.index(wanted))
    assert cut.first_day <= whole.first_day
    assert cut.last_day >= whole.last_day
    assert cut.cut_to(wanted) == cut


@given(st.text(st.characters(codec=None), max_size=40) | st.from_regex(r"[0-9/:-]{1,12}"))
def test_reading_refuses_or_reads_and_never_breaks(text: str) -> None:
    with suppress(Invalid):
        assert len(str(PartialDate.parse(text, field="happened"))) in {4, 7, 10}


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "0000", "2021-00", "2021-13", "2021-02-29", "2021-1", "21", "2021-04-31", "01/04/2021",
        "2021-04-17T10", "20210417", "-2021", "+2021", "2021-", "2021--04", "99999", "NaN", "2021 -04", "next week",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_the_way_to_write_it(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        PartialDate.parse(text, field="happened")
    assert refused.value.field == "happened"
    assert "2021-04" in refused.value.message or "no such date" in refused.value.message


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2023", date(2023, 1, 1), date(2023, 12, 31)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
        (" 0001 ", date(1, 1, 1), date(1, 12, 31)),
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
    ],
)
def test_it_spans_all_days_that_it_can_mean(text: str, first: date, last: date) -> None:
    read = PartialDate.parse(text, field="happened")
    assert (read.first_day, read.last_day) == (first, last)
