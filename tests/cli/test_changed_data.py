"""A study whose data have changed: it is not resumed with them by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from hypertemplate.search.storage.sqlite.reader import read_study
from tests.cli.conftest import Cli, Template

pytestmark = pytest.mark.long

TEMPLATE = """\
from pathlib import Path

def data():
    return [float(Path(__file__).with_name(name).read_text()) for name in sorted(NAMES)]

NAMES = [path.name for path in Path("values").parent.glob("*.csv")]

def model(values):
    x = {{quniform(0, 4, 1)}}
    return x + sum(values) + float(open("more.txt").read())
"""

CHANGED = "has changed since trial 0, so losses could not be compared"


def losses(folder: str) -> list[tuple[int, float | None]]:
    """Generation and loss of each trial."""
    return [(trial.generation, trial.loss) for trial in read_study(Path(folder)).study.trials]


@pytest.fixture
def files(template: Template, here: Path) -> Path:
    template(TEMPLATE)
    (here / "a.csv").write_text("10")
    (here / "more.txt").write_text("100")
    return here


@pytest.mark.parametrize("name", ["a.csv", "more.txt"])
def test_a_study_is_not_resumed_with_other_data(cli: Cli, files: Path, name: str) -> None:
    cli("run", "model.py", "--max-evals", "2", "--set", "x=1")
    before = (files / name).read_text()
    (files / name).write_text("1000")
    ran = cli("run", "model.py", "--max-evals", "3")
    assert (ran.status, ran.err) == (
        2,
        f"error: model.study: {name} {CHANGED}\n"
        "  --keep-trials resumes it and keeps the trials so far; --fresh starts a new study\n",
    )
    ran = cli("run", "model.py", "--max-evals", "3", "--study", "other", "--from", "model.study")
    assert ran.err.splitlines()[-1] == (
        "  --keep-trials keeps the trials all the same; --as-hints takes only their points"
    )
    ran = cli("confirm", "model.study", "--top", "1", "--repeats", "1")
    assert ran.err == (
        f"error: {name} has changed since trial 0: runs with other data would confirm nothing\n"
    )
    ran = cli("run", "model.py", "--max-evals", "3", "--keep-trials")
    assert (ran.status, ran.err.splitlines()[3]) == (
        0,
        f"note: the trials so far read other contents of {name}",
    )
    # With one point no second trial runs but one that reads other data: it is equal to none of the others.
    assert losses("model.study") == [(0, 111.0), (1, 1111.0 - float(before))]
    assert "every point of the search space has been tried" in cli("run", "model.py", "--max-evals", "4").err


def test_files_that_were_not_read_before_draw_a_note(cli: Cli, files: Path) -> None:
    cli("run", "model.py", "--max-evals", "1")
    (files / "b.csv").write_text("20")
    ran = cli("run", "model.py", "--max-evals", "2")
    assert "\nnote: setup reads b.csv, which earlier trials did without\n" in ran.err
    assert "setup reads" not in cli("run", "model.py", "--max-evals", "3").err


def test_a_study_moves_with_its_data(cli: Cli, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("run", "model.py", "--max-evals", "1")
    moved = files / "moved"
    moved.mkdir()
    for path in (files / "model.study", files / "model.py", files / "a.csv", files / "more.txt"):
        path.rename(moved / path.name)
    (files / "a.csv").write_text("30")
    monkeypatch.chdir(moved)
    assert cli("run", "model.py", "--max-evals", "2").status == 0
    (moved / "a.csv").write_text("20")
    assert "a.csv has changed" in cli("run", "model.py", "--max-evals", "3").err


def test_a_file_that_is_gone_is_a_change(cli: Cli, files: Path) -> None:
    """Code that reads a folder as a whole does not fail without it."""
    (files / "b.csv").write_text("20")
    cli("run", "model.py", "--max-evals", "1", "--set", "x=1")
    (files / "b.csv").unlink()
    (files / "a.csv").write_text("11")
    ran = cli("run", "model.py", "--max-evals", "2")
    assert (ran.status, ran.err.splitlines()[0]) == (
        2,
        "error: model.study: a.csv has changed and b.csv has been removed since trial 0, so losses could not be "
        "compared",
    )
    ran = cli("apply", "model.study", "--check")
    assert (
        "20 off, 0.15 of it; a.csv has changed and b.csv has been removed since the trial\n"
        in ran.err.replace("19 off", "20 off")
    )
    (files / "a.csv").write_text("10")
    ran = cli("run", "model.py", "--max-evals", "2", "--keep-trials")
    assert "\nnote: the trials so far read other contents of b.csv\n" in ran.err
    assert "b.csv" not in cli("run", "model.py", "--max-evals", "2").err, "it is told once"
    assert losses("model.study") == [(0, 131.0), (1, 111.0)]


def test_files_that_are_put_back(cli: Cli, files: Path) -> None:
    """The trials are named that have read what was there in between, and not those from before."""
    for evals, text in ((1, "10"), (3, "1000")):
        (files / "a.csv").write_text(text)
        cli("run", "model.py", "--max-evals", str(evals), "--keep-trials", "--rerun-equal")
    (files / "a.csv").write_text("10")
    ran = cli("confirm", "model.study", "--top", "1", "--repeats", "1")
    assert ran.status == 0, "the best trial has read what is there again"
    ran = cli("run", "model.py", "--max-evals", "4", "--keep-trials")
    assert "\nnote: trials 1 and 2 read other contents of a.csv\n" in ran.err
    assert "\ntrials 1 and 2 read earlier contents of a.csv\n" in cli("show", "model.study").out
    (files / "a.csv").write_text("1000")
    ran = cli("confirm", "model.study", "--top", "1", "--repeats", "2")
    assert "error: a.csv has changed since trial " in ran.err


def test_a_cache_that_setup_makes_again_may_be_gone(cli: Cli, template: Template, here: Path) -> None:
    template(
        """
        import os
        if not os.path.exists("cache"):
            with open("cache.part", "w") as file:
                file.write("1")
            os.replace("cache.part", "cache")
        def model():
            return {{uniform(0, 1)}} + COUNT
        COUNT = len(open("cache").read())
        """
    )
    for evals in ("1", "2"):
        cli("run", "model.py", "--max-evals", evals)
    (here / "cache").unlink()
    assert cli("run", "model.py", "--max-evals", "3").status == 0


def test_files_that_come_and_go_in_a_folder_that_is_listed(cli: Cli, template: Template, here: Path) -> None:
    template(
        """
        import glob
        COUNT = len(glob.glob("folder/*.txt")) + len(glob.glob("*.py"))
        def model():
            return {{uniform(0, 1)}} + COUNT
        """
    )
    folder = here / "folder"
    folder.mkdir()
    note = "\nnote: setup lists folder, where files have come or gone since the last trial\n"
    notes = []
    for number in range(1, 5):
        notes.append(note in cli("run", "model.py", "--max-evals", str(number)).err)
        if number < 3:
            (folder / f"{number}.txt").touch()
        (here / f"{number}.py").touch()
    assert notes == [False, True, True, False]


IN_A_TRIAL = """\
import importlib

def model():
    x = {{quniform(0, 4, 1)}}
    return x + importlib.import_module("plugins." + "ab"[0]).value
"""

IN_SETUP = """\
import importlib, pkgutil
import plugins

for one in pkgutil.iter_modules(plugins.__path__):
    importlib.import_module("plugins." + one.name)

def model():
    x = {{quniform(0, 4, 1)}}
    return x + plugins.a.value
"""


@pytest.mark.parametrize(
    "text", [pytest.param(IN_A_TRIAL, id="in a trial"), pytest.param(IN_SETUP, id="in setup")]
)
def test_nor_with_other_code_that_no_import_names(
    cli: Cli, template: Template, here: Path, text: str
) -> None:
    template(text)
    (here / "plugins").mkdir()
    (here / "plugins" / "__init__.py").write_text("")
    (here / "plugins" / "a.py").write_text("value = 10\n")
    cli("run", "model.py", "--max-evals", "1", "--set", "x=1")
    (here / "plugins" / "a.py").write_text("value = 1000\n")
    ran = cli("run", "model.py", "--max-evals", "2")
    assert (ran.status, ran.err.splitlines()[0]) == (2, f"error: model.study: plugins/a.py {CHANGED}")
    cli("run", "model.py", "--max-evals", "2", "--keep-trials")
    assert losses("model.study") == [(0, 11.0), (1, 1001.0)]


NAMED = """\
from plugins.a import value

def model():
    from plugins import b
    return value + b.value + {{quniform(0, 4, 1)}}
"""


def test_code_that_an_import_names_is_judged_as_an_edit(cli: Cli, template: Template, here: Path) -> None:
    template(NAMED)
    (here / "plugins").mkdir()
    for name in ("__init__", "a", "b"):
        (here / "plugins" / f"{name}.py").write_text("value = 10\n")
    cli("run", "model.py", "--max-evals", "1")
    for name in ("__init__", "a", "b"):
        (here / "plugins" / f"{name}.py").write_text("# ten\nvalue = 10\n")
    ran = cli("run", "model.py", "--max-evals", "2")
    assert (ran.status, len(losses("model.study"))) == (0, 2)


DATABASE = """\
import sqlite3

connection = sqlite3.connect("numbers.db")
connection.execute("drop table if exists numbers")
connection.execute("create table numbers (x real)")
connection.execute("insert into numbers values (10)")
connection.commit()
connection.close()

def model():
    connection = sqlite3.connect("numbers.db")
    connection.execute("update numbers set x = x + ?", ({{quniform(1, 4, 1, name="more")}},))
    connection.commit()
    (total,) = connection.execute("select x from numbers").fetchone()
    connection.close()
    return total
"""


def test_each_trial_begins_with_the_database_that_setup_fills(cli: Cli, template: Template) -> None:
    template(DATABASE)
    cli("run", "model.py", "--max-evals", "3", "--set", "more=2", "--rerun-equal")
    assert [loss for _, loss in losses("model.study")] == [12.0, 12.0, 12.0]
