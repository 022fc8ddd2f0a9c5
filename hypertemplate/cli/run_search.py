"""A search as the command line asks for it: begun, gone on with, ended."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

from hypertemplate.accelerators.local_plan import look, plan_for
from hypertemplate.accelerators.plan.plan import Plan, Wishes
from hypertemplate.cli.console import tell
from hypertemplate.cli.end_of_search import nothing_to_run, show_end
from hypertemplate.cli.options import read_program, read_source
from hypertemplate.cli.run_options import Asked, as_it_was
from hypertemplate.cli.signals import ENDING, collected_interrupts, terminated
from hypertemplate.compiler import render_program
from hypertemplate.compiler.emit.fingerprint import enclosing_statements
from hypertemplate.compiler.program import Program
from hypertemplate.errors import HypertemplateError, UsageError
from hypertemplate.executors.factory import worker_processes
from hypertemplate.executors.process import ProcessExecutor
from hypertemplate.report.text import plain
from hypertemplate.runtime.protocol import MEMORY_GROWTH_BYTES, RuntimeOptions
from hypertemplate.search.fixed_params import outside, parse_settings
from hypertemplate.search.loop import search
from hypertemplate.search.options import plan_notes, planned
from hypertemplate.search.resume import STATEMENTS, changes, check_settings, refusal, same_file
from hypertemplate.search.samplers.enqueued import parse_points, possible_points
from hypertemplate.search.samplers.factory import Proposing
from hypertemplate.search.samplers.hyperopt.sampler import check_installed, preload
from hypertemplate.search.stop_rules import MAX_FAILURES, Limits
from hypertemplate.search.storage.base import SUFFIX, check_room, left_to_run
from hypertemplate.search.storage.models import FolderModels
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.storage.sqlite.reader import holds_study, read_study
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import Study
from hypertemplate.units import counted, duration

DONE, NO_TRIAL_SUCCEEDED = 0, 3


@dataclass(frozen=True, slots=True)
class Manner:
    """How one run goes about it; nothing of this is kept with the study.

    Attributes:
        fresh: whether a study that is there is moved aside.
        changed: whether a study may go on although its template has changed.
        show_output: whether what trials print is shown as they print it.
        verbose: whether it is said why workers are not forked.
        forked: whether workers may be forked from one that has loaded the template.
        waiting_only: whether only trials that wait are run, however good the others were.
        go_on: the command that goes on with the study.
    """

    fresh: bool = False
    changed: bool = False
    show_output: bool = False
    verbose: bool = False
    forked: bool = True
    waiting_only: bool = False
    go_on: str = ""


def run_search(asked: Asked, manner: Manner, before: Callable[[SqliteStorage], None] | None = None) -> int:
    """Search, and show what was found; the exit status.

    Args:
        asked: what is searched.
        manner: how.
        before: is given the study that is there before it goes on.
    """
    given = asked
    folder = Path(asked.study or f"{Path(asked.template).resolve().stem}{SUFFIX}")
    kept = None if manner.fresh else _study_at(folder)
    asked, as_before = (asked, "") if kept is None else as_it_was(asked, kept)
    wishes = asked.wishes
    program = read_program(read_source(asked.template, asked.model, asked.data), asked.model, asked.data)
    limits = _limits(asked, manner)
    timeout_s = None if asked.trial_timeout is None else duration(asked.trial_timeout)
    check_room(folder, Path(program.source.path))
    statements = enclosing_statements(program)
    options = {**asked.as_options(folder), STATEMENTS: statements}
    with closing(SqliteStorage(folder, render_program(program), options, fresh=manner.fresh)) as storage:
        plan = _plan(asked, program, storage)
        if storage.exists:
            _check(storage, plan, program, statements, manner)
        proposing = _proposing(asked, given, manner, program, plan, storage)
        check_installed(plan.algorithm)
        models = FolderModels(asked.keep_models or 1, folder.resolve(), storage)
        if storage.exists:
            models.take_over()
            if before is not None:
                _machine(program, wishes, given)  # what cannot be run changes nothing
                before(storage)
        why = nothing_to_run(storage, plan, limits, proposing) if storage.exists else None
        if why is not None:
            for note in filter(None, (as_before, why)):
                tell(f"note: {plain(note)}")
            return _end(storage, models)
        machine = _machine(program, replace(wishes, most=left_to_run(storage, limits.evals(plan))), given)
        tell(plain(machine.headline))
        started = _going_on(storage, plan, machine) if storage.exists else _beginning(asked, program, plan)
        values = () if manner.waiting_only else chain(proposing.settings, *proposing.given)
        for note in filter(None, (*started, as_before, *machine.notes, *outside(values, program.space))):
            tell(f"note: {plain(note)}")
        workers = partial(
            worker_processes,
            program,
            RuntimeOptions(
                plan.seed,
                plan.maximize,
                plan.objective,
                show_output=manner.show_output,
                trial_timeout_s=timeout_s,
                memory_growth_bytes=asked.memory_growth or MEMORY_GROWTH_BYTES,
                forked=manner.forked,
            ),
            machine,
        )
        _run(proposing, workers, machine.headline, storage, models, limits, manner)
        return _end(storage, models)


def _run(
    proposing: Proposing,
    workers: Callable[..., ProcessExecutor],
    headline: str,
    storage: SqliteStorage,
    models: FolderModels,
    limits: Limits,
    manner: Manner,
) -> None:
    """Search; where it breaks off, show what there is and how it goes on."""
    # rich takes a while to load, and only this needs it.
    from hypertemplate.report.terminal_display import SearchPrinter, stderr_console

    plan = proposing.plan
    console = stderr_console()
    live = sys.stderr.isatty() and not console.is_dumb_terminal and not manner.show_output
    printer = SearchPrinter(
        console,
        plan.template,
        live=live,
        headline=headline,
        preload=_preload,
        workers=lambda: executor.workers,
    )
    executor = workers(tell=printer.note if manner.verbose else None)
    try:
        with printer, terminated():
            search(
                plan,
                executor,
                sampler=partial(proposing.sampler, printer.note),
                storage=storage,
                observer=printer,
                settings=proposing.settings,
                models=models,
                limits=limits,
                folder=storage.folder.resolve() / "trials",
            )
    except (KeyboardInterrupt, HypertemplateError):
        if printer.study is not None:
            show_end(storage, manner.go_on, models.note)
        raise


def _end(storage: SqliteStorage, models: FolderModels) -> int:
    """Show what was found; the exit status."""
    show_end(storage, "", models.note)
    return DONE if storage.study.best else NO_TRIAL_SUCCEEDED


def _study_at(folder: Path) -> Kept | None:
    """The study that is in a folder; None where there is none, or none that can be read."""
    try:
        return read_study(folder) if holds_study(folder) else None
    except UsageError:  # the storage says the same, after it has found out whether another search runs there
        return None


def _proposing(
    asked: Asked, given: Asked, manner: Manner, program: Program, plan: Study, storage: SqliteStorage
) -> Proposing:
    """What proposes points; UsageError if a setting or a point is not one of the template's."""
    settings = parse_settings(asked.settings, program.space)
    if manner.waiting_only:
        return Proposing(plan, storage, settings, oom_loss=asked.oom_loss)
    typed = parse_points(given.points, program.space, settings)
    points = possible_points(parse_points(asked.points, program.space), settings)
    return Proposing(plan, storage, settings, points, typed, asked.oom_loss)


def _plan(asked: Asked, program: Program, storage: SqliteStorage) -> Study:
    """The study that is to run; what neither the user nor the file asks for is as it was before."""
    kept = storage.study if storage.exists else None
    max_evals = asked.max_evals
    if max_evals is None and program.hints.max_evals is None and kept is not None:
        max_evals = kept.max_evals
    algo: object = asked.algo if asked.algo is not None or kept is None else kept.algorithm
    return planned(
        program,
        max_evals=max_evals,
        algorithm=algo,  # type: ignore[arg-type]
        seed=asked.seed if asked.seed is not None or kept is None else kept.seed,
        maximize=asked.maximize,
        objective=asked.objective,
    )


def _check(
    storage: SqliteStorage, plan: Study, program: Program, statements: dict[str, str], manner: Manner
) -> None:
    """Refuse to go on with a study of another template, or under other settings."""
    folder = plain(str(storage.folder))
    if storage.study.digest != program.digest:
        found = changes(storage.kept, program, statements)
        if found or not manner.changed:
            raise UsageError(refusal(storage.kept, found, folder, plan.template, retry=manner.waiting_only))
    check_settings(storage.study, plan, folder, script=program.model is None)


def _machine(program: Program, wishes: Wishes, given: Asked) -> Plan:
    """What the search runs on.

    Raises:
        UsageError: that cannot be had here; where the study had it, and nobody asked for it now, it says so.
    """
    try:
        return plan_for(program, wishes, look())
    except UsageError as error:
        if given.gpus_per_trial is not None or not str(error).startswith("--gpus-per-trial"):
            raise
        raise UsageError(f"{error}; the study ran with it, and --gpus-per-trial 1 goes on without") from None


def _limits(asked: Asked, manner: Manner) -> Limits:
    failures = MAX_FAILURES if asked.max_failures is None else asked.max_failures
    if manner.waiting_only:
        return Limits(max_failures=failures, waiting_only=True)
    timeout_s = None if asked.timeout is None else duration(asked.timeout)
    return Limits(timeout_s, asked.stop_at, asked.patience, failures)


def _going_on(storage: SqliteStorage, plan: Study, machine: Plan) -> Iterator[str]:
    """What to say of a study that goes on."""
    yield f"going on after {counted(len(storage.study.trials), 'trial')} in {storage.folder}"
    if not same_file(storage.study, plan.template):
        yield f"this study was begun with {storage.study.template}"
    before = storage.study.versions.get("backend")
    if before is not None and machine.backend is not None and before != machine.backend:
        yield (
            f"Keras computes with {machine.backend}, and the study began with {before}: losses may differ; "
            f"KERAS_BACKEND={before} goes on as it began"
        )


def _beginning(asked: Asked, program: Program, plan: Study) -> list[str]:
    """What to say of a study that begins."""
    algo: object = asked.algo
    return plan_notes(program, plan, max_evals=asked.max_evals, algorithm=algo, seed=asked.seed)  # type: ignore[arg-type]


def _preload() -> None:
    # Some library is always between `try` and a bare `except` while it is imported, and would swallow Ctrl-C.
    with collected_interrupts(signal.SIGINT, *ENDING) as came:
        preload()
    for number in came:  # once more, now that it is heard
        signal.raise_signal(number)
