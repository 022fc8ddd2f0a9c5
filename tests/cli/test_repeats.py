"""Several runs of each trial on the command line and in Python: what is run, shown, kept and resumed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from statistics import mean, stdev

import pytest

from hypertemplate import tune
from hypertemplate.errors import UsageError
from hypertemplate.search.storage.sqlite.reader import read_study
from tests.cli.conftest import Cli, Template
from tests.studies import study_data

NOISY = """\
import numpy as np

def model():
    x = {{uniform(-1, 1)}}
    print('drawing')
    with open('noise.txt', 'w') as file:
        file.write('one\\n')
    return {'loss': (x - 0.3) ** 2 + np.random.normal(0, 0.1), 'noise': np.random.random()}
"""

SEEDED = """\
import numpy as np

def model():
    np.random.seed(3)
    x = {{uniform(-1, 1)}}
    return x ** 2 + np.random.normal(0, 0.1)
"""

FOLDED = """\
import numpy as np

def model():
    x = {{uniform(-1, 1)}}
    return {'losses': np.array([x, x + 1, x + 2]), 'x': x}
"""

FAILS = """\
import numpy as np

def model():
    x = {{uniform(-1, 1)}}
    draw = np.random.random()
    if draw < 0.5:
        raise ValueError(f'diverged at {draw:.1f}')
    return draw
"""


def test_trials_of_a_noisy_template_count_by_the_mean_of_their_runs(
    cli: Cli, template: Template, here: Path
) -> None:
    template(NOISY)
    ran = cli("run", "model.py", "--max-evals", "3", "--repeats", "3")
    assert ran.status == 0
    assert "for the lowest loss: 3 trials of 3 runs each, tpe, seed 1337 (numpy " in ran.err
    assert re.search(r"^trial +loss +sd +best so far +time +noise +x$", ran.err, re.MULTILINE)
    assert re.search(r"loss [\d.]+ \(mean of 3 runs, sd [\d.]+\), minimised$", ran.out.splitlines()[0])
    data = study_data(here / "model.study")
    for trial in data["trials"]:
        assert (trial["repeats"], len(set(trial["losses"]))) == (3, 3)
        assert trial["loss"] == pytest.approx(mean(trial["losses"]))
        assert trial["sd"] == pytest.approx(stdev(trial["losses"]))
    folders = sorted(path.name for path in (here / "model.study" / "trials").glob("0*"))
    assert folders[:3] == ["0000", "0000-run-2", "0000-run-3"]
    assert [
        len((here / "model.study/trials" / name / "noise.txt").read_text().split()) for name in folders
    ] == [1] * 9
    shown = cli("show", "model.study", "1").out
    runs = read_study(Path("model.study")).study.trials[1].runs
    for run in runs:
        assert f"run {run.number + 1}  {run.loss:.6g}" in shown
    assert "../0001-run-2/noise.txt" in shown
    assert "\n  drawing\n" in shown
    once = cli("run", "model.py", "--max-evals", "3", "--study", "once.study")
    assert (once.status, "sd" in once.err) == (0, False)
    first = [trial["losses"][0] for trial in data["trials"][:1]]
    assert [trial["loss"] for trial in study_data(here / "once.study")["trials"][:1]] == first


def test_a_template_that_seeds_itself_is_told(cli: Cli, template: Template) -> None:
    template(SEEDED)
    ran = cli("run", "model.py", "--max-evals", "3", "--repeats", "2")
    note = (
        "note: all runs of a trial have given the same numbers: the code seeds itself, or draws no random "
        "numbers; --repeats 1 finds the same in less time\n"
    )
    assert (ran.status, ran.err.count(note)) == (0, 1)
    assert "(2 runs, all the same), minimised" in ran.out
    again = cli("run", "model.py", "--max-evals", "4")
    assert "note: options kept from the last run: --repeats 2\n" in again.err
    data = json.loads(cli("show", "model.study", "--format", "json").out)
    assert [(trial["repeats"], trial["sd"]) for trial in data["trials"]] == [(2, None)] * 4


def test_losses_that_the_model_returns_are_kept(cli: Cli, template: Template, here: Path) -> None:
    template(FOLDED)
    ran = cli("run", "model.py", "--max-evals", "2", "--maximize")
    assert (ran.status, "(mean of 3 losses, sd 1), maximised" in ran.out) == (0, True)
    for trial in study_data(here / "model.study")["trials"]:
        x = trial["params"]["x"]
        assert trial["losses"] == pytest.approx([-x, -x - 1, -x - 2])
        assert trial["loss"] == pytest.approx(-x - 1)
    assert re.search(r"^losses: [-\d.e, ]+$", cli("show", "model.study", "0").out, re.MULTILINE)


def test_a_trial_of_which_one_run_fails_has_failed(cli: Cli, template: Template, here: Path) -> None:
    template(FAILS)
    cli("run", "model.py", "--max-evals", "4", "--repeats", "4", "--max-failures", "9")
    failed = [trial for trial in study_data(here / "model.study")["trials"] if trial["state"] == "FAILED"]
    assert failed
    for trial in failed:
        run = len(trial["losses"]) + 1
        assert trial["error"].startswith(f"run {run} of 4: ValueError: diverged at 0.")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(
            ("--repeats", "0"),
            "error: --repeats must be a whole number of at least 1, got 0 (see hypertemplate run --help)\n",
            id="no run at all",
        ),
        pytest.param(
            ("--repeats", "2", "--objective", "thing"),
            "error: --repeats needs to know what is better: give --objective as thing:max or thing:min\n",
            id="a number of unknown direction",
        ),
    ],
)
def test_what_is_refused(cli: Cli, template: Template, words: tuple[str, ...], message: str) -> None:
    template(NOISY)
    ran = cli("run", "model.py", *words)
    assert (ran.status, ran.err) == (2, message)


def test_python_has_the_losses_and_hyperopt_their_variance(tmp_path: Path) -> None:
    from hyperopt import Trials

    path = tmp_path / "noisy.py"
    path.write_text(NOISY)
    trials = Trials()
    study = tune(path, max_evals=2, repeats=3, trials=trials, verbose=False)
    first = study.trials[0]
    assert len(first.losses) == 3
    assert first.sd == pytest.approx(stdev(first.losses))
    result = trials.results[0]
    assert (result["loss"], result["losses"]) == (first.loss, list(first.losses))
    assert result["loss_variance"] == pytest.approx((first.sd or 0) ** 2)
    more = tune(path, max_evals=3, repeats=3, trials=trials, verbose=False)
    assert [trial.losses for trial in more.trials[:2]] == [trial.losses for trial in study.trials]
    assert more.to_frame()["sd"].notna().all()
    with pytest.raises(UsageError, match="repeats must be a whole number of at least 1, got 'x'"):
        tune(path, repeats="x")  # type: ignore[arg-type]
