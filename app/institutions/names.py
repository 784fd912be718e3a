"""Which entry of the register a name stands for: only where there is no doubt, since a wrong link accuses somebody."""

from collections import defaultdict
from collections.abc import Iterable

from app.institutions.models import Institution
from app.matching.words import tokens

# Words that people add or leave out without meaning another body.
_LEFT_OUT = frozenset({"the", "of", "at", "in", "for", "and", "desk", "team", "dept", "department"})
# A shorter word is one slip away from another word.
_LONG_ENOUGH = 5


class Register:
    """All names of the institutions that stand, ready to be asked many times."""

    def __init__(self, institutions: Iterable[Institution]) -> None:
        self._by_key: defaultdict[tuple[str, ...], dict[str, Institution]] = defaultdict(dict)
        self._by_length: defaultdict[int, list[tuple[str, ...]]] = defaultdict(list)
        self._found: dict[str, Institution | None] = {}
        for one in institutions:
            for name in (one.name, *one.other_names):
                self._by_key[key_of(name)][one.id] = one
        for key in self._by_key:
            self._by_length[len(key)].append(key)

    def called(self, name: str) -> Institution | None:
        """Whose name, or other name, this is; None for nobody's, or for that of several."""
        return _only(self._by_key.get(key_of(name), {})) if key_of(name) else None

    def meant(self, words: str) -> Institution | None:
        """Like `called`, and with one slip of the pen forgiven. None where it may be anybody else."""
        if words not in self._found:
            self._found[words] = self._meant(key_of(words))
        return self._found[words]

    def _meant(self, key: tuple[str, ...]) -> Institution | None:
        if not key:
            return None
        if key in self._by_key:
            return _only(self._by_key[key])
        near: dict[str, Institution] = {}
        for known in self._by_length[len(key)]:
            if _is_one_slip(known, key):
                near |= self._by_key[known]
        return _only(near)


def key_of(name: str) -> tuple[str, ...]:
    """The words that tell, in the order of the alphabet: "Parks desk, Ash Council" and "Ash council parks" are one."""
    return tuple(sorted(word for word in tokens(name) if word not in _LEFT_OUT))


def _only(found: dict[str, Institution]) -> Institution | None:
    return next(iter(found.values())) if len(found) == 1 else None


def _is_one_slip(known: tuple[str, ...], written: tuple[str, ...]) -> bool:
    """Whether all words are the same but one, and that one is misspelled. A slip never moves the first letter."""
    left, right = sorted(set(known) - set(written)), sorted(set(written) - set(known))
    return len(left) == len(right) == 1 and _is_misspelled(left[0], right[0])


def _is_misspelled(known: str, written: str) -> bool:
    """One letter more, less or other, or two that changed places: Eastmoor and Westmoor stay two towns."""
    short, long = sorted((known, written), key=len)
    if len(short) < _LONG_ENOUGH or len(long) - len(short) > 1 or known[0] != written[0]:
        return False
    at = next((place for place, (one, other) in enumerate(zip(short, long, strict=False)) if one != other), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    return short[at + 1 :] == long[at + 1 :] or short[at:] == long[at + 1 : at + 2] + long[at] + long[at + 2 :]
