"""The command try, which runs one trial in the user's terminal."""

from __future__ import annotations

import dataclasses
import signal
from pathlib import Path

import click

from hypertemplate.accelerators.local_plan import look, plan_for
from hypertemplate.accelerators.plan.device_request import Accelerator
from hypertemplate.cli.announcement import announce
from hypertemplate.cli.best_values import best_again
from hypertemplate.cli.console import say, tell, terminal_width
from hypertemplate.cli.device_options import device_request, one_trial_options
from hypertemplate.cli.exit_codes import DONE, INTERRUPTED, NO_TRIAL_SUCCEEDED
from hypertemplate.cli.options import (
    maximize_option,
    objective_option,
    read_program,
    read_source,
    seed_option,
    set_option,
    template_arguments,
    template_options,
)
from hypertemplate.cli.signals import collected_interrupts
from hypertemplate.errors import LoadError, UsageError
from hypertemplate.executors.factory import worker_processes
from hypertemplate.runtime.protocol import RuntimeOptions
from hypertemplate.search.fixed_params import leading_to, parse_fixed
from hypertemplate.search.loop import search
from hypertemplate.search.new_study import check_arguments_given, check_objective, new_study
from hypertemplate.search.samplers.base import DefaultSampler
from hypertemplate.search.searched_template import TemplateNames
from hypertemplate.search.storage.base import SUFFIX, MemoryStorage
from hypertemplate.search.study import Curve, Study, Trial, TrialState
from hypertemplate.views.summary import value_lines
from hypertemplate.views.text import plain
from hypertemplate.views.trial_line import failure_lines, reason_lines, source_values, untraced_reason


@click.command("try", short_help="Run one trial of TEMPLATE, in this terminal.")
@template_options
@template_arguments
@seed_option
@maximize_option
@objective_option
@set_option
@click.option("--best", is_flag=True, help="Take the values and the objective of the study's best trial.")
@click.option("--study", metavar="DIR", help="The study of --best; by default NAME.study for NAME.py.")
@one_trial_options
def try_(
    names: TemplateNames,
    seed: int | None,
    maximize: bool,
    objective: str | None,
    settings: tuple[str, ...],
    best: bool,
    study: str | None,
    accelerator: Accelerator,
    mixed_precision: bool | None,
    jit: bool | None,
) -> int:
    """Run one trial of TEMPLATE with each marker's default: the first option, the middle of the range.

    The trial has this terminal to itself, so that breakpoint() works. --best takes the values of the best
    trial of a search, and what that search went by.
    """
    given = settings
    if best:
        folder = Path(study or f"{Path(names.path).resolve().stem}{SUFFIX}")
        names, again = best_again(folder, names, settings)
        settings, seed = again.settings, again.seed if seed is None else seed
        maximize, objective = maximize or again.maximize, objective or again.objective
        tell(f"note: the values of {again.origin}")
    elif study is not None:
        raise UsageError("{study} is for {best}", "study", ("best",))
    announce(f"reading {names.path}")
    program = read_program(read_source(names), names)
    check_arguments_given(program, names.arguments)
    announce("looking for devices")
    chosen = leading_to(parse_fixed(settings, program.space), program.space)
    one_trial = new_study(program, max_evals=1, seed=seed, maximize=maximize, objective=objective)
    check_objective(program, one_trial, directed=False)
    request = device_request(accelerator=accelerator, workers="1", mixed_precision=mixed_precision, jit=jit)
    machine = plan_for(program, request, look())
    options = RuntimeOptions(
        one_trial.seed, one_trial.maximize, one_trial.objective, names.argv, attached=True
    )
    executor = worker_processes(program, options, machine)
    observer = _TryObserver(one_trial.template)
    for note in machine.notes:
        observer.note(note)
    # Ctrl-C is for the template: the worker gets it from the terminal too.
    with collected_interrupts(signal.SIGINT) as presses:
        try:
            tried = search(
                one_trial,
                executor,
                sampler=DefaultSampler,
                storage=MemoryStorage(),
                observer=observer,
                fixed=chosen,
                pause=lambda seconds: None,  # a signal that ends a trial here is for that trial alone
            )
        except LoadError:
            if presses:
                raise KeyboardInterrupt from None
            raise
    trial = tried.trials[0]
    if trial.state is TrialState.COMPLETE:
        own = tuple(param.label for param in parse_fixed(given, program.space))
        shown = dataclasses.replace(trial, frozen=own)  # those of --best are not the user's
        say(value_lines(tried, shown, "", terminal_width(), alone=True))
        return DONE
    reason = "" if trial.traceback and not untraced_reason(trial) else f" {reason_lines(trial)[0]}"
    tell("\n".join([f"the trial failed:{reason}", *failure_lines(trial)[bool(reason) :]]))
    return INTERRUPTED if presses else NO_TRIAL_SUCCEEDED


class _TryObserver:
    """A `SearchObserver` that says little: the terminal is the template's."""

    def __init__(self, template: str) -> None:
        self._template = template
        self._study: Study | None = None

    def loading(self) -> None:
        """Say that the template loads: importing a framework takes seconds."""
        tell(f"loading {self._template} ...")

    def ready(self, study: Study, trials: int) -> None:
        """Keep the study, whose space is needed to show values."""
        self._study = study

    def trial_started(self, trial: Trial) -> None:
        """Print the values of the trial."""
        if self._study is not None:
            values = source_values(self._study, trial.params)
            tell("trying " + " ".join(f"{plain(label)}={text}" for label, text in values.items()))

    def epoch_ended(self, number: int, curve: Curve) -> None:
        """Print nothing: the framework itself shows its epochs."""

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        """Print nothing: the command shows the result."""

    def note(self, text: str) -> None:
        """Print a note of one line."""
        tell(f"note: {plain(text)}")

    def stopped(self, failed: int) -> None:
        """Print nothing: a single trial never stops a search."""
