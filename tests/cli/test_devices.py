"""`devices`: what it prints of a machine, an installation and a plan."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hypertemplate.accelerators.detect.installed import installed_of
from hypertemplate.accelerators.detect.probes import find
from hypertemplate.accelerators.local_plan import Sight
from hypertemplate.cli.commands import devices
from tests.accelerators.machines import surroundings
from tests.cli.conftest import Cli, Template

KERAS = "import keras\n\n\ndef model():\n    return keras.ops.sqrt({{uniform(0, 1)}})\n"

Machine = Callable[..., None]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """Have the command line run on one of the machines, with these distributions."""

    def be(name: str, *distributions: str, **environment: str) -> None:
        around = surroundings(name, tmp_path_factory.mktemp("machine"), environment=environment)
        pairs = [(one.partition("==")[0], one.partition("==")[2]) for one in distributions]
        there = installed_of(pairs, lambda name: False, around, lambda path: None)
        monkeypatch.setattr(devices, "look", lambda: Sight(find(around), there, around.environment))

    return be


JAX = ("keras==3.15.1", "jax==0.9.2", "jax-cuda12-plugin==0.9.2", "scikit-learn==1.9.1")


def test_what_may_use_a_gpu_is_listed(cli: Cli, template: Template, machine: Machine) -> None:
    machine("cpu_laptop", "xgboost-cpu==3.2.0")
    ran = cli("devices", template("import xgboost\nloss = xgboost.train({{uniform(0, 1)}})\n"))
    assert ran.out.partition("\n\ninstalled\n")[2].startswith(
        "  xgboost-cpu     3.2.0\n\nplan for model.py\n  1 worker on CPU (8 cores), XGBoost 3.2\n"
    )
    found = json.loads(cli("devices", "model.py", "--format", "json").out)["installed"]
    assert found == {"xgboost": {"version": "3.2.0", "distribution": "xgboost-cpu", "drives": []}}


def test_four_gpus_one_masked(cli: Cli, template: Template, machine: Machine) -> None:
    machine("four_gpus_one_masked", *JAX)
    assert cli("devices", template(KERAS)) == (
        0,
        """\
machine
  CPU             48 cores, 116.0 GiB of memory free
  GPU 0           NVIDIA RTX A5000, 24.0 GiB, 23.5 GiB free, compute capability 8.6
  GPU 2           NVIDIA RTX A5000, 24.0 GiB, 23.5 GiB free, compute capability 8.6
  GPU 3           NVIDIA RTX A5000, 24.0 GiB, 23.5 GiB free, compute capability 8.6
  not used        GPU 1 (NVIDIA RTX A5000): CUDA_VISIBLE_DEVICES=0,2,3 leaves it out

installed
  keras           3.15.1
  jax             0.9.2, for NVIDIA GPUs
  scikit-learn    1.9.1

plan for model.py
  3 workers on 3 x NVIDIA RTX A5000 (1 each), Keras 3.15 on jax
  worker 0        GPU 0, CUDA_VISIBLE_DEVICES=0
  worker 1        GPU 2, CUDA_VISIBLE_DEVICES=2
  worker 2        GPU 3, CUDA_VISIBLE_DEVICES=3
  environment     KERAS_BACKEND=jax
  why             Keras computes with jax: TensorFlow is not installed
                  3 x NVIDIA RTX A5000: JAX drives NVIDIA GPUs
                  3 workers: one for each GPU
""",
        "",
    )


def test_a_laptop_without_a_template(cli: Cli, machine: Machine) -> None:
    machine("cgroup_container", "keras==3.15.1", "tensorflow-cpu==2.21.0")
    ran = cli("devices", "--workers", "auto")
    assert ran.status == 0
    assert (
        ran.out.partition("\n\ninstalled\n")[2]
        == """\
  keras           3.15.1
  tensorflow-cpu  2.21.0, for the CPU alone

plan for a template that uses Keras
  up to 2 workers on CPU (2 cores, 1 thread per worker), Keras 3.15 on tensorflow
  more workers    after the first trial
  why             Keras computes with tensorflow: it is the default
                  CPU: no other device found
                  up to 2 workers: one for each core, as many as have the memory that the first trial takes
"""
    )


def test_a_gpu_that_somebody_holds_with_several_trials_on_it(cli: Cli, machine: Machine) -> None:
    machine("held_gpu", "keras==3.15.1", "tensorflow==2.21.0", "nvidia-cudnn-cu12==9.10")
    ran = cli("devices", "--per-gpu", "2", "--mixed-precision", "--jit")
    assert (
        ran.out.partition("\nplan for ")[2]
        == """\
a template that uses Keras
  2 workers on NVIDIA A100-SXM4-40GB, Keras 3.15 on tensorflow
  worker 0        GPU 0
  worker 1        GPU 0
  environment     CUDA_VISIBLE_DEVICES=0
                  TF_FORCE_GPU_ALLOW_GROWTH=true
  precision       mixed_bfloat16
  why             Keras computes with tensorflow: it is the default
                  NVIDIA A100-SXM4-40GB: TensorFlow drives NVIDIA GPUs
                  2 workers: --per-gpu 2
                  TensorFlow takes the device's memory as it needs it: TF_FORCE_GPU_ALLOW_GROWTH
                  mixed_bfloat16: compute capability 8.0 has it
                  Keras compiles what it trains: --jit
  note            process 4242 (python3.11) holds 30.0 GiB of NVIDIA A100-SXM4-40GB: wait for it, leave the GPU out with CUDA_VISIBLE_DEVICES, or end it if it is yours (kill 4242)
"""
    )
    assert "held by process 4242 (python3.11)" in ran.out


def test_slices_of_a_gpu_are_told_by_their_names(cli: Cli, machine: Machine) -> None:
    machine("mig_slices", *JAX)
    lines = cli("devices").out.splitlines()
    assert lines[2] == (
        "  GPU             NVIDIA A100-SXM4-40GB MIG 3g.20gb, 18.6 GiB, compute capability 8.0, "
        "MIG-2d1b0a53-6f0e-5c8b-9b64-7a1f0d3c9e58"
    )
    assert "  worker 0        CUDA_VISIBLE_DEVICES=MIG-2d1b0a53-6f0e-5c8b-9b64-7a1f0d3c9e58" in lines


def test_what_is_not_used_is_said_once(cli: Cli, machine: Machine) -> None:
    machine("apple_silicon", "keras==3.15.1", "tensorflow==2.21.0")
    assert (
        cli("devices").out.partition("\nplan for ")[2]
        == """\
a template that uses Keras
  1 worker on CPU (10 cores), Keras 3.15 on tensorflow
  why             Keras computes with tensorflow: it is the default
                  CPU: no other device can be used
                  1 worker: on a CPU, --workers N or --workers auto starts more
  not used        Apple M2 Pro: TensorFlow 2.21 does not drive Apple GPUs; pip install torch and set KERAS_BACKEND=torch
"""
    )


def test_nothing_is_installed(cli: Cli, machine: Machine) -> None:
    machine("cpu_laptop")
    ran = cli("devices")
    assert (ran.status, ran.err) == (
        2,
        "error: Keras is not installed: pip install keras\n",
    )
    assert ran.out.partition("\n\ninstalled\n")[2] == (
        "  nothing         none of Keras, TensorFlow, JAX, PyTorch and scikit-learn\n"
    )


def test_wishes_that_cannot_be_met_come_after_what_there_is(cli: Cli, machine: Machine) -> None:
    machine("colab_tpu_v5e_1", "keras==3.15.1", "jax==0.9.2", "libtpu==0.0.34")
    ran = cli("devices", "--accelerator", "gpu")
    assert (ran.status, ran.err) == (
        2,
        "error: --accelerator gpu is not available: no usable GPU was found, only TPU v5e (1 chip); "
        "without --accelerator the search runs on what is available\n",
    )
    assert "  TPU 0           TPU v5e\n" in ran.out
    assert "plan for" not in ran.out


def test_a_number_of_workers(cli: Cli, machine: Machine) -> None:
    machine("cpu_laptop", "keras==3.15.1", "tensorflow==2.21.0")
    lines = cli("devices", "--workers", "2").out.splitlines()
    assert "  2 workers on CPU (8 cores, 4 threads per worker), Keras 3.15 on tensorflow" in lines


@pytest.mark.parametrize("workers", ["0", "many", "-1", ""])
def test_a_number_of_workers_that_is_none(cli: Cli, machine: Machine, workers: str) -> None:
    machine("cpu_laptop", *JAX)
    assert cli("devices", "--workers", workers) == (
        2,
        "",
        f"error: --workers {workers}: write a number of at least 1, or auto\n",
    )


def test_in_a_terminal_lines_end(cli: Cli, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine("two_kinds_of_gpus", *JAX)
    monkeypatch.setattr(devices, "terminal_width", lambda: 72)
    lines = cli("devices").out.splitlines()
    assert lines[2:6] == [
        "  GPU             Quadro P2000, 5.0 GiB, 4.7 GiB free, compute",
        "                    capability 6.1,",
        "                    GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77",
        "  GPU             NVIDIA GeForce RTX 4090, 24.0 GiB, 23.5 GiB free,",
    ]
    assert "  2 workers on Quadro P2000 and NVIDIA GeForce RTX 4090 (1 each), Keras" in lines
    assert "    3.15 on jax" in lines
    # A variable stays whole, to be copied.
    assert [line for line in lines if len(line) > 72] == [
        "  worker 0        CUDA_VISIBLE_DEVICES=GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77",
        "  worker 1        CUDA_VISIBLE_DEVICES=GPU-b2f1c9a4-0f5e-4c57-8a6e-1f0c3c7d9e21",
    ]


def test_json(cli: Cli, template: Template, machine: Machine) -> None:
    machine("held_gpu", *JAX)
    ran = cli("devices", template(KERAS), "--format", "json", "--per-gpu", "2")
    found = json.loads(ran.out)
    assert (ran.status, ran.err) == (0, "")
    holders = [{"process": 4242, "name": "python3.11", "memory_bytes": 30 * 1024**3, "own": False}]
    (device,) = found["machine"]["devices"]
    assert (device["kind"], device["address"], device["capability"], device["holders"]) == (
        "nvidia",
        "0",
        "8.0",
        holders,
    )
    assert found["installed"]["jax"] == {"version": "0.9.2", "distribution": "jax", "drives": ["nvidia"]}
    assert (found["template"], found["error"]) == ("model.py", None)
    environment = {
        "KERAS_BACKEND": "jax",
        "CUDA_VISIBLE_DEVICES": "0",
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
    }
    held = "process 4242 (python3.11) holds 30.0 GiB of NVIDIA A100-SXM4-40GB"
    assert found["plan"] == {
        "headline": "2 workers on NVIDIA A100-SXM4-40GB, Keras 3.15 on jax",
        "accelerator": "nvidia",
        "workers": [{"devices": ["0"], "environment": environment}] * 2,
        "grows": False,
        "threads": 8,
        "backend": "jax",
        "precision": "",
        "jit": False,
        "strategy": "",
        "reasons": [
            "Keras computes with jax: TensorFlow is not installed",
            "NVIDIA A100-SXM4-40GB: JAX drives NVIDIA GPUs",
            "2 workers: --per-gpu 2",
            "JAX takes the device's memory as it needs it: XLA_PYTHON_CLIENT_PREALLOCATE",
        ],
        "ignored": [],
        "notes": [
            f"{held}: wait for it, leave the GPU out with CUDA_VISIBLE_DEVICES, or end it if it is yours (kill 4242)"
        ],
    }


def test_json_without_a_plan(cli: Cli, machine: Machine) -> None:
    machine("masked_all", *JAX)
    ran = cli("devices", "--format", "json", "--accelerator", "tpu")
    found = json.loads(ran.out)
    assert (ran.status, ran.err, found["template"], found["plan"]) == (2, "", None, None)
    assert found["error"].startswith(
        "--accelerator tpu is not available: no usable TPU was found, only the CPU; "
    )
    assert found["machine"]["ignored"][0] == {
        "what": "GPU 0 (NVIDIA GeForce RTX 4090)",
        "why": "CUDA_VISIBLE_DEVICES=-1 leaves it out",
    }


def test_a_template_with_an_error(cli: Cli, template: Template, machine: Machine) -> None:
    machine("cpu_laptop", *JAX)
    name = template("def model():\n    return {{uniform(1, 0)}}\n")
    text = cli("devices", name)
    assert (text.status, text.out, text.err.splitlines()[0]) == (
        1,
        "",
        "model.py:2:14: error HT104: uniform() needs low < high, got low=1, high=0",
    )
    as_json = cli("devices", name, "--format", "json")
    assert (as_json.status, as_json.err) == (1, "")
    assert json.loads(as_json.out)["diagnostics"][0]["code"] == "HT104"


def test_trials_that_cannot_run_at_once(cli: Cli, template: Template, machine: Machine) -> None:
    machine("h100_node", *JAX)
    name = template(
        "import keras\n\n\ndef model():\n    open('/srv/m.h5', 'w')\n    return keras.ops.sqrt({{uniform(0, 1)}})\n"
    )
    found = json.loads(cli("devices", name, "--format", "json").out)
    assert (len(found["plan"]["workers"]), found["plan"]["reasons"][2]) == (
        1,
        "1 worker: every trial writes /srv/m.h5",
    )


def test_the_machine_that_there_is(cli: Cli, here: Path) -> None:
    before = set(sys.modules)
    ran = cli("devices", "--accelerator", "cpu")
    assert ran.status == 0
    assert ran.out.startswith("machine\n  CPU             ")
    assert not (set(sys.modules) - before) & {"keras", "tensorflow", "jax", "torch", "sklearn"}
