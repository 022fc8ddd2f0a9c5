"""A study's values in the user's code: `Study.apply`, `Study.source` and `Study.retrain`."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import ModuleType

import pytest

import hypertemplate
from hypertemplate.cli import main
from hypertemplate.errors import HypertemplateError, NoModelError, UsageError
from hypertemplate.search.storage import lock as locks
from tests.api.support import Modules
from tests.shells import run, started

TEXT = """\
EPOCHS = 2


def data():
    return [1.0, 2.0]


def more():
    return [4.0, 6.0]


def trained(epochs):
    return 1 / epochs


def model(xs):
    x = {{uniform(-1, 1)}}
    y = 0.5  # tune: uniform(0, 1)
    return {'loss': x ** 2 + y + sum(xs) + trained(epochs=EPOCHS), 'model': [x]}
"""


@pytest.fixture
def live(modules: Modules) -> ModuleType:
    return modules(TEXT)


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("searched")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        Path("template.py").write_text(TEXT)
        hypertemplate.tune("template.py", max_evals=2, verbose=False, study="template.study")
    return folder


@pytest.fixture
def study(searched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> hypertemplate.Study:
    shutil.copytree(searched, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return hypertemplate.load_study("template.study")


def values(study: hypertemplate.Study) -> tuple[str, str]:
    return repr(study.best_params["x"]), repr(study.best_params["y"])


def default(number: str) -> str:
    """A number as the default of a marker."""
    return number.removesuffix(".0")


def test_code_in_memory_is_shown_with_its_values_to_be_pasted(live: ModuleType) -> None:
    study = hypertemplate.tune(live.model, data=live.data, max_evals=2, verbose=False)
    x, y = values(study)
    text = study.source()
    assert repr(text) == str(text)  # as a session shows it
    assert f"    x = {x}\n    y = {y}\n" in text
    kept = study.source(plain=False)
    assert f"{{{{uniform(-1, 1, default={default(x)})}}}}\n    y = {y}  # tune: uniform(0, 1)\n" in kept
    assert f"+    x = {{{{uniform(-1, 1, default={default(x)})}}}}\n" in study.apply()
    with pytest.raises(UsageError, match=r"no file for write=True and output='a.py': study.apply\(\) shows"):
        study.apply(write=True, output="a.py")


def test_a_study_that_code_in_memory_left_in_a_folder_is_shown_with_its_values(
    live: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    began = hypertemplate.tune(live.model, data=live.data, max_evals=2, verbose=False, study="m.study")
    study = hypertemplate.load_study("m.study")
    assert (study.source(), study.source(plain=False)) == (began.source(), began.source(plain=False))
    assert (study.apply(), study.apply(0, plain=True)) == (began.apply(), began.apply(0, plain=True))
    with pytest.raises(UsageError, match="only the study that tune or minimize returned can run it again"):
        study.retrain()
    assert main(["apply", "m.study"]) == 2
    assert "hypertemplate.load_study('m.study').source() is the code" in capsys.readouterr().err


def test_code_in_memory_is_trained_again_with_what_is_named_changed(live: ModuleType) -> None:
    study = hypertemplate.tune(live.model, data=live.data, max_evals=2, verbose=False)
    assert study.retrain().best_loss == study.best_loss
    longer = study.retrain(epochs=4)
    assert longer.best_loss == pytest.approx(study.best_loss - 0.25)
    assert longer.best_model() == [study.best_params["x"]]
    assert longer.model(study.best_trial.number) == longer.best_model()
    with pytest.raises(NoModelError, match="there is no trial 7, only trial"):
        longer.model(7)
    assert study.retrain(data=live.more).best_loss == pytest.approx(study.best_loss + 7)
    second = study.retrain(study.trials[1])
    assert second.best_trial.number == 1
    assert second.to_frame()["number"].tolist() == [1]
    assert second.source() == study.source(1)
    assert second.retrain().best_loss == second.best_loss == study.trials[1].loss
    other = study.retrain(study.trials[0], epochs=2)
    assert (other.best_params, len(other.trials)) == (study.trials[0].params, 1)
    with pytest.raises(UsageError, match="the template is a function, so data is one too"):
        study.retrain(data="more")
    with pytest.raises(UsageError, match="epochs is a number of at least 1, got 0"):
        study.retrain(epochs=0)


def test_a_study_on_disk_shows_and_writes_its_template(study: hypertemplate.Study) -> None:
    x, y = values(study)
    assert (
        f"+    x = {{{{uniform(-1, 1, default={default(x)})}}}}\n+    y = {y}  # tune: uniform(0, 1)\n"
        in study.apply()
    )
    assert Path("template.py").read_text() == TEXT
    plain = TEXT.replace("{{uniform(-1, 1)}}", x).replace("0.5  # tune: uniform(0, 1)", y)
    assert study.source() == plain
    study.apply(plain=True, output="tuned.py")
    assert (Path("tuned.py").read_text(), Path("template.py").read_text()) == (plain, TEXT)
    study.apply(plain=True, write=True)
    assert Path("template.py").read_text() == plain


def test_a_study_on_disk_is_checked_and_trained_again(
    study: hypertemplate.Study, capsys: pytest.CaptureFixture[str]
) -> None:
    study.apply(0, check=True)
    assert "as the trial did, to the last digit" in capsys.readouterr().err
    second = study.retrain(1)
    capsys.readouterr()
    second.apply(check=True)  # with the seed of that run, which was the first of its study
    assert "as the trial did, to the last digit" in capsys.readouterr().err
    again = study.retrain(epochs=4, data="more")
    assert again.best_loss == pytest.approx(study.best_loss - 0.25 + 7)
    said = capsys.readouterr().err
    number = study.best_trial.number
    assert said.endswith(f"trial {number} again: loss {again.best_loss:.6g} (found: {study.best_loss:.6g})\n")
    assert "draws values at random" not in said
    with pytest.raises(UsageError, match="write data='data'"):
        study.retrain(data=data)


LATE = "\n\ndef late():\n    return [4.0, 6.0]\n"


def test_a_data_function_that_the_search_did_not_know(study: hypertemplate.Study) -> None:
    Path("template.py").write_text(TEXT + LATE)
    assert study.retrain(data="late").best_loss == pytest.approx(study.best_loss + 7)


def test_a_data_function_of_a_later_cell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with started(tmp_path) as shell:
        run(shell, "%load_ext hypertemplate")
        run(shell, TEXT)
        run(
            shell,
            "import hypertemplate\nstudy = hypertemplate.tune(model, data=data, max_evals=2, verbose=False)",
        )
        run(shell, LATE)
        run(shell, "again = study.retrain(data=late)")
        study, again = shell.user_ns["study"], shell.user_ns["again"]
    assert again.best_loss == pytest.approx(study.best_loss + 7)
    assert "the data function is another one" in capsys.readouterr().err


def data() -> None:
    """A function where the name of one is meant."""


def test_a_check_that_fails_writes_nothing(study: hypertemplate.Study) -> None:
    broken = TEXT.replace("return 1 / epochs", "return 1 / (epochs - 2)")
    Path("template.py").write_text(broken)
    with pytest.raises(
        HypertemplateError, match="the fresh run failed, so nothing is written: ZeroDivisionError"
    ):
        study.apply(check=True, write=True)
    assert Path("template.py").read_text() == broken


@pytest.mark.parametrize(
    ("trial", "expected"),
    [
        pytest.param(9, "there is no trial 9", id="a number that no trial has"),
        pytest.param(True, "trial is the number of a trial, such as 0, got True", id="no number"),
    ],
)
def test_no_such_trial(study: hypertemplate.Study, trial: int, expected: str) -> None:
    with pytest.raises(UsageError, match=expected):
        study.source(trial)


def test_a_template_without_epochs_says_so(study: hypertemplate.Study) -> None:
    Path("template.py").write_text(TEXT.replace("epochs=EPOCHS", "2").replace("EPOCHS", "TWO"))
    with pytest.raises(
        UsageError, match=r"no call in template.py has epochs=..., so epochs=4 changes nothing"
    ):
        study.retrain(epochs=4)


def test_a_running_search_is_not_written_over(study: hypertemplate.Study) -> None:
    lock = locks.lock(Path("template.study"))
    try:
        with pytest.raises(
            UsageError, match="a search is running there, so write=True has to wait until it ends"
        ):
            study.apply(write=True)
    finally:
        lock.release()


PROPOSED = """\
import random
import sys

BATCH = 32


class Net:
    def fit(self, x, y, batch_size):
        self.loss = abs(batch_size - 60)


def model():
    net = Net()
    net.fit(1, 2, batch_size=BATCH)
    return net.loss + random.random() + len(sys.argv)
"""


def test_values_that_were_only_proposed_and_arguments_are_those_of_the_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("template.py").write_text(PROPOSED)
    options = ["--suggested", "--max-evals", "4", "--algo", "random", "--no-default-trial"]
    assert main(["run", "template.py", *options, "--", "one", "two"]) == 0
    study = hypertemplate.load_study("template.study")
    capsys.readouterr()
    tuned = PROPOSED.replace("BATCH = 32", f"BATCH = {study.best_params['BATCH']}")
    assert tuned != PROPOSED
    assert (study.source(), study.source(plain=False)) == (tuned, tuned)
    assert study.retrain().best_params == study.best_params
    assert study.retrain(0).best_loss == study.trials[0].loss  # with its arguments, and the seed of trial 0
    capsys.readouterr()
    study.apply(check=True, write=True)
    assert capsys.readouterr().err == (
        f"checked: a fresh run with the trial's seed gives {study.best_loss!r}, as the trial did, to the last "
        "digit\n"
    )
    assert Path("template.py").read_text() == tuned


def test_a_study_of_this_process_knows_its_file(study: hypertemplate.Study) -> None:
    own = hypertemplate.tune("template.py", max_evals=1, verbose=False)
    Path("template.py").write_text(TEXT.replace("{{uniform(-1, 1)}}", "{{uniform(-2, 1)}}"))
    x = values(own)[0]
    assert f"{{{{uniform(-2, 1, default={default(x)})}}}}" in own.source(plain=False)


def test_flat_code_has_no_data_to_change(study: hypertemplate.Study) -> None:
    from hypertemplate.api.tune import tune_text

    flat = tune_text(
        "x = {{uniform(0, 1)}}\nloss = x * 2\n", name="In [1]", values={}, max_evals=1, objective="loss"
    )
    assert flat.source() == f"x = {flat.best_params['x']!r}\nloss = x * 2"
    assert flat.retrain().best_loss == flat.best_loss
    with pytest.raises(UsageError, match="the code of this study is flat, so it has no data function"):
        flat.retrain(data=data)
