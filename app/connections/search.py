"""Finding an initiative to tie to or to ask: among those that everyone may see, by words of its title or summary."""

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from app.initiatives.models import Initiative
from app.vocabulary import Publication, Sharing

MOST_FOUND = 20
_MOST_WORDS = 6
_SHOWN = [one for one in Sharing if one.is_shown]


def find_initiatives(db: Session, held: Initiative, question: str, *, place: str | None = None) -> list[Initiative]:
    """Up to one more than `MOST_FOUND` that hold every word, those of one's own place first; never `held` itself."""
    asked = select(Initiative).where(
        Initiative.publication == Publication.PUBLISHED, Initiative.sharing.in_(_SHOWN), Initiative.id != held.id
    )
    for word in question.split()[:_MOST_WORDS]:
        asked = asked.where(
            Initiative.title.icontains(word, autoescape=True) | Initiative.summary.icontains(word, autoescape=True)
        )
    if place is not None:
        asked = asked.where(Initiative.neighbourhood == place)
    is_elsewhere = case((Initiative.neighbourhood == held.neighbourhood, 0), else_=1)
    return list(db.scalars(asked.order_by(is_elsewhere, Initiative.title, Initiative.id).limit(MOST_FOUND + 1)))
