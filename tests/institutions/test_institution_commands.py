"""The register's commands, as typed: one sentence on refusal."""

from sqlalchemy import select

from app.accounts.models import Person
from app.barriers.models import Barrier
from tests.support.cast import Cast
from tests.support.commands import Run


def test_an_institution_is_added_agrees_and_is_merged(small_ecology: Run, cast: Cast) -> None:
    planted = cast.plant("barriers", holder="Ashford counsil")
    added = small_ecology(
        *("institution", "add", "Ashford Council", "--kind", "council"),
        *("--also", "Ashford counsil", "--area", "seacroft"),
    )
    assert added.code == 0, added.err
    assert small_ecology("institution", "link").out == "Linked 1 reports.\n"
    assert small_ecology("institution", "add", "Parks", "--kind", "desk", "--part-of", "Ashford Council").code == 0
    assert small_ecology("institution", "add", "Ashford", "--kind", "council").code == 0
    agreed = small_ecology("institution", "agree", "Ashford", "--since", "2026-06-01")
    assert agreed.out == "Ashford answers since 2026-06-01.\n"
    merged = small_ecology("institution", "merge", "Ashford Council", "Ashford")
    assert merged.out == "Ashford Council stands for Ashford now. 0 reports moved.\n"
    listed = small_ecology("institution", "list").out
    assert "Ashford Council (council): answers since 2026-06-01; in" not in listed  # one of both has a say everywhere
    assert "Ashford Council (council): answers since 2026-06-01; also called Ashford counsil, Ashford" in listed
    assert "Parks (a desk or team, part of Ashford Council): has not agreed to answer" in listed
    assert (
        small_ecology("institution", "agree", "Ashford", "--withdraw").out
        == "Ashford Council does not answer any more.\n"
    )
    with cast.house.private.reading() as db:
        assert db.get_one(Barrier, planted.id).institution_id is not None


def test_refusals_are_one_sentence(small_ecology: Run, cast: Cast) -> None:
    small_ecology("institution", "add", "Ashford Council", "--kind", "council")
    for words, told in (
        (("add", "ashford council", "--kind", "venue"), "“ashford council” stands in the register already"),
        (("add", "Hall", "--kind", "venue", "--area", "atlantis"), "There is no neighbourhood “atlantis”."),
        (("add", "Hall", "--kind", "venue", "--part-of", "Nobody"), "The register has no institution “Nobody”."),
        (("merge", "Ashford Council", "Ashford Council"), "These are one and the same already."),
        (("merge", "Ashford Council", "Nobody"), "The register has no institution “Nobody”."),
        (("agree", "Ashford Council", "--since", "2190-01-01"), "That day is still to come."),
        (("agree", "Ashford Council", "--since", "2026-01-01", "--withdraw"), "Say --since or --withdraw"),
    ):
        done = small_ecology("institution", *words)
        assert (done.code, done.err.count("\n")) == (1, 1), words
        assert done.err.startswith(told)
    assert small_ecology("institution", "add", "Hall", "--kind", "castle").code == 2
    for command in ("add", "list", "merge", "agree", "link"):
        assert small_ecology("institution", command, "--help").code == 0


def test_an_officer_is_of_the_register_and_a_funder_is_not(small_ecology: Run, cast: Cast) -> None:
    officer = ("person", "add", "--role", "officer", "--email", "o@example.org", "--institution")
    refused = small_ecology(*officer, "Ashford Council")
    assert refused.code == 1
    assert 'add it: small-ecology institution add "Ashford Council" --kind council' in refused.err
    small_ecology("institution", "add", "Ashford Council", "--kind", "council", "--also", "ABC")
    assert small_ecology(*officer, "abc").code == 0
    assert (
        small_ecology(
            *("person", "add", "--role", "funder", "--email", "f@example.org", "--institution", "A fund")
        ).code
        == 0
    )
    with cast.house.private.reading() as db:
        assert sorted(filter(None, db.scalars(select(Person.institution)))) == ["A fund", "Ashford Council"]
