"""Notices the making of names that are to differ from process to process.

What is made of a process's id, or of the system's random bytes, while a template is loaded is the same in all
workers that are forked from then on. A file of such a name, meant for one of them, would be that of all.
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
    # Not randbits: NumPy draws with it the seed of a generator that is given none, which all may share.
    (secrets, ("choice", "randbelow", "token_bytes", "token_hex", "token_urlsafe")),
)
"""Module, and its functions whose results differ."""


class DistinctNames:
    """Notices calls that the user's own code makes, in a ``with`` statement; those of libraries do not count.

    Attributes:
        made: whether there was one.
    """

    def __init__(self) -> None:
        self.made = False
        self._watching = False
        self._replaced: list[tuple[ModuleType, str, Callable[..., Any], Callable[..., Any]]] = []

    def __enter__(self) -> DistinctNames:
        self._watching = True
        for module, names in MAKERS:
            for name in names:
                function = getattr(module, name, None)  # not every system has all
                if function is not None:
                    watched = self._watched(function)
                    setattr(module, name, watched)
                    self._replaced.append((module, name, function, watched))
        return self

    def __exit__(self, *_: object) -> None:
        # A module may have imported one by name, and keeps it: from now on it does what it always did.
        self._watching = False
        for module, name, function, watched in self._replaced:
            if getattr(module, name) is watched:  # the user's code may have put in its own
                setattr(module, name, function)

    def _watched(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:
            if self._watching and _is_users(sys._getframe(1)):
                self.made = True
            return function(*args, **kwargs)

        return watched


def _is_users(frame: FrameType) -> bool:
    """Whether code is the template's or in a file that is neither Python's, nor ours, nor installed."""
    module = str(frame.f_globals.get("__name__", ""))
    if module == MODULE_NAME:
        return True
    file = frame.f_code.co_filename
    return file.startswith("/") and is_own_file(file) and module.partition(".")[0] != OURS
