"""The invented grants come in whole, through the import, and show each way of placing and matching."""

import json
from collections import Counter

from app.demonstration.grants import load_grants
from app.demonstration.load import load_demonstration, load_neighbourhoods
from app.funding.grants import INVENTED
from app.published.queries import Question
from app.vocabulary import MatchedBy, PlacedBy
from app.web.house import House


def test_every_way_of_placing_and_matching_is_shown_and_marked(house: House) -> None:
    with house.private.writing() as db:
        load_neighbourhoods(db)
        load_demonstration(db)
    page = house.published.page(Question("grants", limit=100))
    told = [json.loads(feature)["properties"] for feature in page.features]
    assert len(told) == len(load_grants().grants)
    assert all(one["demonstration"] and one["demonstration_note"] for one in told)
    assert {one["placed_by"] for one in told} == set(PlacedBy)
    assert {one["matched_by"] for one in told} == {None, *MatchedBy}
    here = Counter(one["neighbourhood"] for one in told)
    assert set(here) == {"chapeltown", "seacroft", "beeston-holbeck", ""}
    assert all(one["neighbourhood"] == "" for one in told if one["placed_by"] in {PlacedBy.CITY, PlacedBy.NOWHERE})


def test_nobody_can_take_its_funders_for_real_ones() -> None:
    for one in load_grants().grants:
        assert one["fundingOrganization"][0]["id"].startswith(INVENTED)
        assert one["recipientOrganization"][0]["id"].startswith((INVENTED, "360G-EXAMPLE-"))
        assert one["id"].startswith("360G-EXAMPLE-")
        assert "recipientIndividual" not in one
