"""Exceptions of hypertemplate; this module imports nothing else of the package at run time.

There are three kinds of failure: `CompileError` and `LoadError` for the user's template, an `Outcome` (data,
not an exception) for the user's model, `InternalError` for hypertemplate itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic
    from hypertemplate.compiler.syntax.source import Source


class HypertemplateError(Exception):
    """Base class of every exception that hypertemplate raises."""

    def _render_traceback_(self) -> list[str]:
        """Return IPython's view: the message says everything, and the frames are the package's own."""
        return [f"{type(self).__name__}: {self}"]


Spelling = Callable[[str], str]
"""Function that writes the name of a parameter in the spelling of one interface of a search."""

_OPTIONS = {
    "algorithm": "algo",
    "fixed": "set",
    "points": "point",
    "folder": "study",
    "from_study": "from",
    "memory_growth": "worker-memory-growth",
}
"""Options of the command line whose names differ from their parameters'."""


def as_option(parameter: str) -> str:
    """Return the command line's option for a parameter: ``--gpus-per-trial``."""
    return "--" + _OPTIONS.get(parameter, parameter).replace("_", "-")


_NUMBER = r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?"

_OPTION = re.compile(
    r"(?<![\w-])--(?P<no>no-)?(?P<name>[a-z]+(?:-[a-z]+)*)"
    rf"(?:[ =](?P<value>\w+:(?:min|max)|NAME(?:\[[^ ]*\])?|N|auto|cpu|gpu|tpu|{_NUMBER}|\w+(?=$|[,;)?])))?"
)
"""Option of the command line in a message, with its value."""


def respelled(text: str, spelling: Spelling) -> str:
    """Return a message with the options of the command line in it as an interface spells them.

    ``--max-evals N`` is ``max_evals=N``, and ``--maximize`` is ``maximize=True``. A command to copy stays.
    """
    if spelling is as_option:
        return text

    def spelled(found: re.Match[str]) -> str:
        line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
        parameter = found["name"].replace("-", "_")
        if parameter not in _PARAMETERS or "hypertemplate " in line:
            return found[0]
        name, value = spelling(_RENAMED.get(parameter, parameter)), found["value"]
        if parameter in _FLAGS:
            return f"{name}={not found['no']}" + (f" {value}" if value else "")
        if value is None:
            return name
        is_number = value == "N" or re.fullmatch(_NUMBER, value)
        return f"{name}={value}" if is_number else f"{name}='{value}'"

    return _OPTION.sub(spelled, text)


_FLAGS = frozenset(
    (
        *("maximize", "default_trial", "jit", "mixed_precision", "count_pruned", "rerun_equal"),
        *("show_output", "plain"),
    )
)

_PARAMETERS = frozenset(
    (
        *_FLAGS,
        *("max_evals", "objective", "model", "data", "seed", "algo", "workers", "accelerator", "per_gpu"),
        *("gpus_per_trial", "keep_models", "oom_loss", "checkpoint", "prune", "prune_on", "prune_fit"),
        *("early_stopping", "set", "point", "timeout", "trial_timeout", "stop_at", "patience"),
        *("executor", "ray_resources", "retries_lost"),
        *("max_failures", "startup", "worker_memory_growth", "reuse_memory", "log_to"),
    )
)
"""Options of the command line that are arguments in Python too."""

_RENAMED = {"point": "points"}
"""Options of which Python's argument has another name."""


class ReadError(HypertemplateError):
    """Error raised when a template, or the source of a function, cannot be read. The message is one line."""


class UsageError(HypertemplateError):
    """Error raised for an argument or option that is invalid, or that does not fit the template.

    Args:
        text: the message. Parameters in it are in braces, as in ``{workers} 3``, and each interface
            spells them in its own way, as it does ``--objective NAME:min``.
        parameter: the parameter at fault, by its name in `hypertemplate.search.request.SearchRequest`; empty
            for none.
        mentioned: other parameters in the message.

    Attributes:
        spelling: function that spells a parameter in the message; as an option of the command line, unless an
            interface sets another.
    """

    def __init__(self, text: str, parameter: str = "", mentioned: tuple[str, ...] = ()) -> None:
        super().__init__(text, parameter, mentioned)
        self.text = text
        self.parameter = parameter
        self.mentioned = mentioned
        self.spelling: Spelling = as_option

    def __str__(self) -> str:
        """Return the message with its parameters spelled."""
        text = self.text
        for name in filter(None, (self.parameter, *self.mentioned)):
            text = text.replace(f"{{{name}}}", self.spelling(name))
        return respelled(text, self.spelling)


class CompileError(HypertemplateError):
    """Error raised for a template with errors; the message lists them.

    Args:
        diagnostics: everything that the failing stage found, in source order.
        source: the compiled source, which rendering a diagnostic needs.
    """

    def __init__(self, diagnostics: tuple[Diagnostic, ...], source: Source) -> None:
        super().__init__(diagnostics, source)
        self.diagnostics = diagnostics
        self.source = source

    def __str__(self) -> str:
        """Return the rendered diagnostics, each with its line and a caret."""
        from hypertemplate.compiler.diagnostics.diagnostic import render_all

        return render_all(self.diagnostics, self.source)

    def _render_traceback_(self) -> list[str]:
        """Return IPython's view: the diagnostics have the places, and the frames are the package's own."""
        return [str(self)]


class MarkerError(HypertemplateError, TypeError):
    """Error raised by a marker without a default in a cell that runs as it is; it has the diagnostic."""

    def _render_traceback_(self) -> list[str]:
        """Return IPython's view: the message has the place."""
        return [str(self)]


class LoadError(HypertemplateError):
    """Error raised when a template fails before its first trial: in its setup part, or in its data function.

    Args:
        message: one line that says what failed.
        details: traceback in the user's own file and lines, or an empty string.
        output: last lines that the template printed before it failed.
    """

    def __init__(self, message: str, details: str = "", output: str = "") -> None:
        super().__init__(message, details, output)
        self.message = message
        self.details = details
        self.output = output

    def __str__(self) -> str:
        """Return the message, then the traceback."""
        return f"{self.message}\n{self.details}".rstrip()


class NoTrialError(HypertemplateError):
    """Error raised when there is no best trial: every trial failed, or none has run.

    Attributes:
        study: study of the search that ended so, as `hypertemplate.tune` would have returned it; else None.
    """

    def __init__(self, text: str, study: object | None = None) -> None:
        super().__init__(text)
        self.study = study


class SharedStateError(HypertemplateError):
    """Error raised when a trial has changed something that all trials share, and it cannot be put back.

    Attributes:
        study: study with the trials so far, as `hypertemplate.tune` would have returned it; else None.
    """

    def __init__(self, text: str, study: object | None = None) -> None:
        super().__init__(text)
        self.study = study


class StatementOrderError(HypertemplateError):
    """Error raised when a statement ran before all trials that should have run after one of a trial."""


class NoModelError(HypertemplateError):
    """Error raised when a trial has no model: it returned none, or it was not kept; the message says why."""


class OutsideTemplateError(HypertemplateError, TypeError):
    """Error raised when a distribution is called as ordinary Python, outside a marker."""


class WorkerError(HypertemplateError):
    """End of a worker process, or its breach of the protocol, when an answer was due."""


class NoProcessError(WorkerError):
    """Failure of the operating system to start a process for a worker."""


class ClusterError(WorkerError):
    """End of a search because its cluster is gone, or has no machine left; the study can be resumed."""


class InternalError(HypertemplateError):
    """A bug in hypertemplate; the message asks for a report and says what to attach."""
