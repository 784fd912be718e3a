"""Pages drawn with Jinja2: escaped by default, marked for translation, the same for everyone."""

from collections.abc import Mapping
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import orjson
from fastapi import Request
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from starlette.responses import HTMLResponse

from app.kit.errors import Unavailable
from app.kit.shipped import shipped
from app.settings import Settings
from app.vocabulary import Word


class Pages:
    """Draws templates below `frontend/templates`."""

    def __init__(self, settings: Settings) -> None:
        self._basemap = settings.map.basemap
        self._assets = _manifest(shipped("frontend/dist"))
        loader = FileSystemLoader(shipped("frontend/templates"))
        self._jinja = Environment(
            loader=loader, autoescape=True, extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True
        )
        # English until there is a catalogue; every visible text already goes through gettext.
        self._jinja.install_gettext_translations(NullTranslations(), newstyle=True)  # type: ignore[attr-defined]
        self._jinja.globals |= {
            "asset": self.asset,
            "label": lambda word: self._translated(word.label) if isinstance(word, Word) else "",
            "hint": lambda word: self._translated(word.hint) if isinstance(word, Word) else "",
        }

    def asset(self, name: str) -> str:
        """The address of a built file; its name holds a hash of its content, so it may be kept for ever."""
        return f"/static/{self._assets.get(name, name)}"

    def text(self, request: Request, template: str, context: Mapping[str, Any]) -> str:
        """The drawn page as text. It says that there are invented records here, while there are any."""
        shown = {"basemap": self._basemap, "demonstration": _holds_demonstration(request)}
        return self._jinja.get_template(template).render({**context, "settings_public": shown})

    def answer(
        self,
        request: Request,
        template: str,
        context: Mapping[str, Any],
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> HTMLResponse:
        """The drawn page as an answer. Nothing about the visitor is in it unless `context` holds it."""
        # A form may name a charset that yields half a character; shown again, it becomes a question mark.
        body = self.text(request, template, context).encode(errors="replace")
        return HTMLResponse(body, status_code=status, headers=dict(headers or {}))

    @staticmethod
    def _translated(message: str) -> str:
        return NullTranslations().gettext(message)


def hidden_inputs(answers: Mapping[str, str | list[str]]) -> Markup:
    """Answers of other steps as hidden inputs, escaped."""
    pairs = [(name, value) for name, held in answers.items() for value in (held if isinstance(held, list) else [held])]
    return Markup("").join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, value) for name, value in pairs
    )


def _holds_demonstration(request: Request) -> bool:
    try:
        return bool(request.app.state.house.published.holds_demonstration())
    except Unavailable:  # A page that tells of it must still be drawn.
        return False


def _manifest(folder: Path) -> dict[str, str]:
    file = folder / "manifest.json"
    return dict(orjson.loads(file.read_bytes())) if file.exists() else {}
