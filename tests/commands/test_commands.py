"""The commands, as typed, without a terminal: one sentence on refusal, and an exit code that tells."""

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from app.accounts.models import Person
from app.accounts.sign_in import use_link
from app.demonstration.load import load_demonstration, load_neighbourhoods
from app.published.queries import Question
from app.publishing.doctor import look_over
from app.storage.backup import back_up
from app.storage.engines import private_engine
from app.web.house import House
from tests.support.cast import Cast
from tests.support.commands import Run, run_command
from tests.support.postgis import Cluster, free_port
from tests.support.service import settings_for

_PLACES = "id,name,category,lat,lon,licence\n1,=Soup,food,53.8172,-1.5309,OGL\n2,,food,53.8172,-1.5309,OGL\n"


@pytest.fixture
def places(tmp_path: Path) -> Path:
    file = tmp_path / "places.csv"
    file.write_text(_PLACES)
    return file


@pytest.fixture
def demonstration(house: House) -> House:
    with house.private.writing() as db:
        load_neighbourhoods(db)
        load_demonstration(db)
    return house


def test_demo_fills_an_empty_database_and_prints_links_that_work(small_ecology: Run, house: House) -> None:
    first = small_ecology("demo", PUBLIC_URL="http://localhost:8000")
    assert first.code == 0, first.err
    assert "3 neighbourhoods, " in first.out
    links = [line.rpartition(": ")[2] for line in first.out.splitlines() if line.startswith("Steward of")]
    assert [link.partition("#k=")[0] for link in links] == ["http://localhost:8000/sign-in"] * 3
    with house.private.writing() as db:
        assert use_link(db, links[1].partition("#k=")[2]).neighbourhood == "chapeltown"
    before = house.published.version("initiatives")
    assert "Loaded" not in small_ecology("demo").out
    assert house.published.version("initiatives") == before


def test_serve_refuses_a_database_that_is_not_up_to_date(tmp_path: Path) -> None:
    done = run_command(f"sqlite:///{tmp_path}/empty.db", "serve")
    assert done.code == 1
    assert done.err == "The database is not at the newest version. Run `small-ecology db upgrade` first.\n"


@pytest.mark.slow
def test_serve_demo_answers_and_ends_when_asked(tmp_path: Path) -> None:
    port = free_port()
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/new.db", "PORT": str(port), "HOST": "127.0.0.1"}
    with subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--demo"],
        cwd=Path(__file__).resolve().parents[2],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as service:
        try:
            assert _answer(f"http://127.0.0.1:{port}/ready") == {"status": "ready"}
        finally:
            service.send_signal(signal.SIGTERM)
            out, err = service.communicate(timeout=20)
    assert f"Small Ecology: http://127.0.0.1:{port}" in out
    assert "Traceback" not in err
    assert "ResourceWarning" not in err


def _answer(url: str) -> object:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own address
                return json.load(answer)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_import_without_a_terminal_needs_yes(small_ecology: Run, cast: Cast, places: Path) -> None:
    refused = small_ecology("import", "initiatives", places)
    assert (refused.code, refused.err) == (1, "Nothing was written. Say --yes to write without a terminal.\n")
    assert cast.house.published.version("initiatives") == (0, 0)


def test_a_dry_run_changes_nothing(small_ecology: Run, cast: Cast, places: Path) -> None:
    done = small_ecology("import", "initiatives", places, "--dry-run")
    assert done.code == 0, done.err
    assert "2 rows: 1 accepted, 1 refused." in done.out
    assert "title            from “name”" in done.out
    assert done.out.rstrip().endswith("Nothing was written.")
    assert cast.house.published.version("initiatives") == (0, 0)
    assert small_ecology("import", "list").out == ""


def test_an_import_reports_and_can_be_undone(small_ecology: Run, cast: Cast, places: Path, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    done = small_ecology("import", "initiatives", places, "--yes", "--rejects", rejects)
    assert done.code == 0, done.err
    (refused,) = csv.DictReader(rejects.read_text(encoding="utf-8-sig").splitlines())
    assert (refused["line"], refused["reason"]) == ("3", "title: Give it a name, in a few words.")
    assert refused["licence"] == "OGL"
    assert cast.house.published.version("initiatives")[1] == 1
    again = small_ecology("import", "initiatives", places, "--yes")
    assert "There is nothing to do." in again.out
    batch = done.out.split()[-1]
    assert batch in small_ecology("import", "list").out
    assert small_ecology("import", "undo", batch, "--yes").out == "Removed 1 initiatives.\n"
    assert cast.house.published.version("initiatives")[1] == 0
    assert small_ecology("import", "undo", batch, "--yes").code == 1


def test_neighbourhoods_are_shown_before_they_are_written(small_ecology: Run, house: House, tmp_path: Path) -> None:
    ring = [[-1.6, 53.8], [-1.5, 53.8], [-1.5, 53.9], [-1.6, 53.8]]
    feature = {"type": "Feature", "properties": {"NAME": "Ash"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    file = tmp_path / "ash.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    shown = small_ecology("import", "neighbourhoods", file, "--dry-run")
    assert "Names from “NAME”, codes from nowhere." in shown.out
    assert "Addresses: ash" in shown.out
    assert house.published.version("neighbourhoods") == (0, 0)
    assert small_ecology("import", "neighbourhoods", file, "--yes", "--credit", "Ours").code == 0
    assert b'"credit":"Ours"' in (house.published.one("neighbourhoods", "ash") or b"")


def test_person_add_prints_a_link_that_works(small_ecology: Run, cast: Cast) -> None:
    words = ("person", "add", "--role", "steward", "--email", "a@example.org", "--neighbourhood")
    done = small_ecology(*words, "seacroft")
    assert done.code == 0, done.err
    with cast.house.private.writing() as db:
        assert use_link(db, done.out.strip().partition("#k=")[2]).neighbourhood == "seacroft"
    refused = small_ecology(*words, "atlantis")
    assert refused.code == 1
    assert refused.err.startswith("There is no neighbourhood “atlantis”. Known: beeston-holbeck, chapeltown, seacroft.")
    assert small_ecology("person", "add", "--role", "king", "--email", "a@example.org").code == 2
    with cast.house.private.reading() as db:
        assert len(db.scalars(select(Person)).all()) == 1


def test_export_writes_what_is_public_and_nothing_else(
    demonstration: House, small_ecology: Run, tmp_path: Path
) -> None:
    matched = demonstration.published.page(Question("initiatives")).matched
    assert small_ecology("export", tmp_path / "all.geojson").code == 0
    features = json.loads((tmp_path / "all.geojson").read_text())["features"]
    assert len(features) == matched
    assert small_ecology("export", tmp_path / "all.csv").code == 0
    rows = list(csv.DictReader((tmp_path / "all.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)))
    assert len(rows) == matched
    assert {row["demonstration"] for row in rows} == {"True"}
    # Only what is shown as a place has a longitude: the middle of an area would be a false pin.
    assert {row["shown_as"] for row in rows if row["longitude"]} == {"place"}
    for words in (("x.txt",), ("x.csv", "--collection", "people"), (tmp_path / "none" / "x.csv",)):
        assert small_ecology("export", *words).code == 1


def test_a_formula_is_exported_harmless(small_ecology: Run, cast: Cast, places: Path, tmp_path: Path) -> None:
    small_ecology("import", "initiatives", places, "--yes")
    small_ecology("export", tmp_path / "all.csv")
    (row,) = csv.DictReader((tmp_path / "all.csv").read_text(encoding="utf-8-sig").splitlines())
    assert (row["title"], row["longitude"]) == ("'=Soup", "-1.5309")


def test_publish_rebuild_makes_the_same_again(demonstration: House, small_ecology: Run) -> None:
    def shown() -> list[bytes]:
        return [bytes(one) for one in demonstration.published.page(Question("barriers", limit=500)).features]

    before = shown()
    assert small_ecology("publish").code == 1
    assert small_ecology("publish", "--rebuild").code == 0
    assert shown() == before


def test_a_backup_while_writing_holds_every_committed_row(sqlite_url: str, tmp_path: Path) -> None:
    engine = private_engine(sqlite_url)
    add = text("INSERT INTO published_withdrawn (collection, id) VALUES ('initiatives', :id)")
    committed, stop = [0], threading.Event()

    def write() -> None:
        while not stop.is_set():
            with engine.begin() as connection:
                connection.execute(add, {"id": f"{committed[0]:09}"})
            committed[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while committed[0] < 50:
            time.sleep(0.01)
        for number in range(5):
            before = committed[0]
            back_up(sqlite_url, tmp_path / f"{number}.db")
            copy = sqlite3.connect(tmp_path / f"{number}.db")
            rows = [row[0] for row in copy.execute("SELECT id FROM published_withdrawn ORDER BY id")]
            copy.close()
            assert len(rows) >= before
            assert rows == [f"{count:09}" for count in range(len(rows))]
    finally:
        stop.set()
        writer.join()
        engine.dispose()
    assert sorted(path.name for path in tmp_path.glob("*.db*") if "small" not in path.name) == [
        f"{number}.db" for number in range(5)
    ]
    assert (tmp_path / "0.db").stat().st_mode & 0o077 == 0


def test_a_backup_brings_everything_back(
    demonstration: House, small_ecology: Run, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    before = demonstration.published.version("barriers")
    file = tmp_path / "copy.backup"
    done = small_ecology("backup", file)
    assert done.code == 0, done.err
    refused = small_ecology("backup", file)
    assert (refused.code, refused.err) == (1, f"{file} exists already. Give another name, so that no backup is lost.\n")
    if database_url.startswith("sqlite"):
        restored = f"sqlite:///{file}"
    else:
        cluster: Cluster = request.getfixturevalue("postgis_cluster")
        restored = request.getfixturevalue("bare_postgis_url")
        subprocess.run(
            [
                *("pg_restore", f"--port={cluster.port}", "--host=127.0.0.1", "--username=postgres"),
                *(f"--dbname={make_url(restored).database}", str(file)),
            ],
            check=True,
        )
    settings = settings_for(restored)
    findings = list(look_over(settings, has_secret=True))
    assert all(finding.is_well for finding in findings), findings
    engine = private_engine(restored)
    with engine.connect() as connection:
        row = connection.execute(text("SELECT number, features FROM published_version WHERE collection = 'barriers'"))
        assert tuple(row.one()) == before
    engine.dispose()


def test_the_doctor_finds_all_well(demonstration: House, small_ecology: Run) -> None:
    done = small_ecology("doctor", SECRET_KEY="x" * 40)
    assert done.code == 0, done.out
    assert "MEND" not in done.out
    assert "SECRET_KEY is set." in done.out
    assert "is refused what is private" in done.out


def test_the_doctor_says_how_to_mend(cast: Cast, small_ecology: Run, tmp_path: Path) -> None:
    mail = small_ecology("doctor", SMTP_URL=f"smtp://127.0.0.1:{free_port()}")
    assert mail.code == 1
    assert "MEND  mail: The mail server cannot be reached. Check SMTP_URL." in mail.out
    empty = run_command(f"sqlite:///{tmp_path}/empty.db", "doctor")
    assert empty.code == 1
    assert "MEND  migrations: The database is not at the newest version. Run `small-ecology db upgrade`." in empty.out
    gone = run_command(f"postgresql://127.0.0.1:{free_port()}/none", "doctor")
    assert gone.code == 1
    assert "MEND  database: It cannot be reached. Check DATABASE_URL" in gone.out
    assert "Traceback" not in gone.err + empty.err + mail.err
    bad = run_command("mysql://x", "doctor")
    assert (bad.code, bad.err) == (1, "DATABASE_URL must begin with sqlite:/// or postgresql://.\n")


def test_the_doctor_finds_a_reader_that_can_read_too_much(postgis_url: str, cast: Cast) -> None:
    engine = private_engine(postgis_url)
    with engine.begin() as connection:
        connection.execute(text("GRANT SELECT ON person TO small_ecology_reader"))
    (finding,) = [one for one in look_over(settings_for(postgis_url), has_secret=True) if one.what == "public side"]
    engine.dispose()
    assert not finding.is_well
    assert "private tables: person." in finding.told


def test_a_database_that_is_gone_is_one_sentence() -> None:
    done = run_command(f"postgresql://127.0.0.1:{free_port()}/none", "publish", "--rebuild")
    assert done.code == 1
    assert done.err.startswith("The database refused; nothing was changed.")
    assert done.err.count("\n") == 1


def test_upgrading_twice_is_well(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    assert [run_command(url, "db", "upgrade").code for _ in range(2)] == [0, 0]
