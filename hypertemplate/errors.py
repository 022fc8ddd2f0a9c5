"""The family of exceptions; it imports nothing of ours at run time.

Three kinds of fault are three types: `CompileError` and `LoadError` for the user's template,
an `Outcome` (data, not an exception) for the user's model, `InternalError` for us.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic
    from hypertemplate.compiler.syntax.source import Source


class HypertemplateError(Exception):
    """The base of every exception that hypertemplate raises."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the message says everything, and the frames are ours."""
        return [f"{type(self).__name__}: {self}"]


Spelling = Callable[[str], str]
"""The way in which a face of a search writes the name of a parameter."""

_OPTIONS = {
    "algorithm": "algo",
    "fixed": "set",
    "points": "point",
    "folder": "study",
    "memory_growth": "worker-memory-growth",
}
"""The options of the command line whose names are not those of their parameters."""


def as_option(parameter: str) -> str:
    """The parameter as an option of the command line: ``--gpus-per-trial``."""
    return "--" + _OPTIONS.get(parameter, parameter).replace("_", "-")


class ReadError(HypertemplateError):
    """A path that cannot be read as the text of a template. The message is one line."""


class UsageError(HypertemplateError):
    """A request that the template cannot answer, such as a value for an unknown parameter.

    Args:
        text: the message. A parameter that is named below stands in braces, as in ``{workers} 3``, and each
            face of a search has it spelled in its own way.
        parameter: the one at fault, by its name in `hypertemplate.search.request.SearchRequest`; empty where
            it is none.
        mentioned: others that the message names.

    Attributes:
        spelling: spells a parameter in the message; as an option of the command line, unless a face sets it.
    """

    def __init__(self, text: str, parameter: str = "", mentioned: tuple[str, ...] = ()) -> None:
        super().__init__(text, parameter, mentioned)
        self.text = text
        self.parameter = parameter
        self.mentioned = mentioned
        self.spelling: Spelling = as_option

    def __str__(self) -> str:
        """The message, its parameters spelled."""
        text = self.text
        for name in filter(None, (self.parameter, *self.mentioned)):
            text = text.replace(f"{{{name}}}", self.spelling(name))
        return text


class CompileError(HypertemplateError):
    """A template with faults.

    Args:
        diagnostics: everything that the failing stage found, in source order.
        source: what was compiled; with it a diagnostic can be rendered.
    """

    def __init__(self, diagnostics: tuple[Diagnostic, ...], source: Source) -> None:
        super().__init__(diagnostics, source)
        self.diagnostics = diagnostics
        self.source = source

    def __str__(self) -> str:
        """The rendered diagnostics, each with its line and a caret."""
        from hypertemplate.compiler.diagnostics.diagnostic import render_all

        return render_all(self.diagnostics, self.source)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the diagnostics say where, and the frames are ours."""
        return [str(self)]


class MarkerError(HypertemplateError, TypeError):
    """A marker in a cell that runs as it stands has no default; the message is the rendered diagnostic."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the message says where."""
        return [str(self)]


class LoadError(HypertemplateError):
    """The template compiled, but its setup part or its data function failed in the worker.

    Args:
        message: one line that says what failed.
        details: the traceback in the user's own file and lines, or an empty string.
        output: the last lines that the template printed before it failed.
    """

    def __init__(self, message: str, details: str = "", output: str = "") -> None:
        super().__init__(message, details, output)
        self.message = message
        self.details = details
        self.output = output

    def __str__(self) -> str:
        """The message, then the traceback."""
        return f"{self.message}\n{self.details}".rstrip()


class NoTrialError(HypertemplateError):
    """There is no best trial: every one failed, or none has run."""


class OutsideTemplateError(HypertemplateError, TypeError):
    """A distribution was called as ordinary Python instead of inside a marker."""


class WorkerError(HypertemplateError):
    """A worker process ended, or broke the protocol, where an answer was due."""


class NoProcessError(WorkerError):
    """The operating system starts no process for a worker."""


class InternalError(HypertemplateError):
    """A fault of hypertemplate's own; the message asks for a report and says what to attach."""
