"""Real open data to check against: not part of the project, looked for beside the checkout."""

from pathlib import Path

import pytest

_FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def real_data(name: str) -> Path:
    """The file `name`. Skips the test, loudly, only where the whole folder is missing: a missing file fails."""
    if not _FOLDER.is_dir():
        pytest.skip(f"REAL DATA IS MISSING: there is no folder {_FOLDER}, so nothing was tried on real input.")
    return _FOLDER / name
