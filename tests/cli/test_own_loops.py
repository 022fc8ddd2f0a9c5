"""Templates with training loops of their own, which report."""

from __future__ import annotations

from pathlib import Path

import pytest

from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.search.study import Study, TrialState
from tests.cli.conftest import Cli

LOOP = """
    weight, rate = 4.0, {{loguniform(-4, 0)}}
    for epoch in range(10):
        weight -= rate * weight
        REPORT(step=epoch, val_loss=weight ** 2)
"""

FORMS = {
    "the function": "from hypertemplate import report\ndef model():" + LOOP.replace("REPORT", "report"),
    "the package": "import hypertemplate\ndef model():" + LOOP.replace("REPORT", "hypertemplate.report"),
    "by another name": "import hypertemplate as ht\ndef model():" + LOOP.replace("REPORT", "ht.report"),
    "from the trial": "from hypertemplate.trial import report as r\ndef model():"
    + LOOP.replace("REPORT", "r"),
    "imported where it is used": "def model():\n    from hypertemplate import report"
    + LOOP.replace("REPORT", "report"),
}


def searched(cli: Cli, text: str, *options: str) -> Study:
    Path("loop.py").write_text(text)
    ran = cli("run", "loop.py", *options)
    assert ran.status == 0, ran.err
    return read_study(Path("loop.study")).study


@pytest.mark.long
@pytest.mark.parametrize("form", FORMS)
def test_a_loop_that_returns_its_loss(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.chdir(tmp_path)
    study = searched(cli, f"{FORMS[form]}    return weight ** 2\n", "--max-evals", "2")
    for trial in study.trials:
        (curve,) = trial.curves
        assert (curve.unit, curve.count, trial.loss) == ("step", 10, curve.reports[-1].metrics["val_loss"])
    if form == "the package":
        exec(compile(FORMS[form].replace("{{loguniform(-4, 0)}}", "0.5") + "model()", "plain", "exec"), {})


@pytest.mark.long
def test_a_loop_that_returns_nothing_is_judged_by_what_it_reports(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = FORMS["the function"].replace("val_loss=", "loss=")
    study = searched(cli, text, "--max-evals", "2")
    assert [trial.loss for trial in study.trials] == [
        min(report.metrics["loss"] for report in trial.curves[0].reports) for trial in study.trials
    ]
    best = cli("show", "loop.study").out
    assert "at step 9 (lowest), minimised" in best


@pytest.mark.long
def test_a_script_reports_and_is_pruned(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (
        "from hypertemplate import report\nreport(step=0, unmarked=1)\nweight = {{uniform(1, 4)}}\n"
        "for epoch in range(27):\n    try:\n        report(step=epoch + 1, val_loss=weight / (epoch + 1))\n"
        "    except Exception:\n        pass\n"
    )
    study = searched(cli, text, "--max-evals", "20", "--prune")
    stopped = [trial for trial in study.trials if trial.state is TrialState.PRUNED]
    assert stopped
    assert all(trial.curves[0].count < 28 for trial in stopped)
    assert {trial.curves[0].count for trial in study.trials if trial not in stopped} == {28}


def test_the_package_in_a_model_drives_no_search(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("loop.py").write_text(
        "import hypertemplate\ndef model():\n    hypertemplate.load_study('a')\n    return {{uniform(0, 1)}}\n"
    )
    checked = cli("check", "loop.py")
    assert (checked.status, "'hypertemplate' drives a search" in checked.err + checked.out) == (1, True)
