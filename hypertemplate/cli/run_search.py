"""Searches on the command line: their start, their resumption and their end."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import click

from hypertemplate.cli.announcement import announce
from hypertemplate.cli.console import tell, tell_edits, tell_findings
from hypertemplate.cli.earlier_template import earlier_template
from hypertemplate.cli.end_of_search import show_end
from hypertemplate.cli.exit_codes import DONE, NO_TRIAL_SUCCEEDED, USAGE
from hypertemplate.cli.followers import Note
from hypertemplate.cli.options import read_program, read_source
from hypertemplate.cli.signals import (
    ENDING,
    TerminatedError,
    collected_interrupts,
    interrupt_status,
    interrupt_word,
    terminated,
)
from hypertemplate.compiler.frameworks_used import frameworks
from hypertemplate.compiler.objective_warnings import objective_warnings
from hypertemplate.errors import HypertemplateError, ReadError, as_option
from hypertemplate.exports.base import End, Follower
from hypertemplate.search.observer import Observers, SearchObserver
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.samplers.factory import preload
from hypertemplate.search.samplers.hyperopt.deferred_module import defer
from hypertemplate.search.searched_template import Template, TemplateNames
from hypertemplate.search.service.session import Session
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.storage.sqlite.reader import holds_study
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import Algorithm, TrialState
from hypertemplate.search.user_interface import Opening
from hypertemplate.units import counted
from hypertemplate.views.text import plain


def run_search(
    request: SearchRequest,
    names: TemplateNames,
    resume_command: str,
    *,
    command: str = "",
    quiet: bool = False,
    follow: Callable[[Callable[[], Kept], Note], Sequence[Follower]] = lambda kept, note: (),
    stdout_is_taken: bool = False,
) -> int:
    """Run a search, and show its result; return the exit status.

    Args:
        request: request of the user.
        names: names that the user gave for the template.
        resume_command: command that resumes the search.
        command: command that started it, if that is another one.
        quiet: whether only trials that are better than all before are shown.
        follow: returns what follows the search besides; it is given what returns the record of the study, and
            what shows a note.
        stdout_is_taken: whether the result goes to stderr, since stdout has something else.
    """
    session = Session(request, TemplateFile(names, request))
    followers = follow(lambda: _record(session), lambda text: interface.note(text))
    # Lines that are redrawn and events would overwrite each other on one terminal.
    redraws = not request.show_output and not (stdout_is_taken and sys.stdout.isatty())
    interface = CommandLine(live=redraws, quiet=quiet, followers=followers)
    show = partial(_show_end, session, again=request.retry, to_stderr=stdout_is_taken)
    try:
        with _followed(session, followers):
            study = session.run(interface)
    except KeyboardInterrupt as interrupt:
        tell(interrupt_word(interrupt))
        if interface.has_begun:
            show(resume_command, asks=True)
        else:
            tell(_nothing_begun(request, command or resume_command))
        return interrupt_status(interrupt)
    except HypertemplateError:
        if interface.has_begun:
            show(resume_command, asks=True)
        raise
    show("", asks=quiet and interface.has_begun)
    if study.best is not None:
        return DONE
    is_judged = any(trial.state is TrialState.COMPLETE for trial in study.trials)
    return USAGE if is_judged else NO_TRIAL_SUCCEEDED  # the objective lacks its direction


def _nothing_begun(request: SearchRequest, command: str) -> str:
    """Say that a search was interrupted before it had a trial, and how to run it again."""
    kept = ""
    if request.folder is not None and not request.retry:
        folder = plain(str(request.folder))
        kept = f"; {folder} is unchanged" if holds_study(request.folder) else "; nothing was written"
    return f"no trial had started{kept}\nrun it again with: {plain(command)}"


@contextlib.contextmanager
def _followed(session: Session, followers: Sequence[Follower]) -> Iterator[None]:
    """Tell followers how a search in the context has ended, whatever ends it."""
    end: End = "error"
    said = ""
    try:
        yield
        end = "done"
    except KeyboardInterrupt as interrupt:
        end = "terminated" if isinstance(interrupt, TerminatedError) else "interrupted"
        raise
    except BaseException as error:
        said = str(error.__cause__ if isinstance(error, click.exceptions.Exit) else error)
        raise
    finally:
        begun = session.storage is not None and session.storage.exists
        for one in followers:
            one.ended(_record(session) if begun else None, end, said)


def _record(session: Session) -> Kept:
    """Return the record of a study that has begun."""
    assert session.storage is not None
    return session.storage.kept


def _show_end(
    session: Session, resume_command: str, *, again: tuple[int, ...], asks: bool, to_stderr: bool
) -> None:
    if isinstance(session.storage, SqliteStorage):
        show_end(session.storage, resume_command, session.model_note, again, asks=asks, to_stderr=to_stderr)


class TemplateFile:
    """`TemplateSource` of a file or a notebook; shows the compiler's warnings.

    Args:
        names: names that the user gave for the template.
        request: request of the user: markers that were proposed for the study that it resumes stay.
    """

    def __init__(self, names: TemplateNames, request: SearchRequest) -> None:
        self.names = names
        self._request = request

    def template(self, names: TemplateNames, folder: Callable[[], Path], *, in_process: bool) -> Template:
        """Read and compile the template."""
        announce(f"reading {names.path}")
        try:
            read = read_source(names, earlier_template(self._request) if names.suggested else None)
        except ReadError as error:
            raise self._with_study(error) from None
        program = read_program(read, names)
        announce("looking for devices")
        return Template(program, argv=names.argv, read=read.source)

    def _with_study(self, error: ReadError) -> ReadError:
        """Return the error for a file that is gone, with what its study is good for, if there is one."""
        folder = self._request.folder
        if folder is None or self._request.fresh or Path(self.names.path).exists() or not holds_study(folder):
            return error
        shown = plain(str(folder))
        ways = f"hypertemplate show {shown} lists its trials, hypertemplate run FILE --study {shown}"
        return ReadError(f"{error}; {shown} has a study: {ways} resumes it with the file's new place")


class CommandLine:
    """`UserInterface` on a terminal, or on whatever stderr is.

    Args:
        live: whether lines may be redrawn.
        quiet: whether only trials that are better than all before are shown.
        followers: what follows the search besides.

    Attributes:
        has_begun: whether there is a study that can be resumed.
    """

    resume_hint = ""

    def __init__(self, *, live: bool, quiet: bool, followers: Sequence[Follower] = ()) -> None:
        self.spell = as_option
        self._followers = followers
        self._printer: SearchObserver | None = None
        self._live = live
        self._quiet = quiet
        self._has_begun: Callable[[], bool] = lambda: False

    @property
    def has_begun(self) -> bool:
        """True once the study of this run has begun."""
        return self._has_begun()

    def note(self, text: str) -> None:
        """Show a note that matters, above what is redrawn."""
        if self._printer is None:
            tell(f"note: {plain(text)}")
        else:
            self._printer.note(text, matters=True)

    @contextlib.contextmanager
    def show(self, opening: Opening) -> Iterator[SearchObserver]:
        """Show the notes on the search, and its progress while it runs."""
        # rich takes a while to load, and only this function needs it.
        from hypertemplate.views.displays.runs_again_display import RunsAgainPrinter
        from hypertemplate.views.displays.terminal_display import SearchPrinter, stderr_console

        warnings = objective_warnings(opening.program, opening.study.objective)
        tell_findings(warnings, opening.program.source)
        if not self._quiet:
            tell(plain(opening.headline))
            for note in (*opening.history, *opening.notes):
                tell(f"note: {plain(note)}")
        announce("")
        console = stderr_console()
        live = sys.stderr.isatty() and not console.is_dumb_terminal and self._live
        if opening.runs_again is not None:
            runs_again = RunsAgainPrinter(
                console, opening.study.template, opening.runs_again, live=live, workers=opening.workers
            )
            with runs_again, terminated():
                yield runs_again
            return
        printer = SearchPrinter(
            console,
            opening.study.template,
            live=live,
            headline=opening.headline,
            imports=frameworks(opening.program).libraries,
            quiet=self._quiet,
            preload=partial(_preload, opening.study.algorithm),
            workers=opening.workers,
            metric=opening.metric,
            again=opening.again,
            prunes=opening.prunes,
        )
        self._has_begun = lambda: printer.study is not None
        self._printer = printer
        with printer, terminated():
            yield Observers((printer, *self._followers)) if self._followers else printer

    def resumed(
        self, folder: str, trials: int, max_evals: int, left_out: int, *, is_changed: bool = False
    ) -> str:
        """Say which study is resumed: its folder may not have been named."""
        if is_changed:
            return f"resuming {folder} after {counted(trials + left_out, 'trial')}"
        if left_out:
            verb = "counts" if trials == 1 else "count"
            return f"resuming {folder}: {trials} of {counted(trials + left_out, 'trial')} {verb}"
        return f"resuming {folder} after {counted(trials, 'trial')}"

    def show_idle(self, notes: tuple[str, ...], edits: tuple[str, ...] = ()) -> None:
        """Say why no trial runs."""
        tell_edits(edits)
        for one in self._followers if edits else ():
            one.edited(edits)
        for note in notes:
            tell(f"note: {plain(note)}")
            for one in self._followers:
                one.note(note)


def _preload(algorithm: Algorithm) -> None:
    # During its import some library is always between `try` and a bare `except`, which would swallow Ctrl-C.
    with collected_interrupts(signal.SIGINT, *ENDING) as came:
        defer("scipy.stats")  # half of the import, of which hyperopt's atpe alone uses anything
        preload(algorithm)
    for number in came:  # again, now that it is handled
        signal.raise_signal(number)
