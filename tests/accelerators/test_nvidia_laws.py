"""Whatever the variables say and ``nvidia-smi`` prints, finding ends, and finds only what is there."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypertemplate.accelerators.detect.machine import Device
from hypertemplate.accelerators.detect.probes import find
from tests.accelerators.machines import document, laid_out

pytestmark = pytest.mark.property

MACHINE = document("mig_slices")
LINES = [line for printed in MACHINE["commands"].values() for line in printed] + [
    "GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77, 4242, python3, 100"
]
CELLS = sorted({cell.strip() for line in LINES for cell in line.split(",")})

CELL = st.sampled_from(
    [*CELLS, "", "[N/A]", "[Insufficient Permissions]", "-1", "7", "1e9", "9" * 30]
) | st.text(max_size=6)
ROW = st.lists(CELL, min_size=4, max_size=8).map(", ".join) | st.sampled_from(LINES) | st.text(max_size=30)
ANSWER = (
    st.lists(ROW, max_size=5)
    | st.sampled_from(["hangs", "fails: No devices were found"])
    | st.sampled_from(list(MACHINE["commands"].values()))
)
ENTRY = (
    st.sampled_from([cell for cell in CELLS if cell.startswith("GPU-")])
    | st.sampled_from(["0", "1", "2", "-1", "", " 1", "MIG-", "MIG-2d", "GPU-5d", "GPU-b", "x"])
    | st.text(max_size=4)
)
MASK = st.none() | st.lists(ENTRY, max_size=5).map(",".join)


@given(
    answers=st.tuples(ANSWER, ANSWER, ANSWER),
    visible=MASK,
    order=st.sampled_from([{}, {"CUDA_DEVICE_ORDER": "PCI_BUS_ID"}]),
)
def test_devices_are_among_those_that_are_there(
    answers: tuple[list[str] | str, ...], visible: str | None, order: dict[str, str]
) -> None:
    commands = dict(zip(MACHINE["commands"], answers, strict=True))
    masked = {} if visible is None else {"CUDA_VISIBLE_DEVICES": visible}

    def found(environment: dict[str, str]) -> tuple[Device, ...]:
        with tempfile.TemporaryDirectory() as folder:
            content = {**MACHINE, "commands": commands, "environment": {**order, **environment}}
            return find(laid_out(content, Path(folder))).devices

    every, left = found({}), found(masked)
    for devices in (every, left):
        assert len({device.address for device in devices}) == len(devices)
    # Numbers in the variable may name what is known by its UUID; all but the address is the same.
    known = Counter(replace(device, address="") for device in every)
    assert Counter(replace(device, address="") for device in left) <= known
    if visible is None:
        assert left == every
    elif not visible.strip(" ,"):
        assert left == ()
