"""Journals, recognition and reviews for the fences: what everyone may see of them, and all that nobody may."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from app.kit import clock
from app.vocabulary import Agreement, ConsentScope, Publication
from tests.support.cast import Cast, Planted
from tests.support.learning import body, note, programme, recognise, reply, review

LIGHTS, OTHER = "20000000-0000-4000-8000-000000000001", "20000000-0000-4000-8000-000000000002"
Word = Callable[[str], str]


def learn_in_the_open(cast: Cast, planted: Iterable[Planted]) -> None:
    """On initiatives that everyone sees: a note, a recognition, and a review by each; two programmes, one reply."""
    council = body(cast, institution_id="20000000-0000-4000-8000-000000000003")
    for number, name in enumerate(("Small Lights", "Other money")):
        programme(cast, name, programme_id=(LIGHTS, OTHER)[number])
    reply(cast, LIGHTS)
    seen = [one for one in planted if one.collection == "initiatives"]
    note(cast, seen[0], note_id="20000000-0000-4000-8000-000000000004")
    recognise(cast, seen[0], by_institution=council, recognition_id="20000000-0000-4000-8000-000000000005")
    for number, one in enumerate(seen[:5]):
        review(cast, one, LIGHTS, at=clock.now() - timedelta(days=30 - number))


def learn_unseen(cast: Cast, planted: Iterable[Planted], unseen: Iterable[Planted]) -> None:
    """What nobody may notice: on `planted`, which everyone sees, and by `unseen`, which nobody does."""
    seen, council = [one for one in planted if one.collection == "initiatives"], body(cast)
    for scope, state in _not_shown():
        note(cast, seen[1], scope=scope, publication=state)
    for agreement in Agreement:
        hidden = Publication.HIDDEN if agreement is Agreement.ACCEPTED else Publication.PUBLISHED
        recognise(cast, seen[2], by_institution=council, state=agreement, publication=hidden)
    quiet = [one for one in unseen if one.collection == "initiatives"]
    note(cast, quiet[0])
    recognise(cast, quiet[0], by_institution=council)
    recognise(cast, seen[3], by_group=quiet[0])
    # Four more than five change nothing, nor do four where there were none; and words alone are never counted.
    for one in quiet[:4]:
        review(cast, one, LIGHTS, again="no", changed_in_us="Ours alone.")
        review(cast, one, OTHER)
    reply(cast, LIGHTS, "Not yet.", publication=Publication.DRAFT)
    reply(cast, OTHER, "Hidden.", publication=Publication.HIDDEN)


def learn_secrets(cast: Cast, seen: Planted, unseen: Planted, word: Word, remember: Callable[[str, str], None]) -> None:
    """Notes, recognitions, reviews and replies in each state, with a secret in each that is not for everyone.

    `word` makes a fresh word; it is called with where it stands, or "" for one that everyone may see. `remember` is
    told the id of each thing that nobody may hear of.
    """
    council = body(cast)
    for scope in ConsentScope:
        for state in Publication:
            is_shown = scope is ConsentScope.PUBLIC and state is Publication.PUBLISHED
            where = "" if is_shown else f"a {scope}, {state} note"
            one = note(cast, seen, scope=scope, publication=state, tried=word(where), learned=word(where))
            if not is_shown:
                remember(one, f"the id of {where}")
    note(cast, unseen, tried=word("a note of what is not shown"))
    for agreement in Agreement:
        for state in (Publication.PUBLISHED, Publication.HIDDEN):
            is_shown = agreement is Agreement.ACCEPTED and state is Publication.PUBLISHED
            where = "" if is_shown else f"a {agreement}, {state} recognition"
            what, support = word(where), word(where)
            one = recognise(
                cast, seen, by_institution=council, state=agreement, publication=state, what=what, support=support
            )
            if not is_shown:
                remember(one, f"the id of {where}")
    recognise(cast, seen, by_group=unseen, what=word("a recognition by a group that is not shown"))
    lights = programme(cast)
    for number in range(6):
        group = cast.plant(title=f"Asked {number}", sharing="neighbourhood")
        who = "group_only" if number % 2 else "researchers"
        review(cast, group, lights, changed_in_us=word("the words of a review"), scope=who)
    reply(cast, lights, word("a reply that was hidden"), publication=Publication.HIDDEN, steward_note=word("a note"))
    reply(cast, lights, word(""), at=clock.now() + timedelta(seconds=1))
    reply(cast, lights, word("a draft of a reply"), publication=Publication.DRAFT)


def _not_shown() -> list[tuple[ConsentScope, Publication]]:
    every = [(scope, state) for scope in ConsentScope for state in Publication]
    return [one for one in every if one != (ConsentScope.PUBLIC, Publication.PUBLISHED)]
