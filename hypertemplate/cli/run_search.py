"""A search as the command line shows it: begun, resumed, ended."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from hypertemplate.cli.console import tell
from hypertemplate.cli.end_of_search import show_end
from hypertemplate.cli.options import read_program, read_source
from hypertemplate.cli.signals import ENDING, collected_interrupts, terminated
from hypertemplate.errors import HypertemplateError, as_option
from hypertemplate.report.text import plain
from hypertemplate.search.face import Opening
from hypertemplate.search.observer import SearchObserver
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.samplers.hyperopt.sampler import preload
from hypertemplate.search.searched_template import Template, TemplateNames
from hypertemplate.search.session import Session
from hypertemplate.search.storage.sqlite.writer import SqliteStorage

DONE, NO_TRIAL_SUCCEEDED = 0, 3


def run_search(request: SearchRequest, names: TemplateNames, resume_command: str) -> int:
    """Search, and show what was found; return the exit status.

    Args:
        request: what is asked for.
        names: what was named of the template.
        resume_command: the command that resumes the search.
    """
    face = _CommandLine(live=not request.show_output)
    session = Session(request, _File(names))
    try:
        study = session.run(face)
    except (KeyboardInterrupt, HypertemplateError):
        if face.has_begun:
            _show_end(session, resume_command)
        raise
    _show_end(session, "")
    return DONE if study.best else NO_TRIAL_SUCCEEDED


def _show_end(session: Session, resume_command: str) -> None:
    if isinstance(session.storage, SqliteStorage):
        show_end(session.storage, resume_command, session.model_note)


class _File:
    """A `TemplateSource` that is a file or a notebook; what the compiler warns of is told."""

    def __init__(self, names: TemplateNames) -> None:
        self.names = names

    def template(self, names: TemplateNames, folder: Callable[[], Path], *, in_process: bool) -> Template:
        """Read and compile it."""
        read = read_source(names.path, names.model, names.data)
        return Template(read_program(read, names.model, names.data))


class _CommandLine:
    """A `Face` on a terminal, or whatever stderr is.

    Args:
        live: whether lines may be redrawn.

    Attributes:
        has_begun: whether there is a study that can be resumed.
    """

    resume_hint = ""

    def __init__(self, *, live: bool) -> None:
        self.spell = as_option
        self._live = live
        self._has_begun: Callable[[], bool] = lambda: False

    @property
    def has_begun(self) -> bool:
        """Whether the study of this run has begun."""
        return self._has_begun()

    @contextlib.contextmanager
    def show(self, opening: Opening) -> Iterator[SearchObserver]:
        """Tell what runs, and show it while it does."""
        # rich takes a while to load, and only this needs it.
        from hypertemplate.report.terminal_display import SearchPrinter, stderr_console

        tell(plain(opening.headline))
        for note in (*opening.history, *opening.notes):
            tell(f"note: {plain(note)}")
        console = stderr_console()
        live = sys.stderr.isatty() and not console.is_dumb_terminal and self._live
        printer = SearchPrinter(
            console,
            opening.study.template,
            live=live,
            headline=opening.headline,
            preload=_preload,
            workers=opening.workers,
        )
        self._has_begun = lambda: printer.study is not None
        with printer, terminated():
            yield printer

    def show_idle(self, notes: tuple[str, ...]) -> None:
        """Say why no trial runs."""
        for note in notes:
            tell(f"note: {plain(note)}")


def _preload() -> None:
    # Some library is always between `try` and a bare `except` while it is imported, and would swallow Ctrl-C.
    with collected_interrupts(signal.SIGINT, *ENDING) as came:
        preload()
    for number in came:  # once more, now that it is heard
        signal.raise_signal(number)
