"""The application itself, as `small-ecology serve` makes it, for a uvicorn that the benchmark starts."""

import os

from fastapi import FastAPI

from app.main import create_app
from app.settings import Settings


def create() -> FastAPI:
    """The application over the settings in the environment."""
    return create_app(Settings.from_environment(os.environ))
