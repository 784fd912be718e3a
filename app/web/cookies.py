"""Our two cookies: one for somebody with a role, one for an opened edit link. No script and no other site sees them."""

from datetime import timedelta

from fastapi import Request, Response

from app.settings import WebSettings

PERSON = "person"
MINE = "mine"


def read_cookie(request: Request, settings: WebSettings, name: str) -> str | None:
    """The cookie's value, or None."""
    return request.cookies.get(_full_name(settings, name))


def set_cookie(response: Response, settings: WebSettings, name: str, value: str, life: timedelta) -> None:
    """Give the browser a cookie. Behind HTTPS it is Secure, with the `__Host-` prefix."""
    seconds = int(life.total_seconds())
    response.set_cookie(
        _full_name(settings, name),
        value,
        max_age=seconds,
        secure=settings.is_secure,
        httponly=True,
        samesite="strict",
        path="/",
    )


def clear_cookie(response: Response, settings: WebSettings, name: str) -> None:
    """Take the cookie back."""
    response.delete_cookie(
        _full_name(settings, name), secure=settings.is_secure, httponly=True, samesite="strict", path="/"
    )


def _full_name(settings: WebSettings, name: str) -> str:
    return f"__Host-{name}" if settings.is_secure else name
