"""What the tests of programmes share."""

import pytest

from tests.support.cast import Cast
from tests.support.learning import programme


@pytest.fixture
def lights(cast: Cast) -> str:
    """A programme of the fund."""
    return programme(cast)
