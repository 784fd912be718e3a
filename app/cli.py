"""The `small-ecology` command: puts the parts' commands together. Every one runs without a terminal; the exit code tells."""

import logging
import os
import sys

import typer

from app.kit.errors import DomainError
from app.settings import Settings

commands = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)


@commands.command()
def serve(
    demo: bool = typer.Option(False, "--demo", help="Migrate, and load the demonstration where the database is empty."),  # noqa: FBT001, FBT003 - a flag
) -> None:
    """Serve on HOST and PORT."""
    import uvicorn

    from app.main import create_app
    from app.storage.migrations import upgrade

    settings = _settings()
    if demo:
        upgrade(settings.database.url)
    uvicorn.run(
        create_app(settings), host=settings.web.host, port=settings.web.port, access_log=False, server_header=False
    )


def _settings() -> Settings:
    return Settings.from_environment(os.environ)


def main() -> None:
    """Run a command; a refusal is one sentence and exit code 1, never a stack trace."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    try:
        commands()
    except DomainError as error:
        sys.stderr.write(f"{error.message}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
