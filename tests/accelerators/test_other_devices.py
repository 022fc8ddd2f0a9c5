"""AMD's GPUs, Google's TPUs and Apple's chips, where something is out of the ordinary."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hypertemplate.accelerators.detect.amd import Amd
from hypertemplate.accelerators.detect.apple import Apple
from hypertemplate.accelerators.detect.machine import Device, Found, Holder
from hypertemplate.accelerators.detect.tpu import Tpu
from tests.accelerators.machines import surroundings


def reasons(result: Found) -> list[str]:
    return [f"{ignored.what}: {ignored.why}" for ignored in result.ignored]


MI250 = "AMD INSTINCT MI250 (MCM) OAM AC MBA"
NODE = "/sys/class/kfd/kfd/topology/nodes"
SECOND = "GPU-1200000000000001"


def amd(folder: Path, **changes: Any) -> Found:
    return Amd(surroundings("rocm", folder, **changes)).found()


@pytest.mark.parametrize(
    ("environment", "addresses", "left_out"),
    [
        pytest.param({"HIP_VISIBLE_DEVICES": "1"}, ["1"], ["GPU 0: HIP_VISIBLE_DEVICES=1"], id="HIP's own"),
        pytest.param({"CUDA_VISIBLE_DEVICES": "0"}, ["0"], ["GPU 1: CUDA_VISIBLE_DEVICES=0"], id="CUDA's"),
        pytest.param(
            {"CUDA_VISIBLE_DEVICES": "0", "HIP_VISIBLE_DEVICES": "1,0"}, ["1", "0"], [], id="HIP's goes first"
        ),
        pytest.param(
            {"ROCR_VISIBLE_DEVICES": "1"},
            ["0"],
            ["GPU 0: ROCR_VISIBLE_DEVICES=1"],
            id="what the driver leaves is numbered anew",
        ),
        pytest.param(
            {"ROCR_VISIBLE_DEVICES": "1,0", "HIP_VISIBLE_DEVICES": "1"},
            ["1"],
            ["GPU 1: HIP_VISIBLE_DEVICES=1"],
            id="HIP's list is of what the driver leaves",
        ),
        pytest.param(
            {"ROCR_VISIBLE_DEVICES": SECOND}, ["0"], [f"GPU 0: ROCR_VISIBLE_DEVICES={SECOND}"], id="a UUID"
        ),
        pytest.param(
            {"HIP_VISIBLE_DEVICES": "-1"},
            [],
            ["GPU 0: HIP_VISIBLE_DEVICES=-1", "GPU 1: HIP_VISIBLE_DEVICES=-1"],
            id="none",
        ),
    ],
)
def test_visible_amd_devices(
    environment: dict[str, str], addresses: list[str], left_out: list[str], tmp_path: Path
) -> None:
    result = amd(tmp_path, environment=environment)
    assert [device.address for device in result.devices] == addresses
    assert reasons(result) == [
        f"{start} ({MI250}): {rest} leaves it out" for start, rest in (each.split(": ") for each in left_out)
    ]


def test_a_wrong_list_of_amd_devices(tmp_path: Path) -> None:
    result = amd(tmp_path, environment={"HIP_VISIBLE_DEVICES": "0,1,2"})
    assert [device.address for device in result.devices] == ["0", "1"]
    assert reasons(result) == [
        "HIP_VISIBLE_DEVICES=0,1,2: there is no device '2', and what follows a wrong entry is ignored"
    ]


@pytest.mark.parametrize(
    ("files", "count", "expected"),
    [
        pytest.param(
            {"/dev/kfd": None},
            0,
            [
                f"GPU {number} ({MI250}): there is no /dev/kfd; a container needs --device=/dev/kfd --device=/dev/dri"
                for number in (0, 1)
            ],
            id="a container that may not compute",
        ),
        pytest.param(
            {"/dev/dri/renderD128": None},
            1,
            ["an AMD GPU (node 1): there is no /dev/dri/renderD128 to open it by"],
            id="a container that is given one of them",
        ),
        pytest.param(
            {f"{NODE}/2/properties": None},
            1,
            ["an AMD GPU (node 2): its properties cannot be read"],
            id="properties that are hidden",
        ),
        pytest.param(
            {f"{NODE}/2/properties": ["vendor_id 4318"]},
            1,
            ["a GPU (node 2): it is not AMD's"],
            id="another maker",
        ),
        pytest.param({f"{NODE}/2/gpu_id": None}, 1, [], id="a node that says nothing"),
        pytest.param(
            {f"{NODE}/1/gpu_id": ["0"], f"{NODE}/2/properties": None},
            0,
            ["an AMD GPU (node 2): its properties cannot be read"],
            id="none is left",
        ),
        pytest.param(
            {f"{NODE}/2/mem_banks/0/properties": ["heap_type 1", "size_in_bytes 536870912"]},
            1,
            [f"GPU 1 ({MI250}): it has no more than 512.0 MiB of its own"],
            id="the graphics part of a processor",
        ),
    ],
)
def test_amd_devices_that_are_not_used(
    files: dict[str, Any], count: int, expected: list[str], tmp_path: Path
) -> None:
    result = amd(tmp_path, files=files)
    assert len(result.devices) == count
    assert reasons(result) == expected


CARD = "/sys/class/drm/renderD128/device"


@pytest.mark.parametrize(
    ("files", "device"),
    [
        pytest.param(
            {f"{CARD}/product_name": None},
            Device("amd", "0", "AMD gfx90a", 68702699520, 68691439616),
            id="no name but its target's",
        ),
        pytest.param(
            {f"{CARD}/product_name": None, f"{NODE}/1/properties": ["vendor_id 4098", "what is this", "a"]},
            Device("amd", "0", "AMD GPU", 68702699520),
            id="no name at all",
        ),
        pytest.param(
            {f"{CARD}/mem_info_vram_used": None},
            Device("amd", "0", MI250, 68702699520),
            id="use is not known",
        ),
        pytest.param(
            {f"{CARD}/mem_info_vram_used": ["99999999999999"]},
            Device("amd", "0", MI250, 68702699520),
            id="use that cannot be",
        ),
        pytest.param(
            {f"{NODE}/1/mem_banks/0/properties": None}, Device("amd", "0", MI250), id="memory is not known"
        ),
    ],
)
def test_an_amd_device(files: dict[str, Any], device: Device, tmp_path: Path) -> None:
    assert amd(tmp_path, files=files).devices[0] == device


def tpu(name: str, folder: Path, **changes: Any) -> Found:
    return Tpu(surroundings(name, folder, **changes)).found()


PCI = "/sys/bus/pci/devices/0000:00:05.0"


@pytest.mark.parametrize(
    ("number", "name"),
    [
        pytest.param("0x0027", "TPU v3", id="third"),
        pytest.param("0x005e", "TPU v4", id="fourth"),
        pytest.param("0x0062", "TPU v5p", id="fifth, for training"),
        pytest.param("0x0063", "TPU v5e", id="fifth"),
        pytest.param("0x006f", "TPU v6e", id="sixth"),
        pytest.param("0x0076", "TPU 7x", id="seventh"),
    ],
)
def test_generations(number: str, name: str, tmp_path: Path) -> None:
    result = tpu("colab_tpu_v5e_1", tmp_path, files={f"{PCI}/device": [number]})
    assert result == Found((Device("tpu", "0", name),))


def chips(result: Found) -> list[str]:
    return [device.address for device in result.devices]


@pytest.mark.parametrize(
    ("environment", "expected", "ignored"),
    [
        pytest.param({"TPU_VISIBLE_CHIPS": "2,3"}, ["2", "3"], 6, id="some"),
        pytest.param({"TPU_VISIBLE_DEVICES": "7"}, ["7"], 7, id="one, by the older name"),
        pytest.param(
            {"TPU_VISIBLE_CHIPS": "0", "TPU_VISIBLE_DEVICES": "7"}, ["0"], 7, id="the newer name first"
        ),
        pytest.param({"TPU_VISIBLE_CHIPS": "0,8"}, ["0"], 8, id="one too many, which is told"),
    ],
)
def test_visible_chips(
    environment: dict[str, str], expected: list[str], ignored: int, tmp_path: Path
) -> None:
    result = tpu("kaggle_tpu_v5e_8", tmp_path, environment=environment)
    assert chips(result) == expected
    assert len(result.ignored) == ignored


def test_a_chip_that_is_left_out(tmp_path: Path) -> None:
    result = tpu("colab_tpu_v5e_1", tmp_path, environment={"TPU_VISIBLE_CHIPS": ""})
    assert reasons(result) == ["chip 0 (TPU v5e): TPU_VISIBLE_CHIPS is empty"]


@pytest.mark.parametrize("left", [pytest.param(0, id="none"), pytest.param(1, id="one")])
def test_fewer_device_files_than_chips(left: int, tmp_path: Path) -> None:
    files = {f"/dev/vfio/{number}": None for number in range(left, 8)}
    result = tpu("kaggle_tpu_v5e_8", tmp_path, files=files)
    assert chips(result) == [str(number) for number in range(left)]
    assert reasons(result) == [
        f"chip {number} (TPU v5e): no /dev/accel* or /dev/vfio/* is left to open it by"
        for number in range(left, 8)
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {f"{PCI}/device": ["0x0099"]},
            ["a device of Google's at 0000:00:05.0: its number, 0x0099, is of no TPU known here"],
            id="a chip of tomorrow",
        ),
        pytest.param(
            {f"{PCI}/device": None},
            ["a device of Google's at 0000:00:05.0: its number, unreadable, is of no TPU known here"],
            id="a device without a number",
        ),
        pytest.param({f"{PCI}/vendor": ["0x10de"]}, [], id="another maker's device"),
        pytest.param({f"{PCI}/class": ["0x020000"]}, [], id="a network card"),
    ],
)
def test_what_is_no_chip(files: dict[str, Any], expected: list[str], tmp_path: Path) -> None:
    result = tpu("tpu_held", tmp_path, files=files)
    assert result.devices == ()
    assert reasons(result) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("ISTPUVM", "1", id="Kaggle's"),
        pytest.param("TPU_ACCELERATOR_TYPE", "v4-8", id="Google Cloud's"),
    ],
)
def test_a_hint_is_no_chip(name: str, value: str, tmp_path: Path) -> None:
    result = tpu("cpu_laptop", tmp_path, environment={name: value})
    assert result.devices == ()
    assert reasons(result) == [
        f"a TPU: by {name}={value} there is one, but none of its chips is on the PCI bus"
    ]


@pytest.mark.parametrize(
    ("files", "links", "holders"),
    [
        pytest.param({}, {}, (Holder(4242, "python3"),), id="another process"),
        pytest.param(
            {"/proc/2000/comm": ["ipykernel"]},
            {"/proc/2000/fd/9": "/dev/vfio/0", "/proc/4242/fd/16": None},
            (Holder(2000, "ipykernel", own=True),),
            id="this process",
        ),
        pytest.param({}, {"/proc/4242/fd/16": "socket:[99]"}, (), id="no process"),
        pytest.param(
            {"/dev/vfio/0": None, "/dev/accel0": []},
            {"/proc/4242/fd/16": "/dev/accel0"},
            (Holder(4242, "python3"),),
            id="by the name of older device files",
        ),
        pytest.param({"/proc/4242/fd/16": ["no link"]}, {"/proc/4242/fd/16": None}, (), id="what is no link"),
    ],
)
def test_who_has_a_chip(
    files: dict[str, Any], links: dict[str, Any], holders: tuple[Holder, ...], tmp_path: Path
) -> None:
    (chip,) = tpu("tpu_held", tmp_path, files=files, links=links).devices
    assert chip.holders == holders


def test_device_files_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    files = {f"/dev/vfio/{number}": None for number in range(8)}
    files |= {f"/dev/vfio/{number}": [] for number in (9, 10, 11, 12, 13, 14, 15, 100)}  # type: ignore[misc]
    result = tpu("kaggle_tpu_v5e_8", tmp_path, files=files, links={"/proc/31/fd/4": "/dev/vfio/100"})
    assert [device.address for device in result.devices if device.holders] == ["7"]


def apple(folder: Path, **changes: Any) -> Found:
    return Apple(surroundings("apple_silicon", folder, **changes)).found()


SYSCTL = "sysctl -n machdep.cpu.brand_string hw.memsize"


@pytest.mark.parametrize(
    ("changes", "devices", "expected"),
    [
        pytest.param({"architecture": "x86_64"}, (), [], id="a Mac with Intel's processor"),
        pytest.param({"system": "Linux"}, (), [], id="another system on ARM"),
        pytest.param(
            {"commands": {SYSCTL: ["Apple M4", "much"]}}, (Device("apple", "", "Apple M4"),), [], id="no size"
        ),
        pytest.param({"commands": {SYSCTL: []}}, (Device("apple", "", "Apple silicon"),), [], id="no word"),
        pytest.param(
            {"commands": {SYSCTL: "hangs"}},
            (Device("apple", "", "Apple silicon"),),
            ["the chip's name and memory: sysctl gave no answer in 1.5 s"],
            id="the command hangs",
        ),
    ],
)
def test_macs(
    changes: dict[str, Any], devices: tuple[Device, ...], expected: list[str], tmp_path: Path
) -> None:
    result = apple(tmp_path, **changes)
    assert result.devices == devices
    assert reasons(result) == expected
