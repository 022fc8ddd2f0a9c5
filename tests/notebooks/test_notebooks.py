"""The notebooks run from the first cell to the last, in kernels, and find something."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from tests.frontend.kernels import kernel_environment
from tests.frontend.notebooks import code
from tests.frontend.notebooks import notebook as in_memory

# It ships without types.
nbformat: Any = importlib.import_module("nbformat")

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
NAMES = ("quickstart.ipynb", "hyperas_in_colab.ipynb", "migrating_from_hyperas.ipynb")

FOUND = {
    "quickstart.ipynb": "study.best_loss, len(study.trials), study.best_params",
    "hyperas_in_colab.ipynb": "min(trials.losses()), len(trials), best_run",
    "migrating_from_hyperas.ipynb": "min(trials.losses()), len(trials), best_run",
}
"""The lowest loss, the number of trials and the best values, in the variables of each notebook."""


def read(name: str) -> Any:
    """A notebook; nbformat checks it against the format."""
    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
    nbformat.validate(notebook)
    return notebook


class ThisPython(AsyncKernelManager):
    """Kernels of the interpreter that runs the tests: the installed specification may name another one."""

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"])


def executed(cells: list[str], folder: Path) -> list[str]:
    """What each cell printed or came to, as text, after all have run in one kernel.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell raised something.
    """
    from nbclient import NotebookClient

    notebook = nbformat.from_dict(in_memory(*map(code, cells)))
    client = NotebookClient(notebook, timeout=600, kernel_manager_class=ThisPython)
    client.execute(cwd=str(folder), env=kernel_environment(folder))
    return ["".join(map(_text, cell.outputs)) for cell in notebook.cells]


def _text(output: Any) -> str:
    return str(output.get("text") or output.get("data", {}).get("text/plain", ""))


def test_every_notebook_is_tested() -> None:
    assert sorted(path.name for path in NOTEBOOKS.glob("*.ipynb")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_kept_without_what_it_came_to(name: str) -> None:
    kept = [cell for cell in read(name).cells if cell.cell_type == "code"]
    assert kept
    came_to = [(cell.outputs, cell.execution_count, dict(cell.metadata)) for cell in kept]
    assert came_to == [([], None, {})] * len(kept)


@pytest.mark.parametrize("name", NAMES)
def test_its_links_lead_somewhere(name: str) -> None:
    text = "\n".join(cell.source for cell in read(name).cells if cell.cell_type == "markdown")
    targets = [part.partition(")")[0] for part in text.split("](")[1:]]
    assert targets
    assert [target for target in targets if not (NOTEBOOKS / target).is_file()] == []


@pytest.mark.keras
@pytest.mark.kernel
@pytest.mark.parametrize(
    ("name", "trials", "highest", "said"),
    [
        pytest.param("quickstart.ipynb", 5, -0.9, "best of 15 trials: trial ", id="quickstart"),
        pytest.param(
            "migrating_from_hyperas.ipynb",
            5,
            -0.5,
            "together: 0.",
            id="migrating from Hyperas",
            marks=pytest.mark.slow,
        ),
        # The images come from `make datasets`.
        pytest.param(
            "hyperas_in_colab.ipynb", 7, -0.5, " weights", id="Fashion-MNIST", marks=pytest.mark.slow
        ),
    ],
)
def test_it_ends_and_finds_a_best_value(
    name: str, trials: int, highest: float, said: str, tmp_path: Path
) -> None:
    cells = [cell.source for cell in read(name).cells if cell.cell_type == "code"]
    *texts, printed = executed([*cells, f"import json\nprint(json.dumps([{FOUND[name]}]))"], tmp_path)
    assert said in "".join(texts)
    loss, count, best = json.loads(printed)
    assert count == trials
    assert loss < highest
    assert best
    # The notebook's own folder stays as it is: what ran is in the kernel.
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == []


MEMORY = """
import gc
from pathlib import Path

import keras
import numpy as np
from hyperopt import Trials, rand
from hypertemplate import optim

inputs = np.random.default_rng(0).normal(size=(64, 4))
after = []


def suggest(new_ids, domain, trials, seed):
    gc.collect()
    after.append(int(Path('/proc/self/statm').read_text().split()[1]))
    return rand.suggest(new_ids, domain, trials, seed)


def model():
    network = keras.Sequential([keras.Input((4,)), keras.layers.Dense({{choice([8, 16])}}), keras.layers.Dense(1)])
    network.compile(loss='mse')
    network.fit(inputs, inputs[:, 0], verbose=0)
    return {'loss': network.evaluate(inputs, inputs[:, 0], verbose=0), 'model': network}


best_run, best_model = optim.minimize(model, None, suggest, 51, Trials(), workers=1, verbose=False)
print(len(after), after[50] / after[5], type(best_model).__name__)
"""


@pytest.mark.slow
@pytest.mark.keras
@pytest.mark.kernel
def test_fifty_trials_in_a_worker_leave_the_kernels_memory_as_the_fifth_left_it(tmp_path: Path) -> None:
    (printed,) = executed([MEMORY], tmp_path)
    asked, growth, model = printed.split()[-3:]
    assert (asked, model) == ("51", "Sequential")
    assert float(growth) < 1.1
