"""What every request and command works with: made once by the composition root, found by the rest."""

from dataclasses import dataclass
from typing import cast

from fastapi import Request

from app.published.queries import Published
from app.settings import Settings
from app.storage.unit_of_work import UnitOfWork
from app.web.limits import Limits
from app.web.templates import Pages


@dataclass(frozen=True)
class House:
    """The two sides, and what pages are drawn with. `private` writes; `published` reads public rows and no others."""

    settings: Settings
    private: UnitOfWork
    published: Published
    pages: Pages
    limits: Limits

    def close(self) -> None:
        """Let go of all connections, of both sides."""
        self.private.close()
        self.published.close()


def house_of(request: Request) -> House:
    """The house that this request came to."""
    return cast("House", request.app.state.house)
