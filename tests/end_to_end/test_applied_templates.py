"""The round trip: search three trials, write the best one as ordinary code, run that once: the same number."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hypertemplate.compiler.syntax.nodes import is_marker_shaped
from hypertemplate.frontend import read_template

ROOT = Path(__file__).parents[2]
CASES = Path("tests/cases/end_to_end")

TEMPLATES = [
    pytest.param("examples/rosenbrock.py", (), id="rosenbrock"),
    pytest.param("examples/custom_loop.py", (), id="custom_loop"),
    pytest.param("examples/gradient_boosting.py", ("--objective", "val_mlogloss"), id="gradient_boosting"),
    *(
        pytest.param(f"{folder}/{name}", options, id=name, marks=pytest.mark.keras)
        for folder, name, options in (
            ("examples", "digits_mlp.py", ()),
            ("examples", "fashion_mnist_cnn.py", ()),
            ("notebooks", "quickstart.ipynb", ()),
            ("notebooks", "migrating_from_hyperas.ipynb", ()),
            ("notebooks", "hyperas_in_colab.ipynb", ()),
            (CASES, "flat_script.py", ("--objective", "val_accuracy")),
            *((CASES, f"hyperas_{name}.py", ()) for name in ("functional", "generator", "intermediate")),
            *((CASES, f"hyperas_{name}.py", ()) for name in ("lstm", "readme", "simple")),
            (CASES, "layer_by_layer.py", ()),
        )
    ),
]


def ran(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command in a folder."""
    command = [sys.executable, "-m", "hypertemplate", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def without_markers(path: Path) -> bool:
    """Whether no part of a template that parses has a marker; a cell that is a search of its own apart."""
    parts = [part for part in read_template(str(path)).source.parts if not part.is_search]
    return not any(is_marker_shaped(node) for part in parts for node in ast.walk(ast.parse(part.text)))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "options"), TEMPLATES)
def test_ordinary_code_has_the_number_of_the_trial(
    name: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    template = ROOT / name
    searched = ran(tmp_path, "run", str(template), "--max-evals", "3", "--study", "study", *options)
    assert searched.returncode == 0, searched.stderr
    output = f"tuned{template.suffix}"
    applied = ran(tmp_path, "apply", "study", "--plain", "-o", output, "--check")
    assert applied.returncode == 0, applied.stderr
    assert re.search(
        r"a fresh run with the trial's seed gives \S+, as the trial did, to the last digit", applied.stderr
    )
    assert without_markers(tmp_path / output)
    if template.suffix == ".ipynb":
        before, after = (json.loads(path.read_text()) for path in (template, tmp_path / output))
        for cell in (*before["cells"], *after["cells"]):
            del cell["source"]
        assert after == before


SCRIPT = """\
import numpy as np
from sklearn.ensemble import RandomForestClassifier

random = np.random.default_rng(0)
x = random.normal(size=(80, 4))
y = (x[:, 0] + x[:, 1] > 0).astype(int)
trees = RandomForestClassifier(n_estimators=12, max_depth=3)
trees.fit(x[:60], y[:60])
error = 1 - trees.score(x[60:], y[60:])
"""


@pytest.mark.long
@pytest.mark.parametrize(
    "written", [("--write",), ("--write", "--braces"), ()], ids=["comments", "braces", "unwritten"]
)
def test_what_was_proposed_and_searched_becomes_ordinary_code(
    written: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    if written:
        assert ran(tmp_path, "suggest", "script.py", *written).returncode == 0
    options = ("--max-evals", "3", "--objective", "error:min", *([] if written else ["--suggested"]))
    searched = ran(tmp_path, "run", "script.py", *options)
    assert searched.returncode == 0, searched.stderr
    applied = ran(tmp_path, "apply", "script.study", "--plain", "--write", "--check")
    assert "as the trial did, to the last digit" in applied.stderr, applied.stderr
    text = (tmp_path / "script.py").read_text()
    number = re.compile(r"(n_estimators|max_depth)=\d+")
    assert number.sub(r"\1=", text) == number.sub(r"\1=", SCRIPT)
