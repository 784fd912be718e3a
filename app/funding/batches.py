"""Which reviews of a programme are told together: whole batches, each with five groups that were never told before.

Every batch holds five reviews that no figure held before it, so no sum or difference of figures, of whatever days,
comes down to fewer than five. A batch that lost one, or in which one answered anew, is not told any more. Those left in
it are told again only within the next batch: beside five that are new.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.funding.models import ProcessReview, Programme
from app.funding.reviews import QUESTIONS
from app.initiatives.models import Initiative
from app.storage.base import new_id
from app.vocabulary import Publication, Sharing

FIVE = 5
Said = Sequence[tuple[ProcessReview, Initiative]]
# Another writer may have committed since this transaction read a row.
_FRESH = {"populate_existing": True}


def gather(db: Session, programme_ids: Collection[str]) -> None:
    """Put reviews that wait into a batch wherever five stand together, in the order in which they were said."""
    # One at a time for each programme: two that come at once must not be the fifth of two batches.
    locked = select(Programme.id).where(Programme.id.in_(programme_ids)).order_by(Programme.id).with_for_update()
    by_programme: dict[str, list[tuple[ProcessReview, Initiative]]] = {one: [] for one in db.scalars(locked)}
    asked = select(ProcessReview, Initiative).join(Initiative, Initiative.id == ProcessReview.initiative_id)
    asked = asked.where(ProcessReview.programme_id.in_(by_programme))
    for review, initiative in db.execute(asked, execution_options=_FRESH):
        by_programme[review.programme_id].append((review, initiative))
    for said in by_programme.values():
        _gather(said)
    db.flush()


def told(said: Said) -> list[ProcessReview]:
    """The reviews of one programme that stand in a whole batch, all of whose groups count today."""
    counting = [review for review, initiative in said if _counts(review, initiative)]
    held = Counter(one.batch for one in counting)
    return [one for one in counting if one.batch is not None and held[one.batch] == one.batch_size]


def _gather(said: Said) -> None:
    counting = [review for review, initiative in said if _counts(review, initiative)]
    counting.sort(key=lambda one: (one.said_at, one.id))
    fresh = [one for one in counting if one.batch is None]
    whole = {one.id for one in told(said)}
    left = [one for one in counting if one.batch is not None and one.id not in whole]
    for start in range(0, len(fresh) - len(fresh) % FIVE, FIVE):
        batch, members = new_id(), [*fresh[start : start + FIVE], *(left if start == 0 else ())]
        for one in members:
            one.batch, one.batch_size = batch, len(members)


def _counts(review: ProcessReview, initiative: Initiative) -> bool:
    """A group counts once a steward let its entry stand; what is for stewards alone is never counted.

    A free text is for the group or for researchers: whoever gave nothing else is not counted.
    """
    is_there = initiative.publication is Publication.PUBLISHED and initiative.sharing is not Sharing.STEWARDS_ONLY
    return is_there and any(getattr(review, name) is not None for name in QUESTIONS)
