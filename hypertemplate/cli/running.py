"""Commands that run trials: run and try."""

from __future__ import annotations

import sys
from contextlib import closing
from functools import partial
from pathlib import Path

import click

from hypertemplate.cli.interrupts import collected_interrupts
from hypertemplate.cli.output import emphasised, say, tell
from hypertemplate.cli.planning import plan_notes, planned
from hypertemplate.cli.reading import (
    data_option,
    maximize_option,
    model_option,
    objective_option,
    read_program,
    read_source,
    seed_option,
    set_option,
    template_argument,
)
from hypertemplate.compiler import render_program
from hypertemplate.errors import LoadError
from hypertemplate.executors.process import ProcessExecutor
from hypertemplate.report.summary import best_lines, failure_lines, source_values, value_lines
from hypertemplate.report.text import counted, plain
from hypertemplate.search.hyperopt_sampler import HyperoptSampler, preload
from hypertemplate.search.loop import search
from hypertemplate.search.sampler import DefaultSampler
from hypertemplate.search.settings import leading_to, parse_settings
from hypertemplate.search.storage import SUFFIX, JsonStorage, MemoryStorage, check_room
from hypertemplate.search.study import ALGORITHMS, Algorithm, Study, Trial

DONE, NO_TRIAL_SUCCEEDED, INTERRUPTED = 0, 3, 130


@click.command(short_help="Search the best values of TEMPLATE's markers.")
@template_argument
@click.option("--max-evals", type=click.IntRange(1), metavar="N", help="How many trials; by default 10.")
@click.option("--algo", type=click.Choice(ALGORITHMS), help="What proposes values; by default tpe.")
@seed_option
@click.option("--study", "folder", metavar="DIR", help="Where to write; by default NAME.study for NAME.py.")
@model_option
@data_option
@maximize_option
@objective_option
@set_option
@click.option("--verbose", is_flag=True, help="Show what trials print, as they print it.")
def run(
    template: str,
    max_evals: int | None,
    algo: Algorithm | None,
    seed: int | None,
    folder: str | None,
    model: str | None,
    data: str | None,
    maximize: bool,
    objective: str | None,
    settings: tuple[str, ...],
    verbose: bool,
) -> int:
    """Search the best values of TEMPLATE's markers.

    Where TEMPLATE itself calls minimize(...), its max_evals, algo and rseed are the defaults.
    """
    # rich takes a while to load, and only this command needs it.
    from hypertemplate.cli.progress import SearchPrinter, stderr_console

    program = read_program(read_source(template, model, data), model, data)
    chosen = parse_settings(settings, program.space)
    study = planned(
        program, max_evals=max_evals, algorithm=algo, seed=seed, maximize=maximize, objective=objective
    )
    place = Path(folder or f"{study.name}{SUFFIX}")
    check_room(place, Path(program.source.path))
    storage = JsonStorage(place, render_program(program))
    executor = ProcessExecutor(
        program,
        seed=study.seed,
        maximize=study.maximize,
        objective=study.objective,
        show_output=verbose,
    )
    sampler = partial(HyperoptSampler, algorithm=study.algorithm, seed=study.seed)
    console = stderr_console()
    live = sys.stderr.isatty() and not console.is_dumb_terminal and not verbose
    for note in plan_notes(program, study, max_evals=max_evals, algorithm=algo, seed=seed):
        tell(f"note: {note}")
    printer = SearchPrinter(console, study.template, live=live, preload=_preload)
    with closing(storage):
        try:
            with printer:
                search(study, executor, sampler=sampler, storage=storage, observer=printer, settings=chosen)
        finally:
            # Also when the search was interrupted: what it has found is worth having.
            if printer.study is not None:
                show_result(printer.study, storage)
    return DONE if storage.study.best else NO_TRIAL_SUCCEEDED


def _preload() -> None:
    # Some library is always between `try` and a bare `except` while it is imported, and would swallow Ctrl-C.
    with collected_interrupts() as presses:
        preload()
    if presses:
        raise KeyboardInterrupt


def show_result(study: Study, storage: JsonStorage) -> None:
    """Print the best trial and where the study is; without one, say so on stderr."""
    written = f"written to {plain(str(storage.folder))}: program.py, trials.json"
    tell("")
    if study.best is not None:
        head, *lines = best_lines(study)
        say([emphasised(head), *lines, written])
    else:
        tell(f"no trial succeeded; {counted(len(study.trials), 'trial')} failed")
        tell(written)
    if storage.moved_to is not None:
        tell(f"note: what was in {plain(str(storage.folder))} is now in {plain(str(storage.moved_to))}")


@click.command("try", short_help="Run one trial of TEMPLATE, in this terminal.")
@template_argument
@seed_option
@model_option
@data_option
@maximize_option
@objective_option
@set_option
def try_(
    template: str,
    seed: int | None,
    model: str | None,
    data: str | None,
    maximize: bool,
    objective: str | None,
    settings: tuple[str, ...],
) -> int:
    """Run one trial of TEMPLATE with each marker's default: the first option, the middle of the range.

    The trial has this terminal to itself, so that breakpoint() works.
    """
    program = read_program(read_source(template, model, data), model, data)
    chosen = leading_to(parse_settings(settings, program.space), program.space)
    plan = planned(program, max_evals=1, seed=seed, maximize=maximize, objective=objective)
    executor = ProcessExecutor(
        program, seed=plan.seed, maximize=plan.maximize, objective=plan.objective, attached=True
    )
    observer = _TryObserver(plan.template)
    # Ctrl-C is for the template: the worker gets it from the terminal too.
    with collected_interrupts() as presses:
        try:
            study = search(
                plan,
                executor,
                sampler=DefaultSampler,
                storage=MemoryStorage(),
                observer=observer,
                settings=chosen,
            )
        except LoadError:
            if presses:
                raise KeyboardInterrupt from None
            raise
    trial = study.trials[0]
    if study.best is not None:
        say(value_lines(study, trial, ""))
        return DONE
    reason, *lines = failure_lines(trial)
    tell("\n".join([f"the trial failed: {reason}", *lines]))
    return INTERRUPTED if presses else NO_TRIAL_SUCCEEDED


class _TryObserver:
    """Says little: the terminal is the template's."""

    def __init__(self, template: str) -> None:
        self._template = template
        self._study: Study | None = None

    def loading(self) -> None:
        """Say so: importing a framework takes seconds."""
        tell(f"loading {self._template} ...")

    def ready(self, study: Study) -> None:
        """The space is needed to show values."""
        self._study = study

    def trial_started(self, trial: Trial) -> None:
        """The values that the trial runs with."""
        if self._study is not None:
            values = source_values(self._study, trial.params)
            tell("trying " + " ".join(f"{plain(label)}={text}" for label, text in values.items()))

    def epoch_ended(self, number: int, epoch: int, epochs: int | None) -> None:
        """The framework itself shows it."""

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        """The command shows it."""

    def note(self, text: str) -> None:
        """One line."""
        tell(f"note: {plain(text)}")

    def stopped(self, trials: int) -> None:
        """One trial is too few for this."""
