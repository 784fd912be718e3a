"""Whether others met the same: a number only from the threshold on, never one that tells of a single story."""

from app.neighbourhoods.models import Neighbourhood
from app.published.queries import Published, Question
from app.publishing.counts import rounded
from app.vocabulary import BarrierKind


def others_sentence(published: Published, home: Neighbourhood, kind: str, own_id: str) -> str:
    """How many other stories of this kind there are in the neighbourhood; no number below the threshold."""
    word = BarrierKind.named(kind)
    label = word.label.lower() if word else kind
    page = published.page(Question("barriers", neighbourhood=home.slug, kind=kind))
    is_own_shown = published.one("barriers", own_id) is not None
    counts = [one for one in published.hidden_counts(home.slug) if (one.collection, one.word) == ("barriers", kind)]
    hidden = sum(count.rounded for count in counts)
    others = rounded(page.matched - is_own_shown + hidden)
    if others is None:
        return "Thank you for telling us. Once enough people here tell of the same kind of thing, we say how many."
    return f"You are not alone: about {others} other stories of this kind ({label}) were told in {home.name}."
