"""The moment of reporting: which patterns an arriving report may belong to, within a few hundredths of a second.

The city's profiles are kept ready. What a newcomer adds is patched in where that is cheap (who sits where, kinds,
places, names, days); the rest (a pattern's gathered words) is brought up to date now and then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from app.matching import scorer
from app.matching.corpus import Corpus, Floats, Ints, encode, name_row, set_row
from app.matching.evidence import NAMES, Sims, measure
from app.matching.names import SORTS
from app.matching.profiles import Profiles, compact, gather
from app.matching.reasons import Background, telling_words
from app.matching.reports import Match, Report
from app.matching.seating import weigh
from app.matching.words import letter_features, tokens, word_features

# Log odds against "none of these" from which a pattern is worth a question.
WORTH_ASKING = -2.5
_CANDIDATES = 40
# Names at least this much alike (0 to 1) are plainly the same.
_SAME_NAME = 0.6
# A city this small is brought up to date with every report.
_FEW = 60


@dataclass
class _Row:
    words: sparse.csr_matrix
    letters: sparse.csr_matrix


class City:
    """The reports of one city and the patterns that they sit in. Not for several threads at once."""

    def __init__(
        self, reports: Sequence[Report], patterns: Mapping[str, str], *, seat: scorer.Committee | None = None
    ) -> None:
        self._seat = seat or scorer.shipped("seat")
        self._reports = list(reports)
        self._late_words: sparse.csr_matrix = sparse.csr_matrix((0, 0))
        self._late_letters: sparse.csr_matrix = sparse.csr_matrix((0, 0))
        self._labels: Ints = np.zeros(0, np.int64)
        self._pattern_of = {one.id: patterns.get(one.id) for one in reports}
        self.refresh()

    @property
    def size(self) -> int:
        """How many reports the city holds."""
        return len(self._reports)

    def add(self, report: Report, pattern: str | None = None) -> None:
        """Take `report` in, sitting in `pattern` or alone. Its words join the pattern's at the next refreshing."""
        self._reports.append(report)
        self._pattern_of[report.id] = pattern
        if self._fresh_size < _FEW or len(self._reports) - self._fresh_size > max(24, self._fresh_size // 40):
            self.refresh()
        else:
            row = self._append(report)
            self._late_words = sparse.csr_matrix(sparse.vstack([self._late_words, row.words]))
            self._late_letters = sparse.csr_matrix(sparse.vstack([self._late_letters, row.letters]))
            self._labels = np.append(self._labels, self._label(report.id, pattern))

    def seat(self, report: str, pattern: str) -> None:
        """Give the lone report with the id `report` a pattern: others begin to sit with it."""
        alone = f"\0{report}"
        self._pattern_of[report] = pattern
        if alone in self._numbers:
            self._numbers.setdefault(pattern, self._numbers[alone])

    def suggest(self, report: Report, *, limit: int = 3, floor: float = WORTH_ASKING) -> list[Match]:
        """Up to `limit` patterns, or lone reports, that `report` may belong to; the likeliest first.

        Each is a question to a person, never an answer. A lone report is offered under its own id as the pattern.
        """
        if not self._reports:
            return []
        kept = self._corpus
        held = self._corpus.__dict__.copy()
        try:
            row = self._append(report)
            labels = np.append(self._labels, self._label_count)
            profiles = self._patched(labels)
            rows = np.array([len(labels) - 1], np.int64)
            sims = Sims(kept, rows, self._alike(row.words, "words"), self._alike(row.letters, "letters"))
            picked, features = measure(kept, profiles, rows, sims, _CANDIDATES)
            odds = weigh(self._seat, features)[0]
            odds[picked[0] < 0] = -99
            return self._matches(report, picked[0], odds, features[0], sims, profiles, limit, floor)
        finally:
            self._corpus.__dict__.update(held)
            # The newcomer's names came last.
            while len(self._name) > len(self._corpus.names):
                self._name.popitem()

    def _matches(  # noqa: PLR0917 - one step of `suggest`, apart for its length
        self,
        report: Report,
        picked: Ints,
        odds: Floats,
        features: Floats,
        sims: Sims,
        profiles: Profiles,
        limit: int,
        floor: float,
    ) -> list[Match]:
        found: list[Match] = []
        nearness = sims.words[0] + sims.letters[0] + 0.5 * np.maximum(sims.box[0], sims.told[0])
        for place in np.argsort(-odds, kind="stable")[:limit]:
            if odds[place] < floor:
                break
            pattern = int(picked[place])
            begin = profiles.starts[pattern]
            members = profiles.order[begin : begin + int(profiles.size[pattern])]
            example = self._reports[int(members[np.argmax(nearness[members])])]
            name = self._pattern_of[example.id] or example.id
            reasons = _reasons(report, [self._reports[int(member)] for member in members[:50]], features[place])
            found.append(Match(name, example.id, float(odds[place]), reasons))
        return found

    def refresh(self) -> None:
        """Bring everything up to date: 0.5 s at 3,000 reports, 11 s at 50,000."""
        self._fresh_size = len(self._reports)
        self._numbers: dict[str, int] = {}
        self._corpus: Corpus = encode(self._reports)
        labels = [
            self._numbers.setdefault(self._pattern_of[one.id] or f"\0{one.id}", len(self._numbers))
            for one in self._reports
        ]
        self._labels = compact(np.array(labels, np.int64)) if labels else np.zeros(0, np.int64)
        self._label_count = len(self._numbers)
        if labels:
            self._profiles = gather(self._corpus, self._labels)
            self._late_words, self._late_letters = self._corpus.words[:0], self._corpus.letters[:0]
            self._by_word = sparse.csr_matrix(self._corpus.words.T)
            self._by_letter = sparse.csr_matrix(self._corpus.letters.T)
            self._place = {
                one.neighbourhood: int(code) for one, code in zip(self._reports, self._corpus.place, strict=True)
            }
            self._kind = {one.kind: int(code) for one, code in zip(self._reports, self._corpus.kind, strict=True)}
            self._group = {one.group: int(code) for one, code in zip(self._reports, self._corpus.group, strict=True)}
            self._holder = {
                one.holder_id: int(code) for one, code in zip(self._reports, self._corpus.holder, strict=True)
            }
            self._tongue = {
                one.language: int(code) for one, code in zip(self._reports, self._corpus.language, strict=True)
            }
            self._name = {names: number for number, names in enumerate(self._corpus.names)}

    def _label(self, report: str, pattern: str | None) -> int:
        key = pattern or f"\0{report}"
        if key not in self._numbers:
            self._numbers[key] = self._label_count
            self._label_count += 1
        return self._numbers[key]

    def _append(self, report: Report) -> _Row:
        """Put `report` at the end of the arrays; its rows of words are kept apart."""
        corpus, book = self._corpus, self._corpus.book
        words = tokens(f"{report.text} {report.rule or ''}")
        in_box, sorts, ordinary = book.of_box(report.holder or "")
        in_text, more = book.of_text(report.text, words)
        out = in_text | in_box
        plain = [word for word in words if book.standard(word) not in out and word not in book.places] + ordinary
        listed = word_features(plain)
        box_sorts, any_sorts = np.zeros((1, SORTS), np.float32), np.zeros((1, SORTS), np.float32)
        box_sorts[0, list(sorts)] = 1
        any_sorts[0, list(sorts | more)] = 1
        corpus.box_name = np.append(corpus.box_name, self._name_number(in_box))
        corpus.text_name = np.append(corpus.text_name, self._name_number(in_text))
        corpus.box_sorts = np.concatenate([corpus.box_sorts, box_sorts])
        corpus.any_sorts = np.concatenate([corpus.any_sorts, any_sorts])
        corpus.kind = np.append(corpus.kind, self._kind.get(report.kind, -1))
        corpus.place = np.append(corpus.place, self._place.get(report.neighbourhood, -1))
        corpus.day = np.append(corpus.day, np.nan if report.day is None else report.day)
        corpus.group = np.append(corpus.group, self._group.get(report.group, -1))
        corpus.holder = np.append(corpus.holder, self._holder.get(report.holder_id, -1))
        corpus.language = np.append(corpus.language, self._tongue.get(report.language, -1))
        corpus.reports = [*corpus.reports, report]
        corpus.word_sets = sparse.csr_matrix(sparse.vstack([corpus.word_sets, set_row(corpus.set_columns, listed)]))
        return _Row(corpus.word_code.row(listed), corpus.letter_code.row(letter_features(plain)))

    def _name_number(self, names: frozenset[str]) -> int:
        if not names:
            return -1
        number = self._name.get(names)
        if number is None:
            corpus = self._corpus
            number = self._name[names] = len(self._name)
            self._extra_names([name_row(names, corpus.name_weight)], names)
        return number

    def _extra_names(self, rows: list[sparse.csr_matrix], names: frozenset[str]) -> None:
        corpus = self._corpus
        corpus.name_parts = sparse.csr_matrix(sparse.vstack([corpus.name_parts, *rows]))
        corpus.names = [*corpus.names, names]

    def _alike(self, row: sparse.csr_matrix, which: str) -> Floats:
        index = self._by_word if which == "words" else self._by_letter
        known = np.asarray((row @ index).toarray(), np.float32)
        late = self._late_words if which == "words" else self._late_letters
        return np.concatenate(
            [known, (late @ row.T).toarray().T, np.zeros((1, 1), np.float32)], axis=1, dtype=np.float32
        )

    def _patched(self, labels: Ints) -> Profiles:
        """The kept profiles, with everybody who came since in their seats."""
        corpus, kept = self._corpus, self._profiles
        count = self._label_count + 1
        order = np.argsort(labels, kind="stable")
        size = np.bincount(labels, minlength=count)
        late = np.arange(self._fresh_size, len(labels))
        profiles = Profiles(
            **{
                **{name: getattr(kept, name) for name in Profiles.__dataclass_fields__},
                "labels": labels,
                "order": order,
                "starts": np.concatenate([[0], np.cumsum(size)[:-1]]).astype(np.int64),
                "size": size.astype(np.float32),
            }
        )
        grown = count - kept.count
        for name in ("word_norm", "letter_norm", "with_box_sort", "with_any_sort", "with_name"):
            setattr(profiles, name, np.append(getattr(kept, name), np.zeros(grown, np.float32)))
        profiles.word_norm[kept.count :] = 1
        profiles.letter_norm[kept.count :] = 1
        for name in ("kinds", "places", "languages", "box_sorts", "any_sorts"):
            table = getattr(kept, name)
            setattr(profiles, name, np.concatenate([table, np.zeros((grown, table.shape[1]), np.float32)]))
        seats = labels[late]
        np.add.at(profiles.kinds, (seats, corpus.kind[late]), 1)
        np.add.at(profiles.places, (seats, corpus.place[late]), 1)
        np.add.at(profiles.languages, (seats, corpus.language[late]), 1)
        np.add.at(profiles.box_sorts, seats, corpus.box_sorts[late])
        np.add.at(profiles.any_sorts, seats, corpus.any_sorts[late])
        np.add.at(profiles.with_box_sort, seats, corpus.box_sorts[late].max(axis=1))
        np.add.at(profiles.with_any_sort, seats, corpus.any_sorts[late].max(axis=1))
        for name in ("groups", "holders", "gathered"):
            table = getattr(kept, name).copy()
            table.resize((count, table.shape[1]))
            setattr(profiles, name, table)
        # The costly views of the kept profiles serve on: newcomers' patterns have none yet.
        odds = kept.word_odds.copy()
        odds.resize((odds.shape[0], count))
        profiles.__dict__["word_odds"] = odds
        profiles.__dict__["relatives"] = kept.relatives
        profiles.__dict__["group_count"] = np.append(kept.group_count, np.ones(grown, np.float32))
        return profiles


def _reasons(report: Report, members: list[Report], features: Floats) -> tuple[str, ...]:
    """Short phrases that a person can check, and that name nobody."""
    value = dict(zip(NAMES, features.tolist(), strict=True))
    reasons: list[str] = []
    if value["holder_same"] > 0 or max(value["box_best"], value["told_best"]) > _SAME_NAME:
        reasons.append("the same office or organisation")
    elif value["box_sort_share"] > 0.5:  # noqa: PLR2004 - most of them
        reasons.append("the same sort of office")
    mine = set(tokens(report.text))
    shared = [word for word in telling_words(members, Background.unknown(members), most=12) if word in mine][:3]
    if shared:
        reasons.append("both say " + ", ".join(f"“{word}”" for word in shared))
    if report.neighbourhood and any(one.neighbourhood == report.neighbourhood for one in members):
        reasons.append("the same neighbourhood")
    elif report.near & {one.neighbourhood for one in members}:
        reasons.append("a neighbourhood next to yours")
    if report.kind and sum(one.kind == report.kind for one in members) * 2 >= len(members):
        reasons.append("the same kind of problem")
    return tuple(reasons)
