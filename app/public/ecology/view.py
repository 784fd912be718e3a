"""The drawing without places, as its template wants it: rows, curves and gates with words and addresses."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from app.ecology.layout import Curve, Drawing, GateMark, Row, draw
from app.ecology.lineage import Ripple
from app.ecology.records import Ecology, Tie
from app.public.ecology.made import Made
from app.public.ecology.words import described, when

# About as much as fits over a line on a phone, in letters of the usual width.
_LONGEST = 44
_SIZES = {"up_to_5": 20, "6_to_15": 23, "16_to_50": 26, "51_to_150": 29, "over_150": 32}
_USUAL_SIZE = 22


@dataclass(frozen=True)
class View:
    """What is drawn: all of it, its groups, or of a large ecology what one initiative led to and came from."""

    ecology: Ecology
    drawing: Drawing
    is_grouped: bool
    ripple: Ripple | None

    @classmethod
    def of(cls, made: Made, ripple: Ripple | None) -> "View":
        """The view of `made`; with a ripple of a grouped ecology, that part alone, where it can be drawn whole."""
        if not made.is_grouped:
            return cls(made.ecology, made.drawing, is_grouped=False, ripple=ripple)
        if ripple is not None and len(ripple.ids) <= 300:  # noqa: PLR2004 - as many as are ever drawn
            part = replace(
                made.ecology,
                lives={one: made.ecology.lives[one] for one in made.ecology.lives if one in ripple.ids},
                ties=list(made.lineage.ties_between(ripple.ids)),
                gates=[gate for gate in made.ecology.gates if gate.initiative in ripple.ids],
            )
            return cls(part, draw(part, made.moments.of_groups(part)), is_grouped=False, ripple=ripple)
        return cls(made.years.ecology, made.drawing, is_grouped=True, ripple=None)


def drawn(made: Made, view: View) -> dict[str, Any]:
    """For components/ecology_drawing.html."""
    ties: dict[str, list[Tie]] = defaultdict(list)
    for tie in view.ecology.ties:
        ties[tie.start].append(tie)
    lit = view.ripple.ids if view.ripple else frozenset()
    drawing = view.drawing
    number = {row.life.id: at for at, row in enumerate(drawing.rows)}
    return {
        "height": drawing.height,
        "is_long": len(drawing.rows) > 40,  # noqa: PLR2004 - then it scrolls by itself
        "is_grouped": view.is_grouped,
        "rows": [
            {"number": at, **_row(made, view, row, ties[row.life.id], lit)} for at, row in enumerate(drawing.rows)
        ],
        "curves": [_curve(curve, number, lit) for curve in drawing.curves],
        "years": drawing.years,
        "gates": [_gate(mark) for mark in drawing.gates],
        "alone_from": drawing.alone_from,
        "beside_from": drawing.beside_from,
        "has_ripple": view.ripple is not None,
    }


def _row(made: Made, view: View, row: Row, ties: list[Tie], lit: frozenset[str]) -> dict[str, Any]:
    life = row.life
    activity = str(life.activity or "other")
    if view.is_grouped:
        asked = {"activity": activity} if life.activity else {}
        asked |= {"from": str(life.born.year), "to": str(life.born.year)} if life.born else {}
        year = f"{life.born.year}, " if life.born else "no date, "
        name, url = year + life.title, f"/neighbourhoods/{made.ecology.slug}?{urlencode(asked)}"
        words = f"{name} began"
    else:
        name, url = life.title, f"?{urlencode({'from': life.id})}#together"
        words = described(made, life, ties)
    size = _SIZES.get(str(life.people), _USUAL_SIZE)
    return {
        "id": life.id,
        "name": _short(name),
        "words": words,
        "url": url,
        "activity": activity,
        "form": str(row.form),
        "is_elsewhere": bool(view.ecology.slug) and life.neighbourhood != view.ecology.slug,
        "when": "" if view.is_grouped else when(life),
        "y": row.y,
        "line": row.line,
        "start": row.start,
        "end": row.end,
        "is_open": row.is_open,
        "size": size,
        "gates": [_gate(mark) for mark in row.gates],
        "helped": [kind.label for kind in dict.fromkeys(life.helped)],
        "is_lit": life.id in lit,
        "is_chosen": view.ripple is not None and view.ripple.one == life.id,
    }


def _gate(mark: GateMark) -> dict[str, Any]:
    gate = mark.gate
    helped = ", ".join(kind.label.lower() for kind in dict.fromkeys(gate.helped))
    words = [gate.label, gate.effect.label if gate.effect else ""]
    if mark.is_opened:
        words.append(f"got through, helped by: {helped}" if helped else "got through")
    return {
        "x": mark.x,
        "y": mark.y,
        "is_opened": mark.is_opened,
        "has_help": bool(gate.helped),
        "words": ". ".join(part for part in words if part),
        "id": gate.id,
        "url": f"/barriers/{gate.id}",
    }


def _curve(curve: Curve, number: Mapping[str, int], lit: frozenset[str]) -> dict[str, Any]:
    """Rows are named by their numbers: ids would make up most of the page."""
    return {
        "path": curve.path,
        "kind": curve.kind,
        "source": number[curve.source],
        "result": number[curve.result],
        "tip": curve.tip,
        "down": curve.points_down,
        "is_mutual": curve.is_mutual,
        "is_lit": not curve.is_mutual and curve.source in lit and curve.result in lit,
    }


def _short(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return (text[:_LONGEST].rpartition(" ")[0] or text[:_LONGEST]) + " …"
