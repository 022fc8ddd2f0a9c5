"""What the search may rely on, whatever runs the trials."""

from __future__ import annotations

import contextlib
import random
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy
import pytest

from hypertemplate.compiler.program import Program
from hypertemplate.errors import WorkerError
from hypertemplate.executors.base import Event, Executor
from hypertemplate.executors.inline import InlineExecutor
from hypertemplate.executors.process import ProcessExecutor
from hypertemplate.origin import RETURNED_LOSS
from hypertemplate.runtime.protocol import (
    Calling,
    Complete,
    Drop,
    Failed,
    Finished,
    Keep,
    LoadFailed,
    Ready,
    Run,
    RuntimeOptions,
    Saved,
    SaveFailed,
)
from hypertemplate.runtime.values import write_values
from tests.executors.workers import process_executor
from tests.runtime.programs import program, uniform

MODEL = """
    def model():
        return {'loss': (_ht_['rate']), 'model': Saving()}
"""

SAVING = """
    class Saving:
        def save(self, path):
            with open(path, 'w') as file:
                file.write('saved')
"""


class ExecutorContract(ABC):
    """Every executor passes these."""

    @abstractmethod
    def make(self, made: Program, folder: Path, values: Mapping[str, Any]) -> Executor:
        """An executor of the kind that is tested."""

    @contextlib.contextmanager
    def running(self, made: Program, folder: Path, **values: Any) -> Iterator[Executor]:
        with contextlib.closing(self.make(made, folder, values)) as executor:
            executor.start()
            yield executor

    def next(self, executor: Executor) -> Any:
        """The next message, of which there is one."""
        heard: list[Event] = []
        executor.attend(heard.append)
        (event,) = heard
        assert event.worker == 0
        return event.message

    def test_it_loads_and_then_runs_trials(self, tmp_path: Path) -> None:
        made = program(
            trial="def model():\n    return (_ht_['rate'])", folder=tmp_path, parameters=(uniform("rate"),)
        )
        with self.running(made, tmp_path) as executor:
            ready = self.next(executor)
            assert isinstance(ready, Ready)
            assert [dimension.label for dimension in ready.space] == ["rate"]
            for number in range(2):
                executor.send(0, Run(number, {"rate": number + 0.5}, 1))
                assert self.next(executor) == Finished(Complete(number + 0.5), {}, origin=RETURNED_LOSS)

    def test_it_says_when_it_calls_the_data_function(self, tmp_path: Path) -> None:
        made = program(
            "def data():\n    return 1", "def model():\n    return 1", data="data", folder=tmp_path
        )
        with self.running(made, tmp_path) as executor:
            heard: list[Event] = []
            while not heard or not isinstance(heard[-1].message, Ready):
                executor.attend(heard.append)
        assert heard[0] == Event(0, Calling("data"))

    def test_a_template_that_cannot_be_loaded(self, tmp_path: Path) -> None:
        made = program("1 / 0", "def model():\n    return 1", folder=tmp_path)
        with self.running(made, tmp_path) as executor:
            failed = self.next(executor)
            assert isinstance(failed, LoadFailed)
            assert failed.message == "ZeroDivisionError: division by zero (model.py:1)"

    @pytest.mark.parametrize(
        ("body", "failed"),
        [
            pytest.param("1 / 0", "ZeroDivisionError: division by zero (model.py:2)", id="raises"),
            pytest.param("import sys; sys.exit(3)", "the trial called sys.exit(3)", id="exits"),
            pytest.param("raise KeyboardInterrupt", "the trial was interrupted", id="is interrupted"),
        ],
    )
    def test_a_trial_that_fails_is_data(self, body: str, failed: str, tmp_path: Path) -> None:
        made = program(trial=f"def model():\n    {body}", folder=tmp_path)
        with self.running(made, tmp_path) as executor:
            self.next(executor)
            executor.send(0, Run(0, {}, 1))
            finished = self.next(executor)
            assert isinstance(finished, Finished)
            assert isinstance(finished.outcome, Failed)
            assert finished.outcome.message == failed

    def test_names_are_put_back_between_trials(self, tmp_path: Path) -> None:
        made = program(
            "count = 0", "def model():\n    global count\n    count += 1\n    return count", folder=tmp_path
        )
        with self.running(made, tmp_path) as executor:
            self.next(executor)
            for number in range(2):
                executor.send(0, Run(number, {}, 1))
                assert self.next(executor) == Finished(Complete(1.0), {}, origin=RETURNED_LOSS)

    def test_a_model_is_kept_or_dropped(self, tmp_path: Path) -> None:
        made = program(SAVING, MODEL, folder=tmp_path, parameters=(uniform("rate"),))
        path = str(tmp_path / "kept")
        heard: list[Any] = []
        with self.running(made, tmp_path) as executor:

            def take(event: Event) -> None:
                heard.append(event.message)
                if isinstance(event.message, Finished):
                    executor.send(0, Keep(path) if event.message.outcome == Complete(0.0) else Drop())

            executor.attend(take)
            for number in range(2):
                executor.send(0, Run(number, {"rate": float(number)}, 1))
                while not isinstance(heard[-1], Finished if number else Saved):
                    executor.attend(take)
        assert [type(message).__name__ for message in heard] == ["Ready", "Finished", "Saved", "Finished"]

    def test_a_worker_is_not_worn_by_a_trial(self, tmp_path: Path) -> None:
        made = program(trial="def model():\n    raise ValueError('no')", folder=tmp_path)
        with self.running(made, tmp_path) as executor:
            self.next(executor)
            for number in range(2):
                executor.send(0, Run(number, {}, 1))
                finished = self.next(executor)
                assert isinstance(finished, Finished)
                assert executor.worn(0, finished.outcome) is None

    def test_values_come_from_memory(self, tmp_path: Path) -> None:
        made = program(trial="def model():\n    return scale * 2", folder=tmp_path)
        with self.running(_living(made, "scale"), tmp_path, scale=21) as executor:
            self.next(executor)
            executor.send(0, Run(0, {}, 1))
            assert self.next(executor) == Finished(Complete(42.0), {}, origin=RETURNED_LOSS)

    def test_closing_twice_is_closing(self, tmp_path: Path) -> None:
        executor = self.make(program(trial="def model():\n    return 1", folder=tmp_path), tmp_path, {})
        executor.start()
        executor.close()
        executor.close()


def _living(made: Program, *names: str) -> Program:
    import dataclasses

    return dataclasses.replace(made, live=names)


class FirstOfTwo(ProcessExecutor):
    """One worker alone is not forked: here is another, which does nothing, and of which nothing is heard."""

    def receive(self, timeout_s: float | None = None) -> Event | None:
        while (event := super().receive(timeout_s)) is not None and event.worker == 1:
            pass
        return event


class TestProcessExecutor(ExecutorContract):
    def make(self, made: Program, folder: Path, values: Mapping[str, Any]) -> Executor:
        path = folder / "values"
        write_values(path, values)
        file = str(path) if values else ""
        return self.executor(made, file)

    def executor(self, made: Program, values: str) -> Executor:
        return process_executor(made, seed=1, values=values)


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")
class TestForkedWorkers(TestProcessExecutor):
    def executor(self, made: Program, values: str) -> Executor:
        return process_executor(made, FirstOfTwo, seed=1, values=values, workers=2, tell=self.refuse)

    def refuse(self, reason: str) -> None:
        """They could be forked."""
        raise AssertionError(reason)


class TestInlineExecutor(ExecutorContract):
    def make(self, made: Program, folder: Path, values: Mapping[str, Any]) -> Executor:
        return InlineExecutor(made, RuntimeOptions(1), values=values)

    def test_objects_are_used_as_they_are(self, tmp_path: Path) -> None:
        made = program(
            trial="def model():\n    seen.append(1)\n    return {'loss': len(seen), 'seen': seen}",
            folder=tmp_path,
        )
        seen: list[int] = []
        executor = InlineExecutor(_living(made, "seen"), RuntimeOptions(1), values={"seen": seen})
        executor.start()
        executor.attend(lambda event: None)
        executor.send(0, Run(7, {}, 1))
        assert self.next(executor) == Finished(Complete(1.0), {}, origin=RETURNED_LOSS)
        assert executor.returned == {7: {"loss": 1, "seen": [1]}}
        assert executor.returned[7]["seen"] is seen
        executor.close()

    def test_the_process_is_given_back(self, tmp_path: Path) -> None:
        made = program("import os\nx = os.environ", "def model():\n    return 1", folder=tmp_path)
        hooks, arguments, path = list(sys.meta_path), sys.argv, list(sys.path)
        folder, states = Path.cwd(), (random.getstate(), numpy.random.get_state()[1].tolist())  # type: ignore[index]
        with self.running(made, tmp_path) as executor:
            self.next(executor)
            executor.send(0, Run(0, {}, 1))
            self.next(executor)
        assert (sys.meta_path, sys.argv, sys.path, Path.cwd()) == (hooks, arguments, path, folder)
        assert (random.getstate(), numpy.random.get_state()[1].tolist()) == states  # type: ignore[index]

    def test_a_model_that_is_kept_is_the_object(self, tmp_path: Path) -> None:
        made = program(
            "thing = object()", "def model():\n    return {'loss': 1, 'model': thing}", folder=tmp_path
        )
        executor = InlineExecutor(made, RuntimeOptions(1), values={})
        executor.start()
        executor.attend(lambda event: None)
        executor.send(0, Run(0, {}, 1))
        executor.attend(
            lambda event: executor.send(0, Keep("best")) if isinstance(event.message, Finished) else None
        )
        assert list(executor.models) == ["best"]
        executor.close()

    def test_without_an_order_nothing_would_ever_come(self, tmp_path: Path) -> None:
        with self.running(program(trial="def model():\n    return 1", folder=tmp_path), tmp_path) as executor:
            self.next(executor)
            with pytest.raises(WorkerError, match=r"^there is nothing to run$"):
                executor.attend(lambda event: None)
            with pytest.raises(
                WorkerError, match=r"^worker 0 is the search's own process, and cannot be replaced$"
            ):
                executor.restart(0)
            assert executor.output(0) == ""


def test_a_model_that_cannot_be_saved_is_said(tmp_path: Path) -> None:
    trial = """
        class Fixed:
            def __reduce__(self): raise ValueError('no copies')
        def model(): return {'loss': 1, 'model': Fixed()}
    """
    made = program(trial=trial, folder=tmp_path)
    heard: list[Any] = []
    with contextlib.closing(process_executor(made, seed=1)) as executor:
        executor.start()
        executor.attend(lambda event: executor.send(0, Run(0, {}, 1)))
        executor.attend(lambda event: executor.send(0, Keep(str(tmp_path / "best.keras"))))
        executor.attend(lambda event: heard.append(event.message))
    assert heard == [SaveFailed("ValueError: no copies (model.py:2)")]
