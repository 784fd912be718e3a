"""One table turns errors into answers: problem+json (RFC 9457) for programs, a helpful page for people."""

import logging
import secrets
import sqlite3
import traceback
from dataclasses import dataclass

import orjson
import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.kit import errors
from app.web.house import house_of

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """An answer that is not what was asked for. `title` says what happened, `detail` how to mend it."""

    status: int
    title: str
    detail: str = ""
    fields: dict[str, str] | None = None
    retry_after: int | None = None
    reference: str = ""


_STATUSES: dict[type[errors.DomainError], tuple[int, str]] = {
    errors.Invalid: (400, "Something in it needs mending"),
    errors.InvalidFields: (400, "Some answers need another look"),
    errors.TooLarge: (413, "That is too big for us"),
    errors.NotFound: (404, "There is nothing here"),
    errors.Gone: (410, "This has been taken down"),
    errors.NotSignedIn: (401, "Please show your link first"),
    errors.NotAllowed: (403, "You may not do this"),
    errors.Conflict: (409, "Something else came first"),
    errors.PreconditionMissing: (428, "Say which version you read"),
    errors.PreconditionFailed: (412, "It changed in the meantime"),
    errors.TooMany: (429, "Too many in a short time"),
    errors.Unavailable: (503, "We are busy just now"),
}
_BUSY = "The service is busy, or being repaired. Nothing is lost: please send it again in a few seconds."
_HTTP_TITLES = {404: "There is nothing here", 405: "This address does not take that kind of request"}


def install(app: FastAPI) -> None:
    """Answer every error of `app` by the table."""
    app.add_exception_handler(errors.DomainError, _domain_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _not_readable)
    app.add_exception_handler(StaleDataError, _changed_meanwhile)
    for kind in (OperationalError, PoolTimeoutError, sqlite3.OperationalError, psycopg.OperationalError):
        app.add_exception_handler(kind, _unavailable)
    app.add_exception_handler(Exception, answer_any)


async def answer_any(request: Request, error: Exception) -> Response:
    """What to answer where nothing else took care of `error`. A surprise is logged once, without anybody's words."""
    if isinstance(error, errors.DomainError):
        return answer(request, problem_of(error))
    reference = secrets.token_hex(4)
    # The message and the values of an error may hold what a person wrote: only where it happened goes into the log.
    place = "".join(traceback.format_tb(error.__traceback__))
    _log.error("unexpected %s, reference %s, at\n%s", type(error).__name__, reference, place)
    return answer(
        request,
        Problem(
            500, "Something broke on our side", "Please try again. If it happens again, tell us.", reference=reference
        ),
    )


def problem_of(error: errors.DomainError) -> Problem:
    """What to answer for one of our own errors."""
    status, title = next(_STATUSES[kind] for kind in type(error).__mro__ if kind in _STATUSES)
    fields = (
        error.errors
        if isinstance(error, errors.InvalidFields)
        else {error.field: error.message}
        if error.field
        else None
    )
    return Problem(status, title, error.message, fields, getattr(error, "retry_after", None))


def answer(request: Request, problem: Problem) -> Response:
    """`problem` in the form that the caller reads."""
    headers = {"Cache-Control": "no-store"}
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    if problem.status == 401:  # noqa: PLR2004 - HTTP
        headers["WWW-Authenticate"] = "Bearer"
    if _is_for_programs(request):
        return Response(
            orjson.dumps(_as_json(problem)),
            status_code=problem.status,
            headers=headers,
            media_type="application/problem+json",
        )
    template = "public/gone.html" if problem.status == 410 else "public/problem.html"  # noqa: PLR2004 - HTTP
    context = {
        "status": problem.status,
        "title": problem.title,
        "detail": problem.detail,
        "reference": problem.reference,
        "retry_after": problem.retry_after,
    }
    return house_of(request).pages.answer(request, template, context, status=problem.status, headers=headers)


def _is_for_programs(request: Request) -> bool:
    # Not `request.url`: it is made from the Host header, which may be nonsense.
    path: str = request.scope["path"]
    return path == "/api" or path.startswith("/api/")


def _as_json(problem: Problem) -> dict[str, object]:
    body: dict[str, object] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.fields:
        body["errors"] = [
            {"pointer": f"/{'' if field == 'geometry' else 'properties/'}{field}", "detail": text}
            for field, text in problem.fields.items()
        ]
    if problem.reference:
        body["reference"] = problem.reference
    return body


async def _domain_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.DomainError)  # noqa: S101 - registered for this class
    return answer(request, problem_of(error))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
    if isinstance(error.__cause__, errors.DomainError):  # FastAPI wraps what is raised while it reads a body.
        return answer(request, problem_of(error.__cause__))
    reply = answer(request, Problem(error.status_code, _HTTP_TITLES.get(error.status_code, "That did not work")))
    reply.headers.update(error.headers or {})
    return reply


async def _not_readable(request: Request, _error: Exception) -> Response:
    # FastAPI's own answer sends the whole input back, secrets and all.
    return answer(
        request, Problem(400, "We cannot read this request", "Part of it is missing or of another kind than we expect.")
    )


async def _changed_meanwhile(request: Request, _error: Exception) -> Response:
    return answer(
        request,
        problem_of(
            errors.PreconditionFailed(
                "Somebody changed this at the same moment. Read it again, then send your change once more."
            )
        ),
    )


async def _unavailable(request: Request, error: Exception) -> Response:
    cause = error.orig if isinstance(error, DBAPIError) else error
    _log.error("the database did not answer: %s", type(cause).__name__)
    return answer(request, problem_of(errors.Unavailable(_BUSY)))
