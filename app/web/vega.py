"""Vega-Lite charts drawn on the server: no script runs in the page, and nothing is fetched."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson
from markupsafe import Markup

_MOST_KEPT = 512
# The engine draws in the time zone of the machine and may ask addresses that a chart names: ours name none.
_NO_ADDRESS = "http://127.0.0.1:9/nothing/"


def drawn(spec: Mapping[str, Any]) -> Markup:
    """The chart as SVG for the page itself. `spec` may hold our own words and numbers alone: nothing that people wrote.

    The engine (vl-convert) brings Vega and a JavaScript machine with it: 0.5 s for the first chart of a process, 20 to
    40 ms for each further one, none for one that was drawn before.
    """
    return _drawn(orjson.dumps(spec, option=orjson.OPT_SORT_KEYS))


@lru_cache(maxsize=_MOST_KEPT)
def _drawn(spec: bytes) -> Markup:
    # Whoever draws no chart, such as every command, does not pay for the engine.
    import vl_convert  # noqa: PLC0415

    svg: str = vl_convert.vegalite_to_svg(spec.decode(), allowed_base_urls=[_NO_ADDRESS])
    return Markup(svg)  # noqa: S704 - made by the engine, which escapes, from words of ours
