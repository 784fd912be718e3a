"""Finding an initiative to tie to or to ask: among those that everyone may see, by words of its title or summary.

What was imported is not among them: nobody holds its edit link, so nobody would ever answer.
"""

import unicodedata

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.initiatives.models import Initiative
from app.vocabulary import Formality

MOST_FOUND = 20
_MOST_WORDS = 6


def find_initiatives(db: Session, held: Initiative, question: str, *, groups_of: str | None = None) -> list[Initiative]:
    """Up to one more than `MOST_FOUND` that hold every word, those of one's own place first; never `held` itself.

    `groups_of`: the slug of a neighbourhood, for its groups alone.
    """
    asked = select(Initiative.id, Initiative.title, Initiative.summary, Initiative.neighbourhood).where(
        Initiative.is_public, Initiative.batch_id.is_(None), Initiative.id != held.id
    )
    if groups_of is not None:
        is_group = or_(Initiative.formality.is_(None), Initiative.formality != Formality.PERSON)
        asked = asked.where(Initiative.neighbourhood == groups_of, is_group)
    words = [_folded(word) for word in question.split()[:_MOST_WORDS]]
    # SQLite folds ASCII alone, and PostgreSQL what its locale knows: compared here, "école" finds "ÉCOLE" on both.
    found = [
        (place != held.neighbourhood, _folded(title), one)
        for one, title, summary, place in db.execute(asked)
        if _holds(_folded(f"{title}\n{summary}"), words)
    ]
    ids = [one for _is_elsewhere, _title, one in sorted(found)[: MOST_FOUND + 1]]
    rows = {one.id: one for one in db.scalars(select(Initiative).where(Initiative.id.in_(ids)))}
    return [rows[one] for one in ids]


def _holds(text: str, words: list[str]) -> bool:
    return all(word in text for word in words)


def _folded(text: str) -> str:
    """`text` as it is compared: no capitals, and each accent written in one way."""
    return unicodedata.normalize("NFC", text.casefold())
