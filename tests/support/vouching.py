"""Groups that vouch for each other, for tests: asked and answered as the holders of edit links would."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.connections import vouching
from app.contributing.kinds import KINDS, answers_of
from app.initiatives.answers import InitiativeAnswers
from app.initiatives.models import Initiative
from app.kit import clock
from app.kit.answers import read_answers
from app.moderation.vouching import publish_vouched, set_trust
from app.vocabulary import Publication
from tests.support.cast import Cast, Planted

START = datetime(2026, 6, 1, 9, tzinfo=UTC)


class Vouches:
    """Asks and answers as the holders of edit links would. `now` is the time for all."""

    def __init__(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cast, self.now = cast, START
        monkeypatch.setattr(clock, "source", lambda: self.now)

    def ask(self, group: Planted, voucher: Planted | str) -> str:
        with self.cast.house.private.writing() as db:
            voucher_id = voucher if isinstance(voucher, str) else voucher.id
            return vouching.ask(db, db.get_one(Initiative, group.id), voucher_id).id

    def give(self, voucher: Planted, vouch_id: str, *, is_same_network: bool = False) -> None:
        with self.cast.house.private.writing() as db:
            side = db.get_one(Initiative, voucher.id)
            vouch = vouching.give(db, side, vouch_id, is_same_network=is_same_network)
            db.flush()
            publish_vouched(db, db.get_one(Initiative, vouch.for_id))

    def take_back(self, side: Planted, vouch_id: str) -> None:
        with self.cast.house.private.writing() as db:
            vouching.take_back(db, db.get_one(Initiative, side.id), vouch_id)

    def vouch(self, voucher: Planted, group: Planted) -> str:
        vouch_id = self.ask(group, voucher)
        self.give(voucher, vouch_id)
        return vouch_id

    def trust(self, *, trusts: bool = True) -> None:
        person = self.cast.steward(email=f"s{self.now.timestamp()}{trusts}@example.org")
        with self.cast.house.private.writing() as db:
            set_trust(db, db.merge(person), trusts=trusts)

    def publication(self, planted: Planted) -> Publication:
        with self.cast.house.private.reading() as db:
            return db.get_one(Initiative, planted.id).publication

    def live(self, planted: Planted) -> int:
        with self.cast.house.private.reading() as db:
            return vouching.standing_of(db, db.get_one(Initiative, planted.id)).live

    def months_later(self, months: int = 2) -> None:
        self.now += timedelta(days=31 * months)

    def newcomer(self, title: str = "Newcomer", **more: Any) -> Planted:
        return self.cast.plant(title=title, publication=Publication.SUBMITTED, **more)

    def edit(self, planted: Planted, **more: Any) -> None:
        """Change an entry by its link, answers by their names."""
        kind = KINDS["initiatives"]
        with self.cast.house.private.writing() as db:
            entry = db.get_one(Initiative, planted.id)
            given = answers_of(db, kind, entry) | more
            kind.change(db, entry, read_answers(InitiativeAnswers, given), entry.exact_shape)

    def shown_since(self, planted: Planted) -> datetime | None:
        with self.cast.house.private.reading() as db:
            return db.get_one(Initiative, planted.id).shown_since
