"""A pattern tells why its members belong together, and names nobody."""

from app.matching.reasons import Background, why_together
from tests.matching.town import town


def test_the_words_that_weighed_most_are_told() -> None:
    members = [one for one in town() if one.id.startswith("insurance")]
    why = why_together(members, Background.of(town()))
    assert "insurance" in why.words
    assert why.kind == "HS"
    assert why.kind_share == 1
    assert why.places == ("Oakwell",)


def test_names_and_places_are_no_reason() -> None:
    members = [one for one in town() if one.id.startswith("key")]
    assert not {"elmley", "anne"} & set(why_together(members, Background.unknown(members)).words)
