"""The charts of the funders' page: drawn here, from our own words, with a table each, and without asking anybody."""

import json
import re
import socket
import threading
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.kit.errors import Unavailable
from app.web import vega
from app.web.vega import drawn
from tests.public.test_funders import PAGE, plant_many
from tests.public.test_pages import HOSTILE
from tests.support.cast import Cast


def test_each_chart_has_a_table_and_its_description(client: TestClient, cast: Cast) -> None:
    plant_many(cast)
    page = client.get(PAGE).text
    assert page.count('class="vega-drawing"') == page.count('class="vega-table"') == 4
    for address in re.findall(r'href="(/funders/[a-z-]+/charts/[a-z]+\.json)"', page):
        told = client.get(address)
        assert told.json()["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    assert client.get(f"{PAGE}/charts/nothing.json").status_code == 404


@pytest.mark.parametrize("text", HOSTILE)
def test_charts_carry_nothing_that_people_wrote(client: TestClient, cast: Cast, text: str) -> None:
    for number in range(9):
        cast.plant(title=f"{text}{number}", summary=text, first_active="2020", lifecycle="stopped", last_active="2022")
        cast.plant("barriers", what_happened=text, holder=text, rule_cited=text)
    page = client.get(PAGE).text
    drawings = re.findall(r'<div class="vega-drawing".*?</svg>', page, flags=re.DOTALL)
    specs = [client.get(address).text for address in re.findall(r'href="(/funders/\S+\.json)"', page)]
    assert drawings
    assert specs
    assert not any("hurt" in one or "191" in one for one in (*drawings, *specs))
    assert "<script>window" not in page + client.get(f"{PAGE}/embed").text


def test_a_chart_fetches_nothing_even_where_it_names_an_address() -> None:
    asked: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)

        def listen() -> None:
            try:
                asked.append(server.accept())
            except TimeoutError:
                return

        listener = threading.Thread(target=listen)
        listener.start()
        spec = {"data": {"url": f"http://127.0.0.1:{server.getsockname()[1]}/x.json"}, "mark": "bar", "encoding": {}}
        with pytest.raises(ValueError, match=r"(?i)not allowed|denied|allowed base"):
            drawn(spec)
        listener.join()
    assert asked == []


def test_a_chart_is_drawn_though_the_engine_was_ended(chart: dict[str, Any]) -> None:
    assert drawn(chart).startswith("<svg")
    process = vega._engine._process
    assert process is not None
    process.kill()
    process.wait()
    assert drawn(chart | {"title": "again"}).startswith("<svg")
    assert vega._engine._process is not process


def test_an_engine_that_does_not_answer_is_told_as_such(chart: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vega, "_MILLISECONDS_AT_MOST", 1)
    with pytest.raises(Unavailable, match="charts cannot be drawn"):
        drawn(chart | {"title": "never"})
    monkeypatch.undo()
    assert drawn(chart | {"title": "in the end"}).startswith("<svg")


@pytest.fixture
def chart() -> dict[str, Any]:
    """A chart as small as can be."""
    return {"data": {"values": [{"a": 1}]}, "mark": "bar", "encoding": {"x": {"field": "a", "type": "quantitative"}}}


def test_descriptions_of_charts_are_whole(client: TestClient, cast: Cast) -> None:
    plant_many(cast)
    told = json.loads(client.get(f"{PAGE}/charts/openings.json").text)
    values = next(iter(told["datasets"].values())) if "datasets" in told else told["data"]["values"]
    assert sum(one["count"] for one in values) == 3
