"""Forms beside one's own entry whose hour is over: the way in again comes first, with the words that were sent."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.kit.errors import TooMany
from tests.recognition.test_recognition import HOME
from tests.support.cast import Cast

FORMS = {
    "/mine/journal": {"tried": "Long thought about."},
    "/mine/recognition": {"action": "offer", "what": "Long thought about."},
    "/mine/review/a-programme": {"changed_in_us": "Long thought about."},
    "/mine/ties/another": {"since_year": "Long thought about."},
    "/mine/vouches": {"action": "ask:another", "q": "Long thought about."},
}


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("is_flood", [False, True])
def test_the_way_in_again_shows_the_words_whatever_else_is_amiss(
    cast: Cast, client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str, *, is_flood: bool
) -> None:
    def refuse(*_given: Any) -> None:
        raise TooMany("Too many.", retry_after=60)

    if is_flood:
        monkeypatch.setattr(type(cast.house.limits), "count_contribution", refuse)
    client.headers.update(HOME)
    sent = client.post(path, data=FORMS[path])
    assert sent.status_code == 401
    assert "Long thought about." in sent.text
