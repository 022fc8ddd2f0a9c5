"""Each decision of the planner, with its reason; whole plans are in ``test_plans.py``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.accelerators.detect.host import Surroundings
from hypertemplate.accelerators.detect.installed import Installed, installed_of
from hypertemplate.accelerators.detect.machine import Device, Holder, Kind, Machine
from hypertemplate.accelerators.plan.build import KERAS, planned
from hypertemplate.accelerators.plan.device_request import DeviceRequest
from hypertemplate.accelerators.plan.plan import Plan
from hypertemplate.compiler.frameworks_used import Backend, Line, Use, Used, frameworks
from hypertemplate.errors import UsageError
from tests.compiler.support import compiled

GIB = 1024**3
WHERE = Line("model.py", 3, "import keras")
TENSORFLOW = ("keras==3.15.1", "tensorflow==2.21.0", "nvidia-cudnn-cu12==9.10")
JAX = ("keras==3.15.1", "jax==0.9.2", "jax-cuda12-plugin==0.9.2")
TORCH = ("keras==3.15.1", "torch==2.9.1")
TPU_JAX = ("keras==3.15.1", "jax==0.9.2", "libtpu==0.0.34")


def run(command: object) -> str:
    raise AssertionError("nothing is run")


def there(*names: str, **environment: Any) -> Installed:
    pairs = [(name, version) for name, _, version in (one.partition("==") for one in names)]
    around = Surroundings(Path("/"), environment, run, "Linux", "x86_64", 2, 1)
    return installed_of(pairs, lambda name: False, around, lambda path: None)


def gpus(
    number: int, name: str = "NVIDIA A100-SXM4-40GB", kind: Kind = "nvidia", **more: object
) -> tuple[Device, ...]:
    values: dict[str, object] = {"memory_bytes": 40 * GIB, "capability": (8, 0), **more}
    return tuple(Device(kind, str(n), name, **values) for n in range(number))  # type: ignore[arg-type]


def chips(number: int, **more: object) -> tuple[Device, ...]:
    return tuple(Device("tpu", str(n), "TPU v5e", **more) for n in range(number))  # type: ignore[arg-type]


def machine(*devices: Device, cores: int = 16, memory_bytes: int | None = None) -> Machine:
    return Machine(cores, memory_bytes, devices)


def plan(
    devices: tuple[Device, ...],
    names: tuple[str, ...] = TENSORFLOW,
    asked: DeviceRequest | None = None,
    used: Used = KERAS,
    *,
    cores: int = 16,
    memory_bytes: int | None = None,
    **environment: Any,
) -> Plan:
    """The plan for devices, an installation, asked, a template and an environment."""
    here = machine(*devices, cores=cores, memory_bytes=memory_bytes)
    return planned(here, asked or DeviceRequest(), there(*names, **environment), used, environment)


def refusal(
    devices: tuple[Device, ...],
    names: tuple[str, ...] = TENSORFLOW,
    asked: DeviceRequest | None = None,
    used: Used = KERAS,
    **environment: Any,
) -> str:
    """Why there is no plan."""
    with pytest.raises(UsageError) as caught:
        plan(devices, names, asked, used, **environment)
    return str(caught.value)


def template(text: str) -> Used:
    return frameworks(compiled(f"{text}\nloss = {{{{uniform(0, 1)}}}}\n"))


def environments(found: Plan) -> list[dict[str, str]]:
    return [dict(worker.environment) for worker in found.workers]


@pytest.mark.parametrize(
    ("devices", "names", "asked", "headline"),
    [
        pytest.param((), TENSORFLOW, DeviceRequest(), "1 worker on CPU (16 cores), Keras 3.15 on tensorflow", id="a CPU"),
        pytest.param((), TENSORFLOW, DeviceRequest(workers=2), "2 workers on CPU (16 cores, 8 threads per worker), Keras 3.15 on tensorflow", id="two on a CPU"),
        pytest.param((), JAX, DeviceRequest(workers=2), "2 workers on CPU (16 cores), Keras 3.15 on jax", id="two on a CPU with JAX, which heeds no number of threads"),
        pytest.param((), TENSORFLOW, DeviceRequest(workers=16), "16 workers on CPU (16 cores, 1 thread per worker), Keras 3.15 on tensorflow", id="one for each core"),
        pytest.param((), TENSORFLOW, DeviceRequest(workers=40), "40 workers on CPU (16 cores, 1 thread per worker), Keras 3.15 on tensorflow", id="more than cores"),
        pytest.param((), TENSORFLOW, DeviceRequest(workers="auto"), "up to 8 workers on CPU (16 cores, 2 threads per worker), Keras 3.15 on tensorflow", id="auto on a CPU"),
        pytest.param(gpus(1), TENSORFLOW, DeviceRequest(), "1 worker on NVIDIA A100-SXM4-40GB, Keras 3.15 on tensorflow", id="a GPU"),
        pytest.param(gpus(4), JAX, DeviceRequest(), "4 workers on 4 x NVIDIA A100-SXM4-40GB (1 each), Keras 3.15 on jax", id="four GPUs"),
        pytest.param(gpus(1), JAX, DeviceRequest(per_gpu=4), "4 workers on NVIDIA A100-SXM4-40GB, Keras 3.15 on jax", id="four on a GPU"),
        pytest.param(gpus(2), JAX, DeviceRequest(per_gpu=4), "8 workers on 2 x NVIDIA A100-SXM4-40GB (4 on each), Keras 3.15 on jax", id="four on each of two"),
        pytest.param(gpus(2), JAX, DeviceRequest(workers=3, per_gpu=2), "3 workers on 2 x NVIDIA A100-SXM4-40GB (up to 2 on each), Keras 3.15 on jax", id="unevenly"),
        pytest.param(gpus(4), JAX, DeviceRequest(workers=2), "2 workers on 2 x NVIDIA A100-SXM4-40GB (1 each), Keras 3.15 on jax", id="fewer than GPUs"),
        pytest.param(gpus(4), JAX, DeviceRequest(gpus_per_trial=2), "2 workers on 4 x NVIDIA A100-SXM4-40GB (2 GPUs each), Keras 3.15 on jax", id="two pairs"),
        pytest.param(gpus(4), JAX, DeviceRequest(gpus_per_trial=4), "1 worker on 4 x NVIDIA A100-SXM4-40GB (data-parallel), Keras 3.15 on jax", id="one on all"),
        pytest.param((*gpus(2), *gpus(1, "Tesla T4")), JAX, DeviceRequest(), "3 workers on 2 x NVIDIA A100-SXM4-40GB and Tesla T4 (1 each), Keras 3.15 on jax", id="two models of GPU"),
        pytest.param(chips(1), TPU_JAX, DeviceRequest(), "1 worker on TPU v5e (1 chip), Keras 3.15 on jax", id="a TPU"),
        pytest.param(chips(8), TPU_JAX, DeviceRequest(gpus_per_trial=8), "1 worker on TPU v5e (8 chips), Keras 3.15 on jax", id="all chips of a TPU"),
    ],
)  # fmt: skip
def test_the_headline(
    devices: tuple[Device, ...], names: tuple[str, ...], asked: DeviceRequest, headline: str
) -> None:
    assert plan(devices, names, asked).headline == headline


@pytest.mark.parametrize(
    ("text", "names", "label"),
    [
        pytest.param("import sklearn.svm", ("scikit-learn==1.5.2",), "scikit-learn 1.5", id="scikit-learn"),
        pytest.param("import numpy", (), "Python", id="no framework"),
        pytest.param("import sklearn, xgboost", ("scikit-learn==1.5.2",), "Python", id="a library that may use a GPU, beside scikit-learn"),
        pytest.param("import keras_hub", TENSORFLOW, "Keras 3.15 on tensorflow", id="a library on Keras"),
        pytest.param("import transformers", ("torch==2.9.1",), "PyTorch 2.9", id="a library on PyTorch"),
        pytest.param("import transformers", (), "Python", id="a library on a framework that is not there"),
        pytest.param("import torch", ("torch==2.9.1+cpu",), "PyTorch 2.9", id="PyTorch alone"),
        pytest.param("import jax", ("jax==0.9.2",), "JAX 0.9", id="JAX alone"),
        pytest.param("import tensorflow as tf\nx = tf.zeros(1)", ("tensorflow==2.21.0",), "TensorFlow 2.21", id="TensorFlow alone"),
        pytest.param("import tensorflow as tf\nx = tf.keras.Input(1)", TENSORFLOW, "Keras 3.15 on tensorflow", id="tf.keras"),
        pytest.param("import tensorflow as tf\nx = tf.keras.Input(1)", ("tensorflow==2.15.0", "keras==2.15.0"), "Keras 2.15 on tensorflow", id="tf.keras when it was Keras 2"),
        pytest.param("import tf_keras", ("tensorflow==2.20.0", "tf-keras==2.20.1"), "tf_keras 2.20 on tensorflow", id="tf_keras"),
        pytest.param("try:\n    import keras\nexcept ImportError:\n    import sklearn", ("scikit-learn==1.5.2",), "scikit-learn 1.5", id="what is there of two"),
        pytest.param("import keras\nimport sklearn", (*TENSORFLOW, "scikit-learn==1.5.2"), "Keras 3.15 on tensorflow", id="Keras beside scikit-learn"),
    ],
)  # fmt: skip
def test_what_a_template_computes_with(text: str, names: tuple[str, ...], label: str) -> None:
    assert plan((), names, used=template(text)).headline == f"1 worker on CPU (16 cores), {label}"


def test_keras_2_by_the_environment() -> None:
    used = template("import tensorflow as tf\nx = tf.keras.Input(1)")
    found = plan((), (*TENSORFLOW, "tf-keras==2.20.1"), used=used, TF_USE_LEGACY_KERAS="1")
    assert (found.headline, found.backend) == (
        "1 worker on CPU (16 cores), tf_keras 2.20 on tensorflow",
        None,
    )


def test_a_version_that_nothing_tells() -> None:
    around = Surroundings(Path("/"), {}, run, "Linux", "x86_64", 2, 1)
    known = frozenset({"keras", "tensorflow"})
    installed = installed_of([], known.__contains__, around, lambda path: None)
    assert (
        planned(machine(), DeviceRequest(), installed, KERAS, {}).headline
        == "1 worker on CPU (16 cores), Keras on tensorflow"
    )


@pytest.mark.parametrize(
    ("names", "used", "environment", "backend", "set_", "reason"),
    [
        pytest.param(TENSORFLOW, KERAS, {}, "tensorflow", None, "Keras computes with tensorflow: it is the default", id="the default"),
        pytest.param((*TENSORFLOW, "jax==0.9.2"), KERAS, {"KERAS_BACKEND": "jax"}, "jax", None, "Keras computes with jax: KERAS_BACKEND says so", id="the user's"),
        pytest.param(JAX, KERAS, {}, "jax", "jax", "Keras computes with jax: TensorFlow is not installed", id="without TensorFlow"),
        pytest.param((*JAX, "torch==2.9.1"), KERAS, {}, "jax", "jax", "Keras computes with jax: TensorFlow is not installed", id="JAX before PyTorch"),
        pytest.param((*TENSORFLOW, "torch==2.9.1"), Used(KERAS.uses, backend=Backend("torch", WHERE)), {"KERAS_BACKEND": "tensorflow"}, "torch", None, "Keras computes with torch: model.py:3 says so", id="the template's own goes first"),
        pytest.param((*TENSORFLOW, "torch==2.9.1"), Used(KERAS.uses, backend=Backend("torch", WHERE, default=True)), {"KERAS_BACKEND": "tensorflow"}, "tensorflow", None, "Keras computes with tensorflow: KERAS_BACKEND says so", id="the template's default does not"),
        pytest.param((*TENSORFLOW, "torch==2.9.1"), Used(KERAS.uses, backend=Backend("torch", WHERE, default=True)), {}, "torch", None, "Keras computes with torch: model.py:3 says so", id="the template's default alone"),
        pytest.param(("keras==3.15.1",), KERAS, {"KERAS_BACKEND": "numpy"}, "numpy", None, "Keras computes with numpy: KERAS_BACKEND says so", id="NumPy"),
    ],
)  # fmt: skip
def test_the_backend(
    names: tuple[str, ...],
    used: Used,
    environment: dict[str, Any],
    backend: str,
    set_: str | None,
    reason: str,
) -> None:
    found = plan((), names, used=used, **environment)
    assert (found.backend, found.workers[0].environment.get("KERAS_BACKEND"), found.reasons[0]) == (
        backend,
        set_,
        reason,
    )


def test_without_tensorflow_the_backend_that_drives_what_is_there() -> None:
    names = ("keras==3.15.1", "jax==0.9.2", "torch==2.9.1")
    assert plan(gpus(1), names).backend == "torch"
    assert plan((), names).backend == "jax"


def test_a_tpu_that_only_jax_drives() -> None:
    names = (*TPU_JAX, "tensorflow-cpu==2.20.0")
    found = plan(chips(8), names)
    assert found.backend == "jax"
    assert found.reasons[0] == "Keras computes with jax: TensorFlow 2.20 (tensorflow-cpu) does not drive TPUs"
    assert plan(chips(8), names, used=template("import keras\nimport tensorflow")).backend == "tensorflow"


@pytest.mark.parametrize(
    ("text", "names", "message"),
    [
        pytest.param("import tensorflow as tf\nx = tf.keras.Input(1)", JAX, "model.py:1: imports TensorFlow, which is not installed; of TensorFlow only its Keras is used, so write: import keras, and keras. for tf.keras.", id="tf.keras"),
        pytest.param("import tensorflow\nx = tensorflow.keras.Input(1)", JAX, "model.py:1: imports TensorFlow, which is not installed; of TensorFlow only its Keras is used, so write: import keras, and keras. for tensorflow.keras.", id="tensorflow.keras"),
        pytest.param("from tensorflow import keras as k", JAX, "model.py:1: imports TensorFlow, which is not installed; of TensorFlow only its Keras is used, so write: import keras as k", id="keras from tensorflow"),
        pytest.param("import numpy\nfrom tensorflow.keras.layers import Dense", JAX, "model.py:2: imports TensorFlow, which is not installed; of TensorFlow only its Keras is used, so write: from keras.layers import Dense", id="a layer from tensorflow.keras"),
        pytest.param("import tensorflow as tf\nx = tf.keras.Input(1)\ny = tf.zeros(1)", JAX, "model.py:1: imports TensorFlow, which is not installed, and model.py:3 needs more of it than Keras: pip install tensorflow", id="more than Keras"),
        pytest.param("from tensorflow.data import Dataset", JAX, "model.py:1: imports TensorFlow, which is not installed: pip install tensorflow", id="something else"),
        pytest.param("from tensorflow import keras", (), "model.py:1: imports TensorFlow, which is not installed: pip install tensorflow", id="neither TensorFlow nor Keras"),
        pytest.param("import keras", ("jax==0.9.2",), "model.py:1: imports Keras, which is not installed: pip install keras", id="Keras"),
        pytest.param("import sklearn.svm", (), "model.py:1: imports scikit-learn, which is not installed: pip install scikit-learn", id="scikit-learn"),
        pytest.param("import keras", ("keras==3.15.1",), "Keras needs TensorFlow, JAX or PyTorch, and none of them is installed: pip install tensorflow", id="no backend"),
    ],
)  # fmt: skip
def test_what_is_not_installed(text: str, names: tuple[str, ...], message: str) -> None:
    assert refusal((), names, used=template(text)) == message


def test_the_backend_to_install_fits_the_device() -> None:
    begin = "Keras needs TensorFlow, JAX or PyTorch, and none of them is installed: "
    assert refusal(gpus(1), ("keras==3.15.1",)) == begin + 'pip install "tensorflow[and-cuda]"'
    assert refusal(chips(1), ("keras==3.15.1",)) == begin + 'pip install "jax[tpu]"'


def test_a_backend_that_is_wished_and_missing() -> None:
    assert (
        refusal((), KERAS_BACKEND="jax")
        == "KERAS_BACKEND has Keras compute with jax, and JAX is not installed: pip install jax"
    )
    assert refusal((), KERAS_BACKEND="theano") == (
        "Keras's backends are tensorflow, jax, torch, numpy and openvino, and KERAS_BACKEND says 'theano'"
    )


@pytest.mark.parametrize(
    ("names", "text", "why"),
    [
        pytest.param(("keras==3.15.1", "tensorflow-cpu==2.21.0"), "import keras", 'TensorFlow 2.21 (tensorflow-cpu) does not drive NVIDIA GPUs; pip uninstall tensorflow-cpu, then pip install "tensorflow[and-cuda]"', id="tensorflow-cpu"),
        pytest.param(("keras==3.15.1", "tensorflow-cpu==2.21.0", "torch==2.9.1"), "import keras", 'TensorFlow 2.21 (tensorflow-cpu) does not drive NVIDIA GPUs; pip uninstall tensorflow-cpu, then pip install "tensorflow[and-cuda]", or set KERAS_BACKEND=torch', id="another backend would"),
        pytest.param(("keras==3.15.1", "jax==0.9.2"), "import keras", 'JAX 0.9 does not drive NVIDIA GPUs; pip install "jax[cuda12]"', id="jax without a plugin"),
        pytest.param(("torch==2.9.1+cpu",), "import torch", "PyTorch 2.9 (+cpu) does not drive NVIDIA GPUs; pip install --force-reinstall torch", id="torch for the CPU"),
    ],
)  # fmt: skip
def test_a_gpu_that_what_is_installed_does_not_drive(names: tuple[str, ...], text: str, why: str) -> None:
    found = plan(gpus(1), names, used=template(text))
    assert found.accelerator == "cpu"
    assert [(one.what, one.why) for one in found.ignored] == [("NVIDIA A100-SXM4-40GB", why)]
    assert found.notes == (f"not using NVIDIA A100-SXM4-40GB: {why}",)
    assert refusal(gpus(1), names, DeviceRequest("gpu"), template(text)) == (
        f"--accelerator gpu is not available; not using NVIDIA A100-SXM4-40GB: {why}"
    )


@pytest.mark.parametrize(
    ("names", "text", "why"),
    [
        pytest.param(("scikit-learn==1.5.2",), "import sklearn", "scikit-learn computes on the CPU", id="scikit-learn"),
    ],
)  # fmt: skip
def test_a_gpu_that_nothing_uses_is_not_worth_a_note(names: tuple[str, ...], text: str, why: str) -> None:
    found = plan(gpus(1), names, used=template(text))
    assert (found.accelerator, found.ignored[0].why, found.notes) == ("cpu", why, ())


def test_a_gpu_is_taken_for_a_library_that_is_not_known_where_the_user_asks_for_it() -> None:
    found = plan(gpus(2), (), DeviceRequest("gpu"), template("import xgboost"))
    assert found.headline == "2 workers on 2 x NVIDIA A100-SXM4-40GB (1 each), Python"
    assert environments(found) == [{"CUDA_VISIBLE_DEVICES": "0"}, {"CUDA_VISIBLE_DEVICES": "1"}]


def test_libraries_that_may_use_a_gpu_are_named_with_their_versions() -> None:
    names = ("xgboost-cpu==3.2.0", "lightgbm==4.7.0", "scikit-learn==1.5.2")
    found = plan((), names, used=template("import lightgbm\nimport sklearn\nimport xgboost"))
    assert found.headline == "1 worker on CPU (16 cores), LightGBM 4.7 and XGBoost 3.2"


def test_a_backend_that_computes_on_the_cpu() -> None:
    found = plan(gpus(1), TENSORFLOW, KERAS_BACKEND="numpy")
    assert found.ignored[0].why == "Keras's backend numpy computes on the CPU"


def test_jax_that_the_environment_keeps_from_a_gpu() -> None:
    found = plan(gpus(1), JAX, JAX_PLATFORMS="cpu")
    assert (found.accelerator, found.ignored[0].why) == (
        "cpu",
        "JAX_PLATFORMS=cpu in the environment keeps JAX from it",
    )
    assert plan(gpus(1), JAX, JAX_PLATFORMS="cuda,cpu").accelerator == "nvidia"


def test_a_tpu_goes_before_a_gpu() -> None:
    found = plan((*gpus(1), *chips(1)), (*TPU_JAX, "jax-cuda12-plugin==0.9.2"))
    assert found.accelerator == "tpu"
    assert [(one.what, one.why) for one in found.ignored] == [
        ("NVIDIA A100-SXM4-40GB", "the search runs on TPU v5e (1 chip)")
    ]


def test_a_cpu_that_is_asked_for_hides_all_else() -> None:
    found = plan(gpus(1), TORCH, DeviceRequest("cpu"), JAX_PLATFORMS="cuda")
    assert environments(found) == [
        {
            "KERAS_BACKEND": "torch",
            "CUDA_VISIBLE_DEVICES": "-1",
            "HIP_VISIBLE_DEVICES": "-1",
            "JAX_PLATFORMS": "cpu",
            "KERAS_TORCH_DEVICE": "cpu",
        }
    ]
    assert found.reasons[1] == "CPU: --accelerator cpu"
    assert [(one.what, one.why) for one in found.ignored] == [("NVIDIA A100-SXM4-40GB", "--accelerator cpu")]


@pytest.mark.parametrize(
    ("names", "setting"),
    [
        pytest.param(TENSORFLOW, {"TF_FORCE_GPU_ALLOW_GROWTH": "true"}, id="TensorFlow"),
        pytest.param(JAX, {"KERAS_BACKEND": "jax", "XLA_PYTHON_CLIENT_PREALLOCATE": "false"}, id="JAX"),
        pytest.param(TORCH, {"KERAS_BACKEND": "torch"}, id="PyTorch, which always does"),
    ],
)
def test_trials_on_one_gpu_take_memory_as_they_need_it(
    names: tuple[str, ...], setting: dict[str, str]
) -> None:
    found = plan(gpus(1), names, DeviceRequest(per_gpu=2))
    assert environments(found) == [{"CUDA_VISIBLE_DEVICES": "0", **setting}] * 2


def test_tensorflow_beside_another_backend_leaves_it_the_memory() -> None:
    names = (*JAX, "tensorflow==2.21.0")
    found = plan(gpus(1), names, used=template("import keras\nimport tensorflow as tf"), KERAS_BACKEND="jax")
    assert environments(found) == [{"CUDA_VISIBLE_DEVICES": "0", "TF_FORCE_GPU_ALLOW_GROWTH": "true"}]


def test_the_user_s_environment_goes_first_but_for_what_names_devices() -> None:
    found = plan(
        gpus(1),
        TENSORFLOW,
        DeviceRequest(per_gpu=2),
        TF_FORCE_GPU_ALLOW_GROWTH="false",
        CUDA_VISIBLE_DEVICES="0,1",
    )
    assert environments(found) == [{"CUDA_VISIBLE_DEVICES": "0"}] * 2


def test_amd_gpus_are_shown_by_their_own_variable() -> None:
    names = ("keras==3.15.1", "torch==2.9.1+rocm6.4")
    found = plan(
        gpus(2, "AMD Instinct MI250", "amd", capability=None),
        names,
        DeviceRequest(gpus_per_trial=1, mixed_precision=True),
    )
    assert [one["HIP_VISIBLE_DEVICES"] for one in environments(found)] == ["0", "1"]
    assert found.acceleration.precision == "mixed_bfloat16"


def test_apple_s_gpu_has_no_variable() -> None:
    around = Surroundings(Path("/"), {}, run, "Darwin", "arm64", 8, 1)
    pairs = [("keras", "3.15.1"), ("torch", "2.9.1")]
    installed = installed_of(pairs, lambda name: False, around, lambda path: None)
    found = planned(
        machine(Device("apple", "", "Apple M2")),
        DeviceRequest(per_gpu=2, mixed_precision=True),
        installed,
        KERAS,
        {},
    )
    assert found.headline == "2 workers on Apple M2, Keras 3.15 on torch"
    assert environments(found) == [{"KERAS_BACKEND": "torch"}] * 2
    assert found.reasons[-1] == "no mixed precision: it does not pay on an Apple GPU"


def test_a_data_parallel_trial_sees_its_gpus() -> None:
    found = plan(gpus(5), JAX, DeviceRequest(gpus_per_trial=2))
    assert [one["CUDA_VISIBLE_DEVICES"] for one in environments(found)] == ["0,1", "2,3"]
    assert found.acceleration.strategy == "data parallel"
    assert [(one.what, one.why) for one in found.ignored] == [
        ("NVIDIA A100-SXM4-40GB", "a trial takes 2 of 5 GPUs")
    ]


def test_gpus_without_a_worker() -> None:
    found = plan(gpus(3), JAX, DeviceRequest(workers=1))
    assert [(one.what, one.why) for one in found.ignored] == [
        ("2 x NVIDIA A100-SXM4-40GB", "1 worker: --workers 1")
    ]


@pytest.mark.parametrize(
    ("devices", "names", "asked", "message"),
    [
        pytest.param(gpus(4), JAX, DeviceRequest(workers=8), "--workers 8: 4 GPUs have room for 4; --per-gpu 2 makes room", id="more workers than GPUs"),
        pytest.param(gpus(1), JAX, DeviceRequest(workers=3, per_gpu=2), "--workers 3: 1 GPU has room for 2; --per-gpu 3 makes room", id="more than fit"),
        pytest.param(gpus(4), JAX, DeviceRequest(workers=3, gpus_per_trial=2), "--workers 3: 4 GPUs have room for 2, 2 GPUs for each", id="more than pairs"),
        pytest.param(gpus(2), JAX, DeviceRequest(per_gpu=2, gpus_per_trial=2), "--per-gpu has trials share a GPU, --gpus-per-trial has a trial use several: give one of them", id="both ways"),
        pytest.param(gpus(2), JAX, DeviceRequest(gpus_per_trial=4), "--gpus-per-trial 4 needs 4 GPUs, and there are 2", id="too few GPUs"),
        pytest.param(gpus(1), JAX, DeviceRequest(gpus_per_trial=2), "--gpus-per-trial 2 needs 2 GPUs, and there is one", id="one GPU"),
        pytest.param((), JAX, DeviceRequest(gpus_per_trial=2), "--gpus-per-trial 2 needs 2 GPUs, and the search runs on the CPU", id="no GPU"),
        pytest.param(gpus(2), TORCH, DeviceRequest(gpus_per_trial=2), "--gpus-per-trial 2: Keras on tensorflow and on jax can run a trial data-parallel, and this template computes with Keras 3.15 on torch", id="a backend that cannot"),
        pytest.param(chips(8), TPU_JAX, DeviceRequest(workers=2), "--workers 2: a TPU serves one process at a time, so one worker", id="two on a TPU"),
        pytest.param(chips(8), TPU_JAX, DeviceRequest(per_gpu=2), "--per-gpu 2: a TPU serves one process at a time", id="two on each chip"),
        pytest.param(chips(8), TPU_JAX, DeviceRequest(gpus_per_trial=2), "--gpus-per-trial 2: on a TPU a trial runs on one chip or on all 8", id="some chips"),
        pytest.param(chips(1), TPU_JAX, DeviceRequest(gpus_per_trial=2), "--gpus-per-trial 2: on a TPU a trial runs on one chip, and there is one", id="more than one chip"),
        pytest.param((), JAX, DeviceRequest("tpu"), "--accelerator tpu is not available: no usable TPU was found, only the CPU; without --accelerator the search runs on what is available", id="no TPU"),
        pytest.param(gpus(2), JAX, DeviceRequest("tpu"), "--accelerator tpu is not available: no usable TPU was found, only 2 x NVIDIA A100-SXM4-40GB; without --accelerator the search runs on what is available", id="GPUs and no TPU"),
        pytest.param((), TENSORFLOW, DeviceRequest(workers=10**8), "--workers 100000000: no machine is made for more than 1000", id="a slip"),
        pytest.param(gpus(1), TENSORFLOW, DeviceRequest(per_gpu=2000), "--per-gpu 2000: no machine is made for more than 1000", id="a slip on one device"),
    ],
)  # fmt: skip
def test_wishes_that_cannot_be_met(
    devices: tuple[Device, ...], names: tuple[str, ...], asked: DeviceRequest, message: str
) -> None:
    assert refusal(devices, names, asked) == message


def test_slices_of_a_gpu_do_not_make_a_data_parallel_trial() -> None:
    slices = tuple(replace(device, address=f"MIG-{device.address}") for device in gpus(2))
    message = "--gpus-per-trial 2: CUDA shows a process one MIG slice, never several"
    assert refusal(slices, JAX, DeviceRequest(gpus_per_trial=2)) == message


@pytest.mark.parametrize(
    ("asked", "workers", "grows", "threads", "reason"),
    [
        pytest.param(DeviceRequest(), 1, False, None, "1 worker: on a CPU, --workers N or --workers auto starts more", id="nothing is said"),
        pytest.param(DeviceRequest(workers=1), 1, False, None, "1 worker: --workers 1", id="one"),
        pytest.param(DeviceRequest(workers=3), 3, False, 5, "3 workers: --workers 3", id="three"),
        pytest.param(DeviceRequest(workers="auto"), 1, True, 2, "up to 8 workers: at most 8, as many as have the memory that the first trial takes", id="auto"),
        pytest.param(DeviceRequest(workers="auto", one_worker="every trial writes m.h5"), 1, False, None, "1 worker: every trial writes m.h5", id="auto where trials cannot run at once"),
        pytest.param(DeviceRequest(workers=2, one_worker="every trial writes m.h5"), 2, False, 8, "2 workers: --workers 2", id="a number all the same"),
    ],
)  # fmt: skip
def test_workers_on_a_cpu(
    asked: DeviceRequest, workers: int, grows: bool, threads: int | None, reason: str
) -> None:
    found = plan((), TENSORFLOW, asked)
    assert (len(found.workers), found.grows, found.threads, found.reasons[2]) == (
        workers,
        grows,
        threads,
        reason,
    )


def test_auto_on_one_core_and_on_few() -> None:
    one = plan((), asked=DeviceRequest(workers="auto"), cores=1)
    assert (one.grows, one.headline, one.reasons[2]) == (
        False,
        "1 worker on CPU (1 core), Keras 3.15 on tensorflow",
        "1 worker: there is one core",
    )
    two = plan((), asked=DeviceRequest(workers="auto"), cores=2)
    assert two.headline == "up to 2 workers on CPU (2 cores, 1 thread per worker), Keras 3.15 on tensorflow"


def test_workers_that_nobody_asked_for_fit_the_memory() -> None:
    few = plan(gpus(8), JAX, memory_bytes=8 * GIB)
    assert (
        few.reasons[2] == "3 workers: 8.0 GiB of memory has room for no more; --workers 8 starts them anyway"
    )
    assert [one["CUDA_VISIBLE_DEVICES"] for one in environments(few)] == ["0", "1", "2"]
    assert few.notes == few.reasons[2:]
    assert few.ignored[0].what == "5 x NVIDIA A100-SXM4-40GB"
    assert len(plan(gpus(8), JAX, DeviceRequest(workers=8), memory_bytes=8 * GIB).workers) == 8
    assert len(plan(gpus(2), JAX, memory_bytes=GIB).workers) == 1
    assert len(plan(gpus(2), JAX, memory_bytes=80 * GIB).workers) == 2


def test_one_worker_where_trials_cannot_run_at_once() -> None:
    found = plan(gpus(2), JAX, DeviceRequest(one_worker="every trial writes m.h5"))
    assert (len(found.workers), found.reasons[2]) == (1, "1 worker: every trial writes m.h5")


def test_a_tpu_has_one_worker_with_all_chips() -> None:
    found = plan(chips(8), TPU_JAX)
    assert [len(worker.devices) for worker in found.workers] == [8]
    assert environments(found) == [{"KERAS_BACKEND": "jax"}]
    one = "a trial runs on one of the 8 chips: --gpus-per-trial 8 has it run on all"
    assert found.reasons[2:] == (
        "1 worker: a TPU serves one process at a time, and trials run in it one after another",
        one,
    )
    assert (found.headline, found.notes) == ("1 worker on TPU v5e (1 of 8 chips), Keras 3.15 on jax", (one,))
    assert plan(chips(8), TPU_JAX, used=template("import jax")).notes == ()
    assert plan(chips(8), TPU_JAX, DeviceRequest(gpus_per_trial=8)).acceleration.strategy == "data parallel"


def test_tensorflow_that_drives_a_tpu() -> None:
    names = ("keras==3.15.1", "tensorflow-tpu==2.20.0")
    found = plan(chips(8), names)
    assert (found.headline, found.acceleration.strategy) == (
        "1 worker on TPU v5e (8 chips), Keras 3.15 on tensorflow",
        "tpu",
    )
    assert found.reasons[-1] == "trials run under TensorFlow's TPUStrategy, on all chips"
    failed = planned(
        machine(*chips(8)), DeviceRequest(), there(*names).without("tensorflow", "tpu"), KERAS, {}
    )
    assert (failed.accelerator, failed.acceleration.strategy) == ("cpu", "")


@pytest.mark.parametrize(
    ("devices", "names", "precision", "reason"),
    [
        pytest.param(gpus(1), TENSORFLOW, "mixed_bfloat16", "mixed_bfloat16: compute capability 8.0 has it", id="Ampere"),
        pytest.param(gpus(1, capability=(7, 5)), TENSORFLOW, "mixed_float16", "mixed_float16: compute capability 7.5 has it, and no bfloat16", id="Turing"),
        pytest.param((*gpus(1), *gpus(1, capability=(7, 0))), TENSORFLOW, "mixed_float16", "mixed_float16: compute capability 7.0 has it, and no bfloat16", id="the older of two"),
        pytest.param(gpus(1, capability=(6, 1)), TENSORFLOW, "", "no mixed precision: it pays from compute capability 7.0, and this is 6.1", id="Pascal"),
        pytest.param(gpus(1, capability=None), TENSORFLOW, "", "no mixed precision: the GPU's compute capability is not known", id="not known"),
        pytest.param(gpus(1, "AMD Radeon RX 7900", "amd", capability=None), ("keras==3.15.1", "torch==2.9.1+rocm6.4"), "", "no mixed precision: of AMD's GPUs it is known to pay on MI200 and later", id="another AMD GPU"),
        pytest.param(chips(1), TPU_JAX, "mixed_bfloat16", "mixed_bfloat16: TPUs are made for it", id="a TPU"),
        pytest.param((), TENSORFLOW, "", "no mixed precision: it does not pay on a CPU", id="a CPU"),
    ],
)  # fmt: skip
def test_mixed_precision(
    devices: tuple[Device, ...], names: tuple[str, ...], precision: str, reason: str
) -> None:
    found = plan(devices, names, DeviceRequest(mixed_precision=True))
    assert (found.acceleration.precision, found.reasons[-1]) == (precision, reason)
    assert plan(devices, names).acceleration.precision == ""


def test_mixed_precision_and_compiling_are_keras_s() -> None:
    used = template("import torch")
    found = plan(gpus(1), TORCH, DeviceRequest(mixed_precision=True, jit=True), used)
    assert (found.acceleration.precision, found.acceleration.jit) == ("", False)
    assert found.reasons[-2:] == (
        "no mixed precision: it is Keras's, and the template does not use Keras",
        "--jit has no effect: it is for what Keras trains, and the template does not use Keras",
    )
    compiled_too = plan(gpus(1), TENSORFLOW, DeviceRequest(jit=True))
    assert (compiled_too.acceleration.jit, compiled_too.reasons[-1]) == (
        True,
        "Keras compiles what it trains: --jit",
    )


def test_per_gpu_on_a_cpu() -> None:
    assert plan((), TENSORFLOW, DeviceRequest(per_gpu=4)).reasons[-1] == "--per-gpu has no effect on a CPU"


def test_tensorflow_without_cuda_of_its_own() -> None:
    found = plan(gpus(1), ("keras==3.15.1", "tensorflow==2.21.0"))
    assert found.notes == (
        "TensorFlow came without CUDA and computes on the CPU unless this machine has the right one; "
        'pip install "tensorflow[and-cuda]" brings it',
    )
    assert plan(gpus(1)).notes == ()


@pytest.mark.parametrize(
    ("devices", "notes"),
    [
        pytest.param(gpus(1, holders=(Holder(4242, "python3", 30 * GIB),)), ("process 4242 (python3) holds 30.0 GiB of NVIDIA A100-SXM4-40GB: wait for it, leave the GPU out with CUDA_VISIBLE_DEVICES, or end it if it is yours (kill 4242)",), id="another process"),
        pytest.param(gpus(1, holders=(Holder(2000, "python3", 14 * GIB, own=True),)), ("this process (2000) holds 14.0 GiB of NVIDIA A100-SXM4-40GB: restart the notebook's kernel, and search before anything trains in it",), id="this process"),
        pytest.param(gpus(1, holders=(Holder(4242),)), ("process 4242 holds NVIDIA A100-SXM4-40GB: wait for it, leave the GPU out with CUDA_VISIBLE_DEVICES, or end it if it is yours (kill 4242)",), id="nothing more is known"),
        pytest.param((*gpus(1), replace(gpus(2)[1], holders=(Holder(7, "x", GIB),))), ("process 7 (x) holds 1.0 GiB of NVIDIA A100-SXM4-40GB (1): wait for it, leave the GPU out with CUDA_VISIBLE_DEVICES, or end it if it is yours (kill 7)",), id="one of two GPUs"),
        pytest.param(gpus(1, holders=(Holder(900, "Xorg", 60 * 1024**2),)), (), id="a desktop"),
    ],
)  # fmt: skip
def test_a_device_that_is_held(devices: tuple[Device, ...], notes: tuple[str, ...]) -> None:
    found = plan(devices, JAX)
    assert found.notes == notes
    assert len(found.workers) == len(devices)


def test_a_tpu_that_is_held_serves_nobody_else() -> None:
    held = chips(1, holders=(Holder(4242, "python3"),))
    assert refusal(held, TPU_JAX) == (
        "process 4242 (python3) holds TPU v5e, which serves one process at a time: wait for it, or end it if it is yours (kill 4242)"
    )
    assert plan(held, TPU_JAX, DeviceRequest("cpu")).accelerator == "cpu"


def test_an_import_that_may_fail_is_no_reason_to_refuse() -> None:
    used = Used((*KERAS.uses, Use("tensorflow", WHERE, optional=True)))
    assert plan((), JAX, used=used).backend == "jax"


@pytest.mark.parametrize(
    ("devices", "asked", "notes"),
    [
        pytest.param(gpus(8), DeviceRequest(workers=4), ("there are 8 GPUs, but which framework computes is not seen in the template: --accelerator gpu gives each worker one",), id="eight GPUs"),
        pytest.param(gpus(1), DeviceRequest(), ("there is 1 GPU, but which framework computes is not seen in the template: --accelerator gpu gives it to the worker",), id="a GPU"),
        pytest.param(chips(8), DeviceRequest(), ("there are 8 TPU chips, but which framework computes is not seen in the template: --accelerator tpu gives it to the worker",), id="a TPU"),
        pytest.param((), DeviceRequest(), (), id="a CPU"),
        pytest.param(gpus(2), DeviceRequest("gpu"), (), id="GPUs that are asked for"),
        pytest.param(gpus(2), DeviceRequest("cpu"), (), id="the CPU is asked for"),
        pytest.param(gpus(2), DeviceRequest(here=True), (), id="trials that run in the process itself"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", ["import mine", "import sklearn, xgboost"])
def test_devices_that_the_template_may_use_all_the_same(
    devices: tuple[Device, ...], asked: DeviceRequest, notes: tuple[str, ...], text: str
) -> None:
    assert plan(devices, ("scikit-learn==1.5.2",), asked, template(text)).notes == notes


@pytest.mark.parametrize(
    ("devices", "asked", "headline", "reason"),
    [
        pytest.param(gpus(4), DeviceRequest(most=2), "2 workers on 2 x NVIDIA A100-SXM4-40GB (1 each), Keras 3.15 on jax", "2 workers: 2 trials are left to run", id="fewer than GPUs"),
        pytest.param(gpus(4), DeviceRequest(workers=3, most=1), "1 worker on NVIDIA A100-SXM4-40GB, Keras 3.15 on jax", "1 worker: one trial is left to run", id="fewer than asked for"),
        pytest.param(gpus(4), DeviceRequest(most=4), "4 workers on 4 x NVIDIA A100-SXM4-40GB (1 each), Keras 3.15 on jax", "4 workers: one for each GPU", id="as many as GPUs"),
        pytest.param((), DeviceRequest(workers=4, most=2), "2 workers on CPU (16 cores), Keras 3.15 on jax", "2 workers: 2 trials are left to run", id="on a CPU"),
        pytest.param((), DeviceRequest(workers=4, most=0), "1 worker on CPU (16 cores), Keras 3.15 on jax", "1 worker: 0 trials are left to run", id="none"),
        pytest.param((), DeviceRequest(workers="auto", most=3), "up to 3 workers on CPU (16 cores), Keras 3.15 on jax", "up to 3 workers: 3 trials are left to run, as many as have the memory that the first trial takes", id="auto on a CPU"),
        pytest.param((), DeviceRequest(workers="auto", most=1), "1 worker on CPU (16 cores), Keras 3.15 on jax", "1 worker: one trial is left to run", id="auto on a CPU for one"),
        pytest.param((), DeviceRequest(workers="auto", here=True), "1 worker on CPU (16 cores), Keras 3.15 on jax", "1 worker: trials run in this process", id="in the process itself, on a CPU"),
        pytest.param(gpus(2), DeviceRequest(workers=2, here=True), "1 worker on NVIDIA A100-SXM4-40GB, Keras 3.15 on jax", "1 worker: trials run in this process", id="in the process itself, on a GPU"),
    ],
)  # fmt: skip
def test_no_more_workers_than_have_something_to_do(
    devices: tuple[Device, ...], asked: DeviceRequest, headline: str, reason: str
) -> None:
    found = plan(devices, JAX, asked)
    # Who has given a number is told of a smaller one.
    noted = (reason,) if isinstance(asked.workers, int) and not asked.here else ()
    assert (found.headline, found.reasons[2], found.notes) == (headline, reason, noted)


def test_what_this_process_holds_is_no_matter_for_trials_in_it() -> None:
    own = Holder(2000, "python3", 14 * GIB, own=True)
    found = plan(gpus(1, holders=(own,)), JAX, DeviceRequest(here=True))
    assert (found.notes, environments(found)) == ((), [{"KERAS_BACKEND": "jax"}])
    found = plan(chips(1, holders=(own,)), TPU_JAX, DeviceRequest(here=True))
    assert (found.accelerator, found.notes) == ("tpu", ())
    other = chips(1, holders=(own, Holder(99, "python3")))
    assert refusal(other, TPU_JAX, DeviceRequest(here=True)).startswith("process 99 (python3) holds TPU v5e")


@pytest.mark.parametrize(
    ("devices", "address"),
    [
        pytest.param((*gpus(1, holders=(Holder(7, "x", GIB),)), gpus(2)[1]), "1", id="that nobody holds"),
        pytest.param((*gpus(1, holders=(Holder(7, "Xorg", GIB // 16),)), gpus(2)[1]), "0", id="a desktop does not count"),
        pytest.param((*gpus(1, "Quadro P2000", capability=(6, 1)), gpus(2)[1]), "1", id="the newer"),
        pytest.param((*gpus(1, memory_bytes=10 * GIB), gpus(2)[1]), "1", id="the larger"),
        pytest.param(gpus(2), "0", id="the first of the same"),
    ],
)  # fmt: skip
def test_the_better_gpus_are_taken_first(devices: tuple[Device, ...], address: str) -> None:
    found = plan(devices, TENSORFLOW, DeviceRequest(workers=1, mixed_precision=True))
    assert environments(found) == [{"CUDA_VISIBLE_DEVICES": address}]
    # What is said is said of the GPU that is used.
    assert (found.notes, found.acceleration.precision) == ((), "mixed_bfloat16")


def test_gpus_that_differ() -> None:
    found = plan((*gpus(1), *(replace(gpus(2)[1], name="Tesla T4"),)), JAX)
    assert found.notes == (
        "NVIDIA A100-SXM4-40GB and Tesla T4: the GPUs differ, and so do the speed and the memory of the trials "
        "on them; CUDA_VISIBLE_DEVICES chooses among them",
    )


def test_keras_2_by_the_environment_that_is_not_installed() -> None:
    used = template("import tensorflow as tf\nx = tf.keras.Input(1)")
    assert refusal((), TENSORFLOW, used=used, TF_USE_LEGACY_KERAS="1") == (
        "TF_USE_LEGACY_KERAS has tf.keras be Keras 2, and tf_keras is not installed: pip install tf-keras"
    )
    old = ("tensorflow==2.15.0", "keras==2.15.0")
    assert plan((), old, used=used, TF_USE_LEGACY_KERAS="1").backend is None


def test_a_cpu_that_is_asked_for_leaves_the_default_backend() -> None:
    names = (*TPU_JAX, "tensorflow-cpu==2.20.0")
    assert plan(chips(8), names, DeviceRequest("cpu")).backend == "tensorflow"


def test_tensorflow_that_something_else_may_load_leaves_the_memory() -> None:
    found = plan(gpus(1), (*JAX, "tensorflow==2.21.0"), KERAS_BACKEND="jax")
    assert environments(found) == [{"CUDA_VISIBLE_DEVICES": "0", "TF_FORCE_GPU_ALLOW_GROWTH": "true"}]
    no_gpu = plan(gpus(1), (*JAX, "tensorflow-cpu==2.21.0"), KERAS_BACKEND="jax")
    assert environments(no_gpu) == [{"CUDA_VISIBLE_DEVICES": "0"}]


def test_memory_that_the_user_has_taken_at_once() -> None:
    stays = "XLA_PYTHON_CLIENT_PREALLOCATE=true in the environment stays, and the workers on a GPU share its memory"
    found = plan(gpus(1), JAX, DeviceRequest(per_gpu=2), XLA_PYTHON_CLIENT_PREALLOCATE="true")
    assert (found.notes, found.reasons[3:]) == ((stays,), (stays,))
    same = plan(gpus(1), JAX, DeviceRequest(per_gpu=2), XLA_PYTHON_CLIENT_PREALLOCATE="False")
    assert same.notes == ()


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        pytest.param("import torch", ("--accelerator cpu cannot hide an Apple GPU from PyTorch: the template itself chooses",), id="PyTorch alone"),
        pytest.param("import keras", (), id="Keras, which is told"),
    ],
)  # fmt: skip
def test_an_apple_gpu_cannot_be_hidden_from_pytorch(text: str, notes: tuple[str, ...]) -> None:
    apple = (Device("apple", "", "Apple M2"),)
    assert plan(apple, TORCH, DeviceRequest("cpu"), template(text)).notes == notes


def test_jax_s_own_name_for_apple_s_gpus() -> None:
    names = ("keras==3.15.1", "jax==0.4.34", "jax-metal==0.1.1")
    assert plan((Device("apple", "", "Apple M2"),), names, JAX_PLATFORMS="METAL").accelerator == "apple"
