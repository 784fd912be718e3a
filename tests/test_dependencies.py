"""Dependencies are pinned, with hashes and without addresses: what is installed is what was tested, from anywhere."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

_CHECKOUT = Path(__file__).resolve().parent.parent
_LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-build.txt"]
_PIN = re.compile(r"^([a-z0-9][a-z0-9-]*)==([^\s;]+)((?: *\\\n +--hash=sha256:[0-9a-f]{64})+)", re.MULTILINE)


def _pins(lock: str) -> dict[str, str]:
    return {name: version for name, version, _ in _PIN.findall((_CHECKOUT / lock).read_text())}


def _project() -> dict[str, Any]:
    return tomllib.loads((_CHECKOUT / "pyproject.toml").read_text())


def _names(requirements: list[str]) -> set[str]:
    """Package names as the lock files write them."""
    return {re.split(r"[\[<>=!~ ;]", line, maxsplit=1)[0].lower().replace("_", "-") for line in requirements}


@pytest.mark.parametrize("lock", _LOCKS)
def test_every_line_of_a_lock_is_a_pin_with_hashes(lock: str) -> None:
    text = (_CHECKOUT / lock).read_text()
    left = [line for line in _PIN.sub("", text).splitlines() if line.strip() and not line.strip().startswith("#")]
    assert left == []


@pytest.mark.parametrize("lock", [*_LOCKS, "frontend/package-lock.json"])
def test_no_lock_says_where_to_download(lock: str) -> None:
    text = (_CHECKOUT / lock).read_text()
    assert not re.search(r'"resolved"|index-url|find-links|://(?!opencollective|github\.com/sponsors)', text)


def test_every_dependency_is_pinned() -> None:
    project = _project()
    assert _names(project["project"]["dependencies"]) <= set(_pins("requirements.txt"))
    assert _names(project["project"]["optional-dependencies"]["dev"]) <= set(_pins("requirements-dev.txt"))
    for requirement in project["build-system"]["requires"]:
        name, _, version = requirement.partition("==")
        assert _pins("requirements-build.txt")[name] == version


def test_the_checks_run_on_the_versions_that_serve() -> None:
    service, checks = _pins("requirements.txt"), _pins("requirements-dev.txt")
    assert {name: checks.get(name) for name in service} == service


def test_every_package_of_the_front_end_is_pinned_by_its_content() -> None:
    packages = json.loads((_CHECKOUT / "frontend" / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
