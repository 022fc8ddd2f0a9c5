"""Templates that people write: their trials share nothing that they change, and no note says that they do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

EACH = """
import contextlib, gc, io, json, os, random, sys
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.markers.resolve import default_draw
from hypertemplate.frontend import read_template
from hypertemplate.runtime.hooks.sessions import clear_sessions
from hypertemplate.runtime.loaded_program import load
from hypertemplate.runtime.own_modules.program_module import take_process
from hypertemplate.runtime.seeds import seed_everything

def images(*shape):
    draw = np.random.default_rng(0).integers
    return lambda *args, **kwargs: tuple(
        (draw(0, 255, (count, *shape), dtype='uint8'), draw(0, 10, count)) for count in (24, 8)
    )

for name in ('mnist', 'fashion_mnist'):
    getattr(keras.datasets, name).load_data = images(28, 28)
keras.datasets.cifar10.load_data = images(32, 32, 3)
keras.datasets.imdb.load_data = images(20)
# Each trial collects garbage, which there is none of among the modules.
gc.freeze()
# Building graphs would take longer than all steps.
tf.config.run_functions_eagerly(True)
fit, evaluate = keras.Model.fit, keras.Model.evaluate
SHORT = {'epochs': 1, 'steps_per_epoch': 2, 'validation_steps': 1}
keras.Model.fit = lambda self, *args, **more: fit(self, *args, **{**more, **SHORT})
keras.Model.evaluate = lambda self, *args, **more: evaluate(self, *args, **{'steps': 1, **more})

def notes_of(path):
    os.chdir(path.parent)
    program = compile_source(read_template(str(path)).source)
    take_process(program)
    loaded = load(program, 1)
    notes = []
    for number in range(2):
        clear_sessions()
        loaded.restore()
        seed_everything(number)
        drawn = random.Random(number)
        params = {d.label: drawn.randrange(len(d.options)) if d.options else default_draw(d) for d in loaded.space}
        loaded.run(loaded.draws(params), number)
        notes += loaded.compare(number).notes
    return notes

found = {}
for path in map(Path, json.load(sys.stdin)):
    with contextlib.redirect_stdout(io.StringIO()):
        found[str(path)] = notes_of(path)
print(json.dumps(found))
"""
"""Runs two trials of each of some templates, one after another, in one process, on a few random images."""

NEEDS_MORE = {
    *("hyperas_complex.py", "hyperas_ensemble.py", "hyperas_functional_api.py", "hyperas_readme.py"),
    *("choices.py", "comments.py", "framework_state.py", "labels.py", "spark_minimize.py"),
}
"""Templates that are there to be compiled, that need all of a data set, or Spark."""


def notes(templates: list[Path], folder: Path) -> dict[str, Any]:
    """What is said of each template's trials."""
    done = subprocess.run(
        [sys.executable, "-c", EACH],
        input=json.dumps(list(map(str, templates))),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder)},
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert len(found) == len(templates)
    return found


@pytest.mark.keras
def test_examples_notebooks_and_old_templates(tmp_path: Path) -> None:
    templates = [*(ROOT / "examples").glob("*.py"), *(ROOT / "notebooks").glob("*.ipynb")]
    templates += (ROOT / "tests" / "cases" / "end_to_end").glob("*.py")
    templates = [path for path in sorted(templates) if path.name != "spark_minimize.py"]
    assert len(templates) > 15
    assert {path: said for path, said in notes(templates, tmp_path).items() if said} == {}


@pytest.mark.keras
@pytest.mark.slow
def test_programs_of_every_kind(tmp_path: Path) -> None:
    templates = []
    for case in sorted((ROOT / "tests" / "cases" / "programs").glob("*.py")):
        if case.name not in NEEDS_MORE:
            templates.append(tmp_path / case.name)
            text = case.read_text(encoding="utf-8").partition("\n# output\n")[0]
            templates[-1].write_text(text, encoding="utf-8")
    assert len(templates) > 20
    assert {path: said for path, said in notes(templates, tmp_path).items() if said} == {}
