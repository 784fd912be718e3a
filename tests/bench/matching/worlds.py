"""Cities with planted barriers, read from a folder that holds a `bench.py` with a class `World`."""

import importlib.util
import math
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from app.matching.corpus import Ints
from app.matching.reports import Report

_EPOCH = date(2020, 1, 1)
_ADJACENT = 6


def load(folder: Path) -> ModuleType:
    """The benchmark module of `folder`."""
    spec = importlib.util.spec_from_file_location("planted_barriers", folder / "bench.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"{folder} holds no bench.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["planted_barriers"] = module
    spec.loader.exec_module(module)
    return module


def as_reports(rows: list[dict[str, Any]]) -> list[Report]:
    """Our records of the benchmark's rows. Places count as adjacent where their points lie nearest each other."""
    points: defaultdict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for row in rows:
        if row.get("lat") is not None and row.get("nbhd"):
            points[row["city"], row["nbhd_name"]].append((row["lon"] * 0.6, row["lat"]))
    centres = {key: np.median(np.array(values), axis=0) for key, values in points.items()}
    near: dict[tuple[str, str], frozenset[str]] = {}
    for key, centre in centres.items():
        others = sorted(
            (float(math.dist(centre, other)), name[1])
            for name, other in centres.items()
            if name[0] == key[0] and name != key
        )
        near[key] = frozenset(name for _, name in others[:_ADJACENT])
    return [
        Report(
            id=row["id"],
            city=row["city"],
            group=row["group"],
            text=row["text"],
            neighbourhood=row.get("nbhd_name") or None,
            near=near.get((row["city"], row.get("nbhd_name") or ""), frozenset()),
            day=(date.fromisoformat(row["date"]) - _EPOCH).days if row.get("date") else None,
            initiative=row.get("initiative") or None,
            kind=row.get("kind") or None,
            holder=row.get("holder") or None,
            holder_id=row.get("holder_id") or None,
            stage=row.get("stage") or None,
            effect=row.get("effect") or None,
            language=row.get("lang") or None,
        )
        for row in rows
    ]


def truth_of(world: Any) -> Ints:
    """A number for each report: the same for the same rule of the same holder of the same city."""
    numbers: dict[Any, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in world.truth_key], np.int64)


def reports_of(bench: ModuleType, world: Any, *, picked: bool = False) -> list[Report]:
    """The world's reports; with `picked`, holders that were named are chosen from a register instead of typed."""
    rows = [bench.public(row) for row in world.reports]
    if picked:
        register: dict[tuple[int, str], str] = {}
        for row in world.reports:
            holder = row["_h"]
            for alias in [*holder["aliases"], holder["formal"]]:
                register.setdefault((row["_c"], alias.lower()), holder["id"])
        for row, raw in zip(rows, world.reports, strict=True):
            row["holder_id"] = _pick(register, raw)
    return as_reports(rows)


def _pick(register: dict[tuple[int, str], str], raw: dict[str, Any]) -> str | None:
    """The register's entry for what was typed: the right one where only letters slipped, else the one spelt like it."""
    typed = raw["holder"].lower()
    exact = register.get((raw["_c"], typed))
    if exact:
        return exact
    own = [alias.lower() for alias in [*raw["_h"]["aliases"], raw["_h"]["formal"]]]
    return raw["_h"]["id"] if any(_one_slip(typed, alias) for alias in own) else None


def _one_slip(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) == 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
