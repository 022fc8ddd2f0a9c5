"""State that only native code has, compared and put back in place."""

from __future__ import annotations

import ctypes
import datetime
import decimal
import fractions
import functools
import io
import itertools
import queue
import sqlite3
import struct
import threading
import types
import xml.etree.ElementTree as et
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hypertemplate.compiler.program import Reached
from hypertemplate.runtime.state import native_state
from hypertemplate.runtime.state.completeness import has_whole_state
from hypertemplate.runtime.state.record import Changes, Record
from hypertemplate.runtime.state.recorded_state import Root

Act = Callable[[Any], object]


class Turns(itertools.count):  # type: ignore[type-arg]
    """An iterator of the user's own class."""


def record(value: Any) -> tuple[Record, dict[str, Any]]:
    """A record of one name, and what the name is put back to."""
    names = {"held": value}
    return Record([Root("held", Reached("held", "line 3"), value)], own=False, names=names), names


def held_lock() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


def counted(steps: int) -> itertools.cycle[int]:
    turns = itertools.cycle([1, 2, 3])
    for _ in range(steps):
        next(turns)
    return turns


@pytest.mark.parametrize(
    ("value", "change", "read", "expected"),
    [
        pytest.param(
            io.StringIO("abc"), lambda v: v.read(1), lambda v: v.tell(), 0, id="a text that is read"
        ),
        pytest.param(
            io.BytesIO(b"abc"),
            lambda v: v.truncate(1),
            lambda v: v.getvalue(),
            b"abc",
            id="bytes that are cut",
        ),
        pytest.param(threading.Event(), lambda v: v.set(), lambda v: v.is_set(), False, id="an event"),
        pytest.param(threading.Lock(), lambda v: v.acquire(), lambda v: v.locked(), False, id="a lock"),
        pytest.param(
            held_lock(), lambda v: v.release(), lambda v: v.locked(), True, id="a lock that was held"
        ),
        pytest.param(threading.Semaphore(2), lambda v: v.acquire(), lambda v: v._value, 2, id="a semaphore"),
        pytest.param(
            (ctypes.c_int * 2)(1, 2), lambda v: ctypes.memset(v, 0, 4), list, [1, 2], id="an array of C"
        ),
        pytest.param(
            decimal.Context(prec=5), lambda v: setattr(v, "prec", 9), lambda v: v.prec, 5, id="a context"
        ),
        pytest.param(memoryview(bytearray(2)), lambda v: v.__setitem__(0, 1), bytes, bytes(2), id="a view"),
        pytest.param(
            et.fromstring("<a><b/></a>"),
            lambda v: v.append(et.Element("c")),
            lambda v: [one.tag for one in v],
            ["b"],
            id="an element that is given a child",
        ),
        pytest.param(
            et.ElementTree(et.fromstring("<a><b n='1'>x</b>y</a>")),
            lambda v: v.find("b").clear(),
            lambda v: et.tostring(v.getroot()),
            b'<a><b n="1">x</b>y</a>',
            id="an element inside a document",
        ),
        pytest.param(
            et.fromstring("<a n='1'/>"), lambda v: v.set("n", "2"), lambda v: v.get("n"), "1", id="attributes"
        ),
        pytest.param(counted(2), next, next, 3, id="a cycle in its first round"),
        pytest.param(counted(5), next, next, 3, id="a cycle in its second round"),
        pytest.param(zip([1, 2], "ab", strict=True), next, next, (1, "a"), id="pairs"),
        pytest.param(map(str, iter((1, 2))), next, next, "1", id="results over a tuple"),
        pytest.param(
            np.nditer(np.arange(3)), next, lambda v: int(next(v)), 0, id="an iterator over an array"
        ),
        pytest.param(
            np.nditer(np.arange(1)), next, lambda v: int(next(v)), 0, id="an iterator that comes to its end"
        ),
    ],
)
def test_what_was_changed_is_put_back(value: Any, change: Act, read: Act, expected: object) -> None:
    shared, names = record(value)
    assert shared.compare(0, None) == Changes()
    for number in range(2):
        change(names["held"])
        assert len(shared.compare(number, None).notes) == (not number)
        shared.put_back()
        assert shared.compare(number, None) == Changes()
    assert read(names["held"]) == expected


@pytest.mark.parametrize(
    ("value", "change"),
    [
        pytest.param(queue.SimpleQueue(), lambda v: v.put(1), id="a queue"),
        pytest.param(io.StringIO("a"), lambda v: v.close(), id="a text that is closed"),
        pytest.param(
            sqlite3.connect(":memory:"), lambda v: v.execute("create table t as select 1"), id="a database"
        ),
        pytest.param((n for n in range(3)), lambda v: next(v), id="a generator"),
        pytest.param(map(str, (n for n in range(3))), lambda v: next(v), id="an iterator over a generator"),
        pytest.param(
            struct.iter_unpack("B", b"abc"), lambda v: next(v), id="an iterator over packed numbers"
        ),
        pytest.param(np.arange(3).flat, lambda v: next(v), id="a flat iterator over an array"),
        pytest.param(
            np.ndenumerate(np.arange(3)), lambda v: next(v), id="an array's elements with their indices"
        ),
        pytest.param(
            types.MethodType(next, itertools.count()), lambda v: v(), id="a method with an iterator"
        ),
        pytest.param(Turns(2), lambda v: next(v), id="an iterator of a class of one's own"),
        pytest.param(((itertools.count().__next__,),), lambda v: v[0][0](), id="a tuple in a tuple"),
        pytest.param(frozenset({itertools.count()}), lambda v: next(*v), id="an iterator in a frozen set"),
        pytest.param(types.CellType(itertools.count()), lambda v: next(v.cell_contents), id="a cell"),
    ],
)
def test_what_cannot_be_put_back(value: Any, change: Act) -> None:
    shared, _ = record(value)
    assert shared.compare(0, None) == Changes()
    if isinstance(value, sqlite3.Connection):
        change(value)
        value.execute("insert into t values (2)")
    else:
        change(value)
    assert shared.compare(0, None).lasting == "trial 0 changed 'held', which cannot be put back"


def test_a_long_text_in_memory_is_compared_by_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native_state, "MOST_BYTES", 3)
    value = io.BytesIO(b"abcdef")
    shared, _ = record(value)
    assert shared.compare(0, None) == Changes()
    value.read(1)
    assert shared.compare(0, None).lasting


def test_files_that_are_read_are_read_again(tmp_path: Path) -> None:
    (tmp_path / "rows").write_text("1\n2\n3\n")
    with (tmp_path / "rows").open() as rows, (tmp_path / "log").open("a") as log:
        shared, _ = record([rows, log])
        assert next(rows) == "1\n"
        log.write("the user's")
        assert len(shared.compare(0, None).notes) == 1
        shared.put_back()
        assert rows.read() == "1\n2\n3\n"


def test_what_is_closed_or_on_disk_is_left_alone(tmp_path: Path) -> None:
    closed = io.StringIO()
    closed.close()
    stored = sqlite3.connect(tmp_path / "rows.db")
    ended = sqlite3.connect(":memory:")
    ended.close()
    shared, _ = record([closed, stored, ended])
    stored.execute("create table t as select 1")
    assert shared.compare(0, None) == Changes()
    stored.close()


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        pytest.param(et.Element("a"), True, id="an element of a document"),
        pytest.param(zlib.compressobj(), False, id="a compressor"),
        pytest.param(functools.partial(list, [1]), True, id="a partial function"),
        pytest.param([].append, True, id="a method of a list"),
        pytest.param(types.SimpleNamespace(n=1), True, id="a namespace"),
        pytest.param(
            {"when": datetime.date(2020, 1, 1), "share": fractions.Fraction(1, 2)}, True, id="values"
        ),
    ],
)
def test_only_what_is_recorded_counts_as_known(value: Any, whole: bool) -> None:
    assert has_whole_state([value]) == whole
