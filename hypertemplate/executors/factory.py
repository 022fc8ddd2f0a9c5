"""Factory of a search's executors, from the plan for its machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from hypertemplate.accelerators.plan.plan import Plan
from hypertemplate.compiler.program import Program
from hypertemplate.executors.inline import InlineExecutor
from hypertemplate.executors.process import ProcessExecutor
from hypertemplate.runtime.protocol import RuntimeOptions


def worker_processes(
    program: Program,
    options: RuntimeOptions,
    plan: Plan,
    tell: Callable[[str], None] | None = None,
    *,
    single_use: bool = False,
) -> ProcessExecutor:
    """Create an executor of trials in worker processes.

    Args:
        program: program that each worker loads.
        options: runtime options of trials; the plan's decisions override them.
        plan: number of workers, and the devices of each.
        tell: receives the reason why workers are not forked from one that has loaded the program; None for no
            one.
        single_use: whether each worker is replaced after its first trial.
    """
    # What has a device open cannot be forked, and each worker is to see its own.
    forked = options.forked and plan.accelerator == "cpu"
    return ProcessExecutor(
        program,
        replace(options, acceleration=plan.acceleration, forked=forked),
        workers=None if plan.grows else len(plan.workers),
        environments=tuple(worker.environment for worker in plan.workers),
        tell=tell or (lambda text: None),
        single_use=single_use,
    )


def this_process(
    program: Program,
    options: RuntimeOptions,
    plan: Plan | None,
    values: Mapping[str, Any],
    *,
    save: bool = False,
    models: dict[str, Any] | None = None,
) -> InlineExecutor:
    """Create an executor of trials in this process, one after another.

    Args:
        program: program to load.
        options: runtime options of trials.
        plan: devices of the process; None leaves them as they are.
        values: values that the program takes from memory, by name.
        save: whether models that are kept are also saved to their files.
        models: dict to fill with the models that are kept, by path.
    """
    if plan is None:
        return InlineExecutor(program, options, values=values, save=save, models=models)
    return InlineExecutor(
        program,
        replace(options, acceleration=plan.acceleration),
        environment=plan.workers[0].environment,
        values=values,
        save=save,
        models=models,
    )
