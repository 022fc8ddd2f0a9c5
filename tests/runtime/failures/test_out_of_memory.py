from __future__ import annotations

import builtins
from typing import Any

import pytest

from hypertemplate.runtime.failures.out_of_memory import is_out_of_memory


def error(name: str, text: str = "", base: type[Exception] = Exception, **attributes: Any) -> Exception:
    """An exception of the class of this full name."""
    module, _, name = name.rpartition(".")
    made: Exception = type(name, (base,), {"__module__": module or builtins.__name__})(text)
    vars(made).update(attributes)
    return made


def raised(error: BaseException, above: BaseException | None, *, hidden: bool = False) -> BaseException:
    """`error` as it is when it is raised while another is handled."""
    error.__context__, error.__suppress_context__ = above, hidden
    return error


def caused(error: BaseException, by: BaseException) -> BaseException:
    error.__cause__ = by
    return error


TORCH = error("torch.OutOfMemoryError", "CUDA out of memory. Tried to allocate 2.00 GiB", RuntimeError)


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(
            error(
                "tensorflow.python.framework.errors_impl.ResourceExhaustedError",
                message="OOM when allocating tensor with shape[10000000,1000000]",
            ),
            id="TensorFlow",
        ),
        pytest.param(
            error(
                "tensorflow.python.framework.errors_impl.InternalError",
                message="Failed copying input tensor from CPU:0 to GPU:0: Dst tensor is not initialized.",
            ),
            id="TensorFlow, of a copy to a GPU",
        ),
        pytest.param(
            error(
                "tensorflow.python.framework.errors_impl.InternalError",
                message="Failed to load in-memory CUBIN: CUDA_ERROR_OUT_OF_MEMORY: out of memory",
            ),
            id="TensorFlow, of the driver below it",
        ),
        pytest.param(
            error(
                "tensorflow.python.framework.errors_impl.InternalError",
                message="CUDA runtime implicit initialization on GPU:0 failed. Status: out of memory",
            ),
            id="TensorFlow, of a GPU that another process has filled",
        ),
        pytest.param(
            error(
                "jax.errors.JaxRuntimeError",
                "RESOURCE_EXHAUSTED: Out of memory allocating 40000000000000 bytes.",
                RuntimeError,
            ),
            id="JAX",
        ),
        pytest.param(
            error("jaxlib.xla_extension.XlaRuntimeError", "RESOURCE_EXHAUSTED: Ran out of memory in hbm"),
            id="an older JAX",
        ),
        pytest.param(TORCH, id="PyTorch"),
        pytest.param(RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"), id="an older PyTorch"),
        pytest.param(RuntimeError("CUDA error: out of memory"), id="CUDA itself"),
        pytest.param(RuntimeError("HIP out of memory. Tried to allocate 20 MiB"), id="ROCm"),
        pytest.param(RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"), id="Apple"),
        pytest.param(
            RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
            id="cuBLAS",
        ),
        pytest.param(RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"), id="cuDNN"),
        pytest.param(
            RuntimeError(
                "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you "
                "tried to allocate 40000000000000 bytes. Error code 12 (Cannot allocate memory)"
            ),
            id="PyTorch on the CPU",
        ),
        pytest.param(caused(ValueError("no model"), TORCH), id="the cause of another"),
        pytest.param(raised(ValueError("no model"), TORCH), id="another one while it was handled"),
    ],
)
def test_a_device_without_memory(error: BaseException) -> None:
    assert is_out_of_memory(error)


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(ValueError("shapes do not match"), id="a fault of the model"),
        pytest.param(MemoryError(), id="Python has no memory"),
        pytest.param(
            error("numpy._core._exceptions._ArrayMemoryError", "Unable to allocate 728 TiB", MemoryError),
            id="NumPy has none",
        ),
        pytest.param(ValueError("CUDA out of memory"), id="an error of the user's own with such words"),
        pytest.param(error("mine.ResourceExhaustedError", "no more rows"), id="a class of the user's own"),
        pytest.param(
            error(
                "tensorflow.python.framework.errors_impl.ResourceExhaustedError",
                message="{{function_node __wrapped__WriteFile}} /dev/full; No space left on device [Op:WriteFile]",
            ),
            id="TensorFlow, of a disk that is full",
        ),
        pytest.param(
            error(
                "tensorflow.python.framework.errors_impl.ResourceExhaustedError",
                message="{{function_node __wrapped__ReadFile}} data.csv; Too many open files [Op:ReadFile]",
            ),
            id="TensorFlow, of too many files",
        ),
        pytest.param(RuntimeError("the queue is out of memory slots"), id="other words"),
        pytest.param(RuntimeError(), id="no words"),
        pytest.param(
            error("jax.errors.JaxRuntimeError", "INTERNAL: Mosaic failed to compile", RuntimeError),
            id="another error of JAX",
        ),
        pytest.param(
            raised(ValueError("no model"), TORCH, hidden=True), id="the user hid it with `from None`"
        ),
    ],
)
def test_other_failures(error: BaseException) -> None:
    assert not is_out_of_memory(error)


def test_causes_that_go_round_end() -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__cause__, other.__cause__ = other, one
    assert not is_out_of_memory(one)
