"""A search as the command line asks for it: begun, gone on with, ended."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hypertemplate.cli.asked import Asked
from hypertemplate.cli.interrupts import collected_interrupts, terminated
from hypertemplate.cli.output import emphasised, say, tell
from hypertemplate.cli.reading import read_program, read_source
from hypertemplate.compiler import render_program
from hypertemplate.compiler.enclosing import enclosing_statements
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.space import Dimension
from hypertemplate.durations import duration
from hypertemplate.errors import UsageError
from hypertemplate.executors.process import MEMORY_GROWTH_BYTES, ProcessExecutor
from hypertemplate.report.summary import best_lines
from hypertemplate.report.text import counted, plain
from hypertemplate.search.continuing import STATEMENTS, changes, check_settings, refusal
from hypertemplate.search.grid import GridSampler
from hypertemplate.search.hyperopt_sampler import HyperoptSampler, preload
from hypertemplate.search.loop import search
from hypertemplate.search.models import FolderModels
from hypertemplate.search.planning import plan_notes, planned
from hypertemplate.search.points import Point, PointsFirst, parse_points
from hypertemplate.search.sampler import Sampler
from hypertemplate.search.settings import parse_settings
from hypertemplate.search.sqlite_storage import SqliteStorage
from hypertemplate.search.stopping import MAX_FAILURES, Limits
from hypertemplate.search.storage import SUFFIX, check_room
from hypertemplate.search.study import Study

DONE, NO_TRIAL_SUCCEEDED = 0, 3


@dataclass(frozen=True, slots=True)
class Manner:
    """How one run goes about it; nothing of this is kept with the study.

    Attributes:
        fresh: whether a study that is there is moved aside.
        changed: whether a study may go on although its template has changed.
        show_output: whether what trials print is shown as they print it.
        waiting_only: whether only trials that wait are run, however good the others were.
        go_on: the command that goes on with the study.
    """

    fresh: bool = False
    changed: bool = False
    show_output: bool = False
    waiting_only: bool = False
    go_on: str = ""


def run_search(asked: Asked, manner: Manner, before: Callable[[SqliteStorage], None] | None = None) -> int:
    """Search, and show what was found; the exit status.

    Args:
        asked: what is searched.
        manner: how.
        before: is given the study that is there before it goes on.
    """
    # rich takes a while to load, and only this needs it.
    from hypertemplate.report.terminal import SearchPrinter, stderr_console

    program = read_program(read_source(asked.template, asked.model, asked.data), asked.model, asked.data)
    settings, points = (
        parse_settings(asked.settings, program.space),
        parse_points(asked.points, program.space),
    )
    limits = _limits(asked, manner)
    timeout_s = None if asked.trial_timeout is None else duration(asked.trial_timeout)
    folder = Path(asked.study or f"{_stem(program)}{SUFFIX}")
    check_room(folder, Path(program.source.path))
    statements = enclosing_statements(program)
    options = {**asked.as_options(), STATEMENTS: statements}
    with closing(SqliteStorage(folder, render_program(program), options, fresh=manner.fresh)) as storage:
        plan = _plan(asked, program, storage)
        models = FolderModels(asked.keep_models, folder.resolve(), storage)
        if storage.exists:
            _check(storage, plan, program, statements, manner)
            models.take_over()
            if before is not None:
                before(storage)
            if not storage.running and len(storage.study.trials) >= plan.max_evals:
                return _all_done(storage)
        console = stderr_console()
        live = sys.stderr.isatty() and not console.is_dumb_terminal and not manner.show_output
        _notes(asked, program, plan, storage)
        printer = SearchPrinter(console, plan.template, live=live, preload=_preload)
        try:
            with printer, terminated():
                search(
                    plan,
                    _executor(asked, manner, program, plan, timeout_s),
                    sampler=partial(_sampler, plan, storage, points),
                    storage=storage,
                    observer=printer,
                    settings=settings,
                    models=models,
                    limits=limits,
                    folder=folder.resolve() / "trials",
                )
        except KeyboardInterrupt:
            if printer.study is not None:
                _show(storage, manner.go_on)
            raise
        _show(storage, "")
        return DONE if storage.study.best else NO_TRIAL_SUCCEEDED


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
    check_settings(storage.study, plan, folder)
    if storage.study.digest == program.digest:
        return
    found = changes(storage.kept, program, statements)
    if found or not manner.changed:
        raise UsageError(refusal(storage.kept, found, folder, plan.template))


def _limits(asked: Asked, manner: Manner) -> Limits:
    failures = MAX_FAILURES if asked.max_failures is None else asked.max_failures
    if manner.waiting_only:
        return Limits(max_failures=failures, waiting_only=True)
    timeout_s = None if asked.timeout is None else duration(asked.timeout)
    return Limits(timeout_s, asked.stop_at, asked.patience, failures)


def _executor(
    asked: Asked, manner: Manner, program: Program, plan: Study, timeout_s: float | None
) -> ProcessExecutor:
    workers = None if asked.workers == "auto" else int(asked.workers)
    if workers is None and program.writes:
        workers = 1
    return ProcessExecutor(
        program,
        seed=plan.seed,
        maximize=plan.maximize,
        objective=plan.objective,
        workers=workers,
        show_output=manner.show_output,
        trial_timeout_s=timeout_s,
        memory_growth_bytes=MEMORY_GROWTH_BYTES if asked.memory_growth is None else asked.memory_growth,
    )


def _sampler(
    plan: Study, storage: SqliteStorage, points: tuple[Point, ...], space: tuple[Dimension, ...]
) -> Sampler:
    """What proposes the points that are left to sample."""
    earlier = (*storage.study.trials, *storage.running) if storage.exists else ()
    inner: GridSampler | HyperoptSampler
    if plan.algorithm == "grid":
        inner = GridSampler(space)
    else:
        inner = HyperoptSampler(
            space,
            plan.algorithm,
            plan.seed,
            earlier=sorted(earlier, key=lambda trial: trial.number),
            state=storage.sampler_state if storage.exists else "",
        )
    return PointsFirst(inner, points, space) if points else inner


def _notes(asked: Asked, program: Program, plan: Study, storage: SqliteStorage) -> None:
    if storage.exists:
        ended = len(storage.study.trials)
        tell(f"note: going on after {counted(ended, 'trial')} in {plain(str(storage.folder))}")
    else:
        algo: object = asked.algo
        notes = plan_notes(program, plan, max_evals=asked.max_evals, algorithm=algo, seed=asked.seed)  # type: ignore[arg-type]
        for note in notes:
            tell(f"note: {note}")
    if asked.workers == "auto" and program.writes:
        tell(f"note: one worker, since every trial writes {', '.join(map(plain, program.writes))}")


def _all_done(storage: SqliteStorage) -> int:
    """There is nothing left to run."""
    done = counted(len(storage.study.trials), "trial")
    tell(f"note: the study has {done} already; --max-evals N goes on, --fresh begins anew")
    _show(storage, "")
    return DONE if storage.study.best else NO_TRIAL_SUCCEEDED


def _show(storage: SqliteStorage, go_on: str) -> None:
    """Print the best trial, where the study is, and how it goes on; without a best one, say so on stderr."""
    kept = storage.study
    names = ["study.db", "program.py", *sorted(path.name for path in storage.folder.glob("best.*"))]
    written = f"written to {plain(str(storage.folder))}: {', '.join(names)}"
    tell("")
    if kept.best is not None:
        head, *lines = best_lines(kept)
        say([emphasised(head), *lines, written])
    else:
        failed = counted(len(kept.trials), "trial")
        tell(f"no trial succeeded; {failed} failed" if kept.trials else "no trial has ended")
        tell(written)
    for note in storage.notes:
        tell(f"note: {plain(note)}")
    if storage.moved_to is not None:
        tell(f"note: what was in {plain(str(storage.folder))} is now in {plain(str(storage.moved_to))}")
    if go_on:
        tell(f"to go on: {plain(go_on)}")


def _preload() -> None:
    # Some library is always between `try` and a bare `except` while it is imported, and would swallow Ctrl-C.
    with collected_interrupts() as presses:
        preload()
    if presses:
        raise KeyboardInterrupt


def _stem(program: Program) -> str:
    return Path(program.source.path).stem
