"""What the user's own code says of the machine: which arguments go together, and what comes of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hyperopt import Trials

import hypertemplate
from hypertemplate import optim
from hypertemplate.api.options import request_arguments
from hypertemplate.errors import UsageError
from tests.api.support import Modules

TEMPLATE = """
    def model():
        return {{uniform(0, 1)}}
"""

LARGE = """
    class ResourceExhaustedError(Exception):
        pass

    ResourceExhaustedError.__module__ = 'tensorflow.python.framework.errors_impl'

    def model():
        if {{uniform(0, 1, name='size')}} > 0.3:
            raise ResourceExhaustedError('OOM when allocating tensor')
        return 1.0
"""


@pytest.mark.parametrize(
    ("workers", "given", "message"),
    [
        pytest.param(0, {}, 'workers must be a whole number of at least 1 or "auto", got 0', id="no workers"),
        pytest.param(
            "all", {}, "workers must be a whole number of at least 1 or \"auto\", got 'all'", id="a word"
        ),
        pytest.param(1, {"per_gpu": 0}, "per_gpu must be a whole number of at least 1, got 0", id="none on a GPU"),
        pytest.param(
            1, {"gpus_per_trial": 1.5}, "gpus_per_trial must be a whole number of at least 1, got 1.5", id="a half"
        ),
        pytest.param(1, {"jit": "yes"}, "jit must be True or False, got 'yes'", id="a word for a truth"),
        pytest.param(
            1, {"accelerator": "cuda"}, "accelerator must be one of auto, cpu, gpu, tpu, got 'cuda'", id="another name"
        ),
        pytest.param(1, {"oom_loss": "high"}, "oom_loss must be a finite number, got 'high'", id="no loss"),
        pytest.param(
            1, {"oom_loss": float("nan")}, "oom_loss must be a finite number, got nan", id="NaN for a loss"
        ),
        pytest.param(
            1, {"oom_loss": float("inf")}, "oom_loss must be a finite number, got inf", id="no finite loss"
        ),
        pytest.param(1, {"gpu": 1}, "there is no argument gpu: did you mean per_gpu?", id="an argument that is none"),
        pytest.param(
            None,
            {"accelerator": "cpu"},
            "accelerator is for trials in worker processes: give workers too, such as workers=1",
            id="another device for this process",
        ),
        pytest.param(
            None,
            {"per_gpu": 2},
            "per_gpu is for trials in worker processes: give workers too, such as workers=1",
            id="several trials at once in this process",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_asked(modules: Modules, workers: Any, given: dict[str, Any], message: str) -> None:
    model = modules(TEMPLATE).model
    with pytest.raises(UsageError, match=f"^{re.escape(message)}$"):
        hypertemplate.tune(model, workers=workers, **given)
    with pytest.raises(UsageError, match=f"^{re.escape(message)}$"):
        optim.minimize(model, None, "random", 1, Trials(), workers=workers, **given)


def test_a_path_begins_with_the_line_of_its_machine(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "model.py"
    path.write_text("def model():\n    return {{uniform(0, 1)}}\n")
    hypertemplate.tune(path, max_evals=1, accelerator="cpu", workers="auto")
    assert re.match(r"note: (up to \d+ workers|1 worker) on CPU \(.*\), Python\n", capfd.readouterr().err)


def test_in_this_process_only_what_is_not_to_be_had_is_said(
    modules: Modules, capfd: pytest.CaptureFixture[str]
) -> None:
    hypertemplate.tune(modules(TEMPLATE).model, max_evals=1, jit=True)
    assert (
        "note: jit=True has no effect: it is for what Keras trains, and the template does not use Keras\n"
        in capfd.readouterr().err
    )


@pytest.mark.parametrize("workers", [None, 1], ids=["in this process", "in a worker"])
def test_what_the_sampler_learns_of_a_trial_without_memory(modules: Modules, workers: int | None) -> None:
    trials = Trials()
    optim.minimize(
        modules(LARGE).model, None, "random", 6, trials, workers=workers, verbose=False, oom_loss=9.5
    )
    assert {(result["status"], result["loss"]) for result in trials.results} == {("ok", 1.0), ("fail", 9.5)}


@pytest.mark.parametrize(
    ("given", "method"),
    [
        pytest.param(True, "asha", id="yes"),
        pytest.param(False, "none", id="no"),
        pytest.param("fast", "fast", id="a method"),
        pytest.param(None, None, id="nothing said"),
    ],
)
def test_pruning_is_switched_on_and_off_by_a_truth(given: Any, method: str | None) -> None:
    assert request_arguments({"prune": given}, hypertemplate.tune) == {"prune": method}
