"""What happens to every kind of entry alike: added, changed, withdrawn."""

from collections.abc import Sequence

from shapely.geometry.base import BaseGeometry

from app.kit import clock
from app.kit.errors import PreconditionFailed
from app.kit.partial_date import PartialDate
from app.neighbourhoods.entries import Entry
from app.neighbourhoods.models import Neighbourhood
from app.vocabulary import Precision, Publication, ReviewPolicy, Sharing


def submit(entry: Entry, *, shape: BaseGeometry | None, home: Neighbourhood, sharing: Sharing) -> None:
    """Place an entry and hand it in. Where stewards look first, it waits, and leaves the public side until they have.

    `shape` is the exact place in WGS 84, or None for only the neighbourhood.
    """
    now = clock.now()
    entry.created_at = entry.created_at or now
    entry.changed_at = now
    entry.neighbourhood = home.slug
    entry.exact_shape = shape
    entry.sharing = sharing
    # What a steward sent back or hid waits for a steward again, also where others are published at once.
    was_taken_down = entry.publication in {Publication.RETURNED, Publication.HIDDEN}
    is_at_once = home.review is ReviewPolicy.AFTER and not was_taken_down
    entry.publication = Publication.PUBLISHED if is_at_once else Publication.SUBMITTED
    entry.steward_note = ""


def withdraw(entry: Entry, texts: Sequence[str]) -> None:
    """Take an entry back: its public copy goes with the same commit, and its words and place are wiped.

    What stays is that it was: so that its address can answer "gone". `texts` names the columns to empty.
    """
    entry.publication = Publication.WITHDRAWN
    entry.exact_shape = None
    entry.steward_note = ""
    entry.changed_at = clock.now()
    for name in texts:
        setattr(entry, name, "")


def check_version(entry: Entry, seen: int) -> None:
    """Raise PreconditionFailed where somebody changed `entry` since the caller read version `seen`."""
    if entry.version != seen:
        raise PreconditionFailed(
            "Somebody changed this since you read it. Read it again, then send your change once more."
        )


def date_columns(value: PartialDate | None, precision: Precision | None) -> tuple[PartialDate | None, Precision | None]:
    """A date cut to the precision that its contributor gave, and that precision."""
    if value is None:
        return None, None
    cut = value.cut_to(precision) if precision else value
    return cut, Precision[cut.precision.upper()]
