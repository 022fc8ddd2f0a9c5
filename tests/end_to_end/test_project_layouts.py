"""Layouts of projects, searched as they are: each trial's score is that of a plain run with its values in the files."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.compiler.markers.search_space import Parameter
from hypertemplate.compiler.stages import compile_source
from hypertemplate.frontend import read_template
from hypertemplate.frontend.named_modules import read_module
from hypertemplate.frontend.project_modules import with_modules
from tests.studies import study_data

LAYOUTS = Path(__file__).parent.parent / "cases/layouts"


def run(folder: Path, *command: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-B", *command], cwd=folder, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def written(parameter: Parameter, value: Any) -> str:
    """A value as it would be written in place of its marker."""
    for option in parameter.options or ():
        if option.text == value or (option.literal and ast.literal_eval(option.text) == value):
            return f"({option.text})"
    return repr(value)


def plain_run(folder: Path, path: str, module: str, values: dict[str, Any], copy: Path) -> float:
    """What a plain run of the project prints, with the values written into its files."""
    source = with_modules((read_module(path, module) if module else read_template(path)).source)
    parameters = compile_source(source).space.parameters
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*.study", "__pycache__"))
    for number, part in enumerate(source.parts):
        text = part.text
        for one in reversed([one for one in parameters if one.marker.part == number]):
            text = text[: one.marker.start] + written(one, values[one.label]) + text[one.marker.end :]
        (copy / (part.path or source.path).removeprefix(f"{folder}/")).write_text(text)
    return float(run(copy, *(("-m", module) if module else (path,))).split()[-1])


@pytest.mark.parametrize(
    ("layout", "path", "module", "objective", "parameters"),
    [
        pytest.param("several_modules", "train.py", "", "loss:min", 3, id="several modules", marks=pytest.mark.long),
        pytest.param("package", "digits/train.py", "digits.train", "score:max", 3, id="a package that python -m runs", marks=pytest.mark.slow),
    ],
)  # fmt: skip
def test_a_layout(
    layout: str,
    path: str,
    module: str,
    objective: str,
    parameters: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / layout
    shutil.copytree(LAYOUTS / layout, folder)
    monkeypatch.chdir(folder)
    named = ("-m", module) if module else (path,)
    run(folder, "-m", "hypertemplate", "run", *named, "--objective", objective, "--max-evals", "2")
    trials = study_data(folder / "train.study")["trials"]
    assert [len(trial["params"]) for trial in trials] == [parameters, parameters]
    for trial in trials:
        copy = tmp_path / f"plain {trial['number']}"
        score = plain_run(folder, path, module, trial["params"], copy)
        assert abs(trial["loss"]) == pytest.approx(score, rel=1e-12)
