"""Interrupts of a search by SIGINT, in the process in which the user has started it."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
import time
import traceback
from types import FrameType, TracebackType
from typing import Any

MOMENT_S = 0.02
"""Seconds between two attempts to raise an interrupt that was postponed."""

_IMPORT = "<frozen importlib._bootstrap>", "_find_and_load"
"""File and name of the function that runs while a module is imported."""


class Interrupts:
    """Context manager in which an interrupt neither breaks an import nor gets lost.

    Python raises KeyboardInterrupt wherever the main thread is. In an import this leaves modules in
    ``sys.modules`` that miss half of their names, as long as the process lives; here it is raised when the
    import is over, and a second interrupt is raised at once. In a destructor, and in the callback of a weak
    reference, Python prints it and goes on; here it is raised again.

    It has no effect outside the main thread, within another one, and where the user's code has a handler of
    its own.

    Attributes:
        raised: whether an interrupt was raised in the context.
    """

    def __init__(self) -> None:
        self.raised = False
        self._installed = False
        self._imports = 0
        self._postponed = False
        self._again = False
        self._over = False

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is not threading.main_thread():
            return self
        if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            return self
        self._imports = _imports(sys._getframe())
        self._unraisable = sys.unraisablehook
        self._installed = True
        sys.unraisablehook = self._note_lost
        signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._over = True
        if not self._installed:
            return
        if signal.getsignal(signal.SIGINT) == self._handle:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        if sys.unraisablehook == self._note_lost:
            sys.unraisablehook = self._unraisable
        if self._postponed and error is None:
            raise brief(KeyboardInterrupt())

    def _handle(self, number: int, frame: FrameType | None) -> None:
        """Raise KeyboardInterrupt, now or when the import is over."""
        is_second = self._postponed and not self._again
        self._again = False
        if not is_second and _imports(frame) > self._imports:
            self._postpone()
            return
        self._postponed = False
        self.raised = True
        raise KeyboardInterrupt

    def _note_lost(self, lost: sys.UnraisableHookArgs) -> Any:
        """Raise an interrupt again that a destructor could not pass on; report anything else as before."""
        if lost.exc_type is KeyboardInterrupt:
            self._postpone()
        else:
            self._unraisable(lost)

    def _postpone(self) -> None:
        self._postponed = True
        # Not a `threading.Thread`: its locks may be held by the code that was interrupted.
        _thread.start_new_thread(self._remind, ())

    def _remind(self) -> None:
        """Interrupt the main thread again when it imports nothing."""
        main = threading.main_thread().ident
        assert main is not None
        time.sleep(MOMENT_S)
        while _imports(sys._current_frames().get(main)) > self._imports:
            time.sleep(MOMENT_S)
        if self._postponed and not self._over:
            self._again = True
            signal.pthread_kill(main, signal.SIGINT)


def raise_swallowed() -> None:
    """Raise KeyboardInterrupt if one was raised in the `Interrupts` of this process, and code caught it."""
    interrupts = getattr(signal.getsignal(signal.SIGINT), "__self__", None)
    if isinstance(interrupts, Interrupts) and interrupts.raised:
        raise KeyboardInterrupt


def brief(interrupt: KeyboardInterrupt) -> KeyboardInterrupt:
    """Let IPython show an interrupt as one line.

    Its type stays `KeyboardInterrupt` itself: for no subclass of it Python ends with the signal's status.
    """
    interrupt.args = interrupt.args or ("interrupted",)
    line = "".join(traceback.format_exception_only(interrupt)).rstrip()
    vars(interrupt)["_render_traceback_"] = lambda: [line]
    return interrupt


def _imports(frame: FrameType | None) -> int:
    """Count the imports that are going on in a frame and its callers."""
    count = 0
    while frame is not None:
        count += (frame.f_code.co_filename, frame.f_code.co_name) == _IMPORT
        frame = frame.f_back
    return count
