"""Flat scripts without functions, and what a search goes by: real processes, plain Python."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import RANDOM_START, Cli, Template
from tests.studies import study_data, unused

SCRIPT = """\
rates = [0.1, 0.2]
base = 0.5
rate = {{uniform(0, 1)}}
units = <<choice([8, 16])>>
rates.append(rate)
print("training")
score = units * 10 + len(rates)
loss = -score
"""
SET = ("--set", "rate=0.25", "--set", "units=16")


def test_a_run_of_a_script_from_its_first_line_to_its_last(cli: Cli, template: Template, here: Path) -> None:
    template(SCRIPT, "script.py")
    assert cli("run", "script.py", "--objective", "score:max", "--max-evals", "2", "--rerun-equal", *SET) == (
        0,
        "best of 2 trials: trial 0, score 163, maximised\n"
        "  rate   0.25  (set)\n"
        "  units  16    (set)\n"
        "metrics of trial 0\n"
        "  loss   -163\n"
        "written to script.study: study.db, program.py\n",
        RANDOM_START + "loading script.py ...\n"
        "note: every parameter is set: 2 trials have the same values\n"
        "searching 0 of 2 parameters in script.py for the highest score: 2 trials, tpe, seed 1337\n"
        "trial       score  best so far     time    rate  units\n"
        "    0   163.00       163.00  TIME  0.25       16\n"
        "    1   163.00       163.00  TIME  0.25       16\n"
        "\n",
    )
    data = study_data(here / "script.study")
    assert (data["study"]["objective"], data["study"]["direction"]) == ("score", "maximize")
    assert data["best"]["loss"] == -163.0


@pytest.mark.parametrize(
    ("options", "first"),
    [
        pytest.param(["--objective", "loss"], "loss -163, minimised", id="a loss is minimised"),
        pytest.param(
            ["--objective", "score", "--maximize"], "score 163, maximised", id="the direction by an option"
        ),
        pytest.param(["--objective", "rate:min"], "rate 0.25, minimised", id="a marked value itself"),
    ],
)
def test_a_variable_is_the_loss(cli: Cli, template: Template, options: list[str], first: str) -> None:
    template(SCRIPT, "script.py")
    ran = cli("try", "script.py", *options, *SET)
    assert (ran.status, ran.out.splitlines()[:2]) == (0, ["training", first])


UNREPORTED = "nothing that could report it: no Keras fit, no boosting, no hypertemplate.report(...)"
WAYS = "search by one of its own numbers: --objective loss or --objective score:max (or :min)"


@pytest.mark.parametrize("command", ["run", "try"])
@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        pytest.param(
            SCRIPT,
            [],
            f"unless an objective is named, the search uses val_loss; script.py has no variable named val_loss, and {UNREPORTED}; {WAYS}",
            id="by default val_loss",
        ),
        pytest.param(
            SCRIPT,
            ["--objective", "val_f1"],
            f"script.py has no variable named val_f1, and {UNREPORTED}; {WAYS}",
            id="a name that is not there",
        ),
        pytest.param(
            "import numpy as np\nnp.random.normal({{uniform(0, 1)}})\n",
            [],
            f"unless an objective is named, the search uses val_loss; script.py has no variable named val_loss, and {UNREPORTED}; assign the result of a trial to a "
            "variable at the top level, and name it: --objective NAME:min or --objective NAME:max",
            id="a script without a number",
        ),
        pytest.param(
            "import time, math\nstart = time.time()\na, b, c, val_acc = [math.sin({{uniform(0, 1)}})] * 4\n",
            [],
            f"unless an objective is named, the search uses val_loss; script.py has no variable named val_loss, and {UNREPORTED}; search by one of its own numbers: "
            "--objective val_acc (others that may be numbers: a, b, c)",
            id="many numbers",
        ),
        pytest.param(
            "from sklearn.model_selection import cross_val_score\nfrom sklearn.pipeline import make_pipeline\n"
            "pipe = make_pipeline({{uniform(0, 1)}})\nscores = cross_val_score(pipe, [1], [2])\n"
            "first = pipe.get()\nmean_score = scores.mean()\n",
            [],
            f"unless an objective is named, the search uses val_loss; script.py has no variable named val_loss, and {UNREPORTED}; search by one of its own numbers: "
            "--objective mean_score:max (or :min) (others that may be numbers: first)",
            id="what is surely a number",
        ),
        pytest.param(
            SCRIPT,
            ["--objective", "scor:max"],
            f"script.py has no variable named scor, and {UNREPORTED}; did you mean --objective score:max (or :min)?",
            id="a slip",
        ),
    ],
)
def test_a_script_that_can_never_have_its_objective_runs_no_trial(
    cli: Cli, template: Template, command: str, text: str, options: list[str], said: str
) -> None:
    template(text, "script.py")
    assert cli(command, "script.py", *options) == (2, "", f"error: {said}\n")


def test_a_direction_that_no_fit_can_tell_is_asked_for_before_the_first_trial(
    cli: Cli, template: Template, here: Path
) -> None:
    template(SCRIPT, "script.py")
    asked = (
        "it is not known whether score should be high or low: "
        "give --objective score:max or --objective score:min"
    )
    assert cli("run", "script.py", "--objective", "score") == (2, "", f"error: {asked}\n")
    assert cli("try", "script.py", "--objective", "score", *SET).status == 0


@pytest.mark.parametrize(
    ("line", "options", "aim", "reason"),
    [
        pytest.param(
            "exec('')\n",
            [],
            "lowest val_loss",
            "there is no val_loss: no Keras, XGBoost or LightGBM fit was seen; numeric variables: base, score, "
            "loss; name one, such as --objective loss",
            id="a script that may load any code",
        ),
        pytest.param(
            "",
            ["--objective", "rates"],
            "best rates",
            "'rates' is a list of 3 items at the end of the trial, not a number",
            id="a variable that is no number",
        ),
    ],
)
def test_a_script_that_never_produces_its_objective_ends_after_one_trial(
    cli: Cli, template: Template, here: Path, line: str, options: list[str], aim: str, reason: str
) -> None:
    template(SCRIPT + line, "script.py")
    ran = cli("run", "script.py", "--max-evals", "20", "--rerun-equal", *options, *SET)
    column = f"{aim.split()[1]:>10}"
    assert ran == (
        3,
        "",
        RANDOM_START[:-1] + "; --algo bayes learns after 6 to 10\nloading script.py ...\n"
        "note: every parameter is set: 20 trials have the same values\n"
        f"searching 0 of 2 parameters in script.py for the {aim}: 20 trials, tpe, seed 1337\n"
        f"trial  {column}  best so far     time    rate  units\n"
        "    0      failed            -  TIME  0.25       16\n"
        f"       {reason}\n"
        "stopped: the other trials would fail for the same reason\n"
        "\n"
        "no trial succeeded; 1 trial failed\n"
        "written to script.study: study.db, program.py\n",
    )
    assert [trial["state"] for trial in study_data(here / "script.study")["trials"]] == ["FAILED"]
    tried = cli("try", "script.py", *options, *SET)
    assert (tried.status, tried.err.splitlines()[-1]) == (3, f"the trial failed: {reason}")


def test_a_loss_that_is_nan_does_not_end_the_search_of_a_script(cli: Cli, template: Template) -> None:
    template("x = {{choice([1, 2])}}\nloss = float('nan') if x == 1 else 2.0\n", "script.py")
    ran = cli("run", "script.py", "--objective", "loss", "--max-evals", "2", "--set", "x=1", "--rerun-equal")
    assert ran.status == 3
    assert ran.err.count("       the loss is nan\n") == 1
    assert ran.err.count("       as trial 0: the loss is nan\n") == 1


@pytest.mark.parametrize("command", ["run", "try"])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(
            ["--objective", "score:min", "--maximize"],
            "objective score:min: contradicts maximize",
            id="both directions",
        ),
        pytest.param(
            ["--objective", "score:up"],
            "objective score:up: write NAME, NAME:min or NAME:max",
            id="no direction",
        ),
        pytest.param(
            ["--maximize"],
            "val_loss is minimised; to maximise another number, name it: --objective score:max",
            id="nothing to maximise",
        ),
        pytest.param(
            ["--objective", "base"],
            "objective base: no marker affects it (line 2), so it is the same in every trial; "
            "name a number that depends on a marker",
            id="a constant",
        ),
    ],
)
def test_an_objective_that_contradicts_itself_is_a_wrong_option(
    cli: Cli, template: Template, here: Path, command: str, options: list[str], message: str
) -> None:
    template(SCRIPT, "script.py")
    assert cli(command, "script.py", *options) == (2, "", f"error: {message}\n")
    assert [path.name for path in here.iterdir()] == ["script.py"]


WRITES = "open('logs/a.npy', 'w').write(str({{uniform(0, 1)}}))\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "from pathlib import Path\nn = len(list(Path('logs').glob('*.npy')))\n" + WRITES,
            "(line 2), so it is the same in every trial; line 2 reads 'logs/*.npy' before line 3 writes it; move it below",
            id="files that are counted above",
        ),
        pytest.param(
            "import os\ndef count():\n    return os.listdir('logs')\nfound = count()\nn = max(3, len(found))\n" + WRITES,
            "(line 5), so it is the same in every trial; line 4 reads 'logs' before line 6 writes it; move it below",
            id="what is computed from them, through a function",
        ),
        pytest.param(
            "n = open('other').read()\n" + WRITES,
            "(line 1), so it is the same in every trial; name a number that depends on a marker",
            id="a file that no trial writes",
        ),
    ],
)  # fmt: skip
def test_a_constant_that_is_read_from_what_trials_write_says_so(
    cli: Cli, template: Template, text: str, said: str
) -> None:
    template(text, "script.py")
    refused = f"error: objective n: no marker affects it {said}\n"
    assert cli("run", "script.py", "--objective", "n:min") == (2, "", refused)


KAPPA = "exec('')\nkappa = {{uniform(0, 1)}} - {{choice([1, 2])}}\n"
ASKED = (
    "it is not known whether kappa should be high or low: give --objective kappa:max or --objective kappa:min"
)


@pytest.mark.parametrize(
    ("direction", "best"),
    [pytest.param("max", max, id="the highest"), pytest.param("min", min, id="the lowest")],
)
def test_a_direction_that_nothing_tells_is_asked_for_after_the_first_trial(
    cli: Cli, template: Template, here: Path, direction: str, best: Callable[[list[float]], float]
) -> None:
    template(KAPPA, "script.py")
    ran = cli("run", "script.py", "--objective", "kappa", "--max-evals", "4")
    assert (ran.status, ran.out.splitlines()[0].rpartition(" ")[0]) == (2, "trial 0, kappa")
    assert "searching 2 parameters in script.py for the best kappa: 4 trials" in ran.err
    assert f"note: stopped: {ASKED}\n" in ran.err
    assert ran.err.count(ASKED) == 1
    (first,) = study_data(here / "script.study")["trials"]
    assert (first["state"], first["value"], first["direction"]) == ("COMPLETE", first["loss"], None)

    again = cli("run", "script.py", "--objective", "kappa", "--max-evals", "4")
    assert (again.status, again.err.splitlines()[0]) == (2, f"note: {ASKED}")
    assert again.err.count(ASKED) == 1
    quiet = ("--quiet", "--fresh") if direction == "max" else ("--quiet",)
    ran = cli("run", "script.py", "--objective", "kappa", "--max-evals", "4", *quiet)
    assert (ran.status, ran.err.count(ASKED)) == (2, 1)

    ran = cli("run", "script.py", "--objective", f"kappa:{direction}", "--max-evals", "4")
    assert ran.status == 0
    data = study_data(here / "script.study")
    values = [trial["value"] for trial in data["trials"]]
    assert values[0] == first["value"]
    assert len(values) == 4
    assert data["best"]["value"] == best(values)
    assert all(
        trial["loss"] == (-1 if direction == "max" else 1) * trial["value"] for trial in data["trials"]
    )


def test_try_needs_no_direction(cli: Cli, template: Template) -> None:
    template(KAPPA, "script.py")
    ran = cli("try", "script.py", "--objective", "kappa")
    assert (ran.status, ran.out.splitlines()[0]) == (0, "kappa -0.5")
    assert ran.err.splitlines()[-1] == f"note: {ASKED}", "nothing is stopped"


def test_a_returned_number_of_unknown_direction_is_asked_for_too(cli: Cli, template: Template) -> None:
    template("def model():\n    return {'loss': 1, 'dice': {{uniform(0, 1)}}}\n")
    assert cli("run", "model.py", "--objective", "dice", "--max-evals", "3").status == 2
    assert cli("run", "model.py", "--objective", "dice:max", "--max-evals", "3").status == 0


def test_trials_that_run_at_once_are_kept_while_the_direction_is_unknown(
    cli: Cli, template: Template, here: Path
) -> None:
    template(KAPPA, "script.py")
    assert cli("run", "script.py", "--objective", "kappa", "--workers", "2", "--max-evals", "5").status == 2
    kept = [trial["value"] for trial in study_data(here / "script.study")["trials"]]
    assert cli("run", "script.py", "--objective", "kappa:max", "--max-evals", "5").status == 0
    data = study_data(here / "script.study")
    assert [trial["value"] for trial in data["trials"]][: len(kept)] == kept
    assert data["best"]["value"] == max(trial["value"] for trial in data["trials"])


def test_an_objective_names_a_number_that_the_model_returns(cli: Cli, template: Template, here: Path) -> None:
    template("def model():\n    x = {{choice([1, 2])}}\n    return {'loss': x, 'f1': x / 4}\n")
    ran = cli("run", "model.py", "--objective", "f1", "--max-evals", "1", "--set", "x=2")
    assert ran.out.startswith(
        "best of 1 trial: trial 0, f1 0.5, maximised\n  x     2  (set)\nmetrics of trial 0\n  loss  2\n"
    )
    assert study_data(here / "model.study")["best"]["loss"] == -0.5


def test_an_objective_that_the_model_does_not_return_is_never_a_guess(cli: Cli, template: Template) -> None:
    template("def model():\n    return {'loss': {{uniform(0, 1)}}}\n")
    ran = cli("run", "model.py", "--objective", "val_accuracy")
    assert ran.status == 3
    assert (
        "       there is no metric named val_accuracy: model() returned a dict with loss, and no Keras, XGBoost or LightGBM fit "
        "was seen; without --objective, the search uses the returned loss\n"
        "stopped: the other trials would fail for the same reason\n"
    ) in ran.err


def test_what_a_script_prepares_once_and_what_in_each_trial(cli: Cli, template: Template) -> None:
    template(
        """\
        import os

        with open("setup", "a") as log:
            log.write("x")
        rows = [1, 2, 3]
        width = {{choice([2, 4])}}
        with open("trial", "a") as trials:
            trials.write(str(width))
        loss = width * len(rows)
        """,
        "script.py",
    )
    arguments = ("--objective", "loss", "--max-evals", "3", "--set", "width=4", "--rerun-equal")
    assert cli("run", "script.py", *arguments).status == 0
    assert (Path("setup").read_text(), Path("trial").read_text()) == ("x", "444")


def test_the_program_of_a_script_runs_its_statements(cli: Cli, template: Template) -> None:
    template(SCRIPT, "script.py")
    ran = cli("compile", "script.py")
    assert ran.status == 0
    names: dict[str, Any] = {}
    exec(ran.out, names)
    assert (names["rates"], names["loss"]) == ([0.1, 0.2, 0.5], -83)


DEPTH = """\
def model():
    depth = {{choice([1, 2, 3])}}
    total = 0
    for i in range(depth):
        total += {{choice([64, 128], name='units')[i]}}
    return total
"""


def test_each_iteration_has_a_value_of_its_own(cli: Cli, template: Template, here: Path) -> None:
    template(DEPTH)
    assert cli("space", "model.py").out == (
        "label     distribution       where\n"
        "depth     choice([1, 2, 3])  model.py:2\n"
        "units[0]  choice([64, 128])  model.py:5\n"
        "units[1]  choice([64, 128])  model.py:5\n"
        "units[2]  choice([64, 128])  model.py:5\n"
    )
    settings = ("depth=3", "units[0]=64", "units[1]=128", "units[2]=64")
    given = [word for setting in settings for word in ("--set", setting)]
    assert cli("run", "model.py", "--max-evals", "1", *given).status == 0
    best = study_data(here / "model.study")["best"]
    assert (best["loss"], unused(here / "model.study")) == (256.0, [[]])


def test_values_that_a_trial_never_read_are_shown_as_such(cli: Cli, template: Template, here: Path) -> None:
    template(DEPTH)
    ran = cli("run", "model.py", "--max-evals", "1", "--set", "depth=1", "--set", "units[0]=128")
    lines = [re.sub(r" {2,}(?:64|128) {1,2} ", "  N  ", line) for line in ran.out.splitlines()]
    assert lines == [
        "best of 1 trial: trial 0, loss 128, minimised",
        "  depth     1    (set)",
        "  units[0]  N  (set)",
        "  units[1]  N  (not used in this trial)",
        "  units[2]  N  (not used in this trial)",
        "written to model.study: study.db, program.py",
    ]
    assert unused(here / "model.study") == [["units[1]", "units[2]"]]
    tried = cli("try", "model.py", "--set", "depth=1")
    assert tried.out == (
        "loss 64, minimised\n"
        "  depth     1   (set)\n"
        "  units[0]  64\n"
        "  units[1]  64  (not used in this trial)\n"
        "  units[2]  64  (not used in this trial)\n"
    )


def test_beyond_the_last_iteration_the_trial_fails_and_says_what_to_write(
    cli: Cli, template: Template
) -> None:
    template(
        """\
        SIZES = [int(size) for size in "3 4 5".split()]

        def model():
            total = 0
            for i, size in enumerate(SIZES):
                total += size * {{uniform(0, 1, name='rate')[i:2]}}
            return total
        """
    )
    ran = cli("run", "model.py", "--max-evals", "1")
    reason = (
        "no value was drawn for rate[2], only for rate[0] to rate[1]: "
        "say inside the marker how many there are at most, as in [i:8]"
    )
    assert ran.status == 3
    assert f"       {reason} (model.py:6)\n" in ran.err
    assert "           total += size * {{uniform(0, 1, name='rate')[i:2]}}\n" in ran.err


def test_two_indices(cli: Cli, template: Template, here: Path) -> None:
    template(
        """\
        def model():
            grid = [[<<uniform(0, 1, name='u')[i, j]>> for j in range(2)] for i in range(2)]
            return grid[0][0] + 10 * grid[0][1] + 100 * grid[1][0] + 1000 * grid[1][1]
        """
    )
    values = {"u[0,0]": 0.25, "u[0,1]": 0.5, "u[1,0]": 0.75, "u[1,1]": 1.0}
    given = [word for label, value in values.items() for word in ("--set", f"{label}={value}")]
    assert cli("run", "model.py", "--max-evals", "1", *given).status == 0
    best = study_data(here / "model.study")["best"]
    assert (best["loss"], best["params"]) == (1080.25, values)


def test_labels_of_iterations_are_plain_json(cli: Cli, template: Template) -> None:
    template(DEPTH)
    found = json.loads(cli("space", "model.py", "--format", "json").out)["parameters"]
    assert [p["label"] for p in found] == ["depth", "units[0]", "units[1]", "units[2]"]
    assert {(p["line"], p["column"], p["end_column"]) for p in found[1:]} == {(5, 18, 56)}
    assert found[1]["arguments"] == "[64, 128], name='units'"
