"""Programs as their tutorials have them: each trial is what ``python FILE ARGS`` gives with the values in place.

Each file of ``tests/cases/layouts`` prints its number last.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.compiler.stages import compile_source
from hypertemplate.frontend import read_template
from tests.studies import study_data

LAYOUTS = Path(__file__).parents[1] / "cases" / "layouts"
SLOW = [pytest.mark.slow]
KERAS = [pytest.mark.slow, pytest.mark.keras]


def run(*command: str) -> str:
    """What a command prints; it must succeed."""
    ran = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def with_values(path: Path, params: dict[str, Any]) -> str:
    """The text of a file with the values of a trial in place of its markers."""
    source = read_template(str(path)).source
    text = source.parts[0].text
    for parameter in reversed(compile_source(source).space.parameters):
        span = parameter.marker
        text = text[: span.start] + repr(params[parameter.label]) + text[span.end :]
    return text


@pytest.mark.parametrize(
    ("name", "options", "arguments"),
    [
        pytest.param("numpy_loop.py", (), ("--epochs", "4"), id="a loop in plain NumPy, with arguments"),
        pytest.param("config_dataclass.py", ("--objective", "mse"), (), id="a dataclass of settings"),
        pytest.param("numpy_loop.py", (), (), id="a loop in plain NumPy", marks=SLOW),
        pytest.param("click_main.py", (), ("--steps", "3"), id="a command of click", marks=SLOW),
        pytest.param(
            "click_group.py", (), ("train", "--steps", "3"), id="a group of commands of click", marks=SLOW
        ),
        pytest.param(
            "settings_and_main.py",
            ("--objective", "loss"),
            (),
            id="settings from a file and main",
            marks=SLOW,
        ),
        pytest.param(
            "subcommands.py", (), ("train", "--steps", "3"), id="subcommands of argparse", marks=SLOW
        ),
        pytest.param(
            "absl_main.py",
            ("--objective", "rmse"),
            ("--steps=3", "--rates=0.5", "--rates=0.25"),
            id="flags of absl",
            marks=SLOW,
        ),
        pytest.param(
            "cross_validated_pipeline.py",
            ("--objective", "accuracy"),
            (),
            id="a cross-validated pipeline",
            marks=SLOW,
        ),
        pytest.param("builder_and_flat_rest.py", (), (), id="a builder and a flat rest", marks=KERAS),
        pytest.param("all_under_main.py", (), (), id="everything under the guard", marks=KERAS),
        pytest.param("main_with_argparse.py", (), (), id="main with argparse", marks=KERAS),
        pytest.param(
            "main_with_argparse.py",
            (),
            ("--epochs", "2", "--samples", "150"),
            id="main with argparse, with arguments",
            marks=KERAS,
        ),
        pytest.param("trainer_class.py", (), (), id="a class that trains", marks=KERAS),
        pytest.param(
            "gradient_tape.py", ("--objective", "train_loss"), (), id="a loop of one's own", marks=KERAS
        ),
    ],
)
def test_each_trial_is_a_plain_run(
    name: str,
    options: tuple[str, ...],
    arguments: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path(shutil.copy(LAYOUTS / name, tmp_path))
    given = ("--", *arguments) if arguments else ()
    run("-m", "hypertemplate", "run", name, "--max-evals", "2", *options, *given)
    trials = study_data(tmp_path / f"{path.stem}.study")["trials"]
    assert [trial["state"] for trial in trials] == ["COMPLETE"] * 2
    values = [trial["value"] for trial in trials]
    plain = []
    for trial in trials:
        (tmp_path / "plain").mkdir(exist_ok=True)
        (tmp_path / "plain" / name).write_text(with_values(LAYOUTS / name, trial["params"]), encoding="utf-8")
        plain.append(float(run(f"plain/{name}", *arguments).splitlines()[-1]))
    assert values == pytest.approx(plain, rel=1e-5)
    assert trials[0]["params"] != trials[1]["params"]
