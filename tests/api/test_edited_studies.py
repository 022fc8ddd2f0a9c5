"""A study of code in memory whose code was edited: its trials are judged as those of a file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

import hypertemplate
from hypertemplate.cli import main
from hypertemplate.errors import UsageError
from hypertemplate.search.storage.sqlite.reader import read_study
from tests.api.support import Modules, modules
from tests.shells import run, started

__all__ = ["modules"]

PROGRAM = """
    offset = 3

    def shifted(x):
        return x - offset

    def model():
        units = 128
        x = {{uniform(0, 1)}}
        kind = {{choice(['a', 'b'])}}
        if kind == 'b':
            x = x + 1
        return shifted(x) ** 2
"""


@pytest.fixture
def tune(modules: Modules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.chdir(tmp_path)

    def call(text: str, max_evals: int, **given: Any) -> Any:
        model = modules(text).model
        return hypertemplate.tune(model, max_evals=max_evals, algo="random", study="m.study", **given)

    return call


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        pytest.param("uniform(0, 1)", "uniform(0, 2)", 10, id="a wider range"),
        pytest.param("units = 128", "units = {{choice([64, 128])}}", 10, id="a literal that is marked"),
        pytest.param("['a', 'b']", "['c', 'b', 'a']", 10, id="an option more"),
        pytest.param("{{choice(['a', 'b'])}}", "'a'", None, id="a marker that is now a literal"),
        pytest.param("x = x + 1", "x = x + 2", None, id="a branch of one option"),
        pytest.param("return x - offset", "return x + offset", 0, id="a function that all trials call"),
        pytest.param("offset = 3", "offset = 4", 0, id="a value that all trials read"),
    ],
)
def test_the_trials_that_count(
    tune: Callable[..., Any], before: str, after: str, kept: int | None, capsys: pytest.CaptureFixture[str]
) -> None:
    first = tune(PROGRAM, 10, verbose=False)
    if kept is None:
        kept = sum(trial.params["kind"] == "a" for trial in first.trials)
    changed = PROGRAM.replace(before, after)
    if kept == 0:
        with pytest.raises(UsageError, match=r"keep_trials=True"):
            tune(changed, 11)
        assert len(read_study(Path("m.study")).study.trials) == 10
        return
    tune(changed, 11)
    study = read_study(Path("m.study")).study
    assert len(study.trials) + len(study.left_out) >= 11
    assert len([trial for trial in study.trials if trial.number < 10]) == kept
    assert len(study.left_out) == 10 - kept
    assert "changed since trial 9" in capsys.readouterr().err


def test_edits_on_the_way_to_the_command_line(tune: Callable[..., Any], tmp_path: Path) -> None:
    tune(PROGRAM, 4, verbose=False)
    (tmp_path / "model.py").write_text(dedent(PROGRAM))
    options = ["--study", "m.study", "--algo", "random", "--max-evals"]
    assert main(["run", "model.py", *options, "6"]) == 0
    wider = PROGRAM.replace("uniform(0, 1)", "uniform(0, 3)")
    assert len(tune(wider, 8, verbose=False).trials) == 8


def test_a_cell_whose_range_is_widened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for kernel, (high, count) in enumerate(((1, 3), (2, 5))):
        with started(tmp_path) as shell:
            assert run(shell, "%load_ext hypertemplate").success
            for _ in range(kernel):
                assert run(shell, "pass").success
            assert run(shell, "offset = 3").success
            cell = f"%%tune --study m.study --algo random --objective loss --max-evals {count}\n"
            assert run(shell, f"{cell}loss = offset + {{{{uniform(0, {high})}}}}").success
    study = read_study(tmp_path / "m.study").study
    assert [trial.number for trial in study.trials] == [0, 1, 2, 3, 4]
    assert study.left_out == ()


def test_a_function_of_another_file_that_was_edited_too(
    tune: Callable[..., Any], modules: Modules, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    program = PROGRAM.replace("return x - offset", "return other(x)")
    for number, (high, called) in enumerate(((1, "x - 3"), (2, "x - 3"), (3, "x - 4"))):
        modules(f"def other(x):\n    return {called}\n", name="their_helpers")
        text = f"    from their_helpers import other\n{program.replace('(0, 1)', f'(0, {high})')}"
        if number < 2:
            assert len(tune(text, 4 + number, verbose=False).trials) == 4 + number
            del sys.modules["their_helpers"]
            modules._made.remove("their_helpers")
        else:
            with pytest.raises(UsageError, match=r"other has other contents: a function"):
                tune(text, 6)
