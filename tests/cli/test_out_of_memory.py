"""A trial for which a device has no memory: it says so, and the next one has a new worker."""

from __future__ import annotations

from pathlib import Path

from hypertemplate.search.storage.sqlite.reader import read_study
from tests.cli.conftest import Cli, Template

# PyTorch's words, in a process without PyTorch.
TEMPLATE = """\
import os


def model():
    units = {{choice([10, 1000, 20])}}
    if units > 100:
        raise RuntimeError('CUDA out of memory. Tried to allocate 2.00 GiB.')
    return {'loss': units, 'pid': os.getpid()}
"""


def test_it_fails_by_its_name_and_its_worker_is_replaced(cli: Cli, template: Template, here: Path) -> None:
    ran = cli("run", template(TEMPLATE), "--algo", "grid", "--max-evals", "3")
    assert ran.status == 0
    error = "out of accelerator memory: RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB. (model.py:7)"
    lines = ran.err.splitlines()
    failed = next(i for i, line in enumerate(lines) if line.startswith("    1      failed     10.000  TIME "))
    assert lines[failed].endswith("   1000")
    assert lines[failed + 1] == f"       {error}"
    assert lines[-3] == (
        "note: worker 0 is replaced: the last trial ran out of accelerator memory, and may still hold some"
    )
    assert lines[-2].startswith("    2    20.000       10.000  TIME ")
    trials = read_study(here / "model.study").study.trials
    assert [(trial.loss, trial.failure, trial.error) for trial in trials] == [
        (10.0, None, None),
        (None, "out of accelerator memory", error),
        (20.0, None, None),
    ]
    assert trials[0].metrics["pid"] != trials[2].metrics["pid"]
