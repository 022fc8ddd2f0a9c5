"""NVIDIA's GPUs: masks, drivers in trouble, and who computes on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hypertemplate.accelerators.detect.machine import Found, Holder
from hypertemplate.accelerators.detect.nvidia.nvidia import Nvidia
from tests.accelerators.machines import document, surroundings

GPUS = (
    "nvidia-smi --query-gpu=index,uuid,name,memory.total,memory.free,compute_cap,mig.mode.current "
    "--format=csv,noheader,nounits"
)
LISTING = "nvidia-smi -L"
PROCESSES = (
    "nvidia-smi --query-compute-apps=gpu_uuid,pid,process_name,used_memory --format=csv,noheader,nounits"
)

GPU_0 = "GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77"
GPU_1 = "GPU-b2f1c9a4-0f5e-4c57-8a6e-1f0c3c7d9e21"
GPU_4 = "GPU-5d02d6ab-19c3-4e8f-a7b5-60e4f3c8d712"
SLICES = (
    "MIG-2d1b0a53-6f0e-5c8b-9b64-7a1f0d3c9e58",
    "MIG-84c7e6f9-1d2a-5b30-8e4f-c0b9a7d61523",
    "MIG-f5a0913c-47de-5e62-a1b8-39d4c06e7f12",
)


def found(name: str, folder: Path, **changes: Any) -> Found:
    return Nvidia(surroundings(name, folder, **changes)).found()


def addresses(result: Found) -> list[str]:
    return [device.address for device in result.devices]


def reasons(result: Found) -> list[str]:
    return [f"{ignored.what}: {ignored.why}" for ignored in result.ignored]


@pytest.mark.parametrize(
    ("visible", "expected"),
    [
        pytest.param("3,1", ["3", "1"], id="numbers, in their order"),
        pytest.param(GPU_1, [GPU_1], id="a UUID"),
        pytest.param(f"GPU-b2,{GPU_0}", [GPU_1, GPU_0], id="the beginning of a UUID"),
        pytest.param("GPU-5d", [], id="the beginning of two UUIDs"),
        pytest.param("0,9,1", ["0"], id="a number that is not there"),
        pytest.param("2,2", [], id="a number twice"),
        pytest.param("", [], id="nothing"),
        pytest.param("-1", [], id="minus one"),
        pytest.param("NoDevFiles", [], id="a word, as some schedulers write"),
    ],
)
def test_visible_devices(visible: str, expected: list[str], tmp_path: Path) -> None:
    result = found("h100_node", tmp_path, environment={"CUDA_VISIBLE_DEVICES": visible})
    assert addresses(result) == expected
    left_out = [ignored for ignored in result.ignored if ignored.what.startswith("GPU ")]
    assert len(left_out) == 8 - len(expected)


def test_what_a_wrong_list_is_told(tmp_path: Path) -> None:
    result = found("held_gpu", tmp_path, environment={"CUDA_VISIBLE_DEVICES": "1"})
    assert reasons(result) == [
        "CUDA_VISIBLE_DEVICES=1: there is no device '1', and what follows a wrong entry is ignored",
        "GPU 0 (NVIDIA A100-SXM4-40GB): CUDA_VISIBLE_DEVICES=1 leaves it out",
    ]


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        pytest.param(
            {"CUDA_DEVICE_ORDER": "PCI_BUS_ID"},
            [("0", "Quadro P2000"), ("1", "NVIDIA GeForce RTX 4090")],
            id="by their places on the bus",
        ),
        pytest.param(
            {"CUDA_DEVICE_ORDER": "PCI_BUS_ID", "CUDA_VISIBLE_DEVICES": "0"},
            [("0", "Quadro P2000")],
            id="one of them by its place",
        ),
        pytest.param(
            {"CUDA_VISIBLE_DEVICES": "0"}, [("0", "NVIDIA GeForce RTX 4090")], id="the first is the fastest"
        ),
        pytest.param(
            {"CUDA_DEVICE_ORDER": "FASTEST_FIRST", "CUDA_VISIBLE_DEVICES": "1,0"},
            [("1", "Quadro P2000"), ("0", "NVIDIA GeForce RTX 4090")],
            id="all by their speed",
        ),
        pytest.param(
            {"CUDA_VISIBLE_DEVICES": "GPU-5d"},
            [(GPU_0, "Quadro P2000")],
            id="a UUID means the same in any order",
        ),
    ],
)
def test_numbers_of_gpus_that_differ(
    environment: dict[str, str], expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    result = found("two_kinds_of_gpus", tmp_path, environment=environment)
    assert [(device.address, device.name) for device in result.devices] == expected


@pytest.mark.parametrize(
    ("visible", "expected", "left_out"),
    [
        pytest.param(f"{SLICES[2]},{SLICES[0]}", [SLICES[2], SLICES[0]], 2, id="slices"),
        pytest.param("MIG-84", [SLICES[1]], 3, id="the beginning of a slice's id"),
        pytest.param("0", [SLICES[0]], 3, id="of a GPU that is named, CUDA shows the first slice"),
        pytest.param("1", ["1"], 3, id="the GPU that is not cut"),
        pytest.param(f"{GPU_0},{GPU_1}", [SLICES[0], GPU_1], 2, id="GPUs by their ids"),
        pytest.param(f"{SLICES[0]},{GPU_0}", [SLICES[0]], 3, id="a slice, and the GPU whose first it is"),
        pytest.param(f"MIG-{GPU_0}/2/0", [], 4, id="a name that drivers gave before 470"),
    ],
)
def test_slices(visible: str, expected: list[str], left_out: int, tmp_path: Path) -> None:
    result = found("mig_slices", tmp_path, environment={"CUDA_VISIBLE_DEVICES": visible})
    assert addresses(result) == expected
    words = f"CUDA_VISIBLE_DEVICES={visible} leaves it out"
    assert [ignored.why for ignored in result.ignored].count(words) == left_out


def test_a_slice_that_is_left_out_is_told_of(tmp_path: Path) -> None:
    result = found("mig_slices", tmp_path, environment={"CUDA_VISIBLE_DEVICES": f"{GPU_1},{SLICES[0]},MIG-8"})
    assert [(device.address, device.name, device.memory_bytes) for device in result.devices[1:]] == [
        (SLICES[0], "NVIDIA A100-SXM4-40GB MIG 3g.20gb", 20 * 10**9),
        (SLICES[1], "NVIDIA A100-SXM4-40GB MIG 2g.10gb", 10 * 10**9),
    ]
    assert [ignored.what for ignored in result.ignored] == ["slice 1g.5gb of GPU 0 (NVIDIA A100-SXM4-40GB)"]


def test_a_gpu_in_mig_mode_without_slices(tmp_path: Path) -> None:
    row = f"0, {GPU_0}, NVIDIA A100-SXM4-40GB, 40960, 40507, 8.0, Enabled"
    result = found("held_gpu", tmp_path, commands={GPUS: [row]})
    assert result.devices == ()
    assert reasons(result) == ["GPU 0 (NVIDIA A100-SXM4-40GB): MIG is on, and it is not cut into slices"]


LINE = f"0, {GPU_0}, NVIDIA A100-SXM4-40GB, 40960, 40507, 8.0, Disabled"
NO_MEMORY = "the memory of NVIDIA GPUs"


@pytest.mark.parametrize(
    ("commands", "device", "expected"),
    [
        pytest.param(
            {GPUS: [f"0, {GPU_0}, [N/A], [N/A], [Insufficient Permissions], [N/A], [N/A]"]},
            ("NVIDIA GPU", None, None, None),
            [],
            id="nothing is said of a GPU but that it is there",
        ),
        pytest.param(
            {GPUS: ["0, [Unknown Error], NVIDIA A100-SXM4-40GB, 40960, [Unknown Error], 8.0, [N/A]"]},
            ("NVIDIA A100-SXM4-40GB", 40960, None, (8, 0)),
            [],
            id="a GPU without a UUID",
        ),
        pytest.param(
            {GPUS: [LINE, "", "WARNING: infoROM is corrupted at gpu 0000:07:00.0"]},
            ("NVIDIA A100-SXM4-40GB", 40960, 40507, (8, 0)),
            [
                "a line of nvidia-smi, 'WARNING: infoROM is corrupted at gpu 0000:07:00.0': it describes no GPU",
            ],
            id="a warning among the rows",
        ),
        pytest.param(
            {GPUS: [LINE, LINE, LINE.replace("0,", "1,", 1)]},
            ("NVIDIA A100-SXM4-40GB", 40960, 40507, (8, 0)),
            [],
            id="a GPU that is printed several times",
        ),
        pytest.param(
            {GPUS: ["what?"], LISTING: "hangs", PROCESSES: ["what, where?"]},
            ("NVIDIA A100-SXM4-40GB", None, None, None),
            [
                f"{NO_MEMORY}: nvidia-smi printed no row of a GPU",
                "a line of nvidia-smi, 'what?': it describes no GPU",
            ],
            id="nonsense",
        ),
        pytest.param(
            {GPUS: 'fails: Field "compute_cap" is not a valid field to query.'},
            ("NVIDIA A100-SXM4-40GB", None, None, None),
            [f'{NO_MEMORY}: nvidia-smi failed: Field "compute_cap" is not a valid field to query.'],
            id="a driver too old for the question",
        ),
        pytest.param(
            {GPUS: "hangs"},
            ("NVIDIA A100-SXM4-40GB", None, None, None),
            [f"{NO_MEMORY}: nvidia-smi gave no answer in 1.5 s"],
            id="only the question hangs",
        ),
        pytest.param(
            {GPUS: "fails: later", LISTING: "hangs"},
            ("NVIDIA A100-SXM4-40GB", None, None, None),
            [f"{NO_MEMORY}: nvidia-smi failed: later"],
            id="one fails and the other hangs",
        ),
        pytest.param(
            {PROCESSES: "hangs"},
            ("NVIDIA A100-SXM4-40GB", 40960, 9719, (8, 0)),
            ["the processes on NVIDIA GPUs: nvidia-smi gave no answer in 1.5 s"],
            id="only the question for processes hangs",
        ),
    ],
)
def test_answers_in_trouble(
    commands: dict[str, Any], device: tuple[object, ...], expected: list[str], tmp_path: Path
) -> None:
    result = found("held_gpu", tmp_path, commands=commands)
    (only,) = result.devices
    total, free = (None if size is None else size // 2**20 for size in (only.memory_bytes, only.free_bytes))
    assert (only.name, total, free, only.capability) == device
    assert reasons(result) == expected


BROKEN = "Failed to initialize NVML: Driver/library version mismatch"


@pytest.mark.parametrize(
    ("commands", "why"),
    [
        pytest.param(
            {GPUS: f"fails: {BROKEN}", LISTING: f"fails: {BROKEN}"}, BROKEN, id="a driver half updated"
        ),
        pytest.param(
            {GPUS: "fails: No devices were found", LISTING: ["No devices found."]},
            "No devices were found",
            id="no GPU, the program fails",
        ),
        pytest.param(
            {GPUS: ["No devices were found"], LISTING: []},
            "No devices were found",
            id="no GPU, and all is well",
        ),
    ],
)
def test_gpus_that_do_not_work(commands: dict[str, Any], why: str, tmp_path: Path) -> None:
    result = found("held_gpu", tmp_path, commands=commands)
    assert result.devices == ()
    assert reasons(result) == [f"NVIDIA GPUs: nvidia-smi failed: {why}"]


@pytest.mark.parametrize(
    ("name", "environment", "expected"),
    [
        pytest.param("cpu_laptop", {}, [], id="no driver"),
        pytest.param(
            "cgroup_container",
            {"NVIDIA_VISIBLE_DEVICES": "void"},
            [
                "NVIDIA GPUs: the container was started with NVIDIA_VISIBLE_DEVICES=void, which leaves them out"
            ],
            id="a container without GPUs",
        ),
        pytest.param(
            "cgroup_container",
            {"NVIDIA_VISIBLE_DEVICES": "all"},
            [],
            id="an image that would take what there is",
        ),
    ],
)
def test_no_driver(name: str, environment: dict[str, str], expected: list[str], tmp_path: Path) -> None:
    commands = document("one_gpu")["commands"]  # the program alone is no GPU
    result = found(name, tmp_path, environment=environment, commands=commands)
    assert result.devices == ()
    assert reasons(result) == expected


@pytest.mark.parametrize(
    "file",
    [
        pytest.param("/dev/nvidiactl", id="a device file that is no GPU's"),
        pytest.param("/proc/driver/nvidia/version", id="a driver whose device files come with the first use"),
    ],
)
def test_a_driver_is_asked_though_no_gpu_has_a_file(file: str, tmp_path: Path) -> None:
    commands = document("one_gpu")["commands"]
    assert addresses(found("cpu_laptop", tmp_path, files={file: []}, commands=commands)) == ["0"]


def test_windows_with_another_makers_gpu(tmp_path: Path) -> None:
    result = found("wsl", tmp_path, files={"/usr/lib/wsl/lib/nvidia-smi": None})
    assert result.devices == ()
    assert reasons(result) == ["NVIDIA GPUs: there is no nvidia-smi"]


def without(*pieces: str) -> dict[str, None]:
    """The files of the node whose paths have one of these in them, to be taken away."""
    return {path: None for path in document("h100_node")["files"] if any(piece in path for piece in pieces)}


def information(minor: object, uuid: str) -> list[str]:
    return ["Model: \t\t NVIDIA A30", f"GPU UUID: \t {uuid}", f"Device Minor: \t {minor}"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            without("information"), [(str(place), "NVIDIA GPU") for place in range(8)], id="no facts"
        ),
        pytest.param(
            without("information", "nvidia0", "nvidia1", "nvidia2", "nvidia4", "nvidia5", "nvidia7"),
            [("0", "NVIDIA GPU"), ("1", "NVIDIA GPU")],
            id="a container is given some",
        ),
        pytest.param(
            {
                **without("information", "nvidia2", "nvidia3", "nvidia4", "nvidia5", "nvidia6", "nvidia7"),
                "/proc/driver/nvidia/gpus/0000:01:00.0/information": information(1, "GPU-????????-????"),
                "/proc/driver/nvidia/gpus/0000:02:00.0/information": information(0, GPU_0),
                "/proc/driver/nvidia/gpus/0000:03:00.0/information": ["nonsense"],
            },
            [("0", "NVIDIA A30"), ("1", "NVIDIA A30")],
            id="some facts",
        ),
    ],
)
def test_files_alone(files: dict[str, Any], expected: list[tuple[str, str]], tmp_path: Path) -> None:
    commands = dict.fromkeys(document("h100_node")["commands"])
    result = found("h100_node", tmp_path, files=files, commands=commands)
    assert [(device.address, device.name) for device in result.devices] == expected


def test_ids_known_from_files_alone(tmp_path: Path) -> None:
    environment = {"CUDA_VISIBLE_DEVICES": "GPU-5d5b"}
    assert addresses(found("a100_without_nvidia_smi", tmp_path, environment=environment)) == [GPU_0]


OPEN = {"/proc/2000/fd/32": "/dev/nvidia-uvm", "/proc/2000/fd/35": "/dev/nvidia0"}
OWN = Holder(2000, "python3", own=True)
TRAINED = f"0, {GPU_4}, Tesla T4, 15360, 447, 7.5, [N/A]"


@pytest.mark.parametrize(
    ("changes", "holders"),
    [
        pytest.param({}, (OWN,), id="this process, by the files that it has open"),
        pytest.param({"links": {"/proc/2000/fd/32": None}}, (), id="a process that only looks"),
        pytest.param({"links": {"/proc/2000/fd/35": None}}, (), id="a process that computes on another GPU"),
        pytest.param(
            {"commands": {GPUS: [TRAINED.replace("447", "15200")]}}, (), id="a GPU that is not in use"
        ),
        pytest.param(
            {"commands": {PROCESSES: [f"{GPU_4}, 2000, python3, 14000"]}},
            (Holder(2000, "python3", 14000 * 2**20, own=True),),
            id="this process, as nvidia-smi says",
        ),
        pytest.param(
            {
                "commands": {
                    PROCESSES: [f"{GPU_4}, 31, [Not Found], [N/A]", f"{GPU_4}, 31, x, 1", "a, b, c, d"]
                }
            },
            (Holder(31),),
            id="a process without a name, and lines of none",
        ),
        pytest.param(
            {"commands": {PROCESSES: [f"{GPU_4}, 31, /opt/a, b/run it, 100"]}},
            (Holder(31, "run it", 100 * 2**20),),
            id="a name with commas and blanks",
        ),
        pytest.param({"commands": {GPUS: None, LISTING: None}}, (OWN,), id="nvidia-smi is not there"),
        pytest.param(
            {"files": {"/proc/driver/nvidia/gpus/0000:00:04.0/information": None}}, (OWN,), id="no facts"
        ),
        pytest.param(
            {"files": {"/dev/nvidia0": None, "/proc/driver/nvidia/version": []}}, (), id="no file of the GPU"
        ),
        pytest.param(
            {
                "links": {"/proc/31/fd/1": "/dev/nvidia-uvm", "/proc/31/fd/2": "/dev/nvidia0"},
                "files": {"/proc/41/comm": ["other"], "/proc/meminfo": []},
            },
            (Holder(31), OWN),
            id="two processes, one without a name",
        ),
    ],
)
def test_who_computes(changes: dict[str, Any], holders: tuple[Holder, ...], tmp_path: Path) -> None:
    (device,) = found("colab_t4_trained", tmp_path, **changes).devices
    assert device.holders == holders


def test_who_computes_on_slices(tmp_path: Path) -> None:
    said = [
        f"{SLICES[1]}, 4242, python3, 512",
        f"{GPU_0}, 4243, python3, 900",
        f"{GPU_1}, 4244, python3, 300",
    ]
    result = found("mig_slices", tmp_path, commands={PROCESSES: said})
    assert [[holder.process for holder in device.holders] for device in result.devices] == [
        [],
        [4242],
        [],
        [4244],
    ]
    assert reasons(result) == ["process 4243 on a slice of GPU 0: nvidia-smi does not say which slice"]


def test_a_listing_that_begins_with_a_slice(tmp_path: Path) -> None:
    listing = [f"  MIG 1g.5gb Device 0: (UUID: {SLICES[0]})", f"GPU 0: NVIDIA A100-SXM4-40GB (UUID: {GPU_0})"]
    assert addresses(found("held_gpu", tmp_path, commands={GPUS: "hangs", LISTING: listing})) == ["0"]
