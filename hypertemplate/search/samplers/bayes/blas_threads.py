"""One thread for linear algebra.

With more, small matrices take longer, and their results depend on the number.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache

from threadpoolctl import ThreadpoolController


@cache
def _controller() -> ThreadpoolController:
    """Find the libraries that the process has loaded; this takes a millisecond or more."""
    return ThreadpoolController()


def one_thread() -> AbstractContextManager[object]:
    """Limit linear algebra to one thread, until the context is left; then all is as before."""
    limits: AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return limits
