"""The forms that a template takes, with real Keras: a flat script, a notebook, an old file, a pipeline."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pytest

from tests.studies import study_data, unused

V4: Any = nbformat.v4  # it says nothing about its types
CASES = Path(__file__).parents[1] / "cases" / "end_to_end"

pytestmark = pytest.mark.keras


class Ran(NamedTuple):
    """What a search printed, and what it wrote."""

    out: str
    err: str
    study: dict[str, Any]
    trials: list[dict[str, Any]]


def search(template: Path, folder: Path, *options: str) -> Ran:
    """Run trials in a process of their own: two, if no option says how many."""
    command = [sys.executable, "-m", "hypertemplate", "run", str(template), "--study", str(folder)]
    done = subprocess.run(
        [*command, "--max-evals", "2", *options], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    found = study_data(folder)
    return Ran(done.stdout, done.stderr, found["study"], found["trials"])


def as_notebook(script: Path, path: Path) -> None:
    """A notebook with a cell for each paragraph of a script that begins with a comment."""
    notebook = V4.new_notebook(metadata={"language_info": {"name": "python"}})
    for paragraph in re.split(r"\n\n(?=# )", script.read_text(encoding="utf-8").strip()):
        title, _, rest = paragraph.partition("\n")
        if title.startswith("# "):
            notebook.cells.append(V4.new_markdown_cell(f"#{title}"))
        notebook.cells.append(V4.new_code_cell(rest if title.startswith("# ") else paragraph))
    notebook.cells[0].source = "%matplotlib inline\n!nvidia-smi\n" + notebook.cells[0].source
    path.write_text(V4.writes(notebook), encoding="utf-8")


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("script") / "study"
    return search(CASES / "flat_script.py", folder, "--objective", "val_accuracy")


def test_a_flat_script_is_searched_by_an_accuracy(script: Ran) -> None:
    assert (script.study["objective"], script.study["direction"]) == ("val_accuracy", "maximize")
    assert [trial["state"] for trial in script.trials] == ["COMPLETE"] * 2
    assert len({trial["params"]["learning_rate"] for trial in script.trials}) == 2
    for trial in script.trials:
        assert list(trial["params"]) == ["Conv2D", "Dropout", "learning_rate"]
        assert -trial["loss"] == trial["metrics"]["val_accuracy"]
        assert 0.1 < trial["metrics"]["val_accuracy"] <= 1
    line = r"best of 2 trials: trial [01], val_accuracy 0\.\d+ at epoch \d of \d \(highest\), maximised\n"
    assert re.match(line, script.out)


def test_the_same_as_a_notebook_gives_the_same(script: Ran, tmp_path: Path) -> None:
    as_notebook(CASES / "flat_script.py", tmp_path / "flat.ipynb")
    options = ("--objective", "val_accuracy:max", "--max-evals", "1")
    ran = search(tmp_path / "flat.ipynb", tmp_path / "study", *options)
    (trial,) = ran.trials
    assert trial["params"] == script.trials[0]["params"]
    assert trial["loss"] == pytest.approx(script.trials[0]["loss"], abs=0.02)
    assert "note: left out: 1 magic and 1 shell line (cell 1)\n" in ran.err


def test_an_old_file_for_hyperas_runs_as_it_is(tmp_path: Path) -> None:
    ran = search(CASES / "old_style.py", tmp_path / "study")
    assert [trial["state"] for trial in ran.trials] == ["COMPLETE"] * 2
    assert all(-1 <= trial["loss"] < 0 for trial in ran.trials)
    assert "loss" not in ran.trials[0]["metrics"], "that of the fit would only confuse"
    (warned,) = re.findall(r"warning (HT010: .*)\n", ran.err)
    assert warned == "HT010: create_model() uses nb_classes, local to data()"


def test_a_pipeline_as_data_and_a_size_for_each_layer(tmp_path: Path) -> None:
    options = ("--objective", "val_mae", "--rerun-equal", "--set", "depth=1", "--set", "Dense[0]=8")
    ran = search(CASES / "layer_by_layer.py", tmp_path / "study", *options)
    assert unused(tmp_path / "study") == [["Dense[1]"]] * 2
    assert all(trial["loss"] == trial["metrics"]["val_mae"] for trial in ran.trials)
    assert " for the lowest val_mae: 2 trials" in ran.err
    assert "runs anew" not in ran.err, "a pipeline can be gone through again"
