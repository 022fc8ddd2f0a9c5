"""Code of Keras 1 and 2 on the installed Keras: what is old fails or is ignored, what is fixed runs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.compiler.checks.old_keras_cases import HEAD, LINES

pytestmark = [pytest.mark.keras, pytest.mark.slow]

TEMPLATES = Path(__file__).parents[1] / "cases" / "old_keras"

CONTEXT = """
import numpy as np
x, y = np.ones((8, 2), "float32"), np.zeros(8, "int")
net.add(layers.Dense(2, activation="softmax"))
net.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
fitted = net.fit(x, y, validation_split=0.5, verbose=0)
class Flow(keras.utils.PyDataset):
    def __len__(self):
        return 10
    def __getitem__(self, i):
        return x, y
flow = Flow()
a = keras.Input((2,))
b = layers.Dense(1)(a)
"""
"""What the lines of the table use."""

PROGRAM = """
import json, os, sys, warnings
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.markers.resolve import default_draw
from hypertemplate.frontend import read_template
from hypertemplate.runtime.loaded_program import load

def problem(run, *given):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        try:
            run(*given)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    return " ".join(str(one.message) for one in caught if issubclass(one.category, UserWarning))

names = {}

def line(text):
    own = dict(names)
    if ".compile(" in text:  # what it compiles is no model of other lines
        own["net"] = names["models"].Sequential()
    return problem(exec, text, own)

def trial(path):
    loaded = load(compile_source(read_template(path).source), 1)
    loaded.restore()
    loaded.run(loaded.draws({one.label: default_draw(one) for one in loaded.space}), 1)

asked = json.load(sys.stdin)
exec(asked["head"], names)
# The lines first: a template may change what the process computes with.
answer = {
    "lines": {text: line(text) for text in asked["lines"]},
    "templates": {path: problem(trial, path) for path in asked["templates"]},
}
with open("answer.json", "w") as file:
    json.dump(answer, file)
"""

LATER = {
    "conv sizes by position": "the second size is taken as the strides",
    "plateau epsilon": "it is ignored",
    "monitor": "it warns in each epoch of a fit",
    "logcosh": "the name is looked up by the first batch",
    "cosine_proximity": "the name is looked up by the first batch",
    "kullback_leibler_divergence": "the name is looked up by the first batch",
}
"""Old lines that the installed Keras takes without a word where they stand."""


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the templates after ``check --fix``."""
    folder = tmp_path_factory.mktemp("fixed")
    for path in TEMPLATES.glob("*.py"):
        shutil.copy(path, folder)
        command = [sys.executable, "-m", "hypertemplate", "check", "--fix", path.name]
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        assert "no problems" in ran.stdout, ran.stderr
    return folder


@pytest.fixture(scope="module")
def problems(fixed: Path) -> Any:
    """What goes wrong with each line and template, in one process that has Keras."""
    asked = {
        "head": HEAD + CONTEXT,
        "lines": [text for pair in LINES.values() for text in pair],
        "templates": sorted(path.name for path in fixed.glob("*.py")),
    }
    environment = os.environ | {"KERAS_BACKEND": "tensorflow"}
    command = [sys.executable, "-c", PROGRAM]
    subprocess.run(command, cwd=fixed, input=json.dumps(asked), text=True, env=environment, check=True)
    return json.loads((fixed / "answer.json").read_text())


def test_what_is_fixed_is_what_keras_refuses_or_warns_about(problems: Any) -> None:
    accepted = [key for key, (old, _) in LINES.items() if not problems["lines"][old]]
    assert accepted == list(LATER)


def test_what_a_fix_writes_is_what_keras_takes(problems: Any) -> None:
    refused = {new: problem for _, new in LINES.values() if (problem := problems["lines"][new])}
    assert refused == {}


def test_old_templates_run_once_they_are_fixed(problems: Any) -> None:
    assert len(problems["templates"]) >= 10
    failed = {path: said for path, said in problems["templates"].items() if "Error: " in said}
    assert failed == {}
