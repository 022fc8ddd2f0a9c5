from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hypertemplate.accelerators.detect.host import CommandError, CommandFailedError
from hypertemplate.accelerators.detect.tpu_check import tensorflow_drives_tpu
from hypertemplate.runtime.process import tpu_probe


@pytest.mark.parametrize(
    ("printed", "why"),
    [
        pytest.param('{"cores": 8}\n', "", id="it does"),
        pytest.param('a greeting\n{"cores": 1}\n', "", id="something else was printed before"),
        pytest.param(
            '{"cores": 0}\n', "TensorFlow cannot initialise it: it counts no TPU", id="none is there"
        ),
        pytest.param(
            "{'a': 'library'}\n",
            "TensorFlow cannot initialise it: it counts no TPU",
            id="a library's last word",
        ),
        pytest.param("7\n", "TensorFlow cannot initialise it: it counts no TPU", id="a number"),
        pytest.param("", "TensorFlow cannot initialise it: it counts no TPU", id="no answer"),
        pytest.param(
            json.dumps({"error": "NotFoundError: No OpKernel for Op 'ConfigureDistributedTPU'\n\n [[x]]"}),
            "this TensorFlow is built without what drives a TPU",
            id="a usual build",
        ),
        pytest.param(
            json.dumps({"error": "RuntimeError: TPU\nis in use" + " x" * 200}),
            "TensorFlow cannot initialise it: RuntimeError: TPU is in use" + " x" * 86,
            id="what else TensorFlow says, in one line that is not too long",
        ),
    ],
)
def test_what_the_probe_prints(printed: str, why: str) -> None:
    heard: list[tuple[list[str], float]] = []

    def run(command: Sequence[str], timeout_s: float) -> str:
        heard.append(([*command], timeout_s))
        return printed

    assert tensorflow_drives_tpu(5.0, run=run) == why
    assert heard == [([sys.executable, tpu_probe.__file__], 5.0)]


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(CommandError("python gave no answer in 60 s"), id="it hangs"),
        pytest.param(CommandFailedError("python failed: status -11"), id="it crashes"),
    ],
)
def test_a_probe_that_gives_no_answer(error: CommandError) -> None:
    def run(command: Sequence[str], timeout_s: float) -> str:
        raise error

    assert tensorflow_drives_tpu(run=run) == f"TensorFlow could not be asked: {error}"


def test_a_tensorflow_that_hangs_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    process = tmp_path / "process"
    os.mkfifo(process)
    hanging = tmp_path / "hanging.py"
    # Opening the pipe waits for a reader; when it is there, a signal is waited for, for ever.
    hanging.write_text(f"import signal\nopen({str(process)!r}, 'w')\nsignal.pause()\n")
    monkeypatch.setattr(tpu_probe, "__file__", str(hanging))
    why = tensorflow_drives_tpu(0.01)
    assert why == f"TensorFlow could not be asked: {sys.executable} gave no answer in 0.01 s"


def tensorflow(calls: list[Any], devices: Any) -> Any:
    """A TensorFlow whose TPU is what `devices` returns, or raises."""
    return SimpleNamespace(
        distribute=SimpleNamespace(
            cluster_resolver=SimpleNamespace(TPUClusterResolver=lambda tpu: f"resolver of {tpu}")
        ),
        config=SimpleNamespace(
            experimental_connect_to_cluster=lambda of: calls.append(("connect", of)),
            list_logical_devices=lambda kind: devices(),
        ),
        tpu=SimpleNamespace(
            experimental=SimpleNamespace(initialize_tpu_system=lambda of: calls.append(("initialize", of)))
        ),
    )


def test_the_probe_initialises_the_tpu(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []
    monkeypatch.setitem(sys.modules, "tensorflow", tensorflow(calls, lambda: [1, 2, 3, 4]))
    assert tpu_probe.probe() == {"cores": 4}
    assert calls == [("connect", "resolver of local"), ("initialize", "resolver of local")]


def test_the_probe_says_what_tensorflow_says(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise RuntimeError("TPU is already in use")

    monkeypatch.setitem(sys.modules, "tensorflow", tensorflow([], none))
    assert tpu_probe.probe() == {"error": "RuntimeError: TPU is already in use"}


@pytest.mark.keras
def test_a_real_tensorflow_without_a_tpu_says_why() -> None:
    assert tensorflow_drives_tpu() == "this TensorFlow is built without what drives a TPU"
