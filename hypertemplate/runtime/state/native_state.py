"""State that only native code has, and that can be written in place: streams, buffers, locks, contexts."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from typing import Any

MOST_BYTES = 4 * 2**20
"""Most bytes of a stream in memory that are kept; of a longer one, position and length are compared."""


class NativeState:
    """A state that is read and written by calls.

    Args:
        read: gives the state, as plain data; it is compared.
        write: gives the object the recorded state; None where nothing can.
        inside: objects that it holds, which have states of their own.
    """

    def __init__(
        self, read: Callable[[], Any], write: Callable[[Any], Any] | None, inside: Iterable[Any] = ()
    ) -> None:
        self.inside = tuple(inside)
        self._read = read
        self._write = write
        self._state = read()

    def changed(self) -> bool:
        """Return True if the state differs."""
        return bool(self._read() != self._state)

    def restorable(self) -> bool:
        """Return True if the state can be written: nothing opens again what a trial has closed."""
        return self._write is not None and self._read() is not CLOSED

    def put_back(self) -> None:
        """Restore the state."""
        if self._write is not None:
            self._write(self._state)


CLOSED = "closed"
"""State of a stream that is closed."""


def native_state(value: Any) -> NativeState | None:
    """Record the state of an object of some kinds that are written in native code; None for any other."""
    for module, names, record in _KINDS:
        loaded = sys.modules.get(module)
        if loaded is not None and issubclass(type(value), tuple(getattr(loaded, name) for name in names)):
            return record(value)
    return None


def _of_stream_in_memory(value: Any) -> NativeState | None:
    if value.closed:
        return None
    if _size(value) > MOST_BYTES:
        return NativeState(lambda: CLOSED if value.closed else (value.tell(), _size(value)), None)
    return NativeState(lambda: CLOSED if value.closed else value.__getstate__()[:-1], _write_stream(value))


def _write_stream(value: Any) -> Callable[[Any], None]:
    def write(state: Any) -> None:
        value.__setstate__((*state, None))

    return write


def _size(value: Any) -> int:
    here = value.tell()
    size = value.seek(0, io.SEEK_END)
    value.seek(here)
    return int(size)


def _of_file(value: Any) -> NativeState | None:
    """Record the place to which a file was read; one that is written belongs to the user."""
    if value.closed or not value.readable() or value.writable() or not value.seekable():
        return None
    return NativeState(lambda: CLOSED if value.closed else _told(value), value.seek)


def _told(value: Any) -> int:
    try:
        return int(value.tell())
    except OSError:  # the text is read line by line
        return -1


def _of_buffer(value: Any) -> NativeState:
    ctypes = sys.modules["ctypes"]
    size = ctypes.sizeof(value)
    return NativeState(
        lambda: ctypes.string_at(ctypes.addressof(value), size),
        lambda state: ctypes.memmove(ctypes.addressof(value), state, size),
    )


def _of_event(value: Any) -> NativeState:
    return NativeState(value.is_set, lambda state: value.set() if state else value.clear())


def _of_lock(value: Any) -> NativeState:
    def write(locked: bool) -> None:
        if locked:
            value.acquire(blocking=False)
        else:
            value.release()

    return NativeState(value.locked, write)


def _of_semaphore(value: Any) -> NativeState:
    return NativeState(lambda: value._value, lambda state: setattr(value, "_value", state))


def _of_queue(value: Any) -> NativeState:
    return NativeState(value.qsize, None)


def _of_database(value: Any) -> NativeState | None:
    """Record how often a database in memory was changed; one on disk belongs to the user."""
    try:
        places = [row[2] for row in value.execute("PRAGMA database_list")]
    except sys.modules["sqlite3"].Error:  # it is closed, or another thread's
        return None
    return None if any(places) else NativeState(lambda: value.total_changes, None)


_FIELDS = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp", "flags", "traps")


def _of_decimals(value: Any) -> NativeState:
    def read() -> dict[str, Any]:
        return {name: getattr(value, name) for name in _FIELDS[:-2]} | {
            name: dict(getattr(value, name)) for name in _FIELDS[-2:]
        }

    def write(state: dict[str, Any]) -> None:
        for name in _FIELDS:
            setattr(value, name, state[name])

    return NativeState(read, write)


def _of_element(value: Any) -> NativeState:
    """Record the parts of an element of XML; its attributes and its children have states of their own."""

    def read() -> tuple[Any, ...]:
        return value.tag, value.text, value.tail, value.attrib, [*value]

    def write(state: Any) -> None:
        value.tag, value.text, value.tail, value.attrib, value[:] = state

    *parts, children = read()
    return NativeState(read, write, (*parts, *children))


_KINDS: tuple[tuple[str, tuple[str, ...], Callable[[Any], NativeState | None]], ...] = (
    ("io", ("StringIO", "BytesIO"), _of_stream_in_memory),
    ("io", ("BufferedReader", "FileIO", "TextIOWrapper"), _of_file),
    ("_ctypes", ("Array", "Structure", "Union", "_SimpleCData"), _of_buffer),
    ("threading", ("Event",), _of_event),
    ("_thread", ("LockType",), _of_lock),
    ("threading", ("Semaphore",), _of_semaphore),
    ("_queue", ("SimpleQueue",), _of_queue),
    ("sqlite3", ("Connection",), _of_database),
    ("decimal", ("Context",), _of_decimals),
    ("xml.etree.ElementTree", ("Element",), _of_element),
)
"""Module and names of the classes; a module that is not loaded has no objects."""
