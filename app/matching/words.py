"""Text to hashed features that work for any script: word stems, pairs of neighbouring words, runs of letters.

Nothing here knows a language, beyond lists of the commonest small words: in a handful of Polish reports "nie" would
look like a rare and telling word.
"""

import re
import unicodedata
import zlib
from functools import lru_cache
from itertools import pairwise

SPACE = 1 << 18
# Text beyond this many characters adds cost, and no evidence: what happened is said by then.
MOST_CHARACTERS = 3000
_STEM = 6
_SPLIT = re.compile(r"[\s!-/:-@\[-`{-~،؛؟۔।…–—“”‘’„«»¿¡°·•]+")  # noqa: RUF001 - the marks of many scripts
_MONEY = re.compile(r"[£$€]\s?\d[\d,.]*|\d[\d,.]*\s?[£$€]")
_NO_SPACES = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")

_SMALL = """
a about after again all also am an and any are as at be because been before being but by can could did do does doing
don
dont down even every for from get go got had has have having he her here him his how i if in into is it its ive just
like
may me more most my no nor not now of off on once one only or other our out over own said same say says she so some
such
than that the their them then there these they this those through to too told under until up us very was we were
what when
where which while who whom why will with without would yes you your im cant wont didnt doesnt isnt arent couldnt
wasnt t s
m re ve ll d u cos
el la los las un una unos unas y o de del que en a al por para con sin no nos se su sus es son lo le les nuestro mi
como
le la les un une des et ou de du que qui en au aux pour par avec sans ne pas on nous se sa son ses est sont ce cette
il
elle notre nos c l d n s qu j
der die das ein eine einer einen und oder von vom zu zum zur dass in im auf für mit ohne nicht wir uns sich sein
ihre ist
sind es er sie den dem des bei als auch kein keine
o a os as um uma e ou de do da dos das que em no na por para com sem não nos se seu sua é são ao
i a w z na do nie że się to jest są o od po za dla przez jak nam nas my ich jego jej bo by co czy już tylko bez pod
przy
il lo gli una di del della che e in per con non ci si è sono da
de het een en van te dat die in op voor met niet wij we ons zijn is
و في من على ان أن إن لا ما مع هذا هذه الى إلى عن كان قد لم لن هو هي نحن لنا التي الذي كل او أو ثم
اور کے کی کا کو میں سے نے ہے ہیں پر یہ وہ نہیں ہم کہ تھا تھی تھے ایک بھی تو ہو گیا ہمیں کر اس ان لیے جو ہمارے ہماری
"""


def fold(text: str) -> str:
    """`text` in small letters, without accents, one form for each letter."""
    decomposed = unicodedata.normalize("NFKD", text[:MOST_CHARACTERS].casefold())
    return (
        "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")
        .replace("'", "")
        .replace("’", "")
    )


SMALL_WORDS = frozenset(fold(_SMALL).split())


def tokens(text: str) -> list[str]:
    """The folded words of `text` in their order. Sums of money become one word; other numbers stay."""
    return [word for word in _SPLIT.split(fold(_MONEY.sub(" moneysum ", text[:MOST_CHARACTERS]))) if word]


_ENDINGS = (
    "ations",
    "ation",
    "ments",
    "ment",
    "ings",
    "ing",
    "ities",
    "ity",
    "ance",
    "ence",
    "ers",
    "ies",
    "ied",
    "ed",
    "es",
    "er",
    "ly",
    "s",
    "y",
    "e",
)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The front of a word, enough for its family: crude, yet the same for every language that writes endings."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:  # noqa: PLR2004 - what is left must tell
            word = word[: -len(ending)]
            break
    return word[:_STEM]


@lru_cache(maxsize=500_000)
def feature(name: str) -> int:
    """The column of a feature: a hash that is the same in every process."""
    return zlib.crc32(name.encode()) & (SPACE - 1)


@lru_cache(maxsize=200_000)
def _letter_runs(word: str) -> tuple[int, ...]:
    size = 2 if _NO_SPACES.search(word) else 4
    padded = f"_{word}_"
    return tuple({feature("4" + padded[i : i + size]) for i in range(max(1, len(padded) - size + 1))})


def word_features(words: list[str]) -> list[int]:
    """Columns of stems, and of pairs of neighbours among the words that say something."""
    telling = [stem(word) for word in words if word not in SMALL_WORDS]
    singles = [feature("1" + one) for one in telling]
    pairs = [feature(f"2{one} {two}") for one, two in pairwise(telling)]
    return list(dict.fromkeys(singles + pairs))


def letter_features(words: list[str]) -> list[int]:
    """Columns of runs of letters: they survive misspelling."""
    runs: dict[int, None] = {}
    for word in words:
        if word not in SMALL_WORDS:
            runs.update(dict.fromkeys(_letter_runs(word)))
    return list(runs)
