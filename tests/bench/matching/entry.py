"""`find(reports)`: the nightly run on rows of the benchmark, for a scorer that loads this file from any folder."""

import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # The benchmark counts one processor.
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from app.matching.refinement import refine
from tests.bench.matching.worlds import as_reports


def find(reports: list[dict[str, Any]]) -> dict[str, str | None]:
    """Report id to pattern id, or None where nobody else is known to have met the same."""
    found = refine(as_reports(reports)).assignment()
    return {row["id"]: found.get(row["id"]) for row in reports}
