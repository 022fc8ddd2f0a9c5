"""What an installation is good for; no package is installed for these tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hypertemplate.accelerators.detect.host import Surroundings, here
from hypertemplate.accelerators.detect.installed import Installed, configured_backend, installed, installed_of
from hypertemplate.accelerators.detect.machine import Kind
from hypertemplate.compiler.frameworks_used import Framework


def around(system: str = "Linux", architecture: str = "x86_64", **environment: str) -> Surroundings:
    def run(command: object) -> str:
        raise AssertionError("nothing is run")

    return Surroundings(Path("/"), environment, run, system, architecture, 2, 1)


def there(
    *names: str, surroundings: Surroundings | None = None, importable: frozenset[str] = frozenset()
) -> Installed:
    """What is installed of ``name==version``."""
    pairs = [(name, version) for name, _, version in (one.partition("==") for one in names)]
    return installed_of(pairs, importable.__contains__, surroundings or around(), lambda path: None)


def test_versions_by_the_name_of_the_import() -> None:
    found = there("keras==3.15.1", "scikit-learn==1.5.2", "tf-keras==2.20.1", "numpy==2.3")
    assert found.versions == {"keras": "3.15.1", "tf_keras": "2.20.1", "sklearn": "1.5.2"}
    assert found.distributions["sklearn"] == "scikit-learn"


def test_a_build_without_a_distribution_of_a_known_name() -> None:
    found = there("keras==3.15.1", importable=frozenset({"tensorflow", "keras"}))
    assert found.versions == {"keras": "3.15.1", "tensorflow": ""}
    assert found.can_drive("tensorflow", "nvidia")


@pytest.mark.parametrize(
    ("names", "framework", "kinds"),
    [
        pytest.param(["tensorflow==2.21.0"], "tensorflow", {"nvidia"}, id="tensorflow has CUDA in it"),
        pytest.param(["tf-nightly==2.22.0"], "tensorflow", {"nvidia"}, id="the nightly build too"),
        pytest.param(["tensorflow-cpu==2.21.0"], "tensorflow", set(), id="tensorflow-cpu has not"),
        pytest.param(["tensorflow==2.21.0", "tensorflow-intel==2.21.0"], "tensorflow", set(), id="a shell around a CPU build"),
        pytest.param(["tensorflow-rocm==2.18.0"], "tensorflow", {"amd"}, id="the build for ROCm"),
        pytest.param(["tensorflow-tpu==2.20.0"], "tensorflow", {"tpu"}, id="the build for TPUs"),
        pytest.param(["tensorflow-tpu==2.20.0", "libtpu==0.0.2"], "tensorflow", {"tpu"}, id="and its driver"),
        pytest.param(["jax==0.9.2"], "jax", set(), id="jax alone"),
        pytest.param(["jax==0.9.2", "jax-cuda12-plugin==0.9.2"], "jax", {"nvidia"}, id="jax with CUDA 12"),
        pytest.param(["jax==0.9.2", "jax-cuda13-plugin==0.9.2"], "jax", {"nvidia"}, id="jax with CUDA 13"),
        pytest.param(["jax==0.9.2", "jax-rocm7-plugin==0.9.2"], "jax", {"amd"}, id="jax with ROCm"),
        pytest.param(["jax==0.9.2", "libtpu==0.0.34"], "jax", {"tpu"}, id="jax with libtpu"),
        pytest.param(["jax==0.4.34", "jax-metal==0.1.1"], "jax", {"apple"}, id="jax with Metal"),
        pytest.param(["torch==2.9.1"], "torch", {"nvidia"}, id="torch for Linux"),
        pytest.param(["torch==2.9.1+cu126"], "torch", {"nvidia"}, id="torch for CUDA"),
        pytest.param(["torch==2.9.1+rocm6.4"], "torch", {"amd"}, id="torch for ROCm"),
        pytest.param(["torch==2.9.1+cpu"], "torch", set(), id="torch for the CPU"),
        pytest.param(["torch==2.3.0+cpu.cxx11.abi"], "torch", set(), id="torch for the CPU, with another ABI"),
        pytest.param(["torch==2.9.1+xpu"], "torch", set(), id="torch for Intel's GPUs"),
        pytest.param(["torch==2.6.0a0+ecf3bae40a.nv25.01"], "torch", {"nvidia"}, id="torch of NVIDIA's containers"),
        pytest.param(["torch==2.5.0a0+git1234567"], "torch", {"nvidia"}, id="torch that somebody built"),
    ],
)  # fmt: skip
def test_what_a_build_drives(names: list[str], framework: Framework, kinds: set[Kind]) -> None:
    assert there(*names).drives[framework] == kinds


@pytest.mark.parametrize(
    ("names", "system", "architecture", "framework", "kinds"),
    [
        pytest.param(["tensorflow==2.21.0"], "Linux", "aarch64", "tensorflow", set(), id="TensorFlow for ARM"),
        pytest.param(["tensorflow==2.21.0"], "Darwin", "arm64", "tensorflow", set(), id="TensorFlow for macOS"),
        pytest.param(
            ["tensorflow==2.18.0", "tensorflow-metal==1.2.0"], "Darwin", "arm64", "tensorflow", {"apple"}, id="with Metal"
        ),
        pytest.param(["torch==2.9.1"], "Darwin", "arm64", "torch", {"apple"}, id="PyTorch for macOS"),
        pytest.param(["torch==2.9.1"], "Windows", "AMD64", "torch", set(), id="PyTorch for Windows"),
        pytest.param(["torch==2.9.1+cu126"], "Windows", "AMD64", "torch", {"nvidia"}, id="PyTorch for Windows and CUDA"),
    ],
)  # fmt: skip
def test_what_a_build_drives_elsewhere(
    names: list[str], system: str, architecture: str, framework: Framework, kinds: set[Kind]
) -> None:
    assert there(*names, surroundings=around(system, architecture)).drives[framework] == kinds


def test_a_plugin_without_its_framework_drives_nothing() -> None:
    found = there("libtpu==0.0.34")
    assert found.drives == {}
    assert not found.can_drive("jax", "tpu")


def test_what_turned_out_not_to_be_driven() -> None:
    found = there("tensorflow-tpu==2.20.0", "jax==0.9.2", "libtpu==0.0.34").without("tensorflow", "tpu")
    assert not found.can_drive("tensorflow", "tpu")
    assert found.can_drive("jax", "tpu")


def test_cuda_as_packages() -> None:
    assert there("tensorflow==2.21.0", "nvidia-cudnn-cu12==9.10").cuda_wheels
    assert not there("tensorflow==2.21.0").cuda_wheels


@pytest.mark.parametrize(
    ("environment", "file", "expected"),
    [
        pytest.param({"HOME": "/root"}, None, ("tensorflow", ""), id="nothing says anything"),
        pytest.param({"HOME": "/root", "KERAS_BACKEND": "jax"}, '{"backend": "torch"}', ("jax", "KERAS_BACKEND"), id="the environment goes first"),
        pytest.param({"HOME": "/root", "KERAS_BACKEND": ""}, '{"backend": "torch"}', ("torch", "/root/.keras/keras.json"), id="an empty variable says nothing"),
        pytest.param({"HOME": "/root"}, '{"backend": "jax"}', ("jax", "/root/.keras/keras.json"), id="the file"),
        pytest.param({"HOME": "/root", "KERAS_HOME": "/k"}, '{"backend": "jax"}', ("jax", "/k/keras.json"), id="the file elsewhere"),
        pytest.param({"HOME": "/root"}, '{"backend": "tensorflow"}', ("tensorflow", ""), id="what Keras writes itself"),
        pytest.param({"HOME": "/root"}, '{"floatx": "float32"}', ("tensorflow", ""), id="the file says nothing of it"),
        pytest.param({"HOME": "/root"}, '{"backend": 3}', ("tensorflow", ""), id="the file says nonsense"),
        pytest.param({"HOME": "/root"}, '["backend"]', ("tensorflow", ""), id="the file is another document"),
        pytest.param({"HOME": "/root"}, '{"backend"', ("tensorflow", ""), id="the file is broken"),
    ],
)  # fmt: skip
def test_the_backend_of_keras_s_own_settings(
    environment: dict[str, str], file: str | None, expected: tuple[str, str]
) -> None:
    assert configured_backend(environment, lambda path: file) == expected


def test_this_installation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "keras.json").write_text('{"backend": "jax"}')
    before = set(sys.modules)
    found = installed(here())
    assert found.versions["keras"].startswith("3.")
    assert found.backend == ("jax", str(tmp_path / "keras.json"))
    assert not (set(sys.modules) - before) & {"keras", "tensorflow", "jax", "torch", "sklearn"}


def test_settings_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert installed(here()).backend == ("tensorflow", "")
