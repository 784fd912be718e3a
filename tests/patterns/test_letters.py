"""The weekly letter: to those whose patterns have news, with what everyone may read, over a real connection."""

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.accounts.sign_in import add_person
from app.barriers.models import Barrier
from app.institutions.models import Institution
from app.kit import clock
from app.kit.errors import DomainError
from app.patterns.letters import Letter, letters, send
from app.patterns.models import Pattern
from app.settings import MailSettings
from app.vocabulary import InstitutionKind, Role
from tests.support.cast import Cast
from tests.support.recurring import gather, reports

COUNCIL = "Eastmoor City Council"


@dataclass
class PostBox:
    """A mail server that takes everything, and remembers it."""

    port: int = 0
    received: list[str] = field(default_factory=list)


@pytest.fixture
def post_box() -> Iterator[PostBox]:
    box = PostBox()

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 ready\r\n")
            while line := self.rfile.readline():
                if line.upper().startswith(b"DATA"):
                    self.wfile.write(b"354 go on\r\n")
                    text = b""
                    while (part := self.rfile.readline()) not in {b".\r\n", b""}:
                        text += part
                    box.received.append(text.decode())
                self.wfile.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 well\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield box
        server.shutdown()
        thread.join()


def a_pattern_of_the_council(cast: Cast) -> str:
    with cast.house.private.writing() as db:
        council = Institution(
            name=COUNCIL, kind=InstitutionKind.COUNCIL, areas=[], other_names=[], created_at=clock.now()
        )
        council.agreed_since = clock.today() - timedelta(days=400)
        db.add(council)
        db.flush()
        add_person(db, email="o@example.org", role=Role.OFFICER, neighbourhood=None, institution=COUNCIL)
        institution_id = council.id
    planted = reports(cast, 3)
    with cast.house.private.writing() as db:
        for one in planted:
            db.get_one(Barrier, one.id).institution_id = institution_id
    return gather(cast, planted)


def written(cast: Cast) -> list[Letter]:
    with cast.house.private.reading() as db:
        return list(letters(db, cast.house.published, cast.house.settings.web, clock.today()))


def _shown_days_ago(cast: Cast, pattern_id: str, days: int) -> None:
    with cast.house.private.writing() as db:
        db.get_one(Pattern, pattern_id).first_shown_on = clock.today() - timedelta(days=days)


def test_a_new_pattern_is_news_for_its_institution_and_its_stewards(cast: Cast) -> None:
    cast.steward()
    cast.steward("seacroft", "elsewhere@example.org")
    pattern_id = a_pattern_of_the_council(cast)
    found = written(cast)
    assert [one.to for one in found] == ["o@example.org", "steward@example.org"]
    assert all(f"/patterns/{pattern_id}" in one.text and "3 to 4 groups" in one.text for one in found)


def test_a_week_without_news_brings_no_letter(cast: Cast) -> None:
    _shown_days_ago(cast, a_pattern_of_the_council(cast), 20)
    assert written(cast) == []


def test_silence_is_told_once_a_month(cast: Cast) -> None:
    pattern_id = a_pattern_of_the_council(cast)
    told = []
    for days in range(8, 120, 7):
        _shown_days_ago(cast, pattern_id, days)
        told.append(any(f"No answer for {days} days" in one.text for one in written(cast)))
    assert told.count(True) == 4


def test_who_has_left_gets_no_letter(cast: Cast) -> None:
    a_pattern_of_the_council(cast)
    with cast.house.private.writing() as db:
        for person in db.query(Person):
            person.ended_at = clock.now()
    assert written(cast) == []


def test_letters_arrive(cast: Cast, post_box: PostBox) -> None:
    a_pattern_of_the_council(cast)
    settings = MailSettings(smtp_url=f"smtp://127.0.0.1:{post_box.port}", sender="no-reply@map.example.org")
    assert send(written(cast), settings) == 1
    (text,) = post_box.received
    assert "To: o@example.org" in text
    assert "/councils" in text


def test_without_a_mail_server_nothing_is_said_to_be_sent() -> None:
    with pytest.raises(DomainError, match="SMTP_URL"):
        send([Letter("a@example.org", "News", "Text")], MailSettings(smtp_url=None, sender="x@example.org"))
    with pytest.raises(DomainError, match="after 0 letters"):
        send([Letter("a@example.org", "News", "Text")], MailSettings("smtp://127.0.0.1:9", "x@example.org"))
