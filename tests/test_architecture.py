"""The order of the packages holds, and the check that says so would notice if it did not."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_CHECKOUT = Path(__file__).resolve().parent.parent
_ORDER = "Imports run downwards only"
_PUBLIC = "What everyone may see never looks at what people told us"
_PUBLISH = "Only publishing writes the published rows"
_FOLIUM = "Folium is used by the map alone"


def _check_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run lint-imports over the package in `folder`."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package and its rules, to be broken."""
    shutil.copytree(
        _CHECKOUT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__", "shipped", "*.json")
    )
    shutil.copy(_CHECKOUT / "pyproject.toml", tmp_path)
    return tmp_path


def test_imports_keep_the_order() -> None:
    done = _check_imports(_CHECKOUT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(
    ("package", "line", "contract"),
    [
        pytest.param("kit", "from app.web import errors", _ORDER, id="kit imports upwards"),
        pytest.param("storage", "import app.published", _ORDER, id="storage imports the read model"),
        pytest.param("initiatives", "import app.publishing", _ORDER, id="a feature publishes by itself"),
        pytest.param("accounts", "import app.main", _ORDER, id="a feature imports the composition root"),
        pytest.param("stray", "", _ORDER, id="a package has no place in the order"),
        pytest.param("public", "import app.initiatives.models", _PUBLIC, id="a public page reads a private table"),
        pytest.param("public", "import app.moderation.models", _PUBLIC, id="a public page reads the queue"),
        pytest.param("formats", "import app.barriers.models", _PUBLIC, id="a codec reads a private table"),
        pytest.param("barriers", "import app.published.tables", _PUBLISH, id="a feature writes published rows"),
        pytest.param("web", "import app.published.tables", _PUBLISH, id="the web parts read published rows"),
        pytest.param("initiatives", "import folium", _FOLIUM, id="a feature draws with Folium"),
    ],
)
def test_a_forbidden_import_is_noticed(copy: Path, package: str, line: str, contract: str) -> None:
    folder = copy / "app" / package
    folder.mkdir(exist_ok=True)
    (folder / "__init__.py").touch()
    (folder / "broken_on_purpose.py").write_text(f"{line}\n")
    done = _check_imports(copy)
    assert done.returncode != 0
    assert f"{contract} BROKEN" in done.stdout, done.stdout + done.stderr
    assert ("app.stray" if package == "stray" else f"app.{package}.broken_on_purpose") in done.stdout


@pytest.mark.parametrize(
    "line",
    [
        "folium.Popup(title)",
        "folium.GeoJson(shape)",
        "folium.map.Tooltip(title)",
        "folium.vector_layers.PolyLine(places)",
        "folium.plugins.Search(layer)",
    ],
)
def test_text_or_shapes_given_to_folium_are_noticed(line: str) -> None:
    command: list[str] = [
        str(Path(sys.executable).with_name("ruff")),
        "check",
        "--no-cache",
        "--select=TID251",
        "--output-format=concise",
    ]
    text = f"import folium\nimport folium.plugins\n\n\ndef draw(title, shape, places, layer):\n    {line}\n"
    name = str(_CHECKOUT / "app" / "public" / "maps.py")
    done = subprocess.run(
        [*command, f"--stdin-filename={name}", "-"],
        input=text,
        cwd=_CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "what is put in here runs as code" in done.stdout
