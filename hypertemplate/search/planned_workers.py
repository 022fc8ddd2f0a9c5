"""The workers of a search, as the plan for its machine has them."""

from __future__ import annotations

from collections.abc import Callable

from hypertemplate.accelerators.plan.plan import Plan
from hypertemplate.compiler.program import Program
from hypertemplate.executors.process import MEMORY_GROWTH_BYTES, ProcessExecutor
from hypertemplate.search.study import Study


def planned_workers(
    program: Program,
    study: Study,
    plan: Plan,
    *,
    values: str = "",
    attached: bool = False,
    show_output: bool = False,
    trial_timeout_s: float | None = None,
    memory_growth_bytes: int | None = None,
    forked: bool = True,
    tell: Callable[[str], None] | None = None,
) -> ProcessExecutor:
    """The executor of a search in worker processes.

    Args:
        program: what each worker loads.
        study: what is searched, and how.
        plan: how many workers there are, and what each runs on.
        values: as `ProcessExecutor` takes it, like those below.
        attached: for one worker.
        show_output: whether what trials print is shown.
        trial_timeout_s: the longest that a trial may take.
        memory_growth_bytes: after which growth a worker is replaced; None for the default.
        forked: whether workers may be forked from one that has loaded the program.
        tell: hears why workers are not forked from one that has loaded the program; None for nobody.
    """
    return ProcessExecutor(
        program,
        seed=study.seed,
        maximize=study.maximize,
        objective=study.objective,
        workers=None if plan.grows else len(plan.workers),
        environments=tuple(worker.environment for worker in plan.workers),
        acceleration=plan.acceleration,
        values=values,
        attached=attached,
        show_output=show_output,
        trial_timeout_s=trial_timeout_s,
        # What has a device open cannot be forked, and each worker is to see its own.
        forked=forked and plan.accelerator == "cpu",
        tell=tell or (lambda text: None),
        memory_growth_bytes=MEMORY_GROWTH_BYTES if memory_growth_bytes is None else memory_growth_bytes,
    )
