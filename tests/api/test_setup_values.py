"""A study begun in memory and resumed from a file, and back: the values that setup makes are compared."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hypertemplate
from hypertemplate.cli import main
from hypertemplate.errors import UsageError
from hypertemplate.search.storage.sqlite.reader import read_study
from tests.api.support import Modules, modules
from tests.shells import run, started

__all__ = ["modules"]

pytestmark = pytest.mark.long

SAME = """
import numpy as np
np.random.seed(3)
x = np.random.rand(5)
N, names, table = 7, {'b', 'a'}, {'a': [1, 2.5]}
sizes = [1, 2]
sizes.append(3)
history = []
seen = {}
class Scale:
    by = 2
scale = Scale()
calls = [lambda v: v * N]

def known(v):
    history.append(v)
    return seen.setdefault(v, v)

def data():
    x[0] = 1
    return x

def model(data):
    a = {{uniform(0, 1)}}
    b = len(names) + table['a'][1] + len(sizes) + scale.by + calls[0](2)
    return float(known(a) + b + data.sum())
"""

DRAWN = """
import random
import numpy as np
x = np.random.rand(5)
y = np.random.default_rng().random(5)
k = random.random()
m = random.random()
sizes = [random.random() for _ in range(3)]
unused = random.random()

def helper():
    return m

def model():
    a = {{uniform(0, 1)}}
    return float(a + x.sum() + y.sum() + k + sum(sizes) + helper())
"""

DIFFERING = (
    r"  k is now 0\.\d+, and was 0\.\d+\n",
    r"  m is now 0\.\d+, and was 0\.\d+\n",
    r"  sizes has other contents: list of 3\n",
    r"  x has other contents: float64 array \(5,\)\n",
    r"  y has other contents: float64 array \(5,\)\n",
)

MADE_OTHERWISE = "setup does not make the values in memory that the trials of this study ran with\n"
ONE_DRAWN = "import random\nk = random.random()\ndef model():\n    return {{quniform(0, 4, 1)}} + k\n"

Face = Callable[..., str]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def memory(modules: Modules, capsys: pytest.CaptureFixture[str]) -> Face:
    """Run a program from memory, up to a number of trials; return what is said."""

    def call(text: str, most: int, *, keep_trials: bool = False) -> str:
        loaded = modules(text)
        data: Any = getattr(loaded, "data", None)
        asked = {"data": data, "study": "m.study", "max_evals": most, "algo": "random"}
        hypertemplate.tune(loaded.model, keep_trials=keep_trials, **asked)
        return capsys.readouterr().err

    return call


@pytest.fixture
def file(here: Path, capsys: pytest.CaptureFixture[str]) -> Face:
    """Run a program from a file, up to a number of trials; return what is said."""

    def call(text: str, most: int, *more: str, study: str = "m.study") -> str:
        (here / "model.py").write_text(text)
        main(["run", "model.py", "--study", study, "--max-evals", str(most), "--algo", "random", *more])
        return capsys.readouterr().err

    return call


def ran() -> list[tuple[int, int]]:
    """Number and generation of each trial."""
    return [(trial.number, trial.generation) for trial in read_study(Path("m.study")).study.trials]


def test_what_is_the_same_resumes_either_way_without_a_word(memory: Face, file: Face) -> None:
    for first, second in ((memory, file), (file, memory)):
        said = [first(SAME, 1), second(SAME, 2), first(SAME, 3), second(SAME, 4)]
        assert [text for text in said if re.search("error|other (values|contents)", text)] == []
        assert len(ran()) == 4
        Path("m.study").rename(f"{len(said[0])}.study")


def test_a_file_does_not_resume_what_began_with_other_values(memory: Face, file: Face) -> None:
    memory(DRAWN, 1)
    said = file(DRAWN, 2)
    assert f"error: m.study: {MADE_OTHERWISE}" in said
    told = said[said.index(MADE_OTHERWISE) + len(MADE_OTHERWISE) :]
    ways = "  --keep-trials resumes it and keeps the trials so far; --fresh starts a new study\n"
    assert told.endswith(ways)
    assert _matches(told.removesuffix(ways), *DIFFERING)
    assert ran() == [(0, 0)]


def test_memory_does_not_resume_what_a_file_began_with_other_values(memory: Face, file: Face) -> None:
    file(DRAWN, 1)
    with pytest.raises(UsageError, match="values in memory are not those that the trials") as caught:
        memory(DRAWN, 2)
    _, *told, ways = str(caught.value).splitlines(keepends=True)
    assert _matches("".join(told), *(one for one in DIFFERING if "sizes" not in one))  # trials may add to it
    assert ways == "  keep_trials=True resumes it and keeps the trials so far; fresh=True starts a new study"
    assert ran() == [(0, 0)]


def _matches(told: str, *patterns: str) -> bool:
    lines = told.splitlines(keepends=True)
    return len(lines) == len(patterns) and all(map(re.fullmatch, patterns, lines))


def test_trials_with_other_values_are_kept_where_the_user_says_so(memory: Face, file: Face) -> None:
    memory(ONE_DRAWN, 1)
    assert "--as-hints takes only their points" in file(ONE_DRAWN, 2, "--from", "m.study", study="n.study")
    said = file(ONE_DRAWN, 2, "--keep-trials")
    assert "note: the trials so far ran with other values: k is now 0." in said
    assert "other values" not in file(ONE_DRAWN, 3)
    assert ran() == [(0, 0), (1, 1), (2, 1)]
    with pytest.raises(UsageError, match="k is now"):
        memory(ONE_DRAWN, 4)
    assert "the trials so far ran with other values: k is now" in memory(ONE_DRAWN, 4, keep_trials=True)
    assert ran()[3] == (3, 2)


def test_what_memory_has_filled_and_setup_makes_empty_draws_a_note(modules: Modules, file: Face) -> None:
    text = "seen = {}\ndef model():\n    a = {{uniform(0, 1)}}\n    return seen.get(a, a)\n"
    loaded = modules(text)
    loaded.seen[2] = 3
    hypertemplate.tune(loaded.model, study="m.study", max_evals=1, algo="random")
    assert "note: seen had other contents in memory\n" in file(text, 2)
    assert "note: seen" not in file(text, 3)


@pytest.mark.parametrize(
    ("seed", "status"),
    [
        pytest.param("np.random.seed(0)", 0, id="with a seed it makes the same"),
        pytest.param("np.zeros(3)", 2, id="without one it does not"),
    ],
)
def test_a_notebook_is_compared_with_its_kernel(
    seed: str, status: int, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, data = f"import numpy as np\n{seed}", "x = np.random.rand(5)"
    cells = [first, data, "def model():\n    return {{uniform(0, 1)}} + x.sum()"]
    _write_notebook(here, cells)
    _search_in_kernel(here, cells)
    assert main(["run", "nb.ipynb", "--study", "m.study", "--max-evals", "2"]) == status
    said = capsys.readouterr().err
    assert (f"{MADE_OTHERWISE}  x has other contents: float64 array (5,)\n" in said) == bool(status), said


def test_a_notebook_whose_cells_ran_in_another_order_is_told_how_its_trials_are_kept(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, then, read = "k = [1]", "k.append(3)", "sizes = k * 2"
    model = "def model():\n    return {{uniform(0, 1)}} + len(sizes)"
    _write_notebook(here, [first, then, read, model])
    _search_in_kernel(here, [first, read, then, model])
    resumed = ["run", "nb.ipynb", "--study", "m.study", "--max-evals", "2"]
    assert main(resumed) == 2
    said = capsys.readouterr().err
    assert "error: nb.ipynb changed, and the one trial would not count any more\n" in said
    assert "--keep-trials keeps those whose values are still possible" in said
    assert main([*resumed, "--keep-trials"]) == 0


def _write_notebook(folder: Path, cells: list[str]) -> None:
    made = {"cells": [{"cell_type": "code", "source": cell} for cell in cells]}
    text = json.dumps({**made, "nbformat": 4, "nbformat_minor": 5, "metadata": {}})
    (folder / "nb.ipynb").write_text(text)


def _search_in_kernel(folder: Path, cells: list[str]) -> None:
    with started(folder / "ipython") as shell:
        search = "import hypertemplate as _ht\n_ht.tune(model, study='m.study', max_evals=1, algo='random')"
        for cell in (*cells, search):
            assert run(shell, cell).success
