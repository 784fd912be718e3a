"""The funders' page as a file for spreadsheets: one line for each initiative, problem, grant and measure shown."""

from collections.abc import Iterator

from app.ecology.measures import Measures
from app.public.funders.facts import MONEY, RECOGNITION, Facts
from app.public.funders.grants import money
from app.vocabulary import Recognition

COLUMNS = (
    *("line", "title", "in words", "what people do", "who does it", "how it is going", "began", "rested or ended"),
    *("what got in the way", "what helped", "something got through", "could be lifted by", "recognised by"),
    *("published grants", "value", "low", "high", "records", "a year ago", "made up", "credit", "address"),
)


def lines(facts: Facts, found: Measures, public_url: str) -> Iterator[list[str]]:
    """Everything that the page shows, whole lists and all, in its order."""
    for cells in (*_initiatives(facts, public_url), *_problems(facts, public_url), *_grants(facts), *_measures(found)):
        yield [cells.get(name, "") for name in COLUMNS]


def _initiatives(facts: Facts, public_url: str) -> Iterator[dict[str, str]]:
    for one in facts.chosen:
        gates = facts.gates_by_initiative.get(one.id, ())
        granted = facts.grants.of_initiative.get(one.id, ())
        official = [told.by for told in one.recognitions]
        yield {
            "line": "initiative",
            "title": one.title,
            "what people do": one.activity.label if one.activity else "",
            "who does it": one.formality.label if one.formality else "",
            "how it is going": one.lifecycle.label if one.lifecycle else "",
            "began": str(one.born.year) if one.born else "",
            "rested or ended": str(one.rested.year) if one.rested else "",
            "what got in the way": "; ".join(gate.label for gate in gates),
            "what helped": "; ".join(kind.label for kind in one.helped),
            "recognised by": "; ".join(dict.fromkeys([*_labels(one.recognised_by), *official])),
            "published grants": "; ".join(
                f"{each['funder']}, {money(each['amount'] or 0, each['currency'])}" for each in granted
            )
            or ("" if facts.grants.is_empty else "no published grant found"),
            "made up": "yes" if one.is_demonstration else "",
            "address": public_url + one.url,
        }


def _problems(facts: Facts, public_url: str) -> Iterator[dict[str, str]]:
    money_kinds, recognition_kinds = ({str(kind) for kind in kinds} for kinds in (MONEY, RECOGNITION))
    for gate in facts.gates:
        owner = facts.ecology.lives.get(gate.initiative or "")
        lifted = (
            "money" if gate.kind in money_kinds else "recognition" if gate.kind in recognition_kinds else "an office"
        )
        yield {
            "line": "what got in the way",
            "title": gate.label,
            "in words": gate.effect.label if gate.effect else "",
            "what got in the way": owner.title if owner else "",
            "what helped": "; ".join(kind.label for kind in gate.helped),
            "something got through": "yes" if gate.is_opened else "no",
            "could be lifted by": lifted,
            "began": str(gate.happened.year) if gate.happened else "",
            "made up": "yes" if gate.is_demonstration else "",
            "address": f"{public_url}/barriers/{gate.id}",
        }


def _grants(facts: Facts) -> Iterator[dict[str, str]]:
    for line, found in (
        ("published grant", facts.grants_here),
        ("published grant for the city", facts.not_here(facts.grants.of_city)),
    ):
        for one in found:
            yield {
                "line": line,
                "title": one["title"],
                "in words": f"{one['funder']} to {one['recipient']}",
                "began": one["awarded"],
                "published grants": money(one["amount"] or 0, one["currency"]),
                "made up": "yes" if one.get("demonstration") else "",
                "credit": one.get("credit") or "",
            }


def _measures(found: Measures) -> Iterator[dict[str, str]]:
    for one in found:
        now = one.now
        numbers = dict.fromkeys(("value", "low", "high"), "")
        if now.is_told:
            numbers = {name: "" if (held := getattr(now, name)) is None else f"{held:.4f}" for name in numbers}
        yield {
            "line": "measure of the whole neighbourhood",
            "title": now.name,
            "in words": now.sentence(),
            "records": str(now.n),
            "a year ago": one.then.brief(),
            **numbers,
        }


def _labels(codes: tuple[str, ...]) -> list[str]:
    words = (Recognition.named(code) for code in codes)
    return [word.label for word in words if word is not None and word is not Recognition.NOBODY_YET]
