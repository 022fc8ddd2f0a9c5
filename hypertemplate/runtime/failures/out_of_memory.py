"""Recognition of a framework's out-of-memory errors by their text; nothing here imports a framework."""

from __future__ import annotations

import re
from collections.abc import Iterator

FRAMEWORKS = ("tensorflow", "jax", "jaxlib", "torch")
"""Packages whose exceptions are checked whatever their class; of others, only RuntimeError is."""

CLASSES = (("tensorflow", "ResourceExhaustedError"), ("torch", "OutOfMemoryError"))
"""Package and name of the classes that mean out of memory, except for the texts in `OTHERS`."""

OTHERS = re.compile(
    r"No space left on device|Disk quota exceeded|Too many (open )?files|Cannot allocate memory"
    r"|(Received|Sent|Trying to send) message larger than max"
)
"""TensorFlow's messages in these classes for causes other than device memory: a full disk, open files,
the memory of a process, an oversized message.
"""

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
"""Messages of libraries below the frameworks, in exception classes with many meanings."""


def is_out_of_memory(error: BaseException) -> bool:
    """Return True if `error`, or its cause, means that a device is out of memory.

    If a framework computes on the CPU, the CPU is its device. ``MemoryError`` of Python and NumPy does not
    count: no framework raised it, and the user's own data are to blame.
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
    """Return the message that TensorFlow's exceptions hold besides their arguments."""
    return getattr(error, "message", None)


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """Yield `error` and the exceptions that Python shows above it."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
