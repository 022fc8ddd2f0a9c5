"""Cells that are edited and run again between two searches of one study, and kernels that ran fewer of them.

What counts is the program as it is in effect. Trials that are kept have the losses that a kernel has which
runs the notebook's cells once, from above.
"""

from __future__ import annotations

import contextlib
import gc
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from hypertemplate.search.storage.sqlite.reader import read_study
from tests.shells import run, started

pytestmark = pytest.mark.long

TRIALS = 2
"""Trials of the first search; each later one runs one more."""

NP = "import numpy as np"
SEED = "np.random.seed(0)"
DRAWN = "x = np.random.rand(5)"
DATA = "x = np.arange(5.0)\ny = 2 * x"
LIST = "sizes = [1, 2]"
HELPER = "def scaled(v):\n    return v * 2"
SEED_ALL = (
    "import os, random\ndef seed_all(n):\n    random.seed(n)\n    os.environ['S'] = str(n)\nseed_all(1)"
)
TOP = f"import os\n{NP}\nos.environ['S'] = '3'\nN = 7\nnp.random.seed(N)"
TUNE = "import hypertemplate as _ht\n_ht.tune(model, study={!r}, max_evals={}, algo='random', rerun_equal=True{})"
OPTIM = (
    "from hyperopt import Trials as _Trials, rand as _rand\n"
    "from hypertemplate import optim as _optim\n"
    "_optim.minimize(model, None, _rand.suggest, study={!r}, max_evals={}, trials=_Trials(){})"
)
SEARCH = "search"


def model(loss: str, high: int = 1) -> str:
    return f"def model():\n    a = {{{{uniform(0, {high})}}}}\n    return float({loss})"


@dataclass(frozen=True)
class Story:
    """What somebody ran.

    Attributes:
        why: name of the story.
        kernels: cells of each kernel, in order; ``SEARCH`` stands for a cell with a search of the study.
        notebook: cells that the notebook has in the end; none if the last search must not keep its trials.
        says: part of the message where they are not kept.
        search: text of a cell with a search.
    """

    why: str
    kernels: Sequence[Sequence[str]]
    notebook: Sequence[str] = ()
    says: str = ""
    search: str = TUNE


OLD, NEW = model("np.square(a)"), model("np.square(a)", 2)
ON_DATA, ON_DATA_2 = model("np.sum((y - a * x) ** 2)"), model("np.sum((y - a * x) ** 2)", 2)
ON_LIST, ON_LIST_2 = model("a + sum(sizes)"), model("a + sum(sizes)", 2)
RANDOM, RANDOM_2 = model("a + np.random.rand()"), model("a + np.random.rand()", 2)
ON_DRAWN, ON_DRAWN_2 = model("a + x.sum() + np.random.rand()"), model("a + x.sum() + np.random.rand()", 2)
HELPED, HELPED_2 = model("scaled(a)"), model("scaled(a)", 2)
PLAIN, PLAIN_2 = model("a"), model("a", 2)
FUTURE = "from __future__ import annotations"
ON_K, ON_K_2 = model("a * k"), model("a * k", 2)
CHANGING, CHANGING_2 = (
    model("a + len(b)", high).replace("    return", "    u.append(3)\n    return") for high in (1, 2)
)
NONE_COUNT = "none of 2 trials would count"

STORIES = (
    # The same cell again, edited or not.
    Story("a cell that is unchanged", [[NP, OLD, SEARCH, OLD, SEARCH]], [NP, OLD]),
    Story("an import in the model's cell", [[f"{NP}\n{OLD}", SEARCH, f"{NP}\n{NEW}", SEARCH]], [f"{NP}\n{NEW}"]),
    Story("an import more in the model's cell", [[f"{NP}\n{OLD}", SEARCH, f"{NP}\nimport json\n{NEW}", SEARCH]], [NP, NEW]),
    Story("data in the model's cell", [[f"{NP}\n{DATA}\n{ON_DATA}", SEARCH, f"{NP}\n{DATA}\n{ON_DATA_2}", SEARCH]], [NP, DATA, ON_DATA_2]),
    Story("optim.minimize", [[f"{NP}\n{OLD}", SEARCH, f"{NP}\n{NEW}", SEARCH]], [f"{NP}\n{NEW}"], search=OPTIM),
    Story("the search in the model's cell", [[f"{NP}\n{OLD}\n{SEARCH}", f"{NP}\n{NEW}\n{SEARCH}"]], [NP, NEW]),
    Story("a cell that failed at first", [[f"{NP}\nnp.no_such\n{OLD}", f"{NP}\n{OLD}", SEARCH, f"{NP}\n{NEW}", SEARCH]], [NP, NEW]),
    Story("data again, unchanged", [[NP, DATA, ON_DATA, SEARCH, DATA, ON_DATA_2, SEARCH]], [NP, DATA, ON_DATA_2]),
    Story("data again, with a comment", [[NP, DATA, ON_DATA, SEARCH, f"{DATA}  # two", ON_DATA_2, SEARCH]], [NP, DATA, ON_DATA_2]),
    Story("data that are others", [[NP, DATA, ON_DATA, SEARCH, DATA.replace("2", "3"), ON_DATA_2, SEARCH]], says="line 2 of In [5] changed: all 2 trials are left out"),
    Story("data that are others, under the same model", [[NP, DATA, ON_DATA, SEARCH, DATA.replace("2", "3"), SEARCH]], says="y has other contents"),
    Story("data that were plotted between", [[NP, DATA, "print(y.mean())\nz = y - x", ON_DATA, SEARCH, f"{DATA}\n", ON_DATA_2, SEARCH]], [NP, DATA, ON_DATA_2]),
    Story("imports from the future in both cells", [[f"{FUTURE}\nk = 3", f"{FUTURE}\n{ON_K}", SEARCH, f"{FUTURE}\nk = 3", f"{FUTURE}\n{ON_K_2}", SEARCH]], [f"{FUTURE}\nk = 3", ON_K_2]),
    # State that accumulates.
    Story("a list that is made and added to again", [[f"{LIST}\nsizes.append(3)\n{ON_LIST}", SEARCH, f"{LIST}\nsizes.append(3)\n{ON_LIST_2}", SEARCH]], [LIST, "sizes.append(3)", ON_LIST_2]),
    Story("a list that is added to again", [[LIST, "sizes.append(3)", ON_LIST, SEARCH, "sizes.append(3)", ON_LIST_2, SEARCH]], says="line 1 of In [5] is new"),
    Story("a list that is added to again, under the same model", [[LIST, "sizes.append(3)", ON_LIST, SEARCH, "sizes.append(3)", SEARCH]], says=NONE_COUNT),
    Story("a list that is another one, under the same model", [[LIST, ON_LIST, SEARCH, "sizes = [1, 2, 3]", SEARCH]], says=NONE_COUNT),
    Story("a list that is added to differently", [[f"{LIST}\nsizes.append(3)", ON_LIST, SEARCH, f"{LIST}\nsizes.append(4)", ON_LIST_2, SEARCH]], says="line 2 of In [4] changed"),
    Story("a list that trials add to", [["seen = []", model("a").replace("    return", "    seen.append(a)\n    return"), SEARCH, SEARCH]], ["seen = []", PLAIN]),
    Story("a number that only a function in a list reads", [["k = 1", "calls = [lambda v: v * k]", model("calls[0](a)"), SEARCH, "k = 2", SEARCH]], says="k is now 2, and was 1"),
    # Helpers.
    Story("a helper with a comment and an import", [[f"{NP}\n{HELPER}", HELPED, SEARCH, f"{NP}\n{HELPER}  # twice", HELPED_2, SEARCH]], [HELPER, HELPED_2]),
    Story("a helper that is another one", [[HELPER, HELPED, SEARCH, HELPER.replace("2", "3"), HELPED_2, SEARCH]], says="line 2 of In [4] changed"),
    Story("a helper that nothing needs", [[HELPER, PLAIN, SEARCH, HELPER.replace("2", "3"), PLAIN_2, SEARCH]], [PLAIN_2]),
    # Random numbers.
    Story("a seed in the model's cell", [[f"{NP}\n{SEED}\n{RANDOM}", SEARCH, f"{NP}\n{SEED}\n{RANDOM_2}", SEARCH]], [NP, SEED, RANDOM_2]),
    Story("a seed again", [[NP, SEED, RANDOM, SEARCH, f"{SEED}  # again", SEARCH]], [NP, SEED, RANDOM]),
    Story("another seed", [[f"{NP}\n{SEED}\n{RANDOM}", SEARCH, f"{NP}\nnp.random.seed(1)\n{RANDOM_2}", SEARCH]], says="line 2 of In [3] changed"),
    Story("a seed and draws, again", [[NP, f"{SEED}\n{DRAWN}", ON_DRAWN, SEARCH, f"{SEED}\n{DRAWN}  # again", ON_DRAWN_2, SEARCH]], [NP, SEED, DRAWN, ON_DRAWN_2]),
    Story("draws again, without their seed", [[NP, SEED, DRAWN, ON_DRAWN, SEARCH, DRAWN, ON_DRAWN_2, SEARCH]], says="line 1 of In [6]"),
    Story("a function that seeds", [[SEED_ALL, model("a + random.random()"), SEARCH, f"{SEED_ALL}  # again", model("a + random.random()", 2), SEARCH]], [SEED_ALL, model("a + random.random()", 2)]),
    Story("imports, settings and a seed again, above data", [[TOP, DATA, ON_DATA, SEARCH, f"{TOP}  # again", ON_DATA_2, SEARCH]], [TOP, DATA, ON_DATA_2]),
    Story("more imports above data", [[TOP, DATA, ON_DATA, SEARCH, TOP.replace("import os", "import os, json"), ON_DATA_2, SEARCH]], [TOP, DATA, ON_DATA_2]),
    Story("imports, settings and a seed again, above draws", [[TOP, DRAWN, ON_DRAWN, SEARCH, f"{TOP}  # again", ON_DRAWN_2, SEARCH]], [TOP, DRAWN, ON_DRAWN_2]),
    Story("draws for a plot", [[NP, SEED, DRAWN, ON_DRAWN, SEARCH, "z = np.random.rand(3)\nz", ON_DRAWN_2, SEARCH]], [NP, SEED, DRAWN, ON_DRAWN_2]),
    Story("another seed for a plot", [[NP, SEED, DRAWN, ON_DRAWN, SEARCH, "np.random.seed(1)\nz = np.random.rand(3)", ON_DRAWN_2, SEARCH]], says="line 1 of In [6]"),
    Story("a data cell that is scaled again", [[NP, DATA, "x = x / x.max()", ON_DATA, SEARCH, "x = x / x.max()", ON_DATA_2, SEARCH]], [NP, DATA, "x = x / x.max()", ON_DATA_2]),
    Story("a number that was tried out and set back", [["k = 3", model("a * k"), SEARCH, "k += 1", "k -= 1", model("a * k", 2), SEARCH]], ["k = 3", model("a * k", 2)]),
    Story("a list that is an equal one, where trials change the other", [["u = [1]", "b = u", CHANGING, SEARCH, "b = [1]", CHANGING_2, SEARCH]], says="is gone"),
    # Other kernels.
    Story("a kernel with the final cells alone", [[f"{NP}\n{OLD}", SEARCH, f"{NP}\n{NEW}", SEARCH], [f"{NP}\n{NEW}", SEARCH]], [NP, NEW]),
    Story("a kernel without cells that nobody needs", [[NP, "z = np.ones(3)", HELPER, HELPED, "z.sum()", SEARCH], [HELPER, HELPED_2, SEARCH]], [HELPER, HELPED_2]),
    Story("a kernel whose cells ran in another order", [[NP, HELPER, DATA, ON_DATA, SEARCH], [ON_DATA_2, NP, DATA, SEARCH]], [NP, DATA, ON_DATA_2]),
    Story("a kernel whose cells ran in an order that matters", [["k = [1]", "sizes = k * 2", "k.append(3)", ON_LIST, SEARCH], ["k = [1]", "k.append(3)", "sizes = k * 2", ON_LIST_2, SEARCH]], says=NONE_COUNT),
    Story("one import in several cells", [[NP, f"{NP}\n{HELPER}", f"{NP}\n{HELPED}", SEARCH], [NP, HELPER, HELPED_2, SEARCH]], [HELPER, HELPED_2]),
    Story("a cell that was deleted", [[LIST, "sizes.append(3)", ON_LIST, SEARCH], [LIST, ON_LIST_2, SEARCH]], says=NONE_COUNT),
    Story("a kernel without a cell that a draw needs", [[NP, SEED, DRAWN, ON_DRAWN, SEARCH], [NP, SEED, "x = np.zeros(5)", ON_DRAWN_2, SEARCH]], says=NONE_COUNT),
)  # fmt: skip


@pytest.fixture(autouse=True)
def quick_collections() -> Iterator[None]:
    """A trial collects garbage, which takes long where other tests have imported frameworks."""
    gc.freeze()
    yield
    gc.unfreeze()


@contextlib.contextmanager
def kernel(folder: Path, number: int) -> Iterator[list[str]]:
    """Yield a list for the cells of a kernel, which run at the end; it gets what they said in their place."""
    cells: list[str] = []
    yield cells
    with started(folder / f"ipython{number}") as shell:
        for place, cell in enumerate(cells):
            said = io.StringIO()
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                result = run(shell, cell)
            error = result.error_in_exec or result.error_before_exec
            cells[place] = f"{type(error).__name__}: {error}" if error else ""


def searched(story: Story, folder: Path) -> str:
    """Run the kernels of a story; return the error of the last search."""
    evals, error = TRIALS, ""
    for number, texts in enumerate(story.kernels):
        with kernel(folder, number) as cells:
            for text in texts:
                cells.append(text.replace(SEARCH, story.search.format("m.study", evals, "")))
                evals += SEARCH in text
        error = cells[-1]
    return error


@pytest.mark.parametrize("story", [pytest.param(story, id=story.why) for story in STORIES])
def test_the_program_in_effect_counts(story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    error = searched(story, tmp_path)
    kept = read_study(tmp_path / "m.study").study
    if not story.notebook:
        assert error.startswith("UsageError: ")
        assert story.says in error
        assert {"fresh=True", "keep_trials=True"} <= set(re.findall(r"\w+=True", error))
        assert len(kept.trials) == TRIALS
        return
    assert error == ""
    searches = sum(SEARCH in text for texts in story.kernels for text in texts)
    assert [trial.number for trial in kept.trials] == list(range(TRIALS + searches - 1))
    points = [dict(trial.params) for trial in kept.trials]
    with kernel(tmp_path, 9) as cells:
        cells += [*story.notebook, TUNE.format("n.study", len(points), f", points={points}")]
    assert cells == [""] * len(cells)
    fresh = read_study(tmp_path / "n.study").study
    assert [trial.loss for trial in fresh.trials] == [trial.loss for trial in kept.trials]
