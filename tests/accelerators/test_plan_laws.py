"""What holds of every plan, on every machine of ``machines/``, with every installation, for every wish."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from hypertemplate.accelerators.detect.host import Surroundings
from hypertemplate.accelerators.detect.installed import installed_of
from hypertemplate.accelerators.detect.machine import Machine
from hypertemplate.accelerators.detect.probes import find
from hypertemplate.accelerators.plan.build import planned
from hypertemplate.accelerators.plan.device_request import DeviceRequest
from hypertemplate.accelerators.plan.plan import Plan
from hypertemplate.errors import UsageError
from tests.accelerators.machines import NAMES, surroundings
from tests.accelerators.test_plans import CASES

WISHES = [
    DeviceRequest(accelerator, workers, per_gpu, gpus_per_trial, mixed_precision=True, jit=True)
    for accelerator in ("auto", "cpu", "gpu", "tpu")
    for workers in (None, 1, 3, "auto")
    for per_gpu, gpus_per_trial in ((1, 1), (3, 1), (1, 2))
]

Planned = tuple[Machine, DeviceRequest, Plan | str]


def plans(name: str, folder: Path) -> Iterator[Planned]:
    """Each plan, or why there is none."""
    around: Surroundings = surroundings(name, folder)
    machine = find(around)
    for case, asked in itertools.product(CASES, WISHES):
        there = installed_of(case.distributions.items(), lambda name: False, around, lambda path: None)
        try:
            yield machine, asked, planned(machine, asked, there, case.used, around.environment)
        except UsageError as error:
            yield machine, asked, str(error)


@pytest.mark.parametrize("name", NAMES)
def test_every_plan(name: str, tmp_path: Path) -> None:
    count = Counter[str]()
    for machine, asked, plan in plans(name, tmp_path):
        if isinstance(plan, str):
            assert plan
            assert "\n" not in plan
            count["refused"] += 1
        else:
            check(machine, asked, plan)
            count[plan.accelerator] += 1
    assert count["cpu"]
    assert count["refused"]


def check(machine: Machine, asked: DeviceRequest, plan: Plan) -> None:
    """The laws."""
    texts = (plan.headline, *plan.reasons, *plan.notes, *(f"{i.what}{i.why}" for i in plan.ignored))
    assert all(text and "\n" not in text for text in texts)
    on = Counter(device for worker in plan.workers for device in worker.devices)
    # A device has its share of the workers, is one of the machine's, and is of the plan's family.
    assert max(on.values(), default=0) <= asked.per_gpu
    assert set(on) <= {device for device in machine.devices if device.kind == plan.accelerator}
    for worker in plan.workers:
        assert bool(worker.devices) == (plan.accelerator != "cpu")
        if plan.accelerator in ("nvidia", "amd"):
            variable = {"nvidia": "CUDA_VISIBLE_DEVICES", "amd": "HIP_VISIBLE_DEVICES"}[plan.accelerator]
            assert worker.environment[variable] == ",".join(device.address for device in worker.devices)
            assert len(worker.devices) == asked.gpus_per_trial
    # What the user asked for is what there is.
    if isinstance(asked.workers, int):
        assert len(plan.workers) == asked.workers
        assert not plan.grows
    if asked.accelerator != "auto":
        families = {"cpu": {"cpu"}, "gpu": {"nvidia", "amd", "apple"}, "tpu": {"tpu"}}[asked.accelerator]
        assert plan.accelerator in families
    # Threads do not exceed the cores, unless there are more workers than cores.
    if plan.threads is not None:
        assert plan.threads * len(plan.workers) <= max(machine.cores, len(plan.workers))
    # All that is there is used, or said not to be.
    assert len(on) == len(machine.devices) or plan.ignored
