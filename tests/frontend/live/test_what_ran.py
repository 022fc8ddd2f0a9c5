"""What ran in a kernel is left alone by the searches that follow it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests.frontend.kernels import Kernel, started
from tests.frontend.notebooks import code, notebook

pytestmark = pytest.mark.kernel


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    with started(tmp_path_factory.mktemp("kernel")) as kernel:
        yield kernel


@pytest.fixture
def kernel(running: Kernel) -> Kernel:
    running.fresh()
    return running


SHOW = """
import json as _json
print(_json.dumps(_value))
"""


def value(kernel: Kernel, expression: str) -> Any:
    """The value of an expression in a kernel, as plain data."""
    return json.loads(kernel.quietly(f"_value = {expression}\n{SHOW}").splitlines()[-1])


COUNTING = """
    import hypertemplate, threading
    ran, history, queue = [], [], []
"""

MODEL = """
    def model():
        history.append({{choice([1, 2, 3])}})
        queue.append(0)
        return float(10 * len(history) + len(queue))
"""

WRAPPER = """
    def search(n, f=None):
        ran.append('search')
        return hypertemplate.tune(f or model, max_evals=n, rerun_equal=True, verbose=False)
"""

THREAD = """
    def watch(rows):
        ran.append('watch')
    def begin():
        thread = threading.Thread(target=watch, args=(queue,))
        thread.start()
        thread.join()
        return thread
    thread = begin()
    threading.Thread(target=watch, args=(history,)).start()
"""


def test_wrappers_and_bystanders_run_once(kernel: Kernel) -> None:
    kernel.run(*map(dedent, (COUNTING, MODEL, WRAPPER, THREAD)))
    kernel.run("study = search(3)")
    kernel.run("for n in (1, 2):\n    found = search(n)", "found = search(2, model)")
    assert value(kernel, "[[t.loss for t in s.trials] for s in (study, found)]") == [[11.0] * 3, [11.0] * 2]
    assert value(kernel, "ran") == ["watch", "watch", *["search"] * 4]
    assert value(kernel, "[history, queue]") == [[], []]
    # A second search that uses what the first one found, and runs in another process.
    kernel.run(
        "best = min(t.loss for t in study.trials)", "def again():\n    return best * {{choice([1, 2])}}"
    )
    kernel.run("found = hypertemplate.tune(again, max_evals=2, verbose=False, workers=1)")
    assert value(kernel, "sorted(t.loss for t in found.trials)") == [11.0, 22.0]
    assert value(kernel, "ran.count('search')") == 4


def test_what_a_marker_reaches_runs_again_and_nothing_else(kernel: Kernel) -> None:
    kernel.run("%load_ext hypertemplate", "import hypertemplate\nran, sizes = [], []")
    kernel.run("def noted(x):\n    ran.append(x)\n    return x")
    kernel.run("rate = {{choice([1, 2])}}", "sizes.append(rate)", "sizes.append(3)", "big = noted(10 * rate)")
    kernel.run("noted(rate)\nreport = noted('report')", "print(sizes)")
    kernel.run("def model():\n    return float(big + sum(sizes))")
    kernel.run("study = hypertemplate.tune(model, max_evals=3, verbose=False)")
    losses = {1: 14.0, 2: 25.0}
    assert value(kernel, "[t.loss for t in study.trials]") == [
        losses[rate] for rate in value(kernel, "[study.values(t)['rate'] for t in study.trials]")
    ]
    assert value(kernel, "sizes") == [1, 3]
    assert set(value(kernel, "ran[3:]")) <= {10, 20}


def test_what_would_have_to_run_again_is_an_error(kernel: Kernel) -> None:
    kernel.run("%reload_ext hypertemplate", "import hypertemplate")
    kernel.run(
        "def load():\n    print('loaded')\n    return [1]",
        "rows = load()",
        "rows.append({{choice([1, 2])}})",
    )
    kernel.run("def model():\n    return float(sum(rows))")
    error = kernel.error_of("hypertemplate.tune(model, max_evals=3, verbose=False)")
    said = "CompileError: In [4], line 1, column 1: error HT307: this has run, and would have to run again"
    assert error.startswith(said)
    assert "move it into the model function" in error
    assert value(kernel, "rows") == [1, 1]


def test_what_ran_wins_over_an_older_file(kernel: Kernel) -> None:
    helper = "def helper():\n    return {{choice([%s])}}"
    size = "SIZE = {{choice([%s])}}"
    model = "def model():\n    return float(helper() + SIZE + extra() + len(rows))"
    extra = "def extra():\n    return 1000"
    grown = "rows = []\nrows.append({{choice([7])}})\nrows.append(0)"
    old = notebook(
        *map(code, (helper % "1, 2", size % 5, extra, model.replace("float", "1000 + float"), grown))
    )
    kernel.run("%reload_ext hypertemplate", "import hypertemplate", size % 200, helper % "10, 20")
    kernel.run("rows = []", "rows.append({{choice([7])}})", model)
    kernel.quietly(f"import json; open('train.ipynb', 'w').write(json.dumps({old!r}))")
    kernel.run("study = hypertemplate.tune(model, notebook_name='train', max_evals=4, verbose=False)")
    assert set(value(kernel, "[t.loss for t in study.trials]")) <= {1211.0, 1221.0}


def test_a_search_without_a_complete_trial_fails_the_cell(kernel: Kernel) -> None:
    kernel.run("%reload_ext hypertemplate", "import hypertemplate")
    kernel.run("def model():\n    raise ValueError({{choice(['no'])}})")
    said = "NoTrialError: no trial succeeded; trial 0 failed: ValueError: no"
    assert kernel.error_of(
        "hypertemplate.tune(model, max_evals=2, rerun_equal=True, verbose=False)"
    ).startswith(said)
    cell = "%%tune --max-evals 2 --rerun-equal --objective loss\nx = {{choice(['no'])}}\nraise ValueError(x)\nloss = len(x)"
    assert kernel.error_of(cell).startswith(said)
    assert value(kernel, "len(globals().get('failed_study', study).trials)") == 2


DEFINITIONS = """
import hypertemplate
from hypertemplate import optim
from hyperopt import Trials, tpe
def load():
    print('loaded')
    return [1, 2, 3]
seen, counts, rows = [], {'n': 0}, iter(load())
class Clock:
    ticks = 0
"""

MODEL_OF_ALL = """
def model():
    x = {{uniform(0, 1)}}
    seen.append(x)
    counts['n'] += 1
    Clock.ticks += 1
    return x + 10 * len(seen) + 100 * counts['n'] + 1000 * Clock.ticks + 10000 * next(rows)
"""

SEARCHES = """
trials = Trials()
optim.minimize(model, None, tpe.suggest, 3, trials, verbose=False)
found = [[t.loss for t in hypertemplate.tune(model, max_evals=3, verbose=False, workers=n).trials] for n in (None, 1)]
found.append(trials.losses())
left = [seen, counts['n'], Clock.ticks, list(rows)]
"""

IN_A_CELL = """%%tune --max-evals 3 --objective loss
x = {{uniform(0, 1, name='uniform')}}
seen.append(x)
counts['n'] += 1
Clock.ticks += 1
loss = x + 10 * len(seen) + 100 * counts['n'] + 1000 * Clock.ticks + 10000 * next(rows)
"""


def test_every_interface_gives_the_same_trials_in_a_kernel_and_in_a_script(
    kernel: Kernel, tmp_path: Path
) -> None:
    kernel.run("%reload_ext hypertemplate", DEFINITIONS)
    kernel.run(IN_A_CELL)
    cell = value(kernel, "[t.loss for t in study.trials]")
    kernel.run(MODEL_OF_ALL, SEARCHES)
    assert value(kernel, "left") == [[], 0, 0, [1, 2, 3]]
    script = tmp_path / "script.py"
    printing = "import json\nprint(json.dumps([found, left]))\n"
    script.write_text(DEFINITIONS + MODEL_OF_ALL + SEARCHES + printing, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script.name], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found, left = json.loads(done.stdout.splitlines()[-1])
    assert left == [[], 0, 0, [1, 2, 3]]
    assert [*value(kernel, "found"), *found] == [cell] * 6
    assert all(11110 <= loss <= 11111 for loss in cell)
