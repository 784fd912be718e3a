"""The town of `tests.responses.town`, over a fresh store of each kind."""

import pytest
from fastapi.testclient import TestClient

from tests.responses.town import PARKS, Town, build_town
from tests.support.cast import Cast


@pytest.fixture
def town(cast: Cast) -> Town:
    """The town over a fresh store of each kind."""
    return build_town(cast)


@pytest.fixture
def desk(town: Town, client: TestClient) -> TestClient:
    """A client that the officer of the parks team has signed in with."""
    return town.sign_in(client, PARKS)
