"""Where the files that are not Python live: in the wheel under `app/shipped`, in a checkout beside `app`."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped(name: str) -> Path:
    """The folder `name` ("frontend/templates", "migrations", "geodata" ...) of this installation."""
    inside = _PACKAGE / "shipped" / name
    return inside if inside.exists() else _PACKAGE.parent / name
