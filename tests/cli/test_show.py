"""`show`: what it prints of one study, of many, and of what is none."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from hypertemplate.cli.commands.show import chart_marks
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.views.curves.curve_charts import ASCII_MARKS, MARKS
from tests.cli.conftest import Cli
from tests.exports.studies import KEPT, searched, stored
from tests.search.fakes import curve
from tests.search.storage.test_contract import STUDY, done, runs


def study(folder: Path, *losses: float | None) -> SqliteStorage:
    """A study with these losses, and one more trial that runs; still open."""
    storage = SqliteStorage(folder)
    storage.create(STUDY)
    for number, loss in enumerate(losses):
        storage.add(done(number, loss, rate=0.5, opt=1))
    storage.propose(runs(len(losses)), "")
    return storage


def test_a_study_while_a_search_writes_it(cli: Cli, here: Path) -> None:
    with closing(study(Path("model.study"), 2.0, None, 1.0)):
        ran = cli("show", "model.study")
        before = sorted(path.name for path in Path("model.study").iterdir())
    assert ran == (
        0,
        "model.study: src/model.py, 3 of 3 trials, 1 running, tpe, seed 1337\n"
        "\n"
        "trial    val_loss     time    rate  opt         size\n"
        "    0     2.0000      2.0s  0.5     Adam(1e-3)  -\n"
        "    1      failed     2.0s  0.5     Adam(1e-3)  -\n"
        "    2     1.0000      2.0s  0.5     Adam(1e-3)  -\n"
        "    3     running        -  0.5     -           -\n"
        "\n"
        "best of 3 trials (1 failed): trial 2, val_loss 1, minimised\n"
        "  rate  0.5\n"
        "  opt   Adam(1e-3)\n",
        "",
    )
    assert before == ["lock", "program.py", "study.db", "study.db-shm", "study.db-wal"]


def test_a_study_whose_search_is_over_has_trials_that_wait(cli: Cli) -> None:
    study(Path("model.study"), 2.0).close()
    lines = cli("show", "model.study").out.splitlines()
    assert lines[0] == (
        "model.study: src/model.py, 1 of 3 trials, 1 waiting, no search is running, tpe, seed 1337"
    )
    assert lines[4] == "    1     waiting        -  0.5     -           -"
    assert json.loads(cli("show", "model.study", "--format", "json").out)["trials"][1]["state"] == "RUNNING"


def test_the_first_of_an_order(cli: Cli) -> None:
    study(Path("model.study"), 2.0, None, 1.0).close()
    lines = cli("show", "model.study", "--sort", "loss", "--top", "2").out.splitlines()
    assert [line.split()[:2] for line in lines[3:5]] == [["2", "1.0000"], ["0", "2.0000"]]
    assert lines[5] == ""


def test_json(cli: Cli) -> None:
    study(Path("model.study"), 2.0, None).close()
    ran = cli("show", "model.study", "--format", "json", "--top", "1")
    data = json.loads(ran.out)
    assert (ran.status, ran.err, list(data)) == (
        0,
        "",
        ["schema", "study", "best", "confirmed", "default_trial", "trials"],
    )
    assert data["trials"] == [data["best"]]
    assert list(data["best"]) == [
        *("number", "state", "loss", "params", "read", "not_read", "metrics", "started_at", "duration_s"),
        *("worker", "error", "objective", "direction", "value", "source", "epoch", "epochs"),
        *("equal_to", "model"),
        *("generation", "left_out", "repeats", "losses", "sd", "confirmed", "not_reached"),
        "other_data",
    ]


def test_csv(cli: Cli) -> None:
    study(Path("model.study"), 2.0, None).close()
    ran = cli("show", "model.study", "--format", "csv")
    rows = list(csv.DictReader(ran.out.splitlines()))
    assert [(row["number"], row["state"], row["params.opt"]) for row in rows] == [
        ("0", "COMPLETE", "Adam(1e-3)"),
        ("1", "FAILED", "Adam(1e-3)"),
        ("2", "RUNNING", ""),
    ]


def test_the_database_stands_for_its_study(cli: Cli) -> None:
    study(Path("model.study")).close()
    assert cli("show", "model.study/study.db").out.startswith(
        "model.study/study.db: src/model.py, 0 of 3 trials"
    )


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        pytest.param("no.study", "no.study: no such study", id="nothing"),
        pytest.param(
            "model", "model: no such study; did you mean model.study?", id="the name without suffix"
        ),
        pytest.param("mdoel.study", "mdoel.study: no such study; did you mean model.study?", id="a typo"),
        pytest.param("modle", "modle: no such study; did you mean model.study?", id="a typo without suffix"),
        pytest.param("far/model.study", "far/model.study: no such study", id="a folder that is not there"),
        pytest.param("empty", "empty is not a study: it has no study.db", id="another folder"),
        pytest.param(
            "model.py", "model.py is a file, and a study is a folder; perhaps model.study", id="a template"
        ),
        pytest.param("other.py", "other.py is a file, and a study is a folder", id="a file"),
        pytest.param(
            "bad.study", "bad.study/study.db is not a database; it was left as it is", id="no database"
        ),
    ],
)
def test_what_is_no_study(cli: Cli, here: Path, argument: str, message: str) -> None:
    study(Path("model.study")).close()
    for name in ("empty", "bad.study"):
        (here / name).mkdir()
    for name in ("model.py", "other.py", "bad.study/study.db"):
        (here / name).write_text("text\n")
    assert cli("show", argument) == (2, "", f"error: {message}\n")


def test_a_damaged_study_is_shown_as_far_as_it_can_be(cli: Cli) -> None:
    study(Path("model.study"), 2.0, 1.0).close()
    with closing(SqliteStorage(Path("model.study"))) as storage:
        assert storage._connection is not None
        storage._connection.execute("UPDATE trial SET params = '' WHERE number = 0")
    ran = cli("show", "model.study")
    assert (ran.status, ran.err) == (
        0,
        "warning: model.study/study.db is damaged (trial 0 cannot be understood); what can be read is shown\n",
    )
    assert "best of 1 trial: trial 1, val_loss 1, minimised\n" in ran.out


class TestAll:
    @pytest.fixture(autouse=True)
    def studies(self, here: Path) -> None:
        study(here / "model.study", 2.0).close()
        study(here / "deep" / "down" / "größe.study").close()
        study(here / ".hidden" / "x.study").close()
        study(here / "model.study" / "inner.study").close()

    def test_the_studies_below_the_working_folder(self, cli: Cli) -> None:
        assert cli("show") == (
            0,
            "study                  trials              best                   template\n"
            "deep/down/größe.study  0 of 3 (1 waiting)  -                      src/model.py\n"
            "model.study            1 of 3 (1 waiting)  val_loss 2, minimised  src/model.py\n",
            "",
        )

    def test_json(self, cli: Cli) -> None:
        data = json.loads(cli("show", "--format", "json").out)
        assert [(found["folder"], found["best"]) for found in data["studies"]] == [
            ("deep/down/größe.study", None),
            ("model.study", 2.0),
        ]

    def test_csv(self, cli: Cli) -> None:
        rows = list(csv.DictReader(cli("show", "--format", "csv").out.splitlines()))
        assert [row["trials"] for row in rows] == ["0", "1"]

    def test_the_working_folder_may_be_one_itself(self, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir("model.study")
        assert [line.split()[0] for line in cli("show").out.splitlines()] == ["study", "."]

    def test_one_that_cannot_be_read_does_not_hide_the_others(self, cli: Cli, here: Path) -> None:
        (here / "bad.study").mkdir()
        (here / "bad.study" / "study.db").write_text("text\n")
        ran = cli("show")
        assert ran.err == "note: bad.study/study.db is not a database; it was left as it is\n"
        assert len(ran.out.splitlines()) == 3

    def test_options_for_one_study_need_one(self, cli: Cli) -> None:
        for option in (("--sort", "loss"), ("--top", "1")):
            ran = cli("show", *option)
            assert ran == (2, "", "error: name a study: hypertemplate show STUDY --sort COLUMN --top N\n")
            ran = cli("show", "model.study", "0", *option)
            assert ran == (
                2,
                "",
                "error: --sort and --top are for the list of trials; leave out the number of a trial\n",
            )


def test_no_study_at_all(cli: Cli) -> None:
    assert cli("show") == (
        0,
        "",
        "there is no study in the working folder or below it; hypertemplate run FILE creates one\n",
    )
    assert json.loads(cli("show", "--format", "json").out) == {"studies": []}


def test_on_a_terminal_the_table_fits(here: Path) -> None:
    study(Path("a-very-long-name-for-a-study-that-someone-gave.study"), 2.0).close()
    program = (
        "import pty, sys; sys.exit(pty.spawn([sys.executable, '-m', 'hypertemplate', 'show', *sys.argv[1:]]))"
    )
    for arguments in ((), ("a-very-long-name-for-a-study-that-someone-gave.study",)):
        ran = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            env={**os.environ, "COLUMNS": "50"},
        )
        lines = ran.stdout.decode().splitlines()
        assert len(lines) > 1
        assert max(map(len, lines[2:] or lines)) <= 50


def test_one_trial_is_shown_whole(cli: Cli, here: Path) -> None:
    study(Path("model.study"), 2.0).close()
    place = here / "model.study" / "trials" / "0000"
    place.mkdir(parents=True)
    (place / "output.log").write_text("hello\n")
    (place / "deep").mkdir()
    (place / "deep" / "a.csv").write_text("1\n")
    ran = cli("show", "model.study", "0")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("trial 0 of src/model.py: complete, started ")
    assert ran.out.endswith(
        "\nlast output of trial 0\n  hello\n"
        "\nfiles in model.study/trials/0000\n  deep/a.csv  2 B\n  output.log  6 B\n"
    )
    data = json.loads(cli("show", "model.study", "1", "--format", "json").out)
    assert [trial["number"] for trial in data["trials"]] == [1]
    assert cli("show", "model.study", "7") == (2, "", "error: model.study: there is no trial 7\n")


def test_charts_are_in_ascii_where_the_stream_has_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert chart_marks() == ASCII_MARKS
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding="utf-8"))
    assert chart_marks() == MARKS


class TestCurves:
    @pytest.fixture(autouse=True)
    def folder(self, here: Path) -> None:
        with closing(SqliteStorage(Path("model.study"))) as storage:
            storage.create(STUDY)
            for number, curves in enumerate([(curve(2.0, 1.0), curve(0.5, math.nan, name="f1")), ()]):
                whole = tuple(replace(one, fit=fit) for fit, one in enumerate(curves))
                storage.add(replace(done(number, 1.0 + number, rate=0.5, opt=1), curves=whole))

    def test_they_are_drawn(self, cli: Cli) -> None:
        ran = cli("show", "model.study", "--curves")
        assert (ran.status, ran.err) == (0, "")
        assert ran.out.startswith("val_loss by epoch: ● trial 0 (best)\n       2 ┤●\n")
        assert ran.out.endswith(
            "\ntrial  val_loss  fit  epoch  last val_loss\n    0    1.0000    1      2              1  █▁ ●\n"
        )
        assert cli("show", "model.study", "--metric", "f1").out.startswith("f1 by epoch: ● trial 0 (best)")

    def test_one_trial_draws_the_metrics_that_were_asked_for(self, cli: Cli) -> None:
        by_default = cli("show", "model.study", "0").out
        assert ("● val_loss" in by_default, "● f1" in by_default) == (True, True)
        named = cli("show", "model.study", "0", "--metric", "f1").out
        assert ("● val_loss" in named, "● f1" in named) == (False, True)

    def test_what_the_search_was_told_to_watch_is_drawn(self, cli: Cli) -> None:
        with closing(SqliteStorage(Path("told.study"), options={"prune_on": "f1:max"})) as storage:
            storage.create(STUDY)
            both = (curve(2.0, 1.0), replace(curve(0.5, 0.75, name="f1"), fit=1))
            storage.add(replace(done(0, 1.0, rate=0.5, opt=1), curves=both))
        assert cli("show", "told.study", "--curves").out.startswith("f1 by epoch: ")

    def test_other_programs_get_a_row_for_each_number(self, cli: Cli) -> None:
        rows = list(
            csv.DictReader(cli("show", "model.study", "--curves", "--format", "csv").out.splitlines())
        )
        assert rows[0] == {
            **{"trial": "0", "fit": "1", "step": "1", "epoch": "1"},
            **{"metric": "val_loss", "value": "2.0", "seconds": "1.0"},
        }
        assert [row["value"] for row in rows] == ["2.0", "1.0", "0.5", "nan"]
        data = json.loads(cli("show", "model.study", "0", "--metric", "f1", "--format", "json").out)
        assert [row["value"] for row in data["curves"]] == [0.5, None]

    def test_what_is_not_there_is_not_drawn(self, cli: Cli) -> None:
        refused = "error: model.study: no trial reported auc, only val_loss, f1\n"
        assert cli("show", "model.study", "--metric", "auc") == (2, "", refused)
        assert cli("show", "model.study", "1", "--metric", "auc").err == (
            "error: model.study: these trials reported no curves\n"
        )
        assert cli("show", "model.study", "--curves", "--sort", "loss", "--top", "1").status == 0
        assert cli("show", "--curves") == (2, "", "error: name a study: hypertemplate show STUDY --curves\n")

    def test_a_study_without_curves_says_so(self, cli: Cli) -> None:
        study(Path("other.study"), 2.0).close()
        ran = cli("show", "other.study", "--curves")
        assert ran == (0, "", "these trials reported no curves\n")


def test_a_study_where_a_template_is_wanted(cli: Cli, here: Path) -> None:
    (here / "model.py").write_text("def model():\n    return {{uniform(0, 1)}}\n")
    cli("run", "model.py", "--max-evals", "1")
    for command in ("run", "try", "check", "space"):
        ran = cli(command, "model.study")
        assert (ran.status, ran.err) == (2, "error: model.study is a study; its template is model.py\n")
    assert cli("run", "model.study/program.py").err == (
        "error: model.study/program.py is the program of the study model.study, with values in place of its "
        "markers; its template is model.py\n"
    )
    (here / "model.py").unlink()
    assert cli("run", "model.study").err == "error: model.study is a study\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["m.study", "0", "--diff", "0", "1"], "show different things", id="a trial and two trials"),
        pytest.param(["m.study", "--importance", "--diff", "0", "1"], "show different things", id="shares and two"),
        pytest.param(["m.study", "--importance", "--top", "3"], "no other option", id="shares of some trials"),
        pytest.param(["m.study", "--importance", "--curves"], "no other option", id="shares and curves"),
        pytest.param(["m.study", "--diff", "0", "1", "--sort", "loss"], "--sort and --top are for", id="two, sorted"),
        pytest.param(["m.study", "--diff", "0", "7"], "m.study: there is no trial 7", id="a trial that is missing"),
        pytest.param(["m.study", "--diff", "0"], "'--diff' requires 2", id="one trial to compare"),
        pytest.param(["m.study", "--diff", "0", "1", "--metric", "f1"], "no trial reported f1", id="no such metric"),
        pytest.param(["--diff", "0", "1"], "name a study: hypertemplate show STUDY --diff A B", id="two of no study"),
        pytest.param(["--importance"], "name a study: hypertemplate show STUDY --importance", id="shares of no study"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused(cli: Cli, arguments: list[str], said: str) -> None:
    stored(Path("m.study"), KEPT)
    ran = cli("show", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_two_trials_side_by_side(cli: Cli) -> None:
    stored(Path("m.study"), KEPT)
    ran = cli("show", "m.study", "--diff", "1", "0")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines()[0].split() == ["trial", "1", "●", "best", "trial", "0", "difference"]
    assert "acc by epoch" in cli("show", "m.study", "--diff", "1", "0", "--metric", "acc").out
    data = json.loads(cli("show", "m.study", "--diff", "1", "0", "--format", "json").out)
    assert [trial["number"] for trial in data["trials"]] == [1, 0]


def test_few_trials_have_no_importance(cli: Cli) -> None:
    stored(Path("m.study"), KEPT)
    reason = "too few to tell: 2 complete trials, and 20 are needed"
    assert cli("show", "m.study", "--importance") == (0, f"importance for val_loss: {reason}\n", "")
    assert cli("show", "m.study", "--importance", "--format", "csv") == (
        0,
        "parameter,share\n",
        f"note: {reason}\n",
    )
    data = json.loads(cli("show", "m.study", "--importance", "--format", "json").out)
    assert data["importance"] == {"method": "", "reason": reason, "shares": {}}


def test_importance(cli: Cli) -> None:
    pytest.importorskip("optuna")
    stored(Path("m.study"), replace(KEPT, study=searched(40), running=()))
    lines = cli("show", "m.study", "--importance").out.splitlines()
    assert lines[0].startswith("importance for loss, by PED-ANOVA")
    assert lines[1].split()[0] == "rate"
    rows = [*csv.reader(io.StringIO(cli("show", "m.study", "--importance", "--format", "csv").out))]
    assert [row[0] for row in rows[:2]] == ["parameter", "rate"]
