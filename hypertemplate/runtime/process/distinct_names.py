"""Detection of names that should differ between processes.

A name that derives from a process id, or from the system's random bytes, while a template is loaded is the
same in all workers forked later. They would all share a file of that name, meant for one of them.
"""

from __future__ import annotations

import functools
import os
import secrets
import sys
import threading
import uuid
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any

from hypertemplate.runtime.own_code import MODULE_NAME, OURS, is_own_file

MAKERS: tuple[tuple[ModuleType, tuple[str, ...]], ...] = (
    (os, ("getpid", "getppid", "urandom", "getrandom")),
    (threading, ("get_native_id",)),
    (uuid, ("uuid1", "uuid4")),
    # Not randbits: NumPy seeds a generator without a seed with it, which all workers may share.
    (secrets, ("choice", "randbelow", "token_bytes", "token_hex", "token_urlsafe")),
)
"""Module, and its functions whose results differ between processes."""


class DistinctNames:
    """Detector of calls from the user's own code, in a ``with`` statement; libraries' calls do not count.

    Attributes:
        made: whether such a call has happened.
    """

    def __init__(self) -> None:
        self.made = False
        self._watching = False
        self._replaced: list[tuple[ModuleType, str, Callable[..., Any], Callable[..., Any]]] = []

    def __enter__(self) -> DistinctNames:
        self._watching = True
        for module, names in MAKERS:
            for name in names:
                function = getattr(module, name, None)  # not every system has all of them
                if function is not None:
                    watched = self._watched(function)
                    setattr(module, name, watched)
                    self._replaced.append((module, name, function, watched))
        return self

    def __exit__(self, *_: object) -> None:
        # A module may have imported a name, and keeps it; from now on it behaves as the original.
        self._watching = False
        for module, name, function, watched in self._replaced:
            if getattr(module, name) is watched:  # the user's code may have replaced it
                setattr(module, name, function)

    def _watched(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:
            if self._watching and _is_users(sys._getframe(1)):
                self.made = True
            return function(*args, **kwargs)

        return watched


def _is_users(frame: FrameType) -> bool:
    """Return True for code of the template, or of a file outside Python, installed packages and this one."""
    module = str(frame.f_globals.get("__name__", ""))
    if module == MODULE_NAME:
        return True
    file = frame.f_code.co_filename
    return file.startswith("/") and is_own_file(file) and module.partition(".")[0] != OURS
