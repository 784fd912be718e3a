"""Every setting is told in the README, and a value that we cannot work with is refused with the way to mend it."""

import ast
import inspect
import re
from pathlib import Path

import pytest

from app import settings as source
from app.settings import BadSetting, Settings

_CHECKOUT = Path(__file__).resolve().parent.parent.parent
_LONG = "x" * 40


def variables_read(code: str) -> set[str]:
    """The names of environment variables that stand in `code`: upper-case texts in calls and subscripts."""
    return {
        node.value
        for call in ast.walk(ast.parse(code))
        if isinstance(call, (ast.Call, ast.Subscript))
        for node in ast.walk(call)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[A-Z][A-Z_]+", node.value)
    }


def variables_told(readme: str) -> set[str]:
    """The names in the table of settings."""
    table = readme.split("## Settings", 1)[1].split("\n## ", 1)[0]
    return {
        name for line in table.splitlines() if line.startswith("|") for name in re.findall(r"`([A-Z][A-Z_]+)`", line)
    }


def test_the_readme_tells_every_setting() -> None:
    read = variables_read(inspect.getsource(source))
    assert {"DATABASE_URL", "READ_DATABASE_URL", "SECRET_KEY", "PUBLIC_URL", "HOST", "PORT", "BASEMAP"} <= read
    told = variables_told((_CHECKOUT / "README.md").read_text(encoding="utf-8"))
    assert read - told == set()


def test_a_setting_that_is_not_told_would_be_noticed() -> None:
    code = inspect.getsource(source) + '\n\ndef more(given):\n    return given.get("SHOE_SIZE")\n'
    assert "SHOE_SIZE" in variables_read(code)
    assert "SHOE_SIZE" not in variables_told((_CHECKOUT / "README.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"PORT": "eighty"}, "PORT"),
        ({"PORT": "-1"}, "PORT"),
        ({"SECRET_KEY": "short"}, "32"),
        ({"PUBLIC_URL": "https://small.example"}, "SECRET_KEY"),
        ({"DATABASE_URL": "mysql://a/b"}, "sqlite"),
        ({"DATABASE_URL": "nonsense"}, "sqlite"),
        ({"BASEMAP": "google"}, "BASEMAP"),
        ({"BASEMAP": "https://a.example/{z}/{x}.png"}, "{y}"),
        ({"BASEMAP": "https://a.example; script-src */{z}/{x}/{y}"}, "BASEMAP"),
    ],
)
def test_a_value_that_cannot_work_is_refused_with_the_way_to_mend_it(environment: dict[str, str], words: str) -> None:
    with pytest.raises(BadSetting, match=re.escape(words)):
        Settings.from_environment(environment)


def test_an_empty_value_counts_as_unset() -> None:
    read = Settings.from_environment({"PORT": " ", "BASEMAP": "", "SECRET_KEY": ""})
    assert (read.web.port, read.map.basemap) == (8000, "osm")


def test_two_installations_share_no_secret() -> None:
    keys = {Settings.from_environment({}).web.secret_key for _ in range(20)}
    assert len(keys) == 20
    assert min(map(len, keys)) >= 32


def test_a_secret_is_not_in_what_a_log_would_print() -> None:
    read = Settings.from_environment(
        {
            "SECRET_KEY": _LONG,
            "DATABASE_URL": "postgresql://me:very-secret@db/small",
            "SMTP_URL": "smtp://me:quite-secret@mail.example:25",
        }
    )
    for printed in (repr(read), str(read.web), str(read.database), str(read.mail)):
        assert _LONG not in printed
        assert "very-secret" not in printed
        assert "quite-secret" not in printed


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgresql_address_names_our_driver(scheme: str) -> None:
    read = Settings.from_environment({"DATABASE_URL": f"{scheme}://db/small"})
    assert read.database.url == "postgresql+psycopg://db/small"
