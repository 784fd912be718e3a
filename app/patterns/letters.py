"""A weekly letter to officers and stewards: what is new about the recurring barriers that are theirs.

It says what everyone may read, and no more: it is made from published features alone. A week without news brings no
letter.
"""

import smtplib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.institutions.service import speaks_for
from app.kit.errors import DomainError
from app.published.queries import Published, Question
from app.settings import MailSettings, WebSettings
from app.vocabulary import Role

_WEEK = timedelta(days=7)
_ALL = 10_000
_SECONDS_TO_WAIT = 20
_UNTIL_REMINDED = timedelta(days=28)


@dataclass(frozen=True)
class Letter:
    """A letter to one person. `text` is plain and in short lines."""

    to: str
    subject: str
    text: str


def letters(db: Session, published: Published, web: WebSettings, today: date) -> Iterator[Letter]:
    """This week's letters: to each officer and steward for whom there is news."""
    patterns = [
        orjson.loads(feature)["properties"] for feature in published.page(Question("patterns", limit=_ALL)).features
    ]
    asked = select(Person).where(Person.ended_at.is_(None), Person.role.in_((Role.OFFICER, Role.STEWARD)))
    for person in db.scalars(asked.order_by(Person.email, Person.id)):
        news = [line for one in _theirs(db, person, patterns) if (line := _news(one, web.public_url, today))]
        if news:
            yield Letter(person.email, "What keeps getting in people’s way: news of the week", _text(news, web))


def send(found: Iterable[Letter], settings: MailSettings) -> int:
    """Send letters one by one; returns how many. Raises DomainError where no mail server is set or it refuses."""
    if settings.smtp_url is None:
        raise DomainError("No mail is sent: set SMTP_URL first.")
    address = urlsplit(settings.smtp_url)
    kind = smtplib.SMTP_SSL if address.scheme == "smtps" else smtplib.SMTP
    sent = 0
    try:
        with kind(address.hostname or "localhost", address.port or 0, timeout=_SECONDS_TO_WAIT) as server:
            if address.username:
                server.login(unquote(address.username), unquote(address.password or ""))
            for letter in found:
                server.send_message(_message(letter, settings.sender))
                sent += 1
    except (OSError, smtplib.SMTPException) as error:
        raise DomainError(f"The mail server refused after {sent} letters: {type(error).__name__}.") from error
    return sent


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
    # So that no holiday notice comes back.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message


def _theirs(db: Session, person: Person, patterns: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    if person.role is Role.STEWARD:
        return [one for one in patterns if person.neighbourhood in {place["slug"] for place in one["neighbourhoods"]}]
    ids = {institution.id for institution in speaks_for(db, person)}
    return [
        one
        for one in patterns
        if one["institution"] in ids or any(answer["passed_to"] in ids for answer in one["answers"])
    ]


def _news(one: dict[str, Any], base: str, today: date) -> str:
    """What happened within the last week, as one paragraph; "" for nothing."""
    told = []
    if _is_recent(one["shown_since"], today):
        told.append(f"New: {one['groups_label']} told of it.")
    if one["is_early_notice"]:
        told.append("It was told of more often in the last six weeks than its past explains.")
    if _is_recent(one["reopened_on"], today):
        told.append("Groups say that the answer was not real for them.")
    told += [
        f"{answer['institution_name']} answered: {answer['state_label']}."
        for answer in one["answers"]
        if answer["is_current"] and _is_recent(answer["published"], today)
    ]
    waiting = date.fromisoformat(one["waiting_since"]) if one["waiting_since"] else None
    # Once a month, not in every letter.
    if waiting is not None and one["agreed_since"] and (today - waiting) % _UNTIL_REMINDED < _WEEK < today - waiting:
        told.append(f"No answer for {(today - waiting).days} days.")
    return f"{one['title']}\n  {' '.join(told)}\n  {base}{one['url']}" if told else ""


def _is_recent(day: str | None, today: date) -> bool:
    return day is not None and timedelta(0) <= today - date.fromisoformat(day) < _WEEK


def _text(news: Sequence[str], web: WebSettings) -> str:
    paragraphs = "\n\n".join(news)
    return (
        f"{paragraphs}\n\n"
        f"Everything that stands here is public: {web.public_url}/councils\n"
        "You get this because you answer, or look after a neighbourhood, there. To end it, ask whoever runs it.\n"
    )
