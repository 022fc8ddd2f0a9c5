"""Processes that hold devices, and advice about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hypertemplate.accelerators.detect.machine import Device, Holder
from hypertemplate.accelerators.plan.environment import VISIBLE
from hypertemplate.errors import UsageError
from hypertemplate.units import size_text

MUCH_BYTES = 512 * 1024**2
"""Least device memory of a process worth a note, in bytes; desktops hold less."""


def holders_of(device: Device, *, here: bool) -> tuple[Holder, ...]:
    """Return the processes that leave less of a device to trials.

    Args:
        device: the device.
        here: whether trials run in the process that asks; what it holds is then theirs.
    """
    return tuple(
        holder
        for holder in device.holders
        if not (here and holder.own)
        and (device.kind == "tpu" or holder.memory_bytes is None or holder.memory_bytes >= MUCH_BYTES)
    )


def held_notes(devices: Sequence[Device], *, here: bool) -> Iterable[str]:
    """Yield notes on the processes that hold the workers' devices.

    Args:
        devices: devices of all workers, each once.
        here: as in `holders_of`.

    Raises:
        UsageError: a process holds a TPU, which serves one process at a time.
    """
    for device in devices:
        for holder in holders_of(device, here=here):
            if device.kind == "tpu":
                held = _holding(holder, device.name)
                raise UsageError(f"{held}, which serves one process at a time: {_end(holder, device)}")
            which = f"{device.name} ({device.address})" if len(devices) > 1 else device.name
            yield f"{_holding(holder, which)}: {_end(holder, device)}"


def _holding(holder: Holder, device: str) -> str:
    named = f"process {holder.process}" + (f" ({holder.name})" if holder.name else "")
    who = f"this process ({holder.process})" if holder.own else named
    how_much = "" if holder.memory_bytes is None else f"{size_text(holder.memory_bytes)} of "
    return f"{who} holds {how_much}{device}"


def _end(holder: Holder, device: Device) -> str:
    """Return advice; ending another user's process is the last resort."""
    if holder.own:
        return "restart the notebook's kernel, and search before anything trains in it"
    variable = VISIBLE.get(device.kind)
    leaving = f" leave the GPU out with {variable}," if variable else ""
    return f"wait for it,{leaving} or end it if it is yours (kill {holder.process})"
