"""Secrets are planted in everything that is withheld, and looked for in every answer that a visitor can get.

The routes are read from the application: a new one joins by itself, and one that cannot be asked fails the test.
"""

import hashlib
import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from sqlalchemy import select
from starlette.responses import JSONResponse, Response

from app.accounts.sign_in import make_link
from app.barriers.models import Barrier
from app.funding.models import Programme
from app.initiatives.models import Initiative
from app.vocabulary import Publication, Sharing
from app.web.house import house_of
from tests.support.cast import CHAPELTOWN, Cast, Planted, coordinate_texts, hidden_spots, model_of
from tests.support.crawl import CannotFill, Crawl, Heard
from tests.support.granting import grant_secrets
from tests.support.learned_worlds import learn_secrets
from tests.support.tying import tie_secrets

# Two places in Chapeltown that may be seen by everyone: their coordinates are no secret.
IN_THE_OPEN = {"initiatives": (-1.5309, 53.8172), "barriers": (-1.5312, 53.8175)}
TEXTS = {
    "initiatives": ("title", "summary", "story"),
    "barriers": ("what_happened", "holder", "rule_cited", "what_helped"),
}
COLLECTIONS = tuple(TEXTS)


@dataclass
class Secrets:
    """What must never be seen, each with where it was put; and what everyone may see, to know that we looked."""

    hidden: dict[str, str] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)
    planted: list[Planted] = field(default_factory=list)
    more_ids: list[str] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(21))

    def word(self, where: str) -> str:
        """A fresh word that stands nowhere else; `where` is "" for one that may be seen."""
        word = "kanari" + "".join(self.chance.choice(string.ascii_lowercase) for _ in range(12))
        if where:
            self.hidden[word] = where
        else:
            self.shown.add(word)
        return word

    def found_in(self, answer: Heard) -> list[str]:
        """Which secrets the answer tells."""
        return sorted({where for text in answer.texts for secret, where in self.hidden.items() if secret in text})


def plant_everything(cast: Cast) -> Secrets:
    """An entry of each kind in each state, and people, links and decisions around them, all with secrets."""
    secrets = Secrets()
    states = [
        (collection, sharing, state) for collection in COLLECTIONS for sharing in Sharing for state in Publication
    ]
    places = hidden_spots(CHAPELTOWN, len(states) * 2, seed=8, but=tuple(IN_THE_OPEN.values()))
    for collection, sharing, state in states:
        is_shown = state is Publication.PUBLISHED and sharing.is_shown
        where = "" if is_shown else f"the text of a {sharing}, {state} one of {collection}"
        place = IN_THE_OPEN[collection] if is_shown and sharing is Sharing.EXACT else places.pop()
        answers: dict[str, Any] = {name: secrets.word(where) for name in TEXTS[collection]}
        if collection == "barriers":
            answers["enablers"] = [{"kind": "space", "text": secrets.word(where)}]
        planted = cast.plant(
            collection,
            place=place,
            sharing=sharing,
            publication=state,
            steward_note=secrets.word("a steward's note"),
            **answers,
        )
        _keep_secret(secrets, planted, place if place in places or place not in IN_THE_OPEN.values() else None)
        if not is_shown:
            secrets.hidden[planted.id] = f"the id of a {sharing}, {state} one"
    _once_public(cast, secrets, places)
    _people(cast, secrets)
    _learned(cast, secrets)
    _tied(cast, secrets)
    _granted(cast, secrets)
    return secrets


def _granted(cast: Cast, secrets: Secrets) -> None:
    """Grants matched with one that everyone sees, and with one of each sort that nobody does."""
    seen = cast.plant(title=secrets.word(""), sharing="neighbourhood")
    unseen = [
        cast.plant(title=secrets.word("a title beside a grant"), sharing="counted_only"),
        cast.plant(title=secrets.word("a title beside a grant"), sharing="stewards_only"),
        cast.plant(title=secrets.word("a title beside a grant"), publication=Publication.HIDDEN),
    ]
    secrets.planted += [seen, *unseen]
    secrets.hidden |= {one.id: "the id of one beside a grant" for one in unseen}
    grant_secrets(cast, seen, unseen, secrets.word, secrets.more_ids)


def _tied(cast: Cast, secrets: Secrets) -> None:
    """Ties and vouches between what everyone sees, and to what nobody does."""
    doing = [one for one in secrets.planted if one.collection == "initiatives"]
    unseen = [one for one in doing if one.id in secrets.hidden]
    seen = [cast.plant(title=secrets.word(""), sharing="neighbourhood") for _ in range(3)]
    secrets.planted += seen
    asked_for: set[str] = set()

    def remember(one: str, where: str) -> None:
        secrets.hidden[one] = where
        if where not in asked_for:
            # One of each sort is asked for by its id: there are too many to ask for all.
            asked_for.add(where)
            secrets.more_ids.append(one)

    tie_secrets(cast, seen, unseen, secrets.word, remember)


def _learned(cast: Cast, secrets: Secrets) -> None:
    """Journals, recognition and reviews around one that everyone sees, and around one that nobody does."""
    seen, unseen = cast.plant(sharing="neighbourhood"), cast.plant(sharing="stewards_only")
    secrets.planted += [seen, unseen]

    def remember(one: str, where: str) -> None:
        secrets.hidden[one] = where
        secrets.more_ids.append(one)

    learn_secrets(cast, seen, unseen, secrets.word, remember)
    with cast.house.private.reading() as db:
        secrets.more_ids += db.scalars(select(Programme.id)).all()


def _once_public(cast: Cast, secrets: Secrets, places: list[tuple[float, float]]) -> None:
    """What was public and is not any more, by each way there is."""
    steward = cast.steward(email=f"{secrets.word('an e-mail address')}@example.org")
    ways: dict[str, Callable[[Planted], None]] = {
        "hidden": lambda one: cast.decide(one, Publication.HIDDEN, note=secrets.word("a note"), by=steward),
        "returned": lambda one: cast.decide(one, Publication.RETURNED, note=secrets.word("a note"), by=steward),
        "withdrawn": cast.withdraw,
        "counted only": lambda one: _share(cast, one, Sharing.COUNTED_ONLY),
        "for stewards only": lambda one: _share(cast, one, Sharing.STEWARDS_ONLY),
    }
    for collection in COLLECTIONS:
        for way, act in ways.items():
            place = places.pop()
            texts: dict[str, Any] = {name: secrets.word(f"the text of what is {way} now") for name in TEXTS[collection]}
            planted = cast.plant(collection, place=place, sharing="street", **texts)
            _keep_secret(secrets, planted, place)
            act(planted)


def _share(cast: Cast, planted: Planted, sharing: Sharing) -> None:
    with cast.house.private.writing() as db:
        entry: Any = db.get_one(model_of(planted.collection), planted.id)
        entry.sharing = sharing


def _keep_secret(secrets: Secrets, planted: Planted, place: tuple[float, float] | None) -> None:
    secrets.planted.append(planted)
    secrets.hidden[planted.secret] = "the secret of an edit link"
    secrets.hidden[hashlib.sha256(planted.secret.encode()).hexdigest()] = "the hash of an edit link"
    for text in coordinate_texts([place]) if place else ():
        secrets.hidden[text] = f"an exact place of {planted.collection}"


def _people(cast: Cast, secrets: Secrets) -> None:
    person = cast.steward(email=f"{secrets.word('an e-mail address')}@example.org")
    secrets.hidden[person.id] = "the id of a person"
    secrets.hidden[cast.signed_in(person)] = "a session"
    with cast.house.private.writing() as db:
        secrets.hidden[make_link(db, person)] = "the secret of a sign-in link"
    secrets.hidden[cast.house.settings.web.secret_key] = "the secret key"


def crawl_of(app: FastAPI, client: TestClient, secrets: Secrets) -> Crawl:
    ids = [planted.id for planted in secrets.planted] + secrets.more_ids
    fills = {
        "collection": ["initiatives", "barriers", "neighbourhoods", "patterns", "connections", "nowhere"],
        "slug": ["chapeltown", "seacroft", "nowhere"],
        "name": ["title", "sharing", "activities", "openings", "nowhere"],
        "pattern_id": ["1", "gatekeeping", "chapeltown-gatekeeping"],
    } | dict.fromkeys(("feature_id", "record_id", "entry_id", "grant_id"), ids)
    return Crawl(app, client, fills)


def leaks(app: FastAPI, client: TestClient, secrets: Secrets) -> list[str]:
    """Every secret that was told, with the question that got it."""
    told: list[str] = []
    crawl = crawl_of(app, client, secrets)

    def look(answer: Heard) -> None:
        # What was asked for by its id may be named again.
        told.extend(
            f"{answer.method} {answer.url}: {where}"
            for where in secrets.found_in(answer)
            if not (where.startswith("the id of") and _names_what_was_asked(answer, secrets))
        )

    crawl.everywhere(look)
    broken = [f"{one.method} {one.url}: {one.status}" for one in crawl.heard if one.status >= 500]
    assert broken == []
    assert len(crawl.heard) > 500
    reached = {word for word in secrets.shown for one in crawl.heard if word.encode() in one.body}
    assert reached == secrets.shown, "the crawler did not reach what everyone may see"
    return told


def _names_what_was_asked(answer: Heard, secrets: Secrets) -> bool:
    others = [one for one, where in secrets.hidden.items() if where.startswith("the id of") and one not in answer.url]
    return not any(one in text for one in others for text in answer.texts)


@pytest.mark.slow
def test_no_route_tells_a_visitor_what_is_withheld(app: FastAPI, client: TestClient, cast: Cast) -> None:
    secrets = plant_everything(cast)
    assert leaks(app, client, secrets) == []


# --- The test would notice ---


def _tells_a_title(request: Request) -> Response:
    with house_of(request).private.reading() as db:
        hidden = db.query(Initiative).filter(Initiative.sharing == Sharing.STEWARDS_ONLY).first()
    return Response(hidden.title if hidden else "")


def _tells_a_place(request: Request) -> Response:
    with house_of(request).private.reading() as db:
        hidden = db.query(Barrier).filter(Barrier.sharing == Sharing.STREET, Barrier.exact_shape.is_not(None)).first()
    return JSONResponse({"centre": list(hidden.exact_shape.coords[0])} if hidden and hidden.exact_shape else {})


def _tells_in_a_header(request: Request) -> Response:
    with house_of(request).private.reading() as db:
        hidden = db.query(Barrier).filter(Barrier.sharing == Sharing.COUNTED_ONLY).first()
    return Response("nothing here", headers={"ETag": f'"{hidden.id}"'} if hidden else {})


@pytest.mark.parametrize(
    ("endpoint", "what"),
    [
        (_tells_a_title, "the text of a stewards_only"),
        (_tells_a_place, "an exact place of barriers"),
        (_tells_in_a_header, "the id of a counted_only"),
    ],
)
def test_a_route_that_tells_would_be_noticed(few: "Few", endpoint: Callable[..., Any], what: str) -> None:
    few.app.add_api_route("/try/leak", endpoint, methods=["GET"])
    told = leaks_of_one(few, "/try/leak")
    assert any(what in one for one in told), told


def test_a_route_that_cannot_be_asked_would_be_noticed(few: "Few") -> None:
    few.app.add_api_route("/try/{shoe_size}", _tells_a_title, methods=["GET"])
    with pytest.raises(CannotFill, match="shoe_size"):
        crawl_of(few.app, few.client, few.secrets).everywhere(lambda _answer: None)


@dataclass
class Few:
    app: FastAPI
    client: TestClient
    secrets: Secrets


@pytest.fixture
def few(sqlite_url: str) -> Iterator[Few]:
    """A store with every secret in it, on SQLite, to add a bad route to."""
    from app.main import create_app
    from tests.support.service import settings_for

    app = create_app(settings_for(sqlite_url))
    cast = Cast(app.state.house)
    cast.found()
    secrets = plant_everything(cast)
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        yield Few(app, client, secrets)
    app.state.house.close()


def leaks_of_one(few: Few, path: str) -> list[str]:
    """As `leaks`, for one address."""
    answer = few.client.get(path)
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.multi_items())
    return few.secrets.found_in(Heard("GET", path, answer.status_code, headers, answer.content))
