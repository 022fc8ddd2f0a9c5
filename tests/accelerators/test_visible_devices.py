"""Lists of devices, read as the drivers read them."""

from __future__ import annotations

import pytest

from hypertemplate.accelerators.detect.visible_devices import Mask, mask

IDS = ("GPU-aa11", "GPU-aa22", "GPU-bb33", "")

AFTER = "and what follows a wrong entry is ignored"


@pytest.mark.parametrize(
    ("text", "places", "fault"),
    [
        pytest.param("", (), "", id="empty: none"),
        pytest.param("  ", (), "", id="blank: none"),
        pytest.param("-1", (), "", id="minus one: none"),
        pytest.param("0", (0,), "", id="one number"),
        pytest.param("3,0,2", (3, 0, 2), "", id="in the order of the list"),
        pytest.param(" 1 , +2", (1, 2), "", id="blanks and a plus sign"),
        pytest.param("0,2,-1,1", (0, 2), "", id="a negative number ends the list"),
        pytest.param("1,", (1,), "", id="a comma at the end"),
        pytest.param("0,4,1", (0,), f"there is no device '4', {AFTER}", id="a number too many ends it"),
        pytest.param("1gpu2,2ampere", (1, 2), "", id="what follows the digits is not read"),
        pytest.param("all", (), f"there is no device 'all', {AFTER}", id="a word"),
        pytest.param("0,GPU-aa11", (0,), f"there is no device 'GPU-aa11', {AFTER}", id="two forms at once"),
        pytest.param("1,2,1", (), "it names 1 twice, which leaves no device", id="a number twice: none"),
        pytest.param(
            "99999999999999999999", (), f"there is no device '{'9' * 20}', {AFTER}", id="a huge one"
        ),
        pytest.param("GPU-aa22,GPU-aa11", (1, 0), "", id="whole ids"),
        pytest.param(" GPU-b", (2,), "", id="the beginning of one id"),
        pytest.param("GPU-b,GPU-a", (2,), f"there is no device 'GPU-a', {AFTER}", id="the beginning of two"),
        pytest.param("GPU-bb33,GPU-b", (), "it names GPU-b twice, which leaves no device", id="an id twice"),
        pytest.param("GPU-zz", (), f"there is no device 'GPU-zz', {AFTER}", id="an id that is not there"),
        pytest.param("GPU-b,", (2,), "", id="an id and nothing"),
        pytest.param("MIG-1", (), f"there is no device 'MIG-1', {AFTER}", id="a slice that is not there"),
        pytest.param("GPU-b,0", (2,), f"there is no device '0', {AFTER}", id="a number among ids"),
    ],
)
def test_what_a_list_names(text: str, places: tuple[int, ...], fault: str) -> None:
    chosen = Mask("CUDA_VISIBLE_DEVICES", text).chosen(len(IDS), IDS)
    assert chosen.places == places
    assert (chosen.fault.why if chosen.fault else "") == fault
    assert chosen.fault is None or chosen.fault.what == f"CUDA_VISIBLE_DEVICES={text}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("0,2", "CUDA_VISIBLE_DEVICES=0,2 leaves it out", id="a list"),
        pytest.param("", "CUDA_VISIBLE_DEVICES is empty", id="no list"),
        pytest.param(" ", "CUDA_VISIBLE_DEVICES is empty", id="blanks"),
    ],
)
def test_why_a_device_is_left_out(text: str, reason: str) -> None:
    assert Mask("CUDA_VISIBLE_DEVICES", text).reason == reason


def test_the_first_variable_that_is_set_counts() -> None:
    assert mask({}, "HIP_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES") is None
    said = {"CUDA_VISIBLE_DEVICES": "0", "HIP_VISIBLE_DEVICES": ""}
    assert mask(said, "HIP_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES") == Mask("HIP_VISIBLE_DEVICES", "")
    assert mask(said, "ROCR_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES") == Mask("CUDA_VISIBLE_DEVICES", "0")
