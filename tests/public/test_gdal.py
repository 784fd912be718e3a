"""A client that we did not write: GDAL's driver for OGC API - Features, as councils' GIS desks use it."""

import json
import subprocess
import sys
from collections.abc import Callable

from app.main import build_house
from tests.support.cast import SEACROFT, Cast, spots_in
from tests.support.service import LiveServer, settings_for

# GDAL keeps Python's lock while it waits for an answer, so it must not share a process with the service.
_READ = """
import json, sys, pyogrio
address = f"OAPIF:{sys.argv[1]}/api"
layers = sorted(str(name) for name, _kind in pyogrio.list_layers(address))
info = pyogrio.read_info(address, layer="initiatives", force_feature_count=True)
meta, _index, geometries, fields = pyogrio.raw.read(address, layer="initiatives", PAGE_SIZE=10)
ids = fields[list(meta["fields"]).index("id")]
print(json.dumps({"layers": layers, "counted": info["features"], "read": len(geometries), "ids": len(set(ids))}))
"""


def test_gdal_reads_every_published_initiative(database_url: str, serve: Callable[..., LiveServer]) -> None:
    house = build_house(settings_for(database_url))
    cast = Cast(house)
    cast.found()
    for number, spot in enumerate(spots_in(SEACROFT, 25, seed=11)):
        sharing = ("exact", "street", "neighbourhood", "counted_only")[number % 4]
        cast.plant(place=spot, title=f"Thing {number}", sharing=sharing)
    matched = house.published.version("initiatives")[1]
    house.close()
    server = serve(database_url)
    command = [sys.executable, "-c", _READ, server.url]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout)
    assert told == {
        "layers": ["barriers", "connections", "initiatives", "neighbourhoods", "patterns"],
        "counted": matched,
        "read": matched,
        "ids": matched,
    }
    assert matched == 19
