"""Ties and vouches for tests: rows as the service leaves them, in any state."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from app.connections.models import Connection, Vouch
from app.initiatives.models import ImportBatch, Initiative
from app.kit import clock
from app.storage.base import new_id
from app.vocabulary import Agreement, ConnectionKind
from tests.support.cast import Cast, Planted


def tie(
    cast: Cast,
    start: Planted,
    end: Planted,
    kind: ConnectionKind = ConnectionKind.GREW_OUT_OF,
    *,
    state: Agreement = Agreement.ACCEPTED,
    tie_id: str | None = None,
    source: str | None = None,
) -> str:
    """A tie from `start` to `end`; its id. `source` is where it would come from, with no batch to show it by."""
    with cast.house.private.writing() as db:
        return _add(db, start, end, kind, state, tie_id or new_id(), source)


def _add(  # noqa: PLR0917 - a row
    db: Session,
    start: Planted,
    end: Planted,
    kind: ConnectionKind,
    state: Agreement,
    tie_id: str,
    source: str | None,
) -> str:
    db.add(
        Connection(
            id=tie_id,
            from_id=start.id,
            to_id=end.id,
            kind=kind,
            state=state,
            is_proposed_by_from=True,
            proposed_at=clock.now(),
            settled_at=None if state is Agreement.PROPOSED else clock.now(),
            source=source,
            source_id=source and f"{source}-id",
        )
    )
    return tie_id


def imported(cast: Cast, title: str) -> Planted:
    """A group of Chapeltown that came from a file: nobody holds its link."""
    planted = cast.plant(title=title)
    with cast.house.private.writing() as db:
        batch = ImportBatch(id=new_id(), file_name="list.csv", source="A list", licence="OGL-UK-3.0", credit="")
        batch.imported_on, batch.accepted, batch.rejected = clock.today(), 1, 0
        db.add(batch)
        db.flush()  # Nothing tells that the one comes before the other.
        db.get_one(Initiative, planted.id).batch_id = batch.id
    return planted


def vouch(cast: Cast, voucher: Planted, group: Planted, *, state: Agreement = Agreement.ACCEPTED) -> str:
    """A vouch of `voucher` for `group`; its id."""
    vouch_id = new_id()
    with cast.house.private.writing() as db:
        db.add(
            Vouch(
                id=vouch_id,
                voucher_id=voucher.id,
                for_id=group.id,
                state=state,
                asked_at=clock.now(),
                given_at=clock.now(),
                expires_on=clock.today() + timedelta(days=730),
            )
        )
    return vouch_id


def tie_secrets(
    cast: Cast,
    seen: Sequence[Planted],
    unseen: Sequence[Planted],
    word: Callable[[str], str],
    remember: Callable[[str, str], None],
) -> None:
    """Ties that did not come about, or that lead to what nobody may see, and vouches, with secrets in them.

    `word` makes a secret text, `remember` keeps an id as one.
    """
    one, other, third = seen[:3]
    kinds = list(ConnectionKind)
    tie(cast, one, other)
    for number, state in enumerate(Agreement):
        if state is not Agreement.ACCEPTED:
            kept = tie(cast, other, third, kinds[number], state=state, source=word("where a tie comes from"))
            remember(kept, f"the id of a {state} tie")
    for number, hidden in enumerate(unseen):
        start, end = (hidden, one) if number % 2 else (one, hidden)
        kept = tie(cast, start, end, kinds[number % len(kinds)], source=word("where a tie comes from"))
        remember(kept, "the id of a tie to what is not shown")
        remember(vouch(cast, one, hidden), "the id of a vouch")
    remember(vouch(cast, one, other, state=Agreement.PROPOSED), "the id of a vouch")
