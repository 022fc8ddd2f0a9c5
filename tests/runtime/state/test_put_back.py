"""Every trial is what a fresh run of the whole file would be, whatever trials change of what setup made."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hypertemplate.compiler.program import Program
from hypertemplate.executors.inline import InlineExecutor
from hypertemplate.runtime.protocol import Complete, Finished, FromWorker, Ready, Run, RuntimeOptions
from tests.runtime.talk import started, trial

from .holders import HOLDERS
from .mutations import MUTATIONS, VALUES, Mutation, fresh, mutating

MUTATING = pytest.mark.parametrize(
    "mutation", [pytest.param(m, id=name) for name, m in {**MUTATIONS, **HOLDERS}.items()]
)

IN_A_WORKER = (
    "a method of an imported class",
    "an item, inside an imported function",
    "what only some option reaches",
    "a counter behind an imported decorator",
    "a class attribute",
    "a deque",
    "a set",
    "nested lists",
    "an instance in a list",
    "an array",
    "what data returned",
)


@pytest.fixture(autouse=True)
def _beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("beside", None)


def in_this_process(program: Program) -> list[Finished]:
    """What trials in this process come to."""
    heard: list[FromWorker] = []
    executor = InlineExecutor(program, RuntimeOptions(seed=1), values={})

    def next_message() -> FromWorker:
        executor.attend(lambda event: heard.append(event.message))  # type: ignore[arg-type]
        return heard.pop()

    with contextlib.closing(executor):
        executor.start()
        assert isinstance(next_message(), Ready)
        finished = []
        for number, value in enumerate(VALUES):
            executor.send(0, Run(number, {"x": value}, 1))
            message = next_message()
            assert isinstance(message, Finished)
            finished.append(message)
        return finished


def check(mutation: Mutation, finished: list[Finished]) -> None:
    """Each trial is a fresh run; one of them said once what was changed."""
    assert [one.outcome for one in finished] == [Complete(fresh(mutation, value)) for value in VALUES]
    notes = [note for one in finished for note in one.notes]
    assert len(notes) == 1, notes
    assert notes[0].startswith(f"{mutation.name} was changed ")
    assert "; it is put back before each trial" in notes[0]
    assert [one.lasting for one in finished] == [""] * len(VALUES)


@pytest.mark.parametrize("mutation", [pytest.param(MUTATIONS[name], id=name) for name in IN_A_WORKER])
def test_in_a_worker(mutation: Mutation, tmp_path: Path) -> None:
    with started(mutating(mutation, tmp_path)) as executor:
        check(mutation, [trial(executor, number, x=value) for number, value in enumerate(VALUES)])


@MUTATING
def test_in_the_users_own_process(mutation: Mutation, tmp_path: Path) -> None:
    check(mutation, in_this_process(mutating(mutation, tmp_path)))
