"""The messages between the driver and a worker: one JSON object on each line of a private socket pair.

The worker speaks first only after `Load`: it answers `Ready` or `LoadFailed`. For each `Run` it sends
any number of `FitStarted`, `Epoch` and `FitEnded`, each of which waits for `Go` or `Stop`, then one
`Finished`. A `Finished` with `has_model` waits for `Keep`, which it answers with `Saved` or
`SaveFailed`, or for `Drop`. `Exit`, or the end of the stream, ends the worker.

A worker that was started so that others may be forked from it says `Forkable` when it has loaded. If it can
be forked it is no worker any more, and each that is forked from it begins with `Ready`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Literal

from hypertemplate.codec import decode, encode
from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.compiler.program import Program

OUTPUT = "output.log"
"""The file in a trial's folder that has what the trial printed."""

MEMORY_GROWTH_BYTES = 512 * 1024**2
"""How much a worker's memory may grow over what it was after its first trial, where nobody says."""

FailureKind = Literal[
    "raised",
    "no loss",
    "no objective",
    "not finite",
    "out of accelerator memory",
    "exited",
    "died",
    "timed out",
    "interrupted",
    "reported",
]
"""Why a trial failed: the code raised; it returned nothing that is a loss; a script or fit had nothing of
the objective's name; the loss was NaN or infinite; the framework found no memory on its device; it called
``sys.exit``; its worker process ended; it ran for too long; the user or the system asked it to end; it
returned a failed status."""


@dataclass(frozen=True, slots=True)
class Complete:
    """A trial that ended with a loss; lower is better, also where the user maximises."""

    loss: float


@dataclass(frozen=True, slots=True)
class Pruned:
    """A trial that was stopped before its end.

    Attributes:
        loss: the last one that it reported, if any.
        reason: why it was stopped, in a few words.
    """

    loss: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """A trial that has no loss.

    Attributes:
        kind: the class of the reason.
        message: the reason in one line.
        traceback: the traceback in the user's files and lines, or an empty string.
    """

    kind: FailureKind
    message: str
    traceback: str = ""


Outcome = Complete | Pruned | Failed


@dataclass(frozen=True, slots=True)
class Acceleration:
    """What a worker sets in the frameworks that its program loads, before the program's own code.

    Attributes:
        precision: Keras's global dtype policy, such as ``mixed_bfloat16``; empty leaves it.
        jit: whether Keras compiles what it trains where the code does not say.
        strategy: how one trial uses several devices: ``data parallel`` over all that the worker sees, or
            ``tpu`` where TensorFlow itself drives a TPU; empty for one device.
        memory_fraction: how much of its GPU's memory PyTorch may take, above 0 and up to 1; 0 for all that is
            free. TensorFlow and JAX are told by their variables.
        device: what the worker should find its frameworks to compute on, and says a word where they do not;
            empty for the CPU.
    """

    precision: Literal["", "mixed_bfloat16", "mixed_float16"] = ""
    jit: bool = False
    strategy: Literal["", "data parallel", "tpu"] = ""
    memory_fraction: float = 0.0
    device: Literal["", "gpu", "tpu"] = ""


@dataclass(frozen=True, slots=True)
class RuntimeOptions:
    """How the trials of a search are run; the same object from the search to the worker.

    Attributes:
        seed: the study's.
        maximize: whether more is better; the loss is then the negative.
        objective: the metric of the last fit, or the variable of a script, that is searched by; None for
            what the model returns, and in a script for the fit's ``val_loss``.
        values: the path of a file that `hypertemplate.runtime.values` wrote, with what the program takes
            from the driver's memory; empty where it takes nothing.
        acceleration: what a worker sets first.
        attached: whether the only worker has the driver's terminal, stdin and process group, so that
            ``breakpoint()`` works and Ctrl-C reaches it.
        show_output: whether what workers print also goes to the driver's stderr.
        trial_timeout_s: the longest that a trial may run, and the saving of its model; None for no limit.
        memory_growth_bytes: when the memory of a worker has grown by more than this over what it was after
            its first trial, it is replaced.
        forked: whether workers may be forked from a process that has loaded the program and run nothing,
            where that is sound (`hypertemplate.runtime.process.fork_safety`).
    """

    seed: int
    maximize: bool = False
    objective: str | None = None
    values: str = ""
    acceleration: Acceleration = field(default_factory=Acceleration)
    attached: bool = False
    show_output: bool = False
    trial_timeout_s: float | None = None
    memory_growth_bytes: int = MEMORY_GROWTH_BYTES
    forked: bool = True


@dataclass(frozen=True, slots=True)
class Load:
    """Load the program.

    Attributes:
        program: what to load.
        options: how its trials are run.
    """

    program: Program
    options: RuntimeOptions


@dataclass(frozen=True, slots=True)
class Run:
    """Run a trial.

    Attributes:
        number: from 0.
        params: label to value; a choice as the index of its option.
        seed: of this trial.
        best_loss: the lowest so far, or None.
        folder: a folder for the trial's own files, or an empty string. A worker without a terminal prints to
            `OUTPUT` there, which the driver has made.
    """

    number: int
    params: dict[str, float]
    seed: int
    best_loss: float | None = None
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Go:
    """Go on."""


@dataclass(frozen=True, slots=True)
class Stop:
    """End the running fit after this epoch; the trial is pruned.

    Attributes:
        reason: why, in a few words.
    """

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Keep:
    """Save the model to `path`."""

    path: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Let the model go."""


@dataclass(frozen=True, slots=True)
class Exit:
    """End the worker."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The program is loaded.

    Attributes:
        space: the search space with every argument evaluated.
        versions: name to version of the frameworks that the program has loaded.
        notes: what the user should know, such as data that is made anew for each trial.
        files: path to digest of the user's own files that the program has imported.
    """

    space: tuple[Dimension, ...]
    versions: dict[str, str]
    notes: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoadFailed:
    """Setup, or `data()` in setup, failed; the fields are as in `Failed`."""

    message: str
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Forkable:
    """The program is loaded in a process that workers may be forked from.

    Attributes:
        reason: why none can be; the process is then a worker, and says `Ready`. Empty if they can.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class FitStarted:
    """A Keras `fit` begins. `fit` counts the trial's fits from 0; `epochs` is None where unknown."""

    fit: int
    epochs: int | None


@dataclass(frozen=True, slots=True)
class Epoch:
    """An epoch ended. `epoch` counts from 0; `metrics` as Keras reports them, finite ones only."""

    fit: int
    epoch: int
    metrics: dict[str, float]


@dataclass(frozen=True, slots=True)
class FitEnded:
    """A Keras `fit` ended after `epochs` epochs."""

    fit: int
    epochs: int


@dataclass(frozen=True, slots=True)
class Finished:
    """A trial ended.

    Attributes:
        outcome: how.
        metrics: numbers that the model returned beside the loss, and the last fit's.
        unused: labels with a value that the trial never read.
        notes: what the user should know, such as a loss that looks like an accuracy.
        has_model: whether the worker holds a model and waits for `Keep` or `Drop`.
        lasting: what the trial changed that the worker cannot put back: it should load the program anew
            before its next trial. Empty if there is nothing.
    """

    outcome: Outcome
    metrics: dict[str, float]
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    has_model: bool = False
    lasting: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """The model is at `path`."""

    path: str


@dataclass(frozen=True, slots=True)
class SaveFailed:
    """The model could not be saved."""

    error: str


ToWorker = Load | Run | Go | Stop | Keep | Drop | Exit
FromWorker = Ready | LoadFailed | Forkable | FitStarted | Epoch | FitEnded | Finished | Saved | SaveFailed


def to_line(message: ToWorker | FromWorker) -> bytes:
    """One message as one line of UTF-8."""
    return json.dumps(encode(message), separators=(",", ":")).encode() + b"\n"


def to_worker(line: bytes) -> ToWorker:
    """The message in a line that a driver sent; ValueError if it is none."""
    message: ToWorker = decode(ToWorker, json.loads(line))
    return message


def from_worker(line: bytes) -> FromWorker:
    """The message in a line that a worker sent; ValueError if it is none."""
    message: FromWorker = decode(FromWorker, json.loads(line))
    return message
