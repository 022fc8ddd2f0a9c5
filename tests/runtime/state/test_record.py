from __future__ import annotations

import array
import collections
import contextvars
import enum
import functools
import logging
import random
import types
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from hypertemplate.compiler.program import Reached
from hypertemplate.runtime.state import object_graph
from hypertemplate.runtime.state import record as records
from hypertemplate.runtime.state.record import Changes, Record
from hypertemplate.runtime.state.recorded_state import Root

UNCHANGED = Changes()

FOREIGN = types.FunctionType((lambda: None).__code__, {"__name__": "functools"})
"""A function of Python's."""


def record(value: Any, *left_out: str, own: bool = False, **known: Any) -> Record:
    """The record of what one name holds, which line 3 assigns."""
    return Record([Root("held", Reached("held", "line 3", **known), value)], own=own, left_out=left_out)


def notes(shared: Record, number: int = 0) -> tuple[str, ...]:
    """What is said of the changes of a trial."""
    return shared.compare(number, None).notes


class Node:
    """A class of the user's own."""

    shared: list[int] = []  # noqa: RUF012 - that trials share it is the point

    def __init__(self, *parts: Any) -> None:
        self.parts = list(parts)


class Sliced(list[int]):
    """A list that would not be written to."""

    def __setitem__(self, *_: Any) -> None:
        raise AssertionError

    def __len__(self) -> int:
        raise AssertionError

    def __eq__(self, other: object) -> bool:
        raise AssertionError

    __hash__ = None


@dataclass(frozen=True)
class Frozen:
    """It cannot be assigned to, save by force."""

    values: list[int] = field(default_factory=list)
    n: int = 0


class Color(enum.Flag):
    """Members are made as they are needed."""

    RED = 1
    GREEN = 2


@pytest.mark.parametrize(
    ("value", "change"),
    [
        pytest.param([1, 2], lambda v: v.append(3), id="a list that grows"),
        pytest.param([1, 2], lambda v: v.reverse(), id="a list in another order"),
        pytest.param([1.5, 2], lambda v: v.clear(), id="a list that is emptied"),
        pytest.param({"a": 1}, lambda v: v.update(b=2), id="a key that is new"),
        pytest.param({"a": 1, "b": 2}, lambda v: v.update(a=v.pop("a")), id="keys in another order"),
        pytest.param({1, 2}, lambda v: v.discard(1), id="a set"),
        pytest.param(
            collections.deque([1, 2], maxlen=2), lambda v: v.append(3), id="a deque of a fixed length"
        ),
        pytest.param(collections.Counter("ab"), lambda v: v.update("a"), id="a counter"),
        pytest.param(collections.defaultdict(list), lambda v: v["a"].append(1), id="a dict with a default"),
        pytest.param(
            collections.OrderedDict(a=1, b=2),
            lambda v: v.move_to_end("a"),
            id="an ordered dict in another order",
        ),
        pytest.param(bytearray(b"ab"), lambda v: v.extend(b"c"), id="bytes"),
        pytest.param(array.array("i", [1]), lambda v: v.append(2), id="numbers"),
        pytest.param(Sliced([1]), lambda v: v.append(2), id="a class derived from a list"),
        pytest.param(types.SimpleNamespace(n=1), lambda v: setattr(v, "n", 2), id="a namespace"),
        pytest.param(Node(1), lambda v: v.parts.append(1), id="an instance's list"),
        pytest.param(Node(1), lambda v: setattr(v, "late", 1), id="an instance's new attribute"),
        pytest.param(Node(1), lambda v: delattr(v, "parts"), id="an attribute that is deleted"),
        pytest.param(Node(Node([Node(7)])), lambda v: v.parts[0].parts[0][0].parts.pop(), id="far inside"),
        pytest.param(Node, lambda v: v.shared.append(1), id="a class's list"),
        pytest.param(Node, lambda v: setattr(v, "late", 1), id="a class's new attribute"),
        pytest.param(Node(), lambda v: type(v).shared.append(1), id="the list of an instance's class"),
        pytest.param(Frozen(), lambda v: object.__setattr__(v, "n", 1), id="a frozen instance"),
        pytest.param((1, [2]), lambda v: v[1].append(1), id="a list in a tuple"),
        pytest.param(
            contextvars.ContextVar("held", default=[1]),  # noqa: B039
            lambda v: v.get().append(2),
            id="the value of a context variable",
        ),
        pytest.param([].append, lambda v: v(1), id="the list of a method of its own"),
        pytest.param(
            functools.partial(sorted, [], key=[].index), lambda v: v.args[0].append(1), id="a partial"
        ),
        pytest.param(random.Random(1), lambda v: v.random(), id="a generator of Python"),
        pytest.param(np.random.default_rng(1), lambda v: v.random(), id="a generator of NumPy"),
        pytest.param(np.random.RandomState(1), lambda v: v.random(), id="an old generator of NumPy"),
        pytest.param(
            np.random.Generator(np.random.MT19937(1)), lambda v: v.random(), id="a generator with an array"
        ),
        pytest.param(
            collections.UserDict(a=1), lambda v: v.update(a=2), id="an attribute of a library's class"
        ),
    ],
)
def test_what_was_changed_is_put_back(value: Any, change: Any) -> None:
    shared = record(value, assigned=True)
    assert shared.compare(0, None) == UNCHANGED
    change(value)
    assert notes(shared) == (
        "'held' (line 3) was changed by trial 0; it is put back before each trial. "
        "To make it anew instead, add to line 3: # hypertemplate: trial",
    )
    shared.put_back()
    assert shared.compare(1, None) == UNCHANGED
    change(value)
    assert notes(shared, 1) == ()  # it was said
    shared.put_back()
    assert shared.compare(2, None) == UNCHANGED


def test_a_context_variable_without_a_value_has_no_state() -> None:
    assert len(record(contextvars.ContextVar("held"))) == 0


def test_a_list_is_the_same_list_with_the_same_elements() -> None:
    inner = Node()
    held: list[Any] = [inner, [1], 2]
    shared = record(held)
    second = held[1]
    held[:] = [0]
    inner.parts.append(1)
    second.append(2)
    shared.compare(0, None)
    shared.put_back()
    assert held == [inner, [1], 2]
    assert held[0] is inner
    assert held[1] is second
    assert inner.parts == []


def test_an_equal_number_or_text_in_place_of_another_is_no_change() -> None:
    held: dict[str, Any] = {"rate": 1.5, "name": "ab" * 50, "nan": float("nan"), "pair": (1000, "x")}
    shared = record(held)
    held.update(rate=float("1.5"), name="".join(["ab"] * 50), nan=float("nan"), pair=(int("1000"), "x"))
    assert shared.compare(0, None) == UNCHANGED
    held["rate"] = 1
    assert len(notes(shared)) == 1


def test_elements_that_cannot_be_compared_are_told_apart() -> None:
    held = [np.ones(3), Sliced()]
    shared = record(held)
    assert shared.compare(0, None) == UNCHANGED
    held[0] = np.ones(3)
    assert len(notes(shared)) == 1


def test_variables_around_functions() -> None:
    def counter() -> Any:
        n, late = 0, None
        del late

        def count() -> int:
            nonlocal n, late
            n += 1
            late = [n]
            return n

        return count

    count = counter()
    shared = record(count)
    assert count() == 1
    assert len(notes(shared)) == 1
    shared.put_back()
    assert count() == 1
    shared.compare(1, None)
    shared.put_back()
    assert shared.compare(2, None) == UNCHANGED


Framework: Any = type("Layer", (), {"__module__": "keras.src.layers.layer"})


class Layer(Framework):  # type: ignore[misc]
    """A class of the user's own that derives from a framework's."""

    calls = 0
    seen: list[int] = []  # noqa: RUF012

    def call(self) -> int:
        return 1


class Scale(Layer):
    pass


@pytest.mark.parametrize("kind", [Layer, Scale])
def test_attributes_of_classes_that_derive_from_a_frameworks(kind: Any) -> None:
    shared = record(types.SimpleNamespace(kind=kind))
    before = dict(vars(kind))
    kind.calls += 1
    kind.seen.append(1)
    kind.late = 2
    kind.call = lambda self: 3
    assert len(notes(shared)) == 1
    shared.put_back()
    assert (dict(vars(kind)), kind.seen, kind().call()) == (before, [], 1)


def test_attributes_that_a_framework_gives_an_instance_are_left_alone() -> None:
    layer = Layer()
    shared = record(layer)
    layer.built = True
    assert shared.compare(0, None) == UNCHANGED


def test_attributes_and_defaults_of_functions() -> None:
    def remember(x: int, memo: list[int] = [], *, more: dict[str, int] = {}) -> int:  # noqa: B006
        memo.append(x)
        more["x"] = x
        return len(memo)

    shared = record(remember)
    remember(1)
    remember.calls = 1  # type: ignore[attr-defined]
    remember.__defaults__ = ([1, 2, 3],)
    assert len(notes(shared)) == 1
    shared.put_back()
    assert (remember(1), vars(remember)) == (1, {})


def test_a_cache_that_a_trial_fills_is_emptied() -> None:
    @functools.lru_cache
    def squared(x: int) -> list[int]:
        return [x * x]

    first = squared(2)
    shared = record(squared)
    assert squared(2) is first
    assert shared.compare(0, None) == UNCHANGED
    squared(3).append(1)
    assert len(notes(shared)) == 1
    shared.put_back()
    assert squared(3) == [9]


@pytest.mark.parametrize("decorator", [functools.cache, functools.lru_cache(maxsize=9)])
def test_results_in_a_cache_that_setup_filled_are_put_back(decorator: Any) -> None:
    squared = decorator(lambda x: [x * x])
    first = squared(2)
    shared = record(squared)
    first.append(1)
    assert len(notes(shared)) == 1
    shared.put_back()
    assert squared(2) is first
    assert first == [4]


def test_results_that_setup_has_cached_stay_where_the_cache_has_no_limit() -> None:
    @functools.cache
    def squared(x: int) -> list[int]:
        return [x * x]

    first = squared(2)
    shared = record(squared)
    squared(3)
    shared.compare(0, None)
    shared.put_back()
    assert squared(2) is first
    assert squared.cache_info().currsize == 1
    assert shared.compare(1, None) == UNCHANGED


@pytest.mark.parametrize(
    ("value", "change"),
    [
        pytest.param(logging.getLogger("net"), lambda v: v.addHandler(logging.NullHandler()), id="handlers"),
        pytest.param(
            types.ModuleType("installed"), lambda v: setattr(v, "late", 1), id="modules that are installed"
        ),
        pytest.param(Color, lambda v: v.RED | v.GREEN, id="members of a flag"),
        pytest.param(FOREIGN, lambda v: setattr(v, "late", 1), id="functions of Python's"),
        pytest.param(3, lambda v: None, id="a number"),
    ],
)
def test_what_is_not_the_users_is_left_alone(value: Any, change: Any) -> None:
    shared = record(value)
    change(value)
    assert shared.compare(0, None) == UNCHANGED


def test_a_set_that_has_its_elements_in_another_order_is_not_changed() -> None:
    held = set(range(100))
    shared = record(held)
    for number in range(100, 5000):
        held.add(number)
    for number in range(100, 5000):
        held.discard(number)
    assert shared.compare(0, None) == UNCHANGED


@pytest.mark.parametrize("make", [lambda: bytearray(b"ab"), lambda: array.array("b", b"ab")])
def test_what_has_lent_its_memory_out_keeps_its_size(make: Any) -> None:
    held = make()
    shared = record(held)
    held.append(1)
    with memoryview(held):
        changes = shared.compare(0, None)
        assert changes.lasting == "trial 0 changed 'held', which cannot be put back"
        shared.put_back()
    assert len(held) == 3


def test_what_trials_only_add_to_grows_in_the_users_own_process() -> None:
    held = [1]
    shared = record(held, "held", own=True, grows_only=True)
    held.append(2)
    assert shared.compare(0, None) == UNCHANGED
    shared.put_back()
    assert held == [1, 2]


def test_what_trials_only_add_to_is_put_back_without_a_word_elsewhere() -> None:
    held = [1]
    shared = record(held, grows_only=True)
    held.append(2)
    assert shared.compare(0, None) == UNCHANGED
    shared.put_back()
    assert held == [1]


def test_what_no_comment_makes_anew_has_no_advice() -> None:
    held = [1]
    shared = record(held)
    held.append(2)
    assert notes(shared) == ("'held' (line 3) was changed by trial 0; it is put back before each trial",)


def test_a_container_with_too_many_elements_is_compared_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(object_graph, "MOST_ELEMENTS", 500)
    held = {"short": list(range(100)), "long": list(range(1000))}
    words = {str(number): number for number in range(1000)}
    shared = Record([Root("held", None, held), Root("words", None, words)], own=False)
    assert shared.compare(0, None) == UNCHANGED
    held["long"].append(1)
    lasting = "trial 0 changed 'held', which cannot be put back"
    said = "'held' was changed by trial 0 and cannot be put back: the program is loaded anew; "
    assert shared.compare(0, None) == Changes((said + "make it in the code that is searched",), lasting)
    shared.put_back()
    assert len(held["long"]) == 1001
    held["long"].pop()
    words["0"] = -1
    assert shared.compare(1, None).lasting == "trial 1 changed 'words', which cannot be put back"


def test_so_many_objects_are_recorded_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MOST_OBJECTS", 5)
    held = [[number] for number in range(100)]
    shared = record(held)
    held[99].append(1)
    assert shared.compare(0, None) == UNCHANGED
    held[3].append(1)
    assert len(notes(shared)) == 1


def test_a_structure_that_holds_itself() -> None:
    held: list[Any] = [1]
    held.append(held)
    shared = record(held)
    held.append(3)
    assert len(notes(shared)) == 1
    shared.put_back()
    assert len(held) == 2
