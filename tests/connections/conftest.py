"""Groups on the map, and whoever holds their edit links."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.support.cast import SEACROFT, Cast, Planted
from tests.support.holding import Holder
from tests.support.proposing import Ties
from tests.support.vouching import Vouches


@pytest.fixture
def holder(client: TestClient) -> Callable[[Planted], Holder]:
    return lambda planted: Holder(client, planted)


@pytest.fixture
def soup(cast: Cast) -> Planted:
    return cast.plant(title="Soup on Tuesdays", summary="We share soup.", first_active="2021")


@pytest.fixture
def choir(cast: Cast) -> Planted:
    return cast.plant(title="The choir", summary="We sing.", place=None, neighbourhood=SEACROFT)


@pytest.fixture
def vouches(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Vouches:
    return Vouches(cast, monkeypatch)


@pytest.fixture
def elders(vouches: Vouches) -> list[Planted]:
    """Three groups that have been on the map for two months."""
    found = [vouches.cast.plant(title=f"Elder {number}") for number in range(3)]
    vouches.months_later()
    return found


@pytest.fixture
def ties(cast: Cast) -> Ties:
    return Ties(cast)
