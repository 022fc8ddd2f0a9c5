"""Results of data() are kept for later trials: how often it runs, and that no loss depends on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Template
from tests.studies import study_data

SLOW = """
    import time
    import numpy as np

    def data():
        rows = {{choice([5000, 20000])}}
        print("reading")
        time.sleep(0.05)
        X = np.arange(rows * 2.0).reshape(rows, 2)
        return X, X[:, 0], [rows]

    def model(X, y, sizes):
        X += {{uniform(0, 1)}}
        sizes.append(len(X))
        return float(X.mean() + y.sum() % 10 + len(sizes) + np.random.rand())
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_it_runs_once_for_each_value_and_worker(
    cli: Cli, template: Template, here: Path, workers: int
) -> None:
    template(SLOW)
    ran = cli("run", "model.py", "--max-evals", "12", "--workers", str(workers))
    calls = [log.read_text() for log in here.glob("model.study/trials/*/output.log")].count("reading\n")
    assert ran.status == 0
    assert calls == 2 * workers
    assert re.search(rf"\nnote: data\(\) ran {calls} times for 12 trials, 0\.\d+s saved\n", ran.err)
    kept = study_data(here / "model.study")["trials"]
    without = cli("run", "model.py", "--max-evals", "12", "--fresh", "--reuse-memory", "0")
    assert "saved" not in without.err
    again = study_data(here / "model.study")["trials"]
    assert [one["loss"] for one in again] == [
        one["loss"] for one in sorted(kept, key=lambda one: one["number"])
    ]


def test_what_is_kept_is_no_growth_of_a_worker(cli: Cli, template: Template) -> None:
    template(
        "import numpy as np, time\n\ndef data():\n    time.sleep(0.08)\n"
        "    return np.full(1_000_000, {{choice([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0])}})\n\n"
        "def model(x):\n    return float(x[0]) * {{uniform(0, 1)}}\n"
    )
    ran = cli("run", "model.py", "--max-evals", "14", "--worker-memory-growth", "40M")
    assert ran.status == 0
    assert "is replaced" not in ran.err
    assert re.search(r"note: data\(\) ran ([6-9]|10) times for 14 trials", ran.err)


@pytest.mark.parametrize("size", ["much", "-1", ""])
def test_a_size_is_a_number(cli: Cli, template: Template, size: str) -> None:
    template(SLOW)
    ran = cli("run", "model.py", "--reuse-memory", size)
    assert ran.status == 2
    assert f"--reuse-memory: invalid size {size!r}; use, for example, 512M or 2G, or 0 for none" in ran.err


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        pytest.param(
            SLOW,
            "contains a marker; data() runs once for each combination of the values that it reads",
            id="it is kept",
        ),
        pytest.param(
            "rows = {{choice([2, 3])}}\n\ndef data():\n    return list(range(rows))\n\ndef model(x):\n    return x[0]\n",
            "data() runs once for each combination of the values that it reads and of rows",
            id="with the value of a name",
        ),
        pytest.param(
            "import numpy as np\nscale = np.ones({{choice([2, 3])}})\n\ndef data():\n    return scale\n\n"
            "def model(x):\n    return x[0]\n",
            "data() runs in every trial: it needs line 2, which runs in each trial",
            id="it reads what is no plain value",
        ),
    ],
)  # fmt: skip
def test_an_explanation_says_what_is_kept(cli: Cli, template: Template, text: str, remark: str) -> None:
    template(text)
    ran = cli("compile", "model.py", "--explain")
    assert remark in ran.out
