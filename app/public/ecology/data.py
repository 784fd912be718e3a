"""The data behind the ecology map: compact columns, months as numbers. Nothing in it but what everyone may read."""

from collections.abc import Sequence
from typing import Any

import orjson

from app.ecology.grouping import Grouped
from app.ecology.moments import Form, Moments, form_of
from app.ecology.records import Gate, Living
from app.vocabulary import Activity, ConnectionKind, Effect, EnablerKind, PeopleBand

# How exactly something is shown; a square is an area, and the last two have no place at all.
_PLACE, _SQUARE, _NOWHERE, _ELSEWHERE = range(4)
_ACTIVITIES = [str(one) for one in Activity]
_BANDS = [str(one) for one in PeopleBand]
_FORMS = [str(one) for one in Form]
_KINDS = [str(one) for one in ConnectionKind]
_ENABLERS = [str(one) for one in EnablerKind]


def ecology_data(moments: Moments, grouped: Grouped | None, hidden: Sequence[str]) -> bytes:
    """What `frontend/src/ecology/data.ts` describes. With `grouped`, one entry stands for many initiatives."""
    drawn = grouped.ecology if grouped else moments.ecology
    calendar = moments.calendar
    lives = list(drawn.lives.values())
    number = {one.id: at for at, one in enumerate(lives)}
    cells: dict[tuple[tuple[float, float], ...], int] = {}
    spans = {one.id: moments.spans[one.id] for one in lives} if grouped is None else {}
    of_groups = moments.of_groups(drawn) if grouped else moments
    gate_number = {one.id: at for at, one in enumerate(drawn.gates)}
    body: dict[str, Any] = {
        "first": calendar.code(0),
        "months": calendar.count,
        "words": _words(),
        "hidden": hidden,
        "lives": {
            "id": [one.id for one in lives],
            "title": [one.title for one in lives],
            "activity": [_ACTIVITIES.index(one.activity) if one.activity else None for one in lives],
            "form": [_FORMS.index(form_of(one)) for one in lives],
            "size": [_BANDS.index(one.people) if one.people else None for one in lives],
            "born": [of_groups.spans[one.id].born for one in lives],
            "rested": [spans[one.id].rested if spans else None for one in lives],
            "shown": [_shown(one, drawn.slug) for one in lives],
            "spot": [one.spot if one.neighbourhood == drawn.slug else None for one in lives],
            "cell": [_cell(one, cells) if one.neighbourhood == drawn.slug else None for one in lives],
            "helped": [[_ENABLERS.index(kind) for kind in dict.fromkeys(one.helped)] for one in lives],
        },
        "ties": {
            "source": [number[tie.end] for tie in drawn.ties],
            "result": [number[tie.start] for tie in drawn.ties],
            "kind": [_KINDS.index(tie.kind) if tie.kind in _KINDS else 0 for tie in drawn.ties],
            "since": [of_groups.since(tie) for tie in drawn.ties],
        },
        "gates": _gates(drawn.gates, number, of_groups, cells),
        "moments": _moments(moments, number, gate_number),
    }
    body["cells"] = list(cells)
    if grouped is not None:
        body["groups"] = _groups(moments, grouped)
        body["ties"]["weight"] = [grouped.weights[tie.id] for tie in drawn.ties]
    return orjson.dumps(body)


def _words() -> dict[str, Any]:
    return {
        "activities": [[str(one), one.label] for one in Activity],
        "people": [one.label for one in PeopleBand],
        "kinds": [[str(one), one.label, one.back, one.is_mutual] for one in ConnectionKind],
        "enablers": [one.label for one in EnablerKind],
        "effects": [one.label for one in Effect],
    }


def _gates(gates: Sequence[Gate], number: dict[str, int], moments: Moments, cells: dict[Any, int]) -> dict[str, Any]:
    spans = [moments.gate_span(gate) for gate in gates]
    effects = list(Effect)
    return {
        "id": [gate.id for gate in gates],
        "label": [gate.label for gate in gates],
        "life": [number.get(gate.initiative or "") for gate in gates],
        "effect": [effects.index(gate.effect) if gate.effect else None for gate in gates],
        "since": [span.born for span in spans],
        "opened": [span.rested for span in spans],
        "helped": [[_ENABLERS.index(kind) for kind in dict.fromkeys(gate.helped)] for gate in gates],
        "spot": [gate.spot for gate in gates],
        "cell": [_cell(gate, cells) for gate in gates],
    }


def _moments(moments: Moments, number: dict[str, int], gate_number: dict[str, int]) -> list[list[Any]]:
    """For each month its sentence, and the numbers of what began, rested, ended, was first tied, stopped and opened."""
    rows: list[list[Any]] = []
    for month, one in enumerate(moments.every):
        lists = [one.began, one.rested, one.ended, one.joined]
        row = [[number[life] for life in held if life in number] for held in lists]
        gates = [[gate_number[gate] for gate in held if gate in gate_number] for held in (one.stopped, one.opened)]
        rows.append([moments.sentence(month), *row, *gates])
    return rows


def _groups(moments: Moments, grouped: Grouped) -> dict[str, Any]:
    """For each group the months in which its members began, and those from which they rested or were over."""
    began, over = [], []
    for held in grouped.members.values():
        spans = [moments.spans[one.id] for one in held]
        began.append(sorted(span.born for span in spans))
        over.append(sorted(span.rested for span in spans if span.rested is not None))
    return {"began": began, "over": over}


def _shown(life: Living, slug: str) -> int:
    if life.neighbourhood != slug:
        return _ELSEWHERE
    if life.spot is None:
        return _NOWHERE
    return _PLACE if life.is_exact else _SQUARE


def _cell(one: Living | Gate, cells: dict[Any, int]) -> int | None:
    return cells.setdefault(one.cell, len(cells)) if one.cell else None
