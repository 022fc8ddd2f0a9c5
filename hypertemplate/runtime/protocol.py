"""Messages between the driver and a worker: one JSON object on each line of a private socket pair.

The worker speaks first only after `Load`: it sends `Calling` when it calls the data function, and answers
`Ready` or `LoadFailed`. For each `Run` it sends
any number of `FitStarted`, `Epoch` and `FitEnded`, each of which waits for `Go` or `Stop` where trials may
be stopped early, then one `Finished`. A `Finished` with `has_model` waits for `Keep`, which it answers with
`Saved` or `SaveFailed`, or for `Drop`. `Exit`, or the end of the stream, ends the worker.

A worker that was started as the parent of other workers sends `Forkable` when it has loaded. If it can be
forked it is no longer a worker, and each worker forked from it starts with `Ready`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Literal

from hypertemplate.codec import decode, encode
from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.compiler.program import Program
from hypertemplate.kept_reports import SoFar
from hypertemplate.origin import UNKNOWN, Origin, Unit

OUTPUT = "output.log"
"""File in a trial's folder with the output of the trial."""

TRIALS = "trials"
"""Name of the folder in a study's that holds the trials' folders."""


def run_folder(number: int, run: int = 0) -> str:
    """Return the name of the folder of a run of a trial; that of the first run is the trial's own.

    >>> run_folder(7), run_folder(7, 1)
    ('0007', '0007-run-2')
    """
    return f"{number:04}-run-{run + 1}" if run else f"{number:04}"


MEMORY_GROWTH_BYTES = 512 * 1024**2
"""Default growth of a worker's memory, after its first trial, above which the worker is replaced."""

Checkpoint = Literal["best", "last"]
"""Weights of a kept model: those of the epoch that was scored, or those of the last one."""

FailureKind = Literal[
    "raised",
    "no loss",
    "no objective",
    "not finite",
    "out of accelerator memory",
    "exited",
    "arguments",
    "spawn",
    "order",
    "died",
    "timed out",
    "interrupted",
    "reported",
]
"""Reason of a trial's failure.

The code raised; it returned nothing that is a loss; a script or fit had nothing of the objective's name; the
loss was NaN or infinite; the framework found no memory on its device; it called ``sys.exit``; a library did
not accept its arguments; it would send its functions to processes that cannot import it; its worker process
ended; it ran for too long; the user or the system asked it to end; it returned a failed status.
"""


@dataclass(frozen=True, slots=True)
class Complete:
    """Outcome of a trial that ended with a loss; lower is better, even where the user maximises."""

    loss: float


@dataclass(frozen=True, slots=True)
class Pruned:
    """Outcome of a trial that was stopped before its end.

    Attributes:
        loss: last loss that it reported, if any.
        reason: reason for the stop, in a few words.
    """

    loss: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """Outcome of a trial without a loss.

    Attributes:
        kind: class of the reason.
        message: reason; its first line says the most.
        traceback: traceback in the user's files and lines, or an empty string.
    """

    kind: FailureKind
    message: str
    traceback: str = ""


Outcome = Complete | Pruned | Failed


@dataclass(frozen=True, slots=True)
class Acceleration:
    """Settings that a worker makes in the frameworks that its program loads, before the program's own code.

    Attributes:
        precision: Keras's global dtype policy, such as ``mixed_bfloat16``; empty leaves it.
        jit: whether Keras compiles the models that it trains, where the code does not say.
        strategy: use of several devices by one trial: ``data parallel`` over all that the worker sees, or
            ``tpu`` where TensorFlow itself drives a TPU; empty for one device.
        memory_fraction: share of its GPU's memory that PyTorch may take, above 0 and up to 1; 0 for all that
            is free. TensorFlow and JAX have variables for it.
        device: device that the worker's frameworks should compute on, with a note where they do not;
            empty for the CPU.
    """

    precision: Literal["", "mixed_bfloat16", "mixed_float16"] = ""
    jit: bool = False
    strategy: Literal["", "data parallel", "tpu"] = ""
    memory_fraction: float = 0.0
    device: Literal["", "gpu", "tpu"] = ""


@dataclass(frozen=True, slots=True)
class RuntimeOptions:
    """Settings of the trials of a search; the same object from the search to the worker.

    Attributes:
        seed: seed of the study.
        maximize: whether higher values are better; the loss is then the negative. None if each trial has to
            tell; its loss is then the number as the user's code has it.
        objective: variable of a script, number that the model returns, or metric of the last fit, that is
            optimised; None for the loss that the model returns.
        argv: ``sys.argv`` of the template; empty for the path of its file alone.
        values: path of a file that `hypertemplate.runtime.values` wrote, with the values that the program
            takes from the driver's memory; empty where it takes nothing.
        acceleration: settings of the frameworks, which a worker makes first.
        attached: whether the only worker has the driver's terminal, stdin and process group, so that
            ``breakpoint()`` works and Ctrl-C reaches it.
        show_output: whether the output of workers also goes to the driver's stderr.
        trial_timeout_s: longest time for a trial, and for the saving of its model; None for no limit.
        memory_growth_bytes: growth of a worker's memory, over its size after its first trial,
            above which the worker is replaced.
        checkpoint: weights that a model is kept with where trials are judged by an epoch of a fit: those
            of that epoch (``best``) or of the ``last`` one.
        early_stopping: epochs without a better value after which Keras's fits end; None for no such end.
        monitor: metric by which they do; None for the objective, and else ``val_loss``.
        monitor_maximize: whether more of it is better; None as its name says.
        forked: whether workers may be forked from a process that has loaded the program and run nothing,
            where that is sound (`hypertemplate.runtime.process.fork_safety`).
        prunes: whether trials may be stopped early; only then do their reports wait for answers.
        reuse_bytes: most memory of the results of the data function that a worker keeps; of a search, of all
            workers.
        digests: whether the study has to know the values that setup makes.
    """

    seed: int
    maximize: bool | None = False
    objective: str | None = None
    argv: tuple[str, ...] = ()
    values: str = ""
    acceleration: Acceleration = field(default_factory=Acceleration)
    attached: bool = False
    show_output: bool = False
    trial_timeout_s: float | None = None
    memory_growth_bytes: int = MEMORY_GROWTH_BYTES
    checkpoint: Checkpoint = "best"
    early_stopping: int | None = None
    monitor: str | None = None
    monitor_maximize: bool | None = None
    forked: bool = True
    prunes: bool = True
    reuse_bytes: int = 0
    digests: bool = False


@dataclass(frozen=True, slots=True)
class Load:
    """Request to load the program.

    Attributes:
        program: program to load.
        options: settings of its trials.
    """

    program: Program
    options: RuntimeOptions


@dataclass(frozen=True, slots=True)
class Run:
    """Request to run a trial.

    Attributes:
        number: number of the trial, from 0.
        params: values by label; a choice as the index of its option.
        seed: seed of this trial.
        best_loss: lowest loss so far, or None.
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
    """Answer that lets the fit continue.

    Attributes:
        metric: metric that is watched; empty for any.
        steps: steps of the fit, from 1, at which, or next after which, a report of the metric is needed even
            where others are left out.
    """

    metric: str = ""
    steps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stop:
    """Answer that ends the running fit after this epoch; the trial is pruned.

    Attributes:
        reason: reason for the stop, in a few words.
        failed: whether the trial has failed, since its number can no longer be finite.
    """

    reason: str = ""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Keep:
    """Request to save the model to `path`."""

    path: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Request to release the model."""


@dataclass(frozen=True, slots=True)
class Exit:
    """Request to end the worker."""


@dataclass(frozen=True, slots=True)
class Calling:
    """Report that the setup part has run, and that a function is called before the program is loaded.

    Attributes:
        function: name of the data function.
    """

    function: str


@dataclass(frozen=True, slots=True)
class DataFile:
    """File of the user's that a program has read.

    Attributes:
        name: its path as the code wrote it; an absolute one below the template's folder or the working folder
            from there.
        place: where it lies, an absolute path.
        digest: digest of its contents; empty for one that the program has written itself.
        is_relative: whether the code wrote it relative to the working folder.
        mtime_ns: time of its last change.
    """

    name: str
    place: str
    digest: str
    is_relative: bool = True
    mtime_ns: int = 0


DIGEST_VERSION = 2
"""Version of the digests of values that are made; those of version 1 told less of objects and functions."""


@dataclass(frozen=True, slots=True)
class ValueDigest:
    """Digest of a value that trials read.

    Attributes:
        kind: its kind in words, such as ``float64 array (1797, 64)``; of a short plain value, the value.
        contents: checksum of its contents; empty if only the kind can be compared.
        is_plain: whether it is a list, dict or set without data in it, to which trials may add.
        is_whole: whether values of equal digests are equal in all that code can tell.
        unseen: parts of which only the class, or some elements, could be compared, as ``.path (class)``.
        holds_objects: whether it is a list, dict or set with something in it that is not a plain value.
        version: version of the digest, by default 1, that of studies which do not tell it.
    """

    kind: str
    contents: str
    is_plain: bool = False
    is_whole: bool = field(default=False, compare=False)
    unseen: tuple[str, ...] = field(default=(), compare=False)
    holds_objects: bool = field(default=False, compare=False)
    version: int = field(default=1, compare=False)

    def differs_from(self, before: ValueDigest) -> bool:
        """Tell whether a value is not that of an earlier digest; of another version, by its kind."""
        if self.version != before.version:
            return bool(before.contents) and self.kind != before.kind
        return self != before

    def may_have_grown_from(self, before: ValueDigest) -> bool:
        """Tell whether trials may have made the difference: they add to lists, dicts and sets."""
        is_same_size = self.kind == before.kind
        return self.is_plain and before.is_plain and not (is_same_size and self.holds_objects)


@dataclass(frozen=True, slots=True)
class Ready:
    """Report that the program is loaded.

    Attributes:
        space: search space with every argument evaluated.
        versions: versions by name of the frameworks that the program has loaded.
        notes: notes for the user, such as on data that is made anew for each trial.
        files: digests by path of the user's own files that the program has imported.
        data: files that setup has read.
        values: digests of the values that setup made and that trials read, by name.
        folders: digests of the names in folders that setup has listed, by path as the code wrote it.
    """

    space: tuple[Dimension, ...]
    versions: dict[str, str]
    notes: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    data: tuple[DataFile, ...] = ()
    values: dict[str, ValueDigest] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoadFailed:
    """Report that setup, or `data()` in setup, failed; the fields are as in `Failed`."""

    message: str
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Forkable:
    """Report that the program is loaded in a process that workers may be forked from.

    Attributes:
        reason: reason why none can be forked; the process is then a worker, and sends `Ready`. Empty if they
            can.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class FitStarted:
    """Report that a fit begins.

    Attributes:
        fit: number of the fit in its trial, from 0.
        epochs: most epochs that it may run; None if unknown.
        unit: unit that its reports are counted in.
        waits: whether the fit waits for an answer.
    """

    fit: int
    epochs: int | None
    unit: Unit = "epoch"
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Epoch:
    """Report that an epoch ended.

    Attributes:
        fit: number of the fit in its trial, from 0.
        epoch: number that the framework gives the epoch, from 0; of a step, the user's own number.
        metrics: numbers by name, NaN and infinity too.
        step: number of the report in its fit, from 0, with those that were left out; None if none were. One
            that was left out may come late.
        so_far: values of each metric up to here, where reports may have been left out; else empty.
        needed: whether the report stays whatever is left out.
        ago_s: seconds since the report was made.
        waits: whether the fit waits for an answer.
    """

    fit: int
    epoch: int
    metrics: dict[str, float]
    step: int | None = None
    so_far: dict[str, SoFar] = field(default_factory=dict)
    needed: bool = False
    ago_s: float = 0.0
    waits: bool = True


@dataclass(frozen=True, slots=True)
class FitEnded:
    """Report that a fit ended.

    Attributes:
        fit: number of the fit in its trial, from 0.
        epochs: number of epochs that it ran.
        waits: whether the trial waits for an answer.
    """

    fit: int
    epochs: int
    waits: bool = True


@dataclass(frozen=True, slots=True)
class DataCall:
    """Report on the data function in a trial, where trials may get what it has returned in another one.

    Attributes:
        function: name of the data function.
        ran: whether the trial called it.
        seconds: time that it took, or that was saved.
        kept_bytes: memory of the results that the worker keeps.
    """

    function: str
    ran: bool
    seconds: float
    kept_bytes: int


@dataclass(frozen=True, slots=True)
class Finished:
    """Report that a trial ended.

    Attributes:
        outcome: outcome of the trial.
        metrics: numbers that the model returned beside the loss, and the last fit's.
        unused: labels with a value that the trial never read.
        notes: notes for the user, such as on a loss that looks like an accuracy.
        has_model: whether the worker holds a model and waits for `Keep` or `Drop`.
        lasting: state that the trial changed and the worker cannot restore: it should load the program anew
            before its next trial. Empty if there is nothing.
        origin: origin of the number that the outcome has.
        maximize: whether more of that number is better, where the trial has to tell; None if nothing says so.
        data: report on the data function; None where it never returns what it did in another trial.
        folds: losses whose mean the outcome's is, where the code returned several.
        files: files of the user's that it has read, and no trial of this process before it.
    """

    outcome: Outcome
    metrics: dict[str, float]
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    has_model: bool = False
    lasting: str = ""
    origin: Origin = UNKNOWN
    maximize: bool | None = None
    data: DataCall | None = None
    folds: tuple[float, ...] = ()
    files: tuple[DataFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """Report that the model is at `path`.

    Attributes:
        path: path of the file, or of the folder.
        lacking: reason why only the weights and the config of the model are there, or an empty string.
        note: note on a model whose weights are not those that were scored, or an empty string.
        unloadable: reason why Keras cannot load the file again, or an empty string.
    """

    path: str
    lacking: str = ""
    note: str = ""
    unloadable: str = ""


@dataclass(frozen=True, slots=True)
class SaveFailed:
    """Report that the model could not be saved."""

    error: str


FitMessage = FitStarted | Epoch | FitEnded
ToWorker = Load | Run | Go | Stop | Keep | Drop | Exit
FromWorker = (
    Calling | Ready | LoadFailed | Forkable | FitStarted | Epoch | FitEnded | Finished | Saved | SaveFailed
)


# A trial may replace the functions of `json` while it sends reports.
_json_text = json.JSONEncoder(separators=(",", ":")).encode
_from_json = json.JSONDecoder().decode


def to_line(message: ToWorker | FromWorker) -> bytes:
    """Encode a message as one line of UTF-8."""
    return _json_text(encode(message)).encode() + b"\n"


def to_worker(line: bytes) -> ToWorker:
    """Decode a line that a driver sent; ValueError if it has no valid message."""
    message: ToWorker = decode(ToWorker, _from_json(line.decode()))
    return message


def from_worker(line: bytes) -> FromWorker:
    """Decode a line that a worker sent; ValueError if it has no valid message."""
    message: FromWorker = decode(FromWorker, _from_json(line.decode()))
    return message
