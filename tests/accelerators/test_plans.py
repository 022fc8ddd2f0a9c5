"""What is planned on each machine of ``machines/``, with usual installations: a file under ``plans/``.

Adding a machine is adding its document; ``make golden`` writes every file of plans. Read what it wrote: the
planner does not know what is right.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from hypertemplate.accelerators.detect.host import Surroundings
from hypertemplate.accelerators.detect.installed import installed_of
from hypertemplate.accelerators.detect.machine import Machine
from hypertemplate.accelerators.detect.probes import find
from hypertemplate.accelerators.plan.build import KERAS, planned
from hypertemplate.accelerators.plan.device_request import DeviceRequest
from hypertemplate.accelerators.plan.plan import Plan
from hypertemplate.compiler.frameworks_used import Line, Use, Used
from hypertemplate.errors import UsageError
from hypertemplate.runtime.protocol import Acceleration
from tests.accelerators.machines import NAMES, surroundings

PLANS = Path(__file__).parent / "plans"

SKLEARN = Used((Use("sklearn", Line("model.py", 1, "import sklearn")),))


class Case(NamedTuple):
    """A usual installation, and what is asked of it."""

    title: str
    distributions: dict[str, str]
    used: Used = KERAS
    asked: DeviceRequest = DeviceRequest()


TENSORFLOW = {"keras": "3.15.1", "tensorflow": "2.21.0", "nvidia-cudnn-cu12": "9.10"}
JAX = {
    "keras": "3.15.1",
    "jax": "0.9.2",
    "jax-cuda12-plugin": "0.9.2",
    "jax-rocm7-plugin": "0.9.2",
    "libtpu": "0.0.34",
}

CASES = (
    Case("keras and tensorflow", TENSORFLOW),
    Case(
        "keras and tensorflow --per-gpu 2 --mixed-precision",
        TENSORFLOW,
        asked=DeviceRequest(per_gpu=2, mixed_precision=True),
    ),
    Case("keras and jax with its plugins", JAX),
    Case(
        "keras and jax with its plugins --gpus-per-trial 2 --jit",
        JAX,
        asked=DeviceRequest(gpus_per_trial=2, jit=True),
    ),
    Case("keras and torch", {"keras": "3.15.1", "torch": "2.9.1"}),
    Case(
        "keras and torch --per-gpu 3", {"keras": "3.15.1", "torch": "2.9.1"}, asked=DeviceRequest(per_gpu=3)
    ),
    Case(
        "keras, tensorflow-cpu and jax with libtpu",
        {"keras": "3.15.1", "tensorflow-cpu": "2.20.0", "jax": "0.9.2", "libtpu": "0.0.34"},
    ),
    Case("scikit-learn --workers auto", {"scikit-learn": "1.5.2"}, SKLEARN, DeviceRequest(workers="auto")),
    Case("keras and tensorflow --accelerator gpu", TENSORFLOW, asked=DeviceRequest("gpu")),
)


@pytest.mark.parametrize("name", NAMES)
def test_the_plans_on_a_machine(name: str, tmp_path: Path) -> None:
    around = surroundings(name, tmp_path)
    machine = find(around)
    text = "\n".join(line for case in CASES for line in shown(case, machine, around))
    file = PLANS / f"{name}.txt"
    if os.environ.get("HYPERTEMPLATE_GOLDEN"):
        PLANS.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return
    assert file.is_file(), f"{file} is missing; see the docstring of {__name__}"
    assert text == file.read_text(encoding="utf-8")


def test_every_file_of_plans_has_its_machine() -> None:
    assert {path.stem for path in PLANS.glob("*.txt")} == set(NAMES)


def shown(case: Case, machine: Machine, around: Surroundings) -> Iterator[str]:
    """The plan of one case, or why there is none."""
    there = installed_of(case.distributions.items(), lambda name: False, around, lambda path: None)
    yield f"# {case.title}"
    try:
        plan = planned(machine, case.asked, there, case.used, around.environment)
    except UsageError as error:
        yield f"error: {error}"
    else:
        yield from lines(plan)
    yield ""


def lines(plan: Plan) -> Iterator[str]:
    """All that a plan says."""
    yield plan.headline
    setting = plan.acceleration
    threads = "all" if plan.threads is None else plan.threads
    grows = ", grows" if plan.grows else ""
    yield f"{plan.accelerator}, backend {plan.backend}, threads {threads}{grows}"
    if setting != Acceleration(device=setting.device):
        share = f", memory {setting.memory_fraction}" if setting.memory_fraction else ""
        yield f"sets: precision {setting.precision!r}, jit {setting.jit}, strategy {setting.strategy!r}{share}"
    for number, worker in enumerate(plan.workers):
        devices = " ".join(device.address or device.name for device in worker.devices)
        environment = " ".join(f"{key}={value}" for key, value in worker.environment.items())
        yield f"worker {number}: {devices or 'CPU'}; {environment or 'nothing'}"
    yield from (f"why: {reason}" for reason in plan.reasons)
    yield from (f"not used: {ignored.what}: {ignored.why}" for ignored in plan.ignored)
    yield from (f"note: {note}" for note in plan.notes)
