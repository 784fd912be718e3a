"""People who report and answer, simulated from the truth: some answer the question, a few of them wrongly."""

import random
from collections.abc import Sequence

from app.matching.arrival import City
from app.matching.corpus import Ints
from app.matching.refinement import Judges
from app.matching.reports import Answer, Report


def arrive(
    reports: Sequence[Report], truth: Ints, judges: Judges, *, share: float, wrong: float = 0.03, seed: int = 0
) -> tuple[list[Answer], float]:
    """The answers that a `share` of people give as they report one after another; and the share of hits.

    A hit: where somebody has met the same before, one of the three patterns offered has it as the example. Who sees the
    same among the three says so; who does not says "none of these". Without an answer the best guess is the seat.
    """
    chance = random.Random(seed)
    city = City([], {}, seat=judges.seat)
    seat: dict[str, str] = {}
    number = {one.id: int(label) for one, label in zip(reports, truth, strict=True)}
    answers: list[Answer] = []
    seen: set[int] = set()
    asked = hits = 0
    for one in sorted(reports, key=lambda one: (one.day or 0, one.id)):
        matches = city.suggest(one)
        right = [match for match in matches if number[match.example] == number[one.id]]
        if number[one.id] in seen:
            asked += 1
            hits += bool(right)
        seen.add(number[one.id])
        chosen = matches[0] if matches and matches[0].score > 0 else None
        if matches and chance.random() < share:
            slips = chance.random() < wrong
            chosen = (None if right else chance.choice(matches)) if slips else (right[0] if right else None)
            if chosen:
                answers.append(Answer(one.id, chosen.example, same=True))
            else:
                answers += [Answer(one.id, match.example, same=False) for match in matches]
        pattern = None
        if chosen:
            pattern = seat.setdefault(chosen.example, f"p-{chosen.example}")
            if pattern == f"p-{chosen.example}":
                city.seat(chosen.example, pattern)
            seat[one.id] = pattern
        city.add(one, pattern)
    return answers, hits / max(1, asked)
