"""How being funded went, programme by programme: what groups said, in numbers, and what the funder replied."""

from typing import Any

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from app.public.answers import unchanged
from app.public.page_answers import page_etag, send_page
from app.public.patterns.words import day_words, number
from app.published.queries import Published, Question
from app.vocabulary import Burden, CouldChange, DecidedBy, DecisionWait, WouldAgain
from app.web.house import house_of

# Before the pages of neighbourhoods: `/funders/{slug}` would take this address, too.
router = APIRouter(include_in_schema=False)

_MOST = 10_000
# What many said, by question and word: of one group, and of several.
_SAID = {
    ("wait", DecisionWait.UP_TO_14): "waited two weeks or less",
    ("wait", DecisionWait.UP_TO_60): "waited up to two months",
    ("wait", DecisionWait.UP_TO_180): "waited up to half a year",
    ("wait", DecisionWait.LONGER): "waited longer than half a year",
    ("burden", Burden.LIGHT): "found asking and reporting light",
    ("burden", Burden.FAIR): "found the work fair",
    ("burden", Burden.HEAVY): "found asking and reporting too heavy",
    ("decided_by", DecidedBy.FUNDER_ALONE): "said that the funder decided alone",
    ("decided_by", DecidedBy.WITH_LOCAL_PEOPLE): "said that the funder decided with local people",
    ("decided_by", DecidedBy.LOCAL_PEOPLE): "said that local people decided",
    ("decided_by", DecidedBy.NOT_TOLD): "said that nobody told them who decided",
    ("could_change", CouldChange.FREELY): "could change their plans freely",
    ("could_change", CouldChange.AFTER_ASKING): "could change their plans after asking",
    ("could_change", CouldChange.NO): "could not change their plans",
    ("again", WouldAgain.YES): "would ask again",
    ("again", WouldAgain.MAYBE): "would perhaps ask again",
    ("again", WouldAgain.NO): "would not ask again",
}


@router.get("/funders/programmes")
def programmes(request: Request) -> Response:
    """Sentences first, then the numbers, then the reply; "too few to say" below five groups."""
    published = house_of(request).published
    etag = page_etag(request, published.version("programmes")[0])
    same = unchanged(request, etag)
    if same is not None:
        return same
    told = [programme_in_words(one) for one in _all(published)]
    return send_page(request, "public/programmes.html", {"programmes": told}, etag)


def _all(published: Published) -> list[dict[str, Any]]:
    features = (orjson.loads(raw) for raw in published.page(Question("programmes", limit=_MOST)).features)
    found = [feature["properties"] | {"id": feature["id"]} for feature in features]
    # By name: what was said of one is no reason to stand before another.
    return sorted(found, key=lambda one: (one["funder"].casefold(), one["name"].casefold(), one["id"]))


def programme_in_words(told: dict[str, Any]) -> dict[str, Any]:
    """A published programme as the page shows it."""
    reviews, reply = told["reviews"], told["reply"]
    return {
        "id": told["id"],
        "name": told["name"],
        "funder": told["funder"],
        "demonstration": told.get("demonstration", False),
        "sentences": sentences(reviews) if reviews else [],
        "questions": [one for one in reviews["questions"] if one["answers"]] if reviews else [],
        "groups": reviews["groups"] if reviews else 0,
        "reply": reply | {"when": day_words(reply["published"])} if reply else None,
    }


def sentences(reviews: dict[str, Any]) -> list[str]:
    """How many groups told, and of each question what most of them said."""
    lines = [f"{number(reviews['groups']).capitalize()} groups told how it went."]
    for question in reviews["questions"]:
        most = max((one["groups"] for one in question["answers"]), default=0)
        # Where several answers were given equally often, none of them is what most said.
        first = [one for one in question["answers"] if one["groups"] == most]
        words = _SAID.get((question["name"], first[0]["word"])) if len(first) == 1 else None
        if words:
            lines.append(f"{number(most).capitalize()} {words}.")
    return lines
