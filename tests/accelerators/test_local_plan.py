"""When TensorFlow is asked whether it drives a TPU: never where another process has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hypertemplate.accelerators import local_plan
from hypertemplate.accelerators.detect.installed import installed_of
from hypertemplate.accelerators.detect.probes import find
from hypertemplate.accelerators.local_plan import Sight, plan_for
from hypertemplate.accelerators.plan.device_request import DeviceRequest
from hypertemplate.errors import UsageError
from tests.accelerators.machines import surroundings


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """TensorFlow, asked in vain: an item for each time."""
    times: list[str] = []

    def answer() -> str:
        times.append("asked")
        return "it is in use"

    monkeypatch.setattr(local_plan, "tensorflow_drives_tpu", answer)
    return times


def sight(name: str, folder: Path) -> Sight:
    around = surroundings(name, folder)
    pairs = [("keras", "3.15.1"), ("tensorflow-tpu", "2.20.0")]
    there = installed_of(pairs, lambda name: False, around, lambda path: None)
    return Sight(find(around), there, around.environment)


def test_a_free_tpu(asked: list[str], tmp_path: Path) -> None:
    plan = plan_for(None, DeviceRequest(), sight("colab_tpu_v5e_1", tmp_path))
    assert (plan.accelerator, asked) == ("cpu", ["asked"])
    assert plan.ignored[0].why == "it is in use"


def test_a_tpu_that_is_held(asked: list[str], tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        plan_for(None, DeviceRequest(), sight("tpu_held", tmp_path))
    assert str(caught.value) == (
        "process 4242 (python3) holds TPU v5e, which serves one process at a time: "
        "wait for it, or end it if it is yours (kill 4242)"
    )
    assert asked == []
