"""What is asked of a search, whichever face asks it; checked in one place."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeGuard, get_args

from hypertemplate.accelerators.plan.device_request import Accelerator, DeviceRequest
from hypertemplate.errors import UsageError
from hypertemplate.search.samplers.hyperopt.sampler import Suggest
from hypertemplate.search.stop_rules import MAX_FAILURES, Limits
from hypertemplate.search.study import Algorithm

Workers = int | Literal["auto"] | None

_COUNTS = ("max_evals", "per_gpu", "gpus_per_trial", "keep_models", "patience", "max_failures")

_SWITCHES = ("maximize", "mixed_precision", "jit")

_FOR_WORKERS = ("accelerator", "per_gpu", "gpus_per_trial", "trial_timeout_s", "memory_growth_bytes")
"""What has no meaning where trials run in the process that asks."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """The options of a search. None stands for what was not given: the file's own, the study's, the default.

    Attributes:
        max_evals: how many trials in all.
        algorithm: what proposes values: a name, or a ``suggest`` function of hyperopt's kind.
        seed: the study's.
        objective: what the search goes by, as ``NAME[:min|:max]``.
        maximize: whether more is better.
        fixed: ``LABEL=VALUE`` of parameters with one value.
        points: JSON objects of points to try first.
        workers: how many trials run at once; ``auto`` for as many as fit.
        accelerator: what to run on.
        per_gpu: how many trials on each GPU at once.
        gpus_per_trial: over how many GPUs each trial runs.
        mixed_precision: whether Keras computes in 16 bits.
        jit: whether Keras compiles what it trains.
        oom_loss: the loss that the sampler learns of a trial without memory; by default it is a failure.
        keep_models: how many of the best models are kept.
        trial_timeout_s: how long a trial may run.
        timeout_s: after how long no trial is started.
        stop_at: a loss that is good enough.
        patience: how many trials may find nothing better.
        max_failures: how many trials may fail in a row.
        memory_growth_bytes: how many bytes a worker's memory may grow.
        in_process: whether trials run in the process that asks, one after another.
        folder: where the study is kept; None for memory, as long as the process lives.
        fresh: whether a study that is in the folder is moved aside.
        continue_changed: whether a study may be resumed although its template has changed.
        show_output: whether what trials print is shown as they print it.
        forked: whether workers may be forked from one that has loaded the template.
        explain_workers: whether it is said why workers are not forked.
        retry: the number of a failed trial that is to run again; nothing new is proposed then.

    Raises:
        UsageError: a value that cannot be, or that has no meaning where trials run in this process.
    """

    max_evals: int | None = None
    algorithm: Algorithm | Suggest | None = None
    seed: int | None = None
    objective: str | None = None
    maximize: bool = False
    fixed: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    workers: Workers = None
    accelerator: Accelerator = "auto"
    per_gpu: int = 1
    gpus_per_trial: int | None = None
    mixed_precision: bool | None = None
    jit: bool | None = None
    oom_loss: float | None = None
    keep_models: int | None = None
    trial_timeout_s: float | None = None
    timeout_s: float | None = None
    stop_at: float | None = None
    patience: int | None = None
    max_failures: int | None = None
    memory_growth_bytes: int | None = None
    in_process: bool = False
    folder: Path | None = None
    fresh: bool = False
    continue_changed: bool = False
    show_output: bool = False
    forked: bool = True
    explain_workers: bool = False
    retry: int | None = None

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
        names = get_args(Accelerator)
        if self.accelerator not in names:
            raise UsageError(
                f"{{accelerator}} must be one of {', '.join(names)}, got {self.accelerator!r}", "accelerator"
            )
        _check_losses(self.stop_at, self.oom_loss)
        if self.in_process:
            self._check_in_process()

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
    def limits(self) -> Limits:
        """What ends the search early."""
        failures = MAX_FAILURES if self.max_failures is None else self.max_failures
        if self.retry is not None:
            return Limits(max_failures=failures, pending_only=True)
        return Limits(self.timeout_s, self.stop_at, self.patience, failures)

    def devices(self, most: int | None = None) -> DeviceRequest:
        """Return what the search is to run on; `most` is how many trials are left to run."""
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


def check_count(name: str, count: object, otherwise: str = "") -> None:
    """Check a count.

    Args:
        name: of the parameter.
        count: its value.
        otherwise: what else it may be, for the message.

    Raises:
        UsageError: it is no whole number of at least 1.
    """
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise UsageError(f"{{{name}}} must be a whole number of at least 1{otherwise}, got {count!r}", name)


def check_seed(seed: object) -> None:
    """Check a seed.

    Raises:
        UsageError: it is no whole number of at least 0.
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
