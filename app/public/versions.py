"""Version numbers for those who may have the answer already: many who ask at once share one question."""

from asyncio import Task, create_task, shield, wait
from weakref import WeakKeyDictionary

from app.public.answers import in_thread
from app.published.queries import Published

Version = tuple[int, int]


class _Turns:
    """The question that is out, and the next one, which all join who come meanwhile."""

    def __init__(self) -> None:
        self.running: Task[Version] | None = None
        self.waiting: Task[Version] | None = None


_turns: WeakKeyDictionary[Published, dict[str, _Turns]] = WeakKeyDictionary()


async def fresh_version(published: Published, collection: str) -> Version:
    """The version of a collection, read after this call began: nobody is told "unchanged" from an older look."""
    turns = _turns.setdefault(published, {}).setdefault(collection, _Turns())
    if turns.waiting is None or turns.waiting.done():
        turns.waiting = create_task(_ask(published, collection, turns))
    # Whoever goes away must not take the answer from the others.
    return await shield(turns.waiting)


async def _ask(published: Published, collection: str, turns: _Turns) -> Version:
    if turns.running is not None and not turns.running.done():
        await wait([turns.running])
    turns.running, turns.waiting = turns.waiting, None
    return await in_thread(published.version, collection)
