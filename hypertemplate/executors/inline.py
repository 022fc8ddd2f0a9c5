"""Executor of trials in this process: breakpoints work, and live objects are used as they are.

A trial that hangs, or that kills its process, takes the search with it.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NoReturn

from hypertemplate.compiler.program import Program
from hypertemplate.errors import WorkerError
from hypertemplate.executors.base import Event
from hypertemplate.runtime.kept_models.checkpoint import save_model
from hypertemplate.runtime.process.spared_objects import spared
from hypertemplate.runtime.protocol import (
    Exit,
    FitMessage,
    FromWorker,
    Go,
    Load,
    Outcome,
    Run,
    RuntimeOptions,
    Stop,
    ToWorker,
)
from hypertemplate.runtime.seeds import as_they_were
from hypertemplate.runtime.trial_runner import Worker

Take = Callable[[Event], None]


class InlineExecutor:
    """One worker, which is this process; see `hypertemplate.executors.base.Executor` for its use.

    The same messages are exchanged as between processes, as plain objects. Random generators are restored
    when the executor is closed.

    Args:
        program: program to load.
        options: runtime options of trials; settings of the frameworks are restored when the executor is
            closed.
        environment: variables for Keras, such as its backend, restored in the same way. A Keras that is
            already loaded has made its choice, and they are ignored.
        values: values that the program takes from memory, by name.
        save: whether models that are kept are also saved to their files.
        models: dict to fill with the models that are kept, by path; who discards one removes it there.

    Attributes:
        models: models that are kept, by path.
        returned: trial number -> result of its model function, without the model, if it was a dict.
    """

    workers = 1
    in_process = True
    notes: tuple[str, ...] = ()

    def __init__(
        self,
        program: Program,
        options: RuntimeOptions,
        *,
        environment: Mapping[str, str] = MappingProxyType({}),
        values: Mapping[str, Any],
        save: bool = False,
        models: dict[str, Any] | None = None,
    ) -> None:
        self.models: dict[str, Any] = {} if models is None else models
        self.returned: dict[int, dict[str, Any]] = {}
        self._number = 0
        self._load = Load(program, replace(options, attached=True))
        self._environment = environment
        self._values = values
        self._save = save
        self._orders: deque[ToWorker] = deque()
        self._driver = _Answers()
        self._worker: Worker | None = None
        self._kept_as_they_were = contextlib.ExitStack()

    def start(self, most: int | None = None) -> None:
        """Queue the program for loading in the next `attend`."""
        self._kept_as_they_were.enter_context(as_they_were())
        if "keras" not in sys.modules:
            self._kept_as_they_were.enter_context(_variables(self._environment))
        self._orders.append(self._load)

    def restart(self, worker: int) -> NoReturn:
        """Refuse: this process cannot die before the search does, so the search never calls this."""
        raise WorkerError(f"worker {worker} is the search's own process, and cannot be replaced")

    def worn(self, worker: int, outcome: Outcome) -> None:
        """Return None: this process continues whatever a trial left behind."""

    def send(self, worker: int, message: ToWorker) -> None:
        """Pass a message to the worker: an order, or the answer to its request."""
        if isinstance(message, Run):
            self._orders.append(message)
        else:
            self._driver.answers.append(message)

    def attend(self, take: Take) -> None:
        """Execute the next order, and pass its events to `take`."""
        if not self._orders:
            raise WorkerError("there is nothing to run")
        self._driver.take = take
        order = self._orders.popleft()
        if isinstance(order, Load):
            self._worker = Worker(
                self._driver,
                order,
                values=self._values,
                keep=self._keep,
                hear=self._hear,
            )
            answer = self._worker.load()
            self._kept_as_they_were.enter_context(spared())
            self._driver.send(answer)
        elif isinstance(order, Run) and self._worker is not None:
            self._number = order.number
            self._worker.run(order)
        if self._driver.broken is not None:
            raise self._driver.broken

    def output(self, worker: int) -> str:
        """Return an empty text: a trial's output is visible as it is printed."""
        return ""

    def close(self) -> None:
        """Restore the process as it was; a second call has no effect."""
        worker, self._worker = self._worker, None
        self._orders.clear()
        with self._kept_as_they_were:
            if worker is not None:
                worker.close()

    def _keep(self, model: Any, path: str) -> str:
        if self._save:
            path = save_model(model, path)
        self.models[path] = model
        return path

    def _hear(self, returned: Any) -> None:
        if isinstance(returned, Mapping):
            self.returned[self._number] = {
                str(key): value for key, value in returned.items() if key != "model"
            }


@contextlib.contextmanager
def _variables(wanted: Mapping[str, str]) -> Iterator[None]:
    """Add environment variables in this context; changes that its code makes to them stay."""
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if os.environ.get(name) != wanted[name]:
                continue
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class _Answers:
    """The driver as the worker sees it: each message is taken at once, and its answer is ready.

    Attributes:
        take: receiver of the messages.
        answers: answers that have not been read yet.
        broken: exception of `take` in the middle of a trial, which must not count as the trial's.
    """

    def __init__(self) -> None:
        self.take: Take | None = None
        self.answers: deque[ToWorker] = deque()
        self.broken: BaseException | None = None

    def send(self, message: FromWorker) -> None:
        """Pass the message to the receiver."""
        if self.take is not None:
            self.take(Event(0, message))

    def receive(self) -> ToWorker | None:
        """Return the answer to the last message."""
        return self.answers.popleft() if self.answers else Exit()

    def ask(self, message: FitMessage) -> Go | Stop:
        """Pass the message to the receiver and return its answer, which is `Go` if it does not wait."""
        try:
            self.send(message)
        except KeyboardInterrupt:
            raise  # the running trial is interrupted, whichever code was active
        except BaseException as error:
            self.broken = error
            raise
        if not message.waits:
            return Go()
        answer = self.receive()
        if not isinstance(answer, (Go, Stop)):
            raise WorkerError(f"the driver answered {type(message).__name__} with {answer!r}")
        return answer
