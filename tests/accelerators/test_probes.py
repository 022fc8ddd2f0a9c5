"""Whole machines, as `find` tells of them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from hypertemplate.accelerators.detect.host import here, run
from hypertemplate.accelerators.detect.machine import Machine
from hypertemplate.accelerators.detect.probes import find
from tests.accelerators.machines import DOCUMENTS, NAMES, Commands, surroundings


def told(machine: Machine) -> str:
    """A machine in lines, all of it."""
    lines = [f"cores: {machine.cores}", f"memory: {machine.memory_bytes}"]
    for device in machine.devices:
        lines.append(f"{device.kind} {device.address!r}: {device.name}")
        lines.append(f"    memory: {device.memory_bytes}, free: {device.free_bytes}")
        if device.capability:
            lines.append(f"    capability: {'.'.join(map(str, device.capability))}")
        for holder in device.holders:
            whose = "this process" if holder.own else "process"
            lines.append(
                f"    held by {whose} {holder.process} {holder.name!r}, memory: {holder.memory_bytes}"
            )
    lines += [f"ignored: {ignored.what}: {ignored.why}" for ignored in machine.ignored]
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("name", NAMES)
def test_a_machine(name: str, tmp_path: Path) -> None:
    expected = (DOCUMENTS / f"{name}.found.txt").read_text(encoding="utf-8")
    assert told(find(surroundings(name, tmp_path))) == expected


@pytest.mark.parametrize(
    ("name", "commands"),
    [
        pytest.param("cpu_laptop", 0, id="nothing is asked where there is no driver"),
        pytest.param("kaggle_tpu_v5e_8", 0, id="a TPU is found by files alone"),
        pytest.param("rocm", 0, id="so are AMD's GPUs"),
        pytest.param("h100_node", 3, id="each question once, for however many GPUs"),
        pytest.param("a100_nvidia_smi_hangs", 3, id="and none again when it hung"),
        pytest.param("apple_silicon", 1, id="one question on a Mac"),
    ],
)
def test_what_is_run(name: str, commands: int, tmp_path: Path) -> None:
    machine = surroundings(name, tmp_path)
    find(machine)
    assert isinstance(machine.run, Commands)
    assert len(machine.run.started) == len(set(machine.run.started)) == commands


def test_nvidia_smi_that_sleeps_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "log"
    program = tmp_path / "bin" / "nvidia-smi"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$$ $1" >> {log}\nexec sleep 86400\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    machine = surroundings("a100_without_nvidia_smi", tmp_path / "root")
    found = find(replace(machine, run=run))
    assert [device.name for device in found.devices] == ["NVIDIA A100-SXM4-40GB"]
    assert [f"{ignored.what}: {ignored.why}" for ignored in found.ignored] == [
        "the memory of NVIDIA GPUs: nvidia-smi gave no answer in 1.5 s"
    ]
    started = [line.split() for line in log.read_text().splitlines()]
    assert sorted(question.partition("=")[0] for _, question in started) == [
        "--query-compute-apps",
        "--query-gpu",
        "-L",
    ]
    for process, _ in started:
        with pytest.raises(ProcessLookupError):
            os.kill(int(process), 0)


def test_this_machine() -> None:
    found = find(here())
    assert found.cores >= 1
    assert (found.memory_bytes or 0) > 0
