"""The table of a collection: everything that meets the filters, in a file that a spreadsheet opens without harm."""

import csv
import gzip
import io
import json

import pytest
import shapely
from fastapi.testclient import TestClient
from shapely.geometry import shape

from app.public import downloads
from tests.support.cast import CHAPELTOWN, SEACROFT, Cast, spots_in

TABLE = "/api/collections/initiatives/items.csv"
ITEMS = "/api/collections/initiatives/items"


def read(client: TestClient, address: str) -> list[dict[str, str]]:
    """The rows of the table at an address that must answer."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbfid,")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_table_says_what_the_features_say(client: TestClient, cast: Cast) -> None:
    cast.plant(title="Soup", sharing="exact", first_active="2021-04", concerns=["housing", "isolation"])
    cast.plant(title="Choir", sharing="street", activity="culture")
    rows = {row["title"]: row for row in read(client, TABLE)}
    features = {one["properties"]["title"]: one for one in client.get(ITEMS).json()["features"]}
    assert set(rows) == set(features) == {"Soup", "Choir"}
    for title, row in rows.items():
        drawn = shape(features[title]["geometry"])
        assert row["id"] == features[title]["id"]
        assert shapely.from_wkt(row["shape"]).equals_exact(drawn, 1e-6)
    soup, choir = rows["Soup"], rows["Choir"]
    assert (soup["concerns"], soup["first_active"], soup["activity_label"]) == (
        "housing; isolation", "2021-04", "Food and growing",
    )  # fmt: skip
    assert [float(soup["longitude"]), float(soup["latitude"])] == features["Soup"]["geometry"]["coordinates"]
    # The middle of a square of streets would look like a place that somebody marked.
    assert (choir["longitude"], choir["latitude"]) == ("", "")


@pytest.mark.parametrize("collection", ["neighbourhoods", "initiatives", "barriers"])
def test_no_property_is_missing_from_the_table(client: TestClient, cast: Cast, collection: str) -> None:
    initiative = cast.plant()
    cast.plant("barriers", initiative=initiative.id)
    features = client.get(f"/api/collections/{collection}/items").json()["features"]
    told = {name for feature in features for name in feature["properties"]}
    assert told
    assert told <= set(downloads.COLUMNS[collection])


def test_all_that_meets_the_filters_is_in_it(client: TestClient, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "_AT_ONCE", 2)
    for number, spot in enumerate(spots_in(SEACROFT, 7, seed=2)):
        cast.plant(place=spot, title=f"Thing {number}", activity=("food", "culture")[number % 2], sharing="exact")
    cast.plant(title="Elsewhere")
    assert len({row["id"] for row in read(client, TABLE)}) == 8
    assert {row["title"] for row in read(client, f"{TABLE}?neighbourhood={SEACROFT}&activity=culture")} == {
        "Thing 1", "Thing 3", "Thing 5",
    }  # fmt: skip
    assert [row["title"] for row in read(client, f"{TABLE}?neighbourhood={CHAPELTOWN}")] == ["Elsewhere"]
    assert read(client, f"{TABLE}?bbox=0,0,1,1") == []


@pytest.mark.parametrize("title", ["=1+1", "+44 113", "-x", "@SUM(A1)", '=HYPERLINK("http://x.example","x")'])
def test_no_cell_runs_as_a_formula(client: TestClient, cast: Cast, title: str) -> None:
    cast.plant(title=title)
    (row,) = read(client, TABLE)
    assert row["title"] == f"'{title}"


def test_hidden_entries_are_not_in_it(client: TestClient, cast: Cast) -> None:
    cast.plant(title="Shown")
    withdrawn = cast.plant(title="Taken back")
    cast.plant(title="Quiet", sharing="stewards_only")
    cast.withdraw(withdrawn)
    assert [row["title"] for row in read(client, TABLE)] == ["Shown"]


def test_an_unchanged_table_is_not_sent_again(client: TestClient, cast: Cast) -> None:
    cast.plant()
    first = client.get(TABLE)
    assert first.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert first.headers["content-disposition"] == 'attachment; filename="initiatives.csv"'
    again = client.get(TABLE, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    cast.plant()
    assert client.get(TABLE, headers={"If-None-Match": first.headers["etag"]}).status_code == 200
    assert client.head(TABLE).content == b""
    assert client.options(TABLE).headers["allow"] == "GET, HEAD, OPTIONS"


def test_a_table_is_zipped_for_those_who_ask(client: TestClient, cast: Cast) -> None:
    cast.plant()
    plain = client.get(TABLE, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with client.stream("GET", TABLE, headers={"Accept-Encoding": "gzip"}) as zipped:
        assert gzip.decompress(b"".join(zipped.iter_raw())) == plain.content


@pytest.mark.parametrize("query", ["limit=5", "cursor=x", "colour=red", "activity=cooking", "bbox=1,2"])
def test_nonsense_is_refused_with_a_sentence(client: TestClient, query: str) -> None:
    answer = client.get(f"{TABLE}?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.content)["detail"]


def test_each_collection_leads_to_its_table(client: TestClient, cast: Cast) -> None:
    for one in client.get("/api/collections").json()["collections"]:
        (address,) = [link["href"] for link in one["links"] if link["type"] == "text/csv"]
        assert client.get(address).status_code == 200


def test_what_cannot_be_done_is_a_problem_document(client: TestClient) -> None:
    for method, address in (("DELETE", TABLE), ("PUT", ITEMS), ("POST", "/api/collections")):
        answer = client.request(method, address)
        assert answer.status_code == 405
        assert answer.headers["content-type"] == "application/problem+json"
        assert "GET" in answer.headers["allow"]


def test_the_description_names_the_table(client: TestClient) -> None:
    told = client.get("/api/openapi.json").json()["paths"]["/api/collections/{collection}/items.csv"]["get"]
    assert "text/csv" in told["responses"]["200"]["content"]
    assert "limit" not in [one["name"] for one in told["parameters"]]
