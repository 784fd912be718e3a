"""Ties as the form asks for them and as their holders read them: five of the kinds can be told from either end."""

from app.connections.models import Connection
from app.initiatives.models import Initiative
from app.vocabulary import ConnectionKind

# The word that a form sends -> the kind, and whether one's own is the one that "grew out of" the other.
KINDS_BY_WORD: dict[str, tuple[ConnectionKind, bool]] = {
    **{str(kind): (kind, True) for kind in ConnectionKind},
    **{f"{kind}:back": (kind, False) for kind in ConnectionKind if not kind.is_mutual},
}


def kind_choices() -> list[tuple[str, str, str]]:
    """(word, label, hint) of each: first what one's own took from the other, then what it gave."""
    told = {True: "Ours {} theirs", False: "Theirs {} ours"}
    return [
        (word, told[is_from].format(kind.label), kind.hint if is_from else "")
        for word, (kind, is_from) in KINDS_BY_WORD.items()
    ]


def tie_sentence(tie: Connection, held: Initiative, other: str) -> str:
    """The tie as everyone would read it; `other` is the title of the other end, or "" where it is not told."""
    mine, theirs = f"“{held.title}”", f"“{other}”" if other else "one that is not on the map now"
    start, end = (mine, theirs) if tie.from_id == held.id or tie.kind.is_mutual else (theirs, mine)
    sentence = f"{start} {tie.kind.label} {end}"
    return sentence[0].upper() + sentence[1:]
