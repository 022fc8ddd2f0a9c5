"""Whether an exception says that a framework found no memory on its device; nothing here imports one."""

from __future__ import annotations

import re
from collections.abc import Iterator

FRAMEWORKS = ("tensorflow", "jax", "jaxlib", "torch")
"""The packages whose exceptions are read, whatever their class; else it is a RuntimeError or nothing."""

CLASSES = (("tensorflow", "ResourceExhaustedError"), ("torch", "OutOfMemoryError"))
"""The package and the name of a class that means this, but for what `OTHERS` says."""

OTHERS = re.compile(
    r"No space left on device|Disk quota exceeded|Too many (open )?files|Cannot allocate memory"
    r"|(Received|Sent|Trying to send) message larger than max"
)
"""What TensorFlow says with the same class of what is no device's memory: a disk that is full, files that are
open, the memory of a process, a message that is too long."""

TEXT = re.compile(
    r"RESOURCE_EXHAUSTED"  # JAX, and XLA below TensorFlow
    r"|\b(CUDA|HIP|XPU|MPS backend) out of memory"  # PyTorch
    r"|\b(CUDA|HIP) error: out of memory"
    r"|CUDA_ERROR_OUT_OF_MEMORY|hipErrorOutOfMemory"
    r"|(CUBLAS|CUDNN|CUSOLVER|HIPBLAS|MIOPEN|rocblas)\w*_ALLOC_FAILED"
    r"|Dst tensor is not initialized"  # TensorFlow: a copy to a GPU that has no room for it
    # TensorFlow: a GPU that another process has filled (github.com/MicrosoftDocs/ml-basics/issues/12).
    r"|CUDA runtime implicit initialization on GPU:\d+ failed. Status: out of memory"
    r"|DefaultCPUAllocator: (can't allocate|not enough) memory"  # PyTorch, whose device is the CPU
)
"""What libraries below the frameworks say, in an exception that may mean anything else."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether `error`, or what caused it, means that a device has no memory for what was asked of it.

    Where a framework computes on the CPU, the CPU is its device. Python's and NumPy's ``MemoryError`` is
    not meant: no framework has asked, and what the user's own code holds is to blame.
    """
    return any(_says_so(one) for one in _with_causes(error))


def _says_so(error: BaseException) -> bool:
    package = type(error).__module__.partition(".")[0]
    texts = [said for said in (*error.args, _message(error)) if isinstance(said, str)]
    if (package, type(error).__name__) in CLASSES:
        return not any(OTHERS.search(text) for text in texts)
    if package not in FRAMEWORKS and not isinstance(error, RuntimeError):
        return False
    return any(TEXT.search(text) for text in texts)


def _message(error: BaseException) -> object:
    """What TensorFlow's exceptions hold beside their arguments."""
    return getattr(error, "message", None)


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and what Python shows above it."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
