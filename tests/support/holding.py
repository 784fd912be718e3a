"""Whoever holds an edit link, at the private pages of ties and vouches."""

import re

from fastapi.testclient import TestClient
from httpx2 import Response

from tests.support.cast import Planted


class Holder:
    """Whoever holds the edit link of `planted`, in a browser of their own."""

    def __init__(self, client: TestClient, planted: Planted) -> None:
        self.client, self._secret = client, planted.secret

    def _enter(self) -> None:
        self.client.cookies.clear()
        assert self.client.post("/mine", data={"code": self._secret}).status_code == 303

    def get(self, path: str) -> Response:
        self._enter()
        return self.client.get(path)

    def post(self, path: str, **form: str) -> Response:
        self._enter()
        return self.client.post(path, data=form)

    def press(self, path: str, verb: str) -> Response:
        """Press the first button of a page that does this."""
        found = re.search(rf'value="({verb}:[^"]+)"', self.get(path).text)
        assert found, f"no button {verb} on {path}"
        return self.client.post(path, data={"action": found[1]})
