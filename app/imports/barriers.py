"""Rows as reports of what stood in the way, such as a council's own past cases: never finer than the neighbourhood."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.barriers.answers import BarrierAnswers
from app.imports.categories import BARRIERS, by_code_or_label
from app.imports.places import ImportedPlace
from app.imports.rows import AcceptedRow, Provenance, Reading, Sorting, SourceRow
from app.kit.answers import read_answers
from app.kit.errors import Invalid
from app.kit.text import looks_personal
from app.neighbourhoods.models import Neighbourhood
from app.vocabulary import BarrierKind, Effect, Sharing, Stage

# Nobody chose a finer sharing for their case when they wrote to an office.
SHARINGS = (Sharing.NEIGHBOURHOOD, Sharing.COUNTED_ONLY)
_PLAIN = ("holder", "rule_cited", "what_helped", "language")
_BRITISH_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")
_ISO_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]")


@dataclass(frozen=True)
class Choices:
    """What holds for the whole file: how categories are read, and what is said where no column says it."""

    kinds: Mapping[str, BarrierKind] = field(default_factory=dict)
    default_kind: BarrierKind | None = None
    given: Provenance = field(default_factory=lambda: Provenance("", "", ""))
    sharing: Sharing = Sharing.NEIGHBOURHOOD


def sort_rows(
    rows: Iterable[SourceRow], mapping: Mapping[str, str], homes: Sequence[Neighbourhood], choices: Choices
) -> Sorting[BarrierAnswers]:
    """Read each row on its own: one that is wrong never keeps another out. Nothing is written."""
    return _Reading(mapping, homes, choices).sort(rows)


def look_personal(rows: Sequence[AcceptedRow[BarrierAnswers]]) -> list[int]:
    """Lines of rows whose words may give a person away: somebody should look before everyone can."""
    return [row.line for row in rows if any(looks_personal(text) for text in _texts(row.answers))]


class _Reading(Reading[BarrierAnswers]):
    def __init__(self, mapping: Mapping[str, str], homes: Sequence[Neighbourhood], choices: Choices) -> None:
        super().__init__(mapping, homes, choices.given)
        self._choices = choices

    def answers(self, cells: Mapping[str, str], place: ImportedPlace) -> BarrierAnswers:
        del place  # It has told the neighbourhood.
        category = cells.get("kind", "")
        kind = BARRIERS.meant(category, self._choices.kinds, self._choices.default_kind)
        if kind is None:
            told = f"The kind “{category[:60]}” is not known" if category else "It has no kind"
            raise Invalid(f"{told}: say --kind-map or --default-kind.", field="kind")
        given: dict[str, Any] = {word: cells[word] for word in _PLAIN if cells.get(word)}
        given["what_happened"] = cells.get("what_happened", "")
        given["kind"] = kind
        given["stage"] = by_code_or_label(Stage, cells.get("stage", "")) or cells.get("stage", "")
        given["effect"] = by_code_or_label(Effect, cells.get("effect", "")) or cells.get("effect", "")
        given["happened"] = _day(cells.get("happened", ""))
        given["sharing"] = self._choices.sharing
        return read_answers(BarrierAnswers, given)

    def fingerprint(self, answers: BarrierAnswers, place: ImportedPlace, home: str) -> str:
        del place  # It is not kept.
        told = "\n".join((*_texts(answers), str(answers.happened), home))
        return "row-" + hashlib.sha256(told.encode()).hexdigest()[:32]

    def kept_shape(self, place: ImportedPlace) -> None:
        """Nothing: where the neighbourhood is all that is ever shown, the door that it happened at is not kept."""


def _texts(answers: BarrierAnswers) -> tuple[str, ...]:
    return answers.what_happened, answers.holder, answers.rule_cited, answers.what_helped


def _day(text: str) -> str:
    """A day as a British spreadsheet or a database writes it, as we do: 17/04/2021 and 2021-04-17T09:30 are one."""
    if found := _BRITISH_DAY.match(text):
        day, month, year = found.groups()
        return f"{year}-{month.zfill(2)}-{day.zfill(2)}"
    found = _ISO_TIME.match(text)
    return found.group(1) if found else text
