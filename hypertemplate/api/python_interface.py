"""Python interface of a search that the user's own code started: prepares the template, shows progress."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from hypertemplate.api.options import spelled_diagnostics, told_briefly
from hypertemplate.api.prepared import Prepared, from_names
from hypertemplate.api.redefinitions import redefined
from hypertemplate.api.sent_values import send_values
from hypertemplate.api.starting_display import StartingDisplay
from hypertemplate.api.tuned_study import Study, no_trial
from hypertemplate.api.value_digests import value_digests
from hypertemplate.api.written_back import StudyCode
from hypertemplate.compiler.diagnostics.diagnostic import render_all
from hypertemplate.compiler.frameworks_used import frameworks
from hypertemplate.compiler.objective_warnings import objective_warnings
from hypertemplate.compiler.program import Placement, Program
from hypertemplate.errors import NoModelError, NoTrialError, SharedStateError, Spelling, respelled
from hypertemplate.exports.tensorboard_runs import TensorBoardLog
from hypertemplate.frontend import ipython
from hypertemplate.frontend.live.functions import innermost
from hypertemplate.search.generations.generation import Generation
from hypertemplate.search.observer import Observers, SearchObserver, SilentObserver
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.runs.runs_again import RunsAgain
from hypertemplate.search.samplers.factory import preload
from hypertemplate.search.searched_template import LiveCode, Template, TemplateNames
from hypertemplate.search.service.session import Session
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Study as Record
from hypertemplate.search.user_interface import Opening
from hypertemplate.units import counted, listed
from hypertemplate.views.displays.once_more import RAN_AS, KnownNumber, OnceMore
from hypertemplate.views.text import plain_block


@dataclass(frozen=True, slots=True)
class PreparedSource:
    """`TemplateSource` of a file, functions or text that the user's code passed."""

    prepared: Prepared

    @property
    def names(self) -> TemplateNames:
        """Names that the user gave for the template."""
        return self.prepared.names

    def template(self, names: TemplateNames, folder: Callable[[], Path], *, in_process: bool) -> Template:
        """Compile the template; for worker processes, also write the values that they need from memory."""
        prepared = self.prepared
        if prepared.path and names != self.names:
            prepared = from_names(names)
        found = (prepared.found,) if prepared.found else ()
        if in_process:
            program = prepared.compile(here=True)
            notes, file = list[str](), ""
        else:
            program, file, notes = send_values(prepared, folder())
        live = None if prepared.path else partial(_live_code, prepared, program)
        notes = [*found, *_notes(prepared, program), *notes]
        return Template(
            program,
            prepared.values,
            file,
            tuple(notes),
            prepared.names.argv,
            live,
            prepared.memory,
            prepared.source if prepared.path else None,
        )


def _live_code(prepared: Prepared, program: Program) -> LiveCode:
    given = filter(None, (getattr(innermost(one), "__module__", None) for one in prepared.given))
    parts = [part for part in program.parts if not part.module]
    anew = [part.module for part in program.parts if part.module]
    texts = [part.text(*Placement) for part in parts]
    values = value_digests(program.live, prepared.values, texts, home=given, without=anew)
    return LiveCode(program.digest, prepared.file_digest(), values)


def _notes(prepared: Prepared, program: Program) -> tuple[str, ...]:
    return (*_data_note(prepared, program), *_seed_note(prepared, program))


def _data_note(prepared: Prepared, program: Program) -> Iterator[str]:
    """Yield a note if the user passed a data function that nothing calls."""
    is_used = bool(program.leaked) or program.join.how != "none"
    if prepared.idle_data and not is_used:
        yield f"{prepared.data}() is not called: {prepared.model}() takes no arguments"


def _seed_note(prepared: Prepared, program: Program) -> Iterator[str]:
    """Yield a note if code in memory has seeded random generators: in a trial, its seed comes first."""
    if prepared.memory is not None and program.seeds:
        yield (
            f"your code seeds {listed(program.seeds)}: each trial begins with your seed, and the seed of the "
            "search only affects which values are proposed"
        )


@dataclass(frozen=True, slots=True)
class PythonInterface:
    """`UserInterface` in the user's own process.

    Attributes:
        spell: function that spells a parameter.
        resume_hint: the way to resume an interrupted search, in words.
        verbose: whether the search is shown.
        in_process: whether trials run in this process, and print to the same place as the display: then no
            bar moves.
        starting: display that the search takes over in a notebook; by default none.
        once: trial that runs once more, where nothing is searched; None for a search.
        log_to: folder of TensorBoard to which trials are written while they run; None for none.
    """

    spell: Spelling
    resume_hint: str
    verbose: bool
    in_process: bool
    starting: StartingDisplay = field(default_factory=partial(StartingDisplay, False))
    once: OnceMore | None = None
    log_to: Path | None = None

    @contextlib.contextmanager
    def show(self, opening: Opening) -> Iterator[SearchObserver]:
        """Show a search: in a notebook as one display that updates in place, else as lines on stderr."""
        with self._shown(opening) as observer, self._logged(opening, observer) as both:
            yield both

    @contextlib.contextmanager
    def _logged(self, opening: Opening, observer: SearchObserver) -> Iterator[SearchObserver]:
        """Write the trials of a search beside showing them; runs that only confirm trials are not written."""
        if self.log_to is None or opening.runs_again is not None:
            yield observer
            return
        log = TensorBoardLog(self.log_to, lambda text: observer.note(text, matters=True))
        try:
            yield Observers((observer, log))
        finally:
            log.ended(None, "done")

    @contextlib.contextmanager
    def _shown(self, opening: Opening) -> Iterator[SearchObserver]:
        if not self.verbose:
            yield SilentObserver()
            return
        more = objective_warnings(opening.program, opening.study.objective)
        told_before = opening.runs_again is not None
        if not told_before and (warnings := (*opening.program.warnings, *more)):
            told = spelled_diagnostics(warnings, self.spell)
            sys.stderr.write(render_all(told, opening.program.source) + "\n")
        with self._printer(opening) as observer:
            for note in filter(None, (opening.headline, *opening.history, *opening.notes)):
                observer.note(respelled(note, self.spell))
            yield observer

    def resumed(
        self, folder: str, trials: int, max_evals: int, left_out: int, *, is_changed: bool = False
    ) -> str:
        """Say how much of a study is there; the call names its folder."""
        there = f"{trials} of {counted(max_evals, 'trial')} {'is' if trials == 1 else 'are'} there"
        return f"resuming: {there}{f', beside {left_out} left out' if left_out else ''}"

    def show_idle(self, notes: tuple[str, ...], edits: tuple[str, ...] = ()) -> None:
        """Say on stderr why no trial runs."""
        if self.verbose:
            sys.stderr.writelines(f"{line}\n" for line in plain_block(edits))
        self.tell(notes)

    def tell(self, notes: Iterable[str]) -> None:
        """Write notes to stderr."""
        if self.verbose:
            sys.stderr.writelines(f"note: {respelled(note, self.spell)}\n" for note in notes)

    @contextlib.contextmanager
    def _printer(self, opening: Opening) -> Iterator[SearchObserver]:
        imports = frameworks(opening.program).libraries
        if opening.runs_again is not None:
            with self._runs_again(opening, opening.runs_again) as again:
                yield again
            return
        if self.once is not None:
            with self._once_more(opening, self.once) as one:
                yield KnownNumber(one, self.once.number)
            return
        if ipython.shows_html():
            from hypertemplate.results.notebook_view import notebook_html
            from hypertemplate.views.displays.notebook_display import NotebookPrinter

            with NotebookPrinter(
                opening.study,
                show=self.starting.show,
                model=opening.program.model or "",
                headline=opening.headline,
                imports=imports,
                in_process=self.in_process,
                workers=opening.workers,
                metric=opening.metric,
                view=notebook_html,
            ) as printer:
                yield printer
            return
        # rich takes a while to load.
        from hypertemplate.views.displays.terminal_display import SearchPrinter, stderr_console

        console = stderr_console()
        live = sys.stderr.isatty() and not console.is_dumb_terminal and not self.in_process
        with SearchPrinter(
            console,
            opening.study.template,
            live=live,
            preload=partial(preload, opening.study.algorithm),
            imports=imports,
            workers=opening.workers,
            metric=opening.metric,
            prunes=opening.prunes,
        ) as shown:
            yield shown

    @contextlib.contextmanager
    def _once_more(self, opening: Opening, once: OnceMore) -> Iterator[SearchObserver]:
        """Show one trial: in a notebook as one display that updates in place, else as lines on stderr."""
        if ipython.shows_html():
            from hypertemplate.views.displays.notebook_display import NotebookPrinter

            with NotebookPrinter(
                opening.study,
                show=self.starting.show,
                model=opening.program.model or "",
                headline=opening.headline,
                imports=frameworks(opening.program).libraries,
                in_process=self.in_process,
                metric=opening.metric,
                once=once,
            ) as printer:
                yield printer
            return
        from hypertemplate.views.displays.once_more_display import OnceMorePrinter
        from hypertemplate.views.displays.terminal_display import stderr_console

        console = stderr_console()
        live = sys.stderr.isatty() and not console.is_dumb_terminal and not self.in_process
        with OnceMorePrinter(console, opening.study.template, once, live=live) as shown:
            yield shown

    @contextlib.contextmanager
    def _runs_again(self, opening: Opening, runs: RunsAgain) -> Iterator[SearchObserver]:
        """Show runs of trials again as lines, also in a notebook, where the study shows their table."""
        from hypertemplate.views.displays.runs_again_display import RunsAgainPrinter
        from hypertemplate.views.displays.terminal_display import stderr_console

        console = stderr_console()
        live = sys.stderr.isatty() and not console.is_dumb_terminal
        with RunsAgainPrinter(
            console, opening.study.template, runs, live=live, workers=opening.workers
        ) as shown:
            yield shown


def searched(
    session: Session, prepared: Prepared, interface: PythonInterface, max_evals: int | None = None
) -> Study:
    """Run a search of a template, and return its study, which can be resumed.

    Raises:
        NoTrialError: no trial is complete; it has the study.
        SharedStateError: a trial has changed what all share, and it cannot be put back; it has the study.
    """

    def resume(more: int | None) -> Study:
        with told_briefly():
            interface.tell(map(_earlier_code, redefined(prepared, session.program.live)))
            return searched(session, prepared, interface, more or max_evals)

    def model(number: int, trust: bool) -> Any:
        once = interface.once
        if once is not None and number != once.number:
            raise NoModelError(f"there is no trial {number}, only trial {once.number}, which ran once more")
        try:
            return session.model(number if once is None else RAN_AS, trust=trust)
        except NoModelError as error:
            raise NoModelError(respelled(str(error), interface.spell)) from None

    def confirm(top: int, repeats: int) -> Study:
        with told_briefly(interface.spell):
            return found(session.confirm(interface, top, repeats))

    def once_more(template: Prepared, request: SearchRequest, once: OnceMore) -> Study:
        return run_once_more(template, request, interface.spell, once, verbose=interface.verbose)

    def found(record: Record, shown_in: str = "") -> Study:
        first = Generation(record.generation, record.digest, record.space, prepared.read.source)
        storage = session.storage
        stored = storage.kept if storage is not None and storage.exists else Kept(record)
        models, once = stored.models, interface.once
        if once is not None:
            record = once.known(record)
            models = dict.fromkeys((once.number,), models[RAN_AS]) if models else {}
        kept = Kept(record, generations=(first,), options=stored.options, models=models)
        code = StudyCode(
            record.name,
            lambda: kept,
            lambda: from_names(prepared.names) if prepared.path else prepared,
            lambda: session.request,
            once_more,
            session.folder,
            interface.verbose,
            interface.once,
        )
        return Study(record, model, resume, confirm, code, shown_in)

    try:
        record = session.run(interface, max_evals)
    except SharedStateError as error:
        error.study = found(session.study) if session.study is not None else None
        raise
    study = found(record, interface.starting.shown_in)
    if record.best is None:
        once = interface.once
        raise NoTrialError(no_trial(record, interface.spell) if once is None else once.failure(record), study)
    if interface.verbose and interface.once is not None:
        sys.stderr.write(f"{interface.once.ending(record)}\n")
    return study


def _earlier_code(name: str) -> str:
    """Return the note on a part of the template that has changed since its search began."""
    return (
        f"{name} has changed since this search began: resume() runs the earlier code; to search the new one, "
        "start a new search"
    )


def run_once_more(
    template: Prepared, request: SearchRequest, spell: Spelling, once: OnceMore, *, verbose: bool
) -> Study:
    """Run one trial of a template that was searched once more, as a study of its own."""
    starting = StartingDisplay(False)
    interface = PythonInterface(spell, "", verbose, request.in_process, starting, once)
    session = Session(request, PreparedSource(template))
    return searched(session, template, interface)
