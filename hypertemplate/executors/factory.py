"""Factory of a search's executors, from the plan for its machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypertemplate.accelerators.plan.device_request import DeviceRequest
from hypertemplate.accelerators.plan.plan import Plan
from hypertemplate.compiler.program import Program
from hypertemplate.executors.inline import InlineExecutor
from hypertemplate.executors.process import ProcessExecutor
from hypertemplate.executors.ray_cluster.ray_executor import RayCluster, RayExecutor
from hypertemplate.runtime.protocol import RuntimeOptions


def worker_processes(
    program: Program,
    options: RuntimeOptions,
    plan: Plan,
    tell: Callable[[str], None] | None = None,
    *,
    single_use: bool = False,
    cores: int | None = None,
    show: Callable[[str], None] | None = None,
) -> ProcessExecutor:
    """Create an executor of trials in worker processes.

    Args:
        program: program that each worker loads.
        options: runtime options of trials; the plan's decisions override them.
        plan: number of workers, and the devices of each.
        tell: receives the reason why workers are not forked from one that has loaded the program; None for no
            one.
        single_use: whether each worker is replaced after its first trial.
        cores: number of cores that the workers share; None for those that this process may use.
        show: shows what workers print, where that is wanted; None for stderr.
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
        cores=cores,
        show=show,
    )


def cluster_workers(
    cluster: RayCluster,
    program: Program,
    options: RuntimeOptions,
    devices: DeviceRequest,
    tell: Callable[[str], None],
    folder: Path,
    *,
    explain: bool = False,
) -> RayExecutor:
    """Create an executor of trials on the nodes of a cluster, each of which makes a plan of its own.

    Args:
        cluster: connection to the cluster; the executor closes it.
        program: program that each worker loads.
        options: runtime options of trials.
        devices: request for devices and workers.
        tell: receives notes while the search runs.
        folder: folder for files of trials, which the nodes have to see.
        explain: whether to tell why workers are not forked.
    """
    return RayExecutor(cluster, program, options, devices, tell, folder, explain=explain)


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
