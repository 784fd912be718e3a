"""What may happen in a store: one random act after another, by everybody who can act."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.sign_in import add_person
from app.barriers import service as barriers
from app.barriers.answers import BarrierAnswers, EnablerAnswers
from app.barriers.models import Barrier, Enabler
from app.initiatives import service as initiatives
from app.initiatives.answers import InitiativeAnswers
from app.initiatives.models import Initiative
from app.institutions.models import Institution
from app.kit import clock
from app.kit.answers import read_answers
from app.moderation.models import Decision
from app.neighbourhoods.models import Boundary, Neighbourhood
from app.patterns.models import Pattern, PatternMember
from app.patterns.service import new_pattern, seat
from app.responses.models import GroupOutcome, Response
from app.vocabulary import (
    Activity,
    BarrierKind,
    EnablerKind,
    InstitutionKind,
    Lifecycle,
    Outcome,
    Publication,
    ResponseState,
    ReviewPolicy,
    Role,
    Sharing,
)
from app.vocabulary.sharing import PatternAct
from tests.support.cast import BEESTON, CHAPELTOWN, SEACROFT, Cast, Planted, model_of, spots_in
from tests.support.granting import granted_ways
from tests.support.learned_life import learned_ways
from tests.support.tied_life import tied_ways

SLUGS = (CHAPELTOWN, SEACROFT, BEESTON)
SPOTS = {slug: spots_in(slug, 12, seed=3) for slug in SLUGS}


@dataclass
class Life:
    """What happens in a store, one random act after another."""

    cast: Cast
    chance: random.Random
    planted: list[Planted] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)

    def step(self) -> None:
        ways: list[Callable[[], None]] = [
            self.pin, self.pin, self.report, self.report, self.change, self.change, self.move_state, self.move_state,
            self.withdraw, self.help_initiative, self.drop_enabler, self.move_enabler, self.redraw, self.rename,
            self.delete, self.review, self.count_many, self.gather, self.gather, self.merge_patterns, self.drop_member,
            self.respond, self.respond, self.correct_or_hide, self.tell_outcome, self.rename_institution,
        ]  # fmt: skip
        ways += learned_ways(self) + tied_ways(self) + granted_ways(self)
        act = self.chance.choice(ways)
        self.acts.append(act.__name__)
        act()

    def pin(self) -> None:
        self._plant("initiatives", self._initiative())

    def report(self) -> None:
        self._plant("barriers", self._barrier())

    def change(self) -> None:
        one = self._any()
        if one is None:
            return
        slug = self.chance.choice(SLUGS)
        shape = self._place(slug)
        with self.cast.house.private.writing() as db:
            entry: Any = db.get(model_of(one.collection), one.id)
            was = entry.publication
            if one.collection == "initiatives":
                given = self._initiative() | {"neighbourhood": slug}
                initiatives.change(db, entry, read_answers(InitiativeAnswers, given), shape)
            else:
                answers = read_answers(BarrierAnswers, self._barrier() | {"neighbourhood": slug})
                barriers.change(db, entry, answers, shape)
            if self.chance.random() < 0.7:
                entry.publication = was

    def move_state(self) -> None:
        one = self._any()
        if one is None:
            return
        outcome = self.chance.choice([Publication.PUBLISHED, Publication.HIDDEN, Publication.RETURNED])
        if self.chance.random() < 0.5:
            with self.cast.house.private.writing() as db:
                entry: Any = db.get(model_of(one.collection), one.id)
                entry.publication = outcome
                entry.sharing = self.chance.choice(list(Sharing))
        else:
            self.cast.decide(one, outcome, by=self.cast.steward(email=f"s{len(self.acts)}@example.org"))

    def withdraw(self) -> None:
        one = self._any()
        if one is not None:
            self.cast.withdraw(one)

    def help_initiative(self) -> None:
        one = self._any("initiatives")
        if one is not None:
            with self.cast.house.private.writing() as db:
                helped = EnablerAnswers(kind=EnablerKind.SPACE, text=f"A yard {self.chance.random()}")
                db.add_all(barriers.enablers_of([helped], initiative_id=one.id))

    def drop_enabler(self) -> None:
        with self.cast.house.private.writing() as db:
            enablers = db.scalars(select(Enabler).order_by(Enabler.text, Enabler.id)).all()
            if enablers:
                db.delete(self.chance.choice(enablers))

    def move_enabler(self) -> None:
        with self.cast.house.private.writing() as db:
            enablers = db.scalars(select(Enabler).where(Enabler.barrier_id.is_not(None)).order_by(Enabler.text)).all()
            others = db.scalars(select(Barrier.id).order_by(Barrier.id)).all()
            if enablers:
                self.chance.choice(enablers).barrier_id = self.chance.choice(others)

    def redraw(self) -> None:
        slug = self.chance.choice(SLUGS)
        with self.cast.house.private.writing() as db:
            home = db.get_one(Neighbourhood, slug)
            now = home.boundaries[-1]
            now.valid_to = date(2026, 1, 1)
            shape = now.shape.buffer(self.chance.choice([-0.0009, 0.0007, 0.002]))
            home.boundaries.append(Boundary(shape=shape, valid_from=date(2026, 1, 1)))

    def rename(self) -> None:
        with self.cast.house.private.writing() as db:
            db.get_one(Neighbourhood, self.chance.choice(SLUGS)).name = f"Name {self.chance.random()}"

    def delete(self) -> None:
        one = self._any()
        if one is not None:
            self.planted.remove(one)
            with self.cast.house.private.writing() as db:
                db.delete(db.get(model_of(one.collection), one.id))

    def review(self) -> None:
        with self.cast.house.private.writing() as db:
            db.get_one(Neighbourhood, self.chance.choice(SLUGS)).review = self.chance.choice(list(ReviewPolicy))

    def count_many(self) -> None:
        for _ in range(self.chance.choice([3, 8])):
            self.planted.append(self.cast.plant("barriers", sharing=Sharing.COUNTED_ONLY, kind="gatekeeping"))

    def gather(self) -> None:
        """Some reports, three of them new and public, sit together from now on, as a person or a night decides."""
        fresh = [
            self.cast.plant("barriers", what_happened=f"Happened {self.chance.random()}", sharing=Sharing.NEIGHBOURHOOD)
            for _ in range(3)
        ]
        self.planted += fresh
        with self.cast.house.private.writing() as db:
            patterns = db.scalars(select(Pattern).order_by(Pattern.created_at, Pattern.id)).all()
            is_new = not patterns or self.chance.random() < 0.4
            pattern = new_pattern(db, is_sure=True) if is_new else self.chance.choice(patterns)
            pattern.title = self.chance.choice(["", f"Named {self.chance.random()}"])
            ids = db.scalars(select(Barrier.id).order_by(Barrier.what_happened, Barrier.id)).all()
            for barrier_id in {*self.chance.sample(ids, min(len(ids), 3)), *(one.id for one in fresh)}:
                barrier = db.get_one(Barrier, barrier_id)
                barrier.institution_id = self._institution(db)
                barrier.sharing = self.chance.choice([Sharing.NEIGHBOURHOOD, Sharing.NEIGHBOURHOOD, barrier.sharing])
                barrier.kind = self.chance.choice(
                    [BarrierKind.HEALTH_AND_SAFETY, BarrierKind.GATEKEEPING, barrier.kind]
                )
                barrier.initiative_id = self.chance.choice([None, None, barrier.initiative_id])
                if barrier.publication is not Publication.WITHDRAWN:
                    barrier.publication = Publication.PUBLISHED
                seat(db, barrier_id, pattern.id)

    def merge_patterns(self) -> None:
        with self.cast.house.private.writing() as db:
            patterns = db.scalars(select(Pattern).where(Pattern.merged_into_id.is_(None)).order_by(Pattern.id)).all()
            if len(patterns) > 1:
                kept, gone = patterns[:2]
                gone.merged_into_id = kept.id
                steward = add_person(
                    db, email="p@example.org", role=Role.STEWARD, neighbourhood=SLUGS[0], institution=None
                )
                db.add(
                    Decision(
                        collection="patterns", entry_id=kept.id, neighbourhood=SLUGS[0], outcome=PatternAct.MERGED,
                        is_logged=self.chance.random() < 0.5, person_id=steward.id, decided_at=clock.now(),
                    )
                )  # fmt: skip
                for member in db.scalars(select(PatternMember).where(PatternMember.pattern_id == gone.id)):
                    member.pattern_id = kept.id

    def drop_member(self) -> None:
        with self.cast.house.private.writing() as db:
            members = db.scalars(select(PatternMember).order_by(PatternMember.since, PatternMember.barrier_id)).all()
            if members:
                db.delete(self.chance.choice(members))

    def respond(self) -> None:
        with self.cast.house.private.writing() as db:
            subjects = [("patterns", one) for one in db.scalars(select(Pattern.id).order_by(Pattern.created_at))]
            subjects += [("barriers", one) for one in db.scalars(select(Barrier.id).order_by(Barrier.what_happened))]
            if not subjects:
                return
            collection, subject_id = self.chance.choice(subjects)
            person = add_person(
                db, email="o@example.org", role=Role.OFFICER, neighbourhood=None, institution="Eastmoor City Council"
            )
            db.add(
                Response(
                    collection=collection, subject_id=subject_id, institution_id=self._institution(db),
                    state=self.chance.choice(list(ResponseState)), text=f"Answer {self.chance.random()}",
                    publication=self.chance.choice([Publication.DRAFT, Publication.PUBLISHED, Publication.PUBLISHED]),
                    written_by_id=person.id, written_at=clock.now(), published_at=clock.now(),
                )
            )  # fmt: skip

    def correct_or_hide(self) -> None:
        with self.cast.house.private.writing() as db:
            responses = db.scalars(select(Response).order_by(Response.text)).all()
            if responses:
                one = self.chance.choice(responses)
                one.publication = self.chance.choice([Publication.HIDDEN, Publication.PUBLISHED])
                one.corrects_id = self.chance.choice([other.id for other in responses if other is not one] or [None])

    def tell_outcome(self) -> None:
        with self.cast.house.private.writing() as db:
            responses = db.scalars(select(Response.id).order_by(Response.text)).all()
            told = set(db.execute(select(GroupOutcome.barrier_id, GroupOutcome.response_id)).all())
            barriers = db.scalars(select(Barrier.id).order_by(Barrier.what_happened)).all()
            for barrier_id in barriers[:5]:
                response_id = self.chance.choice(responses) if responses else None
                if response_id is not None and (barrier_id, response_id) not in told:
                    outcome = self.chance.choice(list(Outcome))
                    db.add(
                        GroupOutcome(
                            barrier_id=barrier_id, response_id=response_id, outcome=outcome, said_at=clock.now()
                        )
                    )

    def rename_institution(self) -> None:
        with self.cast.house.private.writing() as db:
            institution = db.get_one(Institution, self._institution(db))
            institution.name = f"Council {self.chance.random()}"
            institution.agreed_since = self.chance.choice([None, date(2026, 1, 5)])

    def _institution(self, db: Session) -> str:
        found = db.scalar(select(Institution.id).order_by(Institution.created_at).limit(1))
        if found is not None:
            return found
        council = Institution(name="Council", kind=InstitutionKind.COUNCIL, areas=[], other_names=[])
        council.created_at = clock.now()
        db.add(council)
        db.flush()
        return council.id

    def _plant(self, collection: str, given: dict[str, Any]) -> None:
        slug = self.chance.choice(SLUGS)
        publication = self.chance.choice([Publication.PUBLISHED] * 3 + [Publication.SUBMITTED])
        place = self._place(slug)
        self.planted.append(
            self.cast.plant(collection, place=place, publication=publication, neighbourhood=slug, **given)
        )

    def _place(self, slug: str) -> Any:
        home = shapely.Point(self.chance.choice(SPOTS[slug]))
        with self.cast.house.private.reading() as db:
            boundary = db.get_one(Neighbourhood, slug).boundary
        if not boundary.intersects(home):
            return None
        return self.chance.choice([home, home, None, home.buffer(0.002).intersection(boundary).envelope])

    def _any(self, collection: str | None = None) -> Planted | None:
        able = [one for one in self.planted if collection in {None, one.collection}]
        return self.chance.choice(able) if able else None

    def _initiative(self) -> dict[str, Any]:
        return {
            "title": f"Title {self.chance.random()}",
            "activity": self.chance.choice(list(Activity)),
            "lifecycle": self.chance.choice(list(Lifecycle)),
            "first_active": self.chance.choice(["", "2019", "2020-03", "2021-04-05"]),
            "last_active": self.chance.choice(["", "2023", "2024-03", "2025-04-05"]),
            "sharing": self.chance.choice(list(Sharing)),
        }

    def _barrier(self) -> dict[str, Any]:
        with self.cast.house.private.reading() as db:
            shown = db.scalars(
                select(Initiative.id)
                .where(
                    Initiative.publication == Publication.PUBLISHED,
                    Initiative.sharing.in_([one for one in Sharing if one.is_shown]),
                )
                .order_by(Initiative.title)
            ).all()
        return {
            "kind": self.chance.choice(list(BarrierKind)),
            "what_happened": f"Happened {self.chance.random()}",
            "happened": self.chance.choice(["", "2019", "2020-03", "2021-04-05"]),
            "initiative": self.chance.choice([*shown, None]),
            "enablers": [{"kind": "coaching", "text": f"Helped {self.chance.random()}"}] * self.chance.choice([0, 1]),
            "sharing": self.chance.choice(list(Sharing)),
        }
