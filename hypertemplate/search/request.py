"""Request for a search, the same for all interfaces; checked in one place."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeGuard, get_args

from hypertemplate.accelerators.plan.device_request import Accelerator, DeviceRequest
from hypertemplate.errors import UsageError
from hypertemplate.executors.ray_cluster.cluster_messages import ClusterRequest
from hypertemplate.runtime.protocol import Checkpoint
from hypertemplate.search.pruners.base import Method
from hypertemplate.search.pruners.factory import check_pruning
from hypertemplate.search.samplers.hyperopt.sampler import Suggest
from hypertemplate.search.stop_rules import MAX_FAILURES, Limits
from hypertemplate.search.study import Algorithm

Workers = int | Literal["auto"] | None

_COUNTS = (
    "max_evals",
    "repeats",
    "per_gpu",
    "gpus_per_trial",
    "keep_models",
    "early_stopping",
    "patience",
    "max_failures",
    "startup",
)

_SWITCHES = ("maximize", "default_trial", "mixed_precision", "jit", "rerun_equal")

RAY = "ray"
"""Name of the executor on a cluster."""

_FOR_WORKERS = (
    "executor",
    "accelerator",
    "per_gpu",
    "gpus_per_trial",
    "trial_timeout_s",
    "memory_growth_bytes",
)
"""Options without a meaning where trials run in the calling process."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """Options of a search; None for one that is not given, which the template, the study or a default sets.

    Attributes:
        max_evals: total number of trials.
        repeats: number of runs of each trial, which counts by their mean.
        algorithm: source of the proposals: a name, or a ``suggest`` function of hyperopt's kind.
        startup: number of points that TPE draws at random before it learns from them.
        seed: seed of the study.
        objective: objective as ``NAME[:min|:max]``.
        maximize: whether higher values are better.
        fixed: ``LABEL=VALUE`` of parameters with one value.
        points: points to try first, as JSON objects.
        default_trial: whether the first trial of all has the defaults of the markers, where some state one.
        workers: number of trials that run at once; ``auto`` for as many as fit.
        executor: what runs the trials: ``local`` for this machine, ``ray`` for the cluster in ``RAY_ADDRESS``
            or a Ray of the search's own, ``ray:ADDRESS`` for another cluster.
        ray_resources: resources that each worker on Ray takes, as a JSON object.
        retries_lost: number of times that a trial runs again after its machine was lost.
        accelerator: kind of device to run on.
        per_gpu: number of trials on each GPU at once.
        gpus_per_trial: number of GPUs over which each trial runs.
        mixed_precision: whether Keras computes in 16 bits.
        jit: whether Keras compiles the models that it trains.
        oom_loss: loss that the sampler is given for a trial without memory; by default the trial counts as
            failed.
        keep_models: number of the best models that are kept.
        checkpoint: weights that they are kept with where trials are judged by an epoch of a fit: those
            of that epoch (``best``, the default) or of the ``last`` one.
        prune: rule by which trials are stopped early: ``asha``, ``fast``, ``median``, ``hyperband`` or
            ``none``.
        prune_on: metric by which they are, as ``NAME[:min|:max]``.
        prune_fit: fit of a trial that has it: ``last``, or a number from 1.
        count_pruned: whether a pruned trial can be the best one.
        early_stopping: epochs without a better value after which Keras's fits end; by default as the code
            says.
        trial_timeout_s: longest time for a trial, in seconds.
        timeout_s: seconds after which no trial is started.
        stop_at: value of the objective, as the user sees it, that is good enough.
        patience: number of trials that may end without a better value.
        max_failures: number of trials that may fail in a row.
        memory_growth_bytes: number of bytes by which a worker's memory may grow.
        reuse_memory_bytes: most memory of the results of the data function that all workers keep; 0 for none.
        rerun_equal: whether a trial runs although its point has been tried.
        in_process: whether trials run in the calling process, one after another.
        folder: folder of the study; None for memory, as long as the process lives.
        fresh: whether to move aside a study that is in the folder.
        strict: whether a study is resumed only with the code that it ran.
        from_study: folder of another study, with whose trials a new one begins, as far as they count.
        as_hints: whether it takes the points of these trials alone, and runs them.
        keep_trials: whether trials count although they reach code that has changed since, as long as their
            values are possible.
        show_output: whether the output of trials is shown as they print it.
        forked: whether workers may be forked from one that has loaded the template.
        explain_workers: whether to explain why workers are not forked.
        retry: numbers of failed trials to run again; if there are any, no new trial is proposed.

    Raises:
        UsageError: a value is invalid, or has no meaning where trials run in this process.
    """

    max_evals: int | None = None
    repeats: int | None = None
    algorithm: Algorithm | Suggest | None = None
    startup: int | None = None
    seed: int | None = None
    objective: str | None = None
    maximize: bool = False
    fixed: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    default_trial: bool = True
    workers: Workers = None
    executor: str = "local"
    ray_resources: str | None = None
    retries_lost: int | None = None
    accelerator: Accelerator = "auto"
    per_gpu: int = 1
    gpus_per_trial: int | None = None
    mixed_precision: bool | None = None
    jit: bool | None = None
    oom_loss: float | None = None
    keep_models: int | None = None
    checkpoint: Checkpoint | None = None
    prune: Method | None = None
    prune_on: str | None = None
    prune_fit: str | int | None = None
    count_pruned: bool | None = None
    early_stopping: int | None = None
    trial_timeout_s: float | None = None
    timeout_s: float | None = None
    stop_at: float | None = None
    patience: int | None = None
    max_failures: int | None = None
    memory_growth_bytes: int | None = None
    reuse_memory_bytes: int | None = None
    rerun_equal: bool = False
    in_process: bool = False
    folder: Path | None = None
    fresh: bool = False
    strict: bool = False
    from_study: Path | None = None
    as_hints: bool = False
    keep_trials: bool = False
    show_output: bool = False
    forked: bool = True
    explain_workers: bool = False
    retry: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Check the values."""
        for name in _COUNTS:
            if getattr(self, name) is not None:
                check_count(name, getattr(self, name))
        if self.workers is not None and self.workers != "auto":
            check_count("workers", self.workers, ' or "auto"')
        if self.seed is not None:
            check_seed(self.seed)
        for name in _SWITCHES:
            if not isinstance(getattr(self, name), bool | None):
                raise UsageError(f"{{{name}}} must be True or False, got {getattr(self, name)!r}", name)
        self._check_executor()
        names = get_args(Accelerator)
        if self.accelerator not in names:
            raise UsageError(
                f"{{accelerator}} must be one of {', '.join(names)}, got {self.accelerator!r}", "accelerator"
            )
        if self.checkpoint is not None and self.checkpoint not in get_args(Checkpoint):
            raise UsageError(f"{{checkpoint}} must be best or last, got {self.checkpoint!r}", "checkpoint")
        check_pruning(self.prune, self.prune_on, self.prune_fit)
        _check_losses(self.stop_at, self.oom_loss)
        if self.as_hints and self.from_study is None:
            raise UsageError("{as_hints} is for {from_study}: name the study", "as_hints", ("from_study",))
        if self.from_study is not None and not self.as_hints and self.folder is None:
            text = "{from_study} is for a study in a folder: give {folder} too"
            raise UsageError(text, "from_study", ("folder",))
        if self.in_process:
            self._check_in_process()

    def _check_executor(self) -> None:
        kind = str(self.executor).partition(":")[0]
        if self.executor != "local" and kind != RAY:
            text = f"{{executor}} must be local, ray or ray:ADDRESS, got {self.executor!r}"
            raise UsageError(text, "executor")
        for name in ("ray_resources", "retries_lost"):
            if getattr(self, name) is not None and kind != RAY:
                raise UsageError(f"{{{name}}} is for {{executor}} ray", name, ("executor",))
        if self.retries_lost is not None and not (type(self.retries_lost) is int and self.retries_lost >= 0):
            text = f"{{retries_lost}} must be a whole number of at least 0, got {self.retries_lost!r}"
            raise UsageError(text, "retries_lost")
        _ = self.cluster

    @property
    def cluster(self) -> ClusterRequest | None:
        """Cluster that trials run on; None for this machine.

        Raises:
            UsageError: the resources of its workers are invalid.
        """
        kind, _, address = self.executor.partition(":")
        return ClusterRequest(address, ray_resources(self.ray_resources)) if kind == RAY else None

    def _check_in_process(self) -> None:
        default = SearchRequest()
        for name in _FOR_WORKERS:
            if getattr(self, name) not in (getattr(default, name), None):
                shown = name.removesuffix("_s").removesuffix("_bytes")
                raise UsageError(
                    f"{{{shown}}} is for trials in worker processes: give {{workers}} too, such as "
                    "{workers}=1",
                    shown,
                    ("workers",),
                )

    @property
    def study(self) -> Path | None:
        """Folder of the study whose trials count: another one's, or the own."""
        return self.from_study or self.folder

    @property
    def limits(self) -> Limits:
        """Limits that end the search early."""
        failures = MAX_FAILURES if self.max_failures is None else self.max_failures
        if self.retry:
            return Limits(max_failures=failures, pending_only=True)
        return Limits(self.timeout_s, self.stop_at, self.patience, failures)

    def devices(self, most: int | None = None) -> DeviceRequest:
        """Return the request for devices; `most` is the number of trials left to run."""
        return DeviceRequest(
            self.accelerator,
            1 if self.in_process else self.workers,
            self.per_gpu,
            self.gpus_per_trial or 1,
            bool(self.mixed_precision),
            bool(self.jit),
            most=most,
            here=self.in_process,
        )


def ray_resources(text: str | None) -> dict[str, float]:
    """Parse the resources of a worker on Ray.

    Raises:
        UsageError: the text is not a JSON object of positive numbers, or it has what other options ask for.
    """
    if text is None:
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(
        _is_number(one) and 0 < one < math.inf for one in found.values()
    ):
        raise UsageError(
            f"{{ray_resources}} must be a JSON object of positive numbers, such as '{{\"CPU\": 2}}', "
            f"got {text!r}",
            "ray_resources",
        )
    for name in ("GPU", "TPU"):
        if name in found:
            other = "{gpus_per_trial} and {per_gpu} divide the accelerators of a node"
            text = f"{{ray_resources}} cannot have {name}: {other}"
            raise UsageError(text, "ray_resources", ("gpus_per_trial", "per_gpu"))
    return found


def check_count(name: str, count: object, otherwise: str = "") -> None:
    """Check a count.

    Args:
        name: name of the parameter.
        count: its value.
        otherwise: other valid values, for the message.

    Raises:
        UsageError: the count is not a whole number of at least 1.
    """
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise UsageError(f"{{{name}}} must be a whole number of at least 1{otherwise}, got {count!r}", name)


def check_seed(seed: object) -> None:
    """Check a seed.

    Raises:
        UsageError: the seed is not a whole number of at least 0.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise UsageError(f"{{seed}} must be a whole number of at least 0, got {seed!r}", "seed")


def _check_losses(stop_at: object, oom_loss: object) -> None:
    if stop_at is not None and not (_is_number(stop_at) and stop_at == stop_at):
        raise UsageError(f"{{stop_at}} must be a number, got {stop_at!r}", "stop_at")
    if oom_loss is not None and not (_is_number(oom_loss) and math.isfinite(oom_loss)):
        raise UsageError(f"{{oom_loss}} must be a finite number, got {oom_loss!r}", "oom_loss")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
