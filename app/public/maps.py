"""The map's shell, rendered by Folium from constants of ours only.

Folium and branca compile rendered text once more as a template on the server, and put it into script templates in the
browser: a title like `{{ ... }}` or `${...}` would run. So nothing that people wrote, no geometry and not even a
neighbourhood's name goes through here. The shell holds addresses, numbers and our own words; the script in it fetches
features and builds the page with `textContent`.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template
from markupsafe import Markup

from app.settings import MapSettings

_STARTING_ZOOM = 13
# What a template engine or a script would take for its own. Folium's second pass makes these dangerous anywhere.
_MARKS_OF_TEMPLATES = re.compile(r"\{\{|\{%|\{#|\$\{|`|</|<!--|[\u2028\u2029]")


class UnsafeText(ValueError):
    """Something with template marks came near Folium."""


@dataclass(frozen=True)
class MapShell:
    """`html` is the map's element, `script` the whole <script> element; `script_hash` lets a policy allow just that."""

    html: Markup
    script: Markup
    script_hash: str


class _OurMap(folium.Map):
    """Folium's map without its scripts and styles from elsewhere: the page brings our own bundle."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - as Folium declares it
    default_css: list[tuple[str, str]] = []  # noqa: RUF012 - as Folium declares it


class _Start(MacroElement):
    """Hands the map over to our script, with options as JSON."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "smallEcology.{{ this.verb }}({{ this._parent.get_name() }}, {{ this.options }});"
        "{% endmacro %}"
    )

    def __init__(self, options: str, verb: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca has no types
        self.options = options
        self.verb = verb


def map_shell(
    bounds: tuple[float, float, float, float],
    collections: Mapping[str, str],
    boundary_url: str,
    settings: MapSettings,
    labels: Mapping[str, str],
    *,
    areas: Mapping[str, Any] | None = None,
    verb: str | None = None,
) -> MapShell:
    """The shell of a map that starts at `bounds` (west, south, east, north in WGS 84 degrees).

    `collections` maps "initiatives" and "barriers" to addresses of their features, made from checked words only.
    With `areas` it is a map of whole neighbourhoods alone: the slugs of those to mark, and where their names lead.
    `verb` names another function of our script that starts the map; `areas` are then further options of it.
    """
    options = {
        "bounds": bounds,
        "collections": [{"id": name, "url": url} for name, url in collections.items()],
        "boundary": boundary_url,
        "basemap": settings.basemap,
        # The script brings OpenStreetMap's own credit, with the link that it asks for.
        "attribution": "" if settings.basemap == "osm" else settings.attribution,
        "locate": True,
        "labels": dict(labels),
        **(areas or {}),
    }
    return _rendered(bounds, _as_script(options), verb or ("start" if areas is None else "areas"))


@lru_cache(maxsize=256)
def _rendered(bounds: tuple[float, float, float, float], options: str, verb: str) -> MapShell:
    refuse_template_marks(options)
    west, south, east, north = bounds
    middle = [round((south + north) / 2, 4), round((west + east) / 2, 4)]
    shell = _OurMap(location=middle, zoom_start=_STARTING_ZOOM, tiles=None, prefer_canvas=True)
    # Folium makes up a name at random: a fixed one keeps the page, its policy and its ETag the same for everyone.
    shell._id = "shell"  # noqa: SLF001 - Folium has no other way to name an element
    shell.add_child(_Start(options, verb))
    figure: Any = shell.get_root()
    figure.render()
    script = re.sub(r"\n\s*\n+", "\n", figure.script.render()).strip()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    # Folium's header forbids zooming and styles what is ours: it is left out.
    html = Markup(figure.html.render().strip())  # noqa: S704 - drawn from constants of ours
    return MapShell(html, Markup(f"<script>{script}</script>"), f"sha256-{digest}")  # noqa: S704 - as above


def _as_script(options: Mapping[str, Any]) -> str:
    """`options` as JSON in which what an operator set is plain text to browser and template engine alike."""
    written = json.dumps(options, sort_keys=True)
    # None of these stands outside of strings in JSON, nor does a brace before one of the others.
    return re.sub(r"[<`$]|\{(?=[{%#])", lambda found: f"\\u{ord(found.group()):04x}", written)


def refuse_template_marks(text: str) -> None:
    """Raise UnsafeText where `text` holds anything that Folium's engines could run."""
    found = _MARKS_OF_TEMPLATES.search(text)
    if found is not None:
        raise UnsafeText(f"“{found.group()}” must not reach Folium: load it from the API instead.")
