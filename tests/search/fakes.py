"""An executor without processes: each worker is a generator that says messages and hears the answers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator

from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.executors.base import Died, Event
from hypertemplate.runtime.protocol import (
    Complete,
    Exit,
    Failed,
    Finished,
    FromWorker,
    Go,
    LoadFailed,
    Outcome,
    Ready,
    Run,
    ToWorker,
)
from hypertemplate.search.study import Curve, Report, Study, Trial

Said = Generator[FromWorker | Died, ToWorker | None, None]
TrialScript = Callable[[Run], Said]


def losing(loss: float = 1.0) -> TrialScript:
    """Trials that end with one loss."""

    def trial(run: Run) -> Said:
        yield Finished(Complete(loss), {})

    return trial


def outcomes(*messages: Finished | Died) -> TrialScript:
    """Trials that end with these messages, by their numbers; the last one for all further trials."""

    def trial(run: Run) -> Said:
        yield messages[min(run.number, len(messages) - 1)]

    return trial


def raised(message: str = "ValueError: no", traceback: str = "Traceback: no") -> Finished:
    return Finished(Failed("raised", message, traceback), {})


def curve(*values: float, epochs: int | None = None, name: str = "val_loss") -> Curve:
    """The curve of a fit that has reported these values of a metric, a second after each other."""
    reports = (Report(step, step, {name: value}, 1.0 + step) for step, value in enumerate(values))
    return Curve(0, epochs, tuple(reports))


def fitted(*epochs: dict[str, float]) -> tuple[Curve, ...]:
    """The curves of a trial with one fit that reported these epochs."""
    return (Curve(0, None, tuple(Report(step, step, metrics) for step, metrics in enumerate(epochs))),)


class FakeExecutor:
    """Implements `Executor`; `interrupt_at` raises KeyboardInterrupt in place of that event (from 0).

    `first` is what every worker says first, `firsts` what the first ones do; `again` what every replacement
    says, `agains` what the first ones do.
    """

    def __init__(
        self,
        space: tuple[Dimension, ...],
        trial: TrialScript,
        *,
        workers: int = 1,
        first: FromWorker | Died | None = None,
        again: FromWorker | Died | None = None,
        firsts: tuple[FromWorker | Died, ...] = (),
        agains: tuple[FromWorker | Died, ...] = (),
        interrupt_at: int | None = None,
    ) -> None:
        ready = Ready(space, {"keras": "3.15.1", "backend": "tensorflow"})
        self.workers = workers
        self.in_process = False
        self.notes: tuple[str, ...] = ()
        self.most: int | None = None
        self.wear: Callable[[int, Outcome], str | None] = lambda worker, outcome: None
        self.sent: list[tuple[int, ToWorker]] = []
        self.restarted: list[int] = []
        self.closed = 0
        self._first = [*firsts, *[first or ready] * (workers - len(firsts))]
        self._agains, self._again = deque(agains), again or ready
        self._trial = trial
        self._running: dict[int, Said] = {}
        self._events: deque[Event] = deque()
        self._received = 0
        self._interrupt_at = interrupt_at

    def start(self, most: int | None = None) -> None:
        self.most = most
        for worker in range(self.workers):
            self._events.append(Event(worker, self._first[worker]))

    def restart(self, worker: int) -> None:
        self.restarted.append(worker)
        self._events.append(Event(worker, self._agains.popleft() if self._agains else self._again))

    def dies(self, worker: int) -> None:
        """Have a worker report its death after all that it has reported."""
        self._events.append(Event(worker, DIED))

    def send(self, worker: int, message: ToWorker) -> None:
        self.sent.append((worker, message))
        if isinstance(message, Run):
            self._running[worker] = self._trial(message)
            self._say(worker, None)
        elif worker in self._running:
            self._say(worker, message)

    def attend(self, take: Callable[[Event], None]) -> None:
        if self._received == self._interrupt_at:
            raise KeyboardInterrupt
        self._received += 1
        assert self._events, "the search waits for an event that cannot come"
        event = self._events.popleft()
        take(event)
        if not getattr(event.message, "waits", True):
            self._say(event.worker, Go())

    def worn(self, worker: int, outcome: Outcome) -> str | None:
        return self.wear(worker, outcome)

    def output(self, worker: int) -> str:
        return f"printed by worker {worker}\n"

    def close(self) -> None:
        self.closed += 1

    @property
    def runs(self) -> list[Run]:
        return [message for _, message in self.sent if isinstance(message, Run)]

    def answers(self) -> list[ToWorker]:
        return [message for _, message in self.sent if not isinstance(message, (Run, Exit))]

    def _say(self, worker: int, answer: ToWorker | None) -> None:
        try:
            said = self._running[worker].send(answer)
        except StopIteration:
            del self._running[worker]
            return
        self._events.append(Event(worker, said))
        if isinstance(said, Died) or (isinstance(said, Finished) and not said.has_model):
            del self._running[worker]


class Recorder:
    """A `SearchObserver` that keeps one line for each call."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def loading(self) -> None:
        self.lines.append("loading")

    def calling(self, function: str) -> None:
        self.lines.append(f"calling {function}")

    def ready(self, study: Study, trials: int) -> None:
        self.lines.append(f"ready {[d.label for d in study.space]}")

    def trial_started(self, trial: Trial) -> None:
        self.lines.append(f"started {trial.number} {trial.state.value} {dict(trial.params)}")

    def epoch_ended(self, number: int, curve: Curve) -> None:
        self.lines.append(f"epoch {number} {curve.reports[-1].epoch} {curve.epochs}")

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        self.lines.append(f"finished {trial.number} {trial.state.value} {trial.loss} {output!r}")

    def note(self, text: str, *, matters: bool = False) -> None:
        self.lines.append(f"note {text}")

    def edited(self, lines: tuple[str, ...]) -> None:
        self.lines += [f"edited {line}" for line in lines]

    def stopped(self, failed: int) -> None:
        self.lines.append(f"stopped {failed}")


LOAD_FAILED = LoadFailed("data() raised ValueError: no file", "Traceback: no file")
DIED = Died(Failed("died", "the worker was killed by signal 9 (SIGKILL)"))
