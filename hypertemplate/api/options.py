"""Keyword arguments that are options of a search, and the spelling of parameters in errors."""

from __future__ import annotations

import functools
import inspect
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, ParamSpec, TypedDict, TypeVar

from hypertemplate.accelerators.plan.device_request import Accelerator
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic
from hypertemplate.compiler.markers.grammar import did_you_mean
from hypertemplate.errors import CompileError, HypertemplateError, Spelling, UsageError, respelled
from hypertemplate.exports.tensorboard_runs import check_log, log_folder
from hypertemplate.other_tools import ARGUMENTS
from hypertemplate.runtime.process.interrupts import Interrupts, brief
from hypertemplate.runtime.protocol import Checkpoint
from hypertemplate.search.new_study import lowest_advice
from hypertemplate.search.pruners.base import METHODS, Method
from hypertemplate.search.storage.study_place import existing_study, study_folder
from hypertemplate.units import counted, duration, listed, size

Given = ParamSpec("Given")
Result = TypeVar("Result")


class Options(TypedDict, total=False):
    """Options of ``hypertemplate run`` as keyword arguments of `tune` and the calls of `optim`.

    Attributes:
        accelerator: ``auto`` (the default), ``cpu``, ``gpu`` or ``tpu``; for worker processes.
        executor: what runs the trials: ``local`` (the default), ``ray`` for a Ray cluster, ``ray:ADDRESS``
            for that at an address. It needs the extra ``[ray]``, and starts worker processes.
        ray_resources: resources that each worker on Ray takes, such as ``{'CPU': 2}``.
        retries_lost: number of times that a trial on Ray runs again after its machine was lost, by default 2.
        per_gpu: number of trials that run on each GPU at once, by default 1; for worker processes.
        gpus_per_trial: number of GPUs over which each trial runs data-parallel, by default 1; for worker
            processes.
        mixed_precision: whether Keras computes in 16 bits where the device supports it.
        jit: whether Keras compiles the models that it trains, where the code does not say.
        startup: number of points that TPE draws at random before it learns, by default 20.
        oom_loss: loss that the algorithm is given for a trial that ran out of the device's memory.
        prune: rule by which trials are stopped early: ``asha``, ``fast``, ``median``, ``hyperband`` or
            ``none``; True means ``asha``, and False ``none``.
        prune_on: metric by which `prune` compares trials, as ``NAME[:min|:max]``.
        prune_fit: fit of a trial that `prune` watches: ``last``, or a number from 1.
        count_pruned: whether a pruned trial can be the best one.
        early_stopping: epochs without a better value after which Keras's fits end early.
        checkpoint: weights that models are kept with where trials are judged by an epoch of a fit: those
            of that epoch (``best``, the default) or of the ``last`` one.
        repeats: number of runs of each trial, with other seeds; the trial counts by their mean. By default 1.
        set: label -> value of parameters that are not searched.
        points: points to try first, each a dict of labels and values.
        default_trial: whether the first trial has the defaults that markers state, by default True.
        timeout: time after which no trial starts: seconds, or a text such as ``2h``.
        trial_timeout: longest time of a trial, likewise; for worker processes.
        stop_at: value of the objective that is good enough, with the sign that it has in the results.
        patience: number of trials that may end without a better result.
        max_failures: number of trials that may fail in a row, by default 5.
        rerun_equal: whether a trial runs although an equal one has run, which would answer it; by default
            False in `tune`, and True in the calls of `optim`.
        worker_memory_growth: growth of a worker's memory at which it is replaced: bytes, or a text such as
            ``512M``; for worker processes.
        reuse_memory: most memory for what the data function has returned, which later trials with the same
            values get: bytes, or a text such as ``2G``; 0 for none. By default an eighth of what is
            available.
        show_output: whether the output of trials in worker processes is shown as they print it.
        study: folder of the study, which is resumed if it exists, as ``--study`` names it.
        fresh: whether to start a new study there, and to move an existing one aside.
        keep_trials: whether all its trials count whose values are possible, although code or values in memory
            have changed.
        strict: whether the study is resumed only with the code that it ran.
        from_study: folder of another study, with whose trials the new one begins, as far as they count.
        as_hints: whether only the points of these trials are taken, and run first.
        log_to: ``tensorboard:DIR`` to write trials with their curves to TensorBoard while the search runs.
    """

    accelerator: Accelerator
    executor: str
    ray_resources: Mapping[str, float] | None
    retries_lost: int | None
    per_gpu: int
    gpus_per_trial: int
    mixed_precision: bool
    jit: bool
    startup: int | None
    oom_loss: float | None
    checkpoint: Checkpoint
    prune: Method | bool | None
    prune_on: str | None
    prune_fit: str | int | None
    count_pruned: bool | None
    early_stopping: int | None
    repeats: int | None
    set: Mapping[str, Any]
    points: Sequence[Mapping[str, Any]]
    default_trial: bool
    timeout: float | str | None
    trial_timeout: float | str | None
    stop_at: float | None
    patience: int | None
    max_failures: int | None
    rerun_equal: bool
    worker_memory_growth: int | str | None
    reuse_memory: int | str | None
    show_output: bool
    study: str | os.PathLike[str] | None
    fresh: bool
    keep_trials: bool
    strict: bool
    from_study: str | os.PathLike[str] | None
    as_hints: bool
    log_to: str | None


_FEW = 8
"""Most arguments of a function that a message lists."""


def request_arguments(given: Mapping[str, Any], call: Callable[..., Any]) -> dict[str, Any]:
    """Return the arguments of a `SearchRequest` for options; `log_option` has the one that follows a search.

    Args:
        given: options by name.
        call: function that the user called with them, whose other arguments are named in messages.

    Raises:
        UsageError: an option is unknown, or its value is of a wrong kind.
    """
    names = [*inspect.signature(call).parameters, *Options.__annotations__]
    for name in given.keys() - Options.__annotations__.keys():
        raise _unknown(name, given[name], names)
    asked = {name: value for name, value in given.items() if name != "log_to"}
    return dict(_CONVERTED.get(name, _unchanged)(name, value) for name, value in asked.items())


def log_option(given: Mapping[str, Any]) -> Path | None:
    """Return the folder to which options log a search, which exists; None for none.

    Raises:
        UsageError: the option names no folder, it cannot be created, or TensorBoard is not installed.
    """
    folder = log_folder(given.get("log_to"))
    if folder is not None:
        check_log(folder)
    return folder


def _unknown(name: str, value: object, names: Sequence[str]) -> UsageError:
    """Return the error for an argument that does not exist, with the one that is meant among others."""
    meant = next((word for word in ARGUMENTS.get(name, ()) if word in names), did_you_mean(name, names))
    advice = lowest_advice(name) or lowest_advice(str(value)) if meant == "maximize" else ""
    advice = respelled(advice, as_argument) or (f"did you mean {meant}?" if meant else "")
    if not advice and 0 < len(names) <= _FEW:
        are = "argument is" if len(names) == 1 else "arguments are"
        advice = f"the {are} {listed(names)}"
    return UsageError(f"there is no argument {name}" + (f": {advice}" if advice else ""))


def with_checked_arguments(call: Callable[Given, Result]) -> Callable[Given, Result]:
    """Decorate a function of users: arguments that do not fit its signature draw advice, not a TypeError."""

    @functools.wraps(call)
    def checked(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        try:
            _check_arguments(call, args, kwargs)
            return call(*args, **kwargs)
        except HypertemplateError as error:
            raise error.with_traceback(None) from None

    untyped: Any = checked
    untyped.__signature__ = _with_options(inspect.signature(call))
    return checked


class _Default:
    """Default of an option in a signature: that of the command."""

    def __repr__(self) -> str:
        return "..."


def _with_options(signature: inspect.Signature) -> inspect.Signature:
    """Return a signature with each option by name in place of ``**options``, for the Tab key and for help."""
    parameters = [one for one in signature.parameters.values() if one.kind is not one.VAR_KEYWORD]
    if len(parameters) < len(signature.parameters):
        kind, default = inspect.Parameter.KEYWORD_ONLY, _Default()
        parameters += [inspect.Parameter(name, kind, default=default) for name in Options.__annotations__]
    return signature.replace(parameters=parameters)


def _check_arguments(call: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Reject arguments without a name where there are too many, unknown ones, and calls that lack some.

    Raises:
        UsageError: the message says what to write.
    """
    signature = inspect.signature(call).parameters
    parameters = [one for name, one in signature.items() if name != "self"]
    args = args[1:] if "self" in signature else args
    positional = [one for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD]
    if len(args) > len(positional):
        count = counted(len(positional), "positional argument") if positional else "no positional argument"
        advice = _by_name(args[len(positional)], parameters)
        raise UsageError(f"{call.__name__}() takes {count}: write {advice}")
    more = {name: value for name, value in kwargs.items() if name not in signature}
    required = [one.name for one in positional[len(args) :] if one.default is one.empty]
    lacking = [name for name in required if name not in kwargs]
    if any(one.kind is one.VAR_KEYWORD for one in parameters):
        request_arguments(more if lacking else {}, call)  # else the call itself does so
    elif more:
        raise _unknown(*next(iter(more.items())), [one.name for one in parameters])
    if lacking:
        named = dict(zip((one.name for one in positional), args, strict=False))
        advice = _lacking(call, lacking, {**named, **kwargs})
        raise UsageError(f"{call.__name__}() needs {listed(lacking)}: write {advice}")


def _by_name(value: object, parameters: Sequence[inspect.Parameter]) -> str:
    """Return how an argument is written with its name."""
    names = [one.name for one in parameters if one.kind is one.KEYWORD_ONLY]
    if callable(value) and "data" in names:
        return f"data={getattr(value, '__name__', '...')}"
    return f"{names[0]}={value!r}" if len(names) == 1 else "the others as name=value"


def _lacking(call: Callable[..., Any], names: Sequence[str], given: Mapping[str, Any]) -> str:
    """Return how arguments that a call lacks are written."""
    model = given.get("model")
    if "template" in names:
        first = getattr(model, "__name__", "") or "model"
        return f"{call.__name__}({first}, ...), with the model function first and without a name"
    examples = {**_EXAMPLES, "data": "None"} if _takes_nothing(model) else _EXAMPLES
    return ", ".join(f"{name}={examples.get(name, name)}" for name in names)


def _takes_nothing(function: object) -> bool:
    """Tell whether a function has no parameter without a default."""
    if not inspect.isfunction(function):
        return False
    return all(one.default is not one.empty for one in inspect.signature(function).parameters.values())


def _unchanged(name: str, value: Any) -> tuple[str, Any]:
    return name, value


def _seconds(name: str, value: Any) -> tuple[str, Any]:
    return f"{name}_s", value if value is None else duration(str(value), name)


def _bytes(name: str, value: Any) -> tuple[str, Any]:
    return "memory_growth_bytes", value if value is None else size(str(value), "memory_growth")


def _bytes_or_none(name: str, value: Any) -> tuple[str, Any]:
    return f"{name}_bytes", value if value is None else size(str(value), name, none=True)


def _fixed(name: str, value: Any) -> tuple[str, Any]:
    if not isinstance(value, Mapping):
        raise UsageError(f"{name} must be a dict of labels and values, got {value!r}")
    return "fixed", tuple(f"{k}={v if isinstance(v, str) else repr(v)}" for k, v in value.items())


def _object(name: str, value: Any) -> tuple[str, Any]:
    try:
        return name, value if value is None or isinstance(value, str) else json.dumps(value)
    except TypeError:
        raise UsageError(f"{name} must be a dict of names and numbers, got {value!r}") from None


def _points(name: str, value: Any) -> tuple[str, Any]:
    try:
        if not isinstance(value, Mapping | str):
            return name, tuple(map(json.dumps, value))
    except TypeError:
        pass
    raise UsageError(f"{name} must be a list of dicts of labels and plain values, got {value!r}")


def _folder(name: str, value: Any) -> tuple[str, Any]:
    if value is not None and not (isinstance(value, (str, os.PathLike)) and os.fspath(value)):
        raise UsageError(f"{name} must be the path of a folder, such as 'model.study', got {value!r}")
    return "folder", value if value is None else study_folder(Path(value))


def _other_study(name: str, value: Any) -> tuple[str, Any]:
    _, folder = _folder(name, value)
    return name, folder if folder is None else existing_study(folder)


def _switch(name: str, value: Any) -> tuple[str, Any]:
    if not isinstance(value, bool):
        raise UsageError(f"{name} must be True or False, got {value!r}")
    return name, value


def _method(name: str, value: Any) -> tuple[str, Any]:
    return name, {True: METHODS[0], False: "none"}[value] if isinstance(value, bool) else value


_EXAMPLES = {"algo": "tpe.suggest", "max_evals": "50", "trials": "Trials()", "nb_models": "3", "number": "0"}
"""Values of arguments in messages; of others, a variable of their name."""

_CONVERTED: Mapping[str, Callable[[str, Any], tuple[str, Any]]] = {
    "set": _fixed,
    "points": _points,
    "prune": _method,
    "ray_resources": _object,
    "timeout": _seconds,
    "trial_timeout": _seconds,
    "worker_memory_growth": _bytes,
    "reuse_memory": _bytes_or_none,
    "study": _folder,
    "fresh": _switch,
    "keep_trials": _switch,
    "strict": _switch,
    "from_study": _other_study,
    "as_hints": _switch,
}
"""Options that a request has in another form."""


_ARGUMENTS = {
    "algorithm": "algo",
    "fixed": "set",
    "memory_growth": "worker_memory_growth",
    "folder": "study",
    "fresh": "fresh=True",
    "keep_trials": "keep_trials=True",
    "strict": "strict=True",
    "as_hints": "as_hints=True",
}
"""Arguments whose names differ from their parameters'; of a switch, as it is written."""


def as_argument(parameter: str) -> str:
    """Spell a parameter as an argument of `hypertemplate.tune`."""
    return _ARGUMENTS.get(parameter, parameter)


def spelled_diagnostics(diagnostics: Iterable[Diagnostic], spelling: Spelling) -> tuple[Diagnostic, ...]:
    """Return diagnostics with the parameters in their texts spelled."""
    return tuple(
        replace(one, message=respelled(one.message, spelling), help=respelled(one.help, spelling))
        for one in diagnostics
    )


class told_briefly:
    """Context manager that removes the package's frames from its own errors: the message says everything.

    In it an interrupt neither breaks an import nor gets lost, and is one line in a notebook.

    Args:
        spelling: function that spells a parameter in messages.
    """

    def __init__(self, spelling: Spelling = as_argument) -> None:
        self._spelling = spelling
        self._interrupts = Interrupts()

    def __enter__(self) -> None:
        self._interrupts.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        try:
            self._interrupts.__exit__(kind, error, where)
        except KeyboardInterrupt as late:
            error = late
        if isinstance(error, KeyboardInterrupt):
            raise brief(error).with_traceback(None) from None
        if isinstance(error, UsageError):
            error.spelling = self._spelling
        if isinstance(error, CompileError):
            error.diagnostics = spelled_diagnostics(error.diagnostics, self._spelling)
        if isinstance(error, HypertemplateError):
            raise error.with_traceback(None) from None
