"""Options for devices and workers, for every command that has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar, get_args

import click

from hypertemplate.accelerators.plan.device_request import Accelerator, DeviceRequest
from hypertemplate.cli.number_types import WholeNumber
from hypertemplate.errors import UsageError

Command = TypeVar("Command", bound=Callable[..., Any])

_DEVICE = click.option(
    "--accelerator",
    type=click.Choice(get_args(Accelerator)),
    default="auto",
    help="Device to run on. Default: the best one available.",
)

_SHARING = (
    click.option(
        "--workers",
        metavar="N|auto",
        help="Number of worker processes, which run trials at once. Default: 1, or 1 for each GPU.",
    ),
    click.option(
        "--per-gpu",
        type=WholeNumber(1),
        metavar="N",
        default=1,
        help="Number of trials that share a GPU. Default: 1.",
    ),
    click.option(
        "--gpus-per-trial",
        type=WholeNumber(1),
        metavar="N",
        help="Number of GPUs per trial, which trains data-parallel on them. Default: 1.",
    ),
)

_COMPUTING = (
    click.option(
        "--mixed-precision/--no-mixed-precision",
        default=None,
        help="Have Keras compute in 16 bits where the device supports it. Off by default.",
    ),
    click.option(
        "--jit/--no-jit", default=None, help="Have Keras compile the models that it trains. Off by default."
    ),
)


def accelerator_options(command: Command) -> Command:
    """Add the options to a command; their values, by name, are the arguments of `device_request`."""
    for option in reversed((_DEVICE, *_SHARING, *_COMPUTING)):
        command = option(command)
    return command


def one_trial_options(command: Command) -> Command:
    """Add to a command the options that apply to one trial on one device."""
    for option in reversed((_DEVICE, *_COMPUTING)):
        command = option(command)
    return command


def device_request(
    *,
    accelerator: Accelerator,
    workers: str | None = None,
    per_gpu: int = 1,
    gpus_per_trial: int | None = None,
    mixed_precision: bool | None,
    jit: bool | None,
) -> DeviceRequest:
    """Convert the options to a request.

    Args:
        accelerator: as in `DeviceRequest`, like those below it.
        workers: a number, ``auto``, or None.
        per_gpu: trials on each GPU.
        gpus_per_trial: GPUs of each trial; None if not given, which means 1.
        mixed_precision: whether to compute in 16 bits; None if not given, which means no.
        jit: whether to compile; None if not given, which means no.

    Raises:
        UsageError: `workers` is none of these.
    """
    return DeviceRequest(
        accelerator,
        None if workers is None else worker_count(workers),
        per_gpu,
        gpus_per_trial or 1,
        bool(mixed_precision),
        bool(jit),
    )


def worker_count(text: str) -> int | Literal["auto"]:
    """Parse ``auto`` or a number of at least 1.

    Raises:
        UsageError: the text is neither.
    """
    if text == "auto":
        return "auto"
    if not (text.isdecimal() and int(text)):
        raise UsageError(f"{{workers}} {text}: write a number of at least 1, or auto", "workers")
    return int(text)
