"""A machine and the plan of a search on it, as lines for people and as JSON for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping

from hypertemplate.accelerators.detect.installed import CHOOSING, Installed
from hypertemplate.accelerators.detect.machine import Device, Ignored, Kind, Machine
from hypertemplate.accelerators.plan.messages import FAMILIES, ignored_text
from hypertemplate.accelerators.plan.plan import Plan
from hypertemplate.units import counted, listed, size_text
from hypertemplate.views.template_json import Json
from hypertemplate.views.text import columns, plain

_NARROWEST = 40

Row = tuple[str, str]


def machine_lines(machine: Machine, width: int | None = None) -> list[str]:
    """List the machine's devices, one on a line, and those that cannot be used, with the reason.

    Args:
        machine: the detected machine.
        width: columns of a line; longer texts wrap below themselves. None: no wrapping.
    """
    free = "" if machine.memory_bytes is None else f", {size_text(machine.memory_bytes)} of memory free"
    rows = [("CPU", f"{counted(machine.cores, 'core')}{free}")]
    rows += [(_device_label(device), _device_text(device)) for device in machine.devices]
    return _table([*rows, *_ignored_rows(machine.ignored)], width)


def installed_lines(installed: Installed, width: int | None = None) -> list[str]:
    """List the installed frameworks and the devices that each can drive; arguments as in `machine_lines`."""
    rows = [
        (installed.distributions.get(name) or name, _build_text(version, installed.drives.get(name)))
        for name, version in installed.versions.items()
    ]
    rows += installed.choosing.items()
    return _table(rows or [("nothing", "none of Keras, TensorFlow, JAX, PyTorch and scikit-learn")], width)


def plan_lines(machine: Machine, plan: Plan, width: int | None = None) -> list[str]:
    """List the plan: its headline, each worker's settings, unused devices, and the reasons."""
    common = _common(worker.environment for worker in plan.workers)
    rows: list[Row] = []
    for number, worker in enumerate(plan.workers):
        own = {name: value for name, value in worker.environment.items() if name not in common}
        # A device without a number is identified by the worker's settings for it.
        named = [_device_label(d) for d in worker.devices if d.address.isdigit() or not d.address]
        what = ", ".join([*named, *_settings(own)])
        rows += [(f"worker {number}", what)] if what else []
    if plan.grows:
        rows.append(("more workers", "after the first trial"))
    rows += _numbered("environment", _settings(common))
    if plan.acceleration.precision:
        rows.append(("precision", plan.acceleration.precision))
    rows += _numbered("why", plan.reasons)
    there = set(machine.ignored)
    unused = [ignored for ignored in plan.ignored if ignored not in there]
    rows += _ignored_rows(unused)
    said = {*plan.reasons, *map(ignored_text, unused)}
    rows += _numbered("note", [note for note in plan.notes if note not in said])
    headline = plain(plan.headline)
    lines = [headline] if width is None else _wrapped(headline, width - 2)
    return [*(f"  {line}" for line in lines), *_table(rows, width)]


def devices_json(
    machine: Machine, installed: Installed, template: str | None, plan: Plan | None, error: str | None
) -> Json:
    """Return the machine, the frameworks and the plan as one JSON object.

    The object is ``{"machine": ..., "installed": ..., "template": ..., "plan": ..., "error": ...}``.

    Args:
        machine: the detected machine.
        installed: the installed frameworks.
        template: name of the template; None for any template that imports Keras.
        plan: the plan; None if there is none.
        error: reason why there is no plan.
    """
    return {
        "machine": {
            "cores": machine.cores,
            "memory_bytes": machine.memory_bytes,
            "devices": [_device_json(device) for device in machine.devices],
            "ignored": _ignored_json(machine.ignored),
        },
        "installed": {
            name: {
                "version": version,
                "distribution": installed.distributions.get(name),
                "drives": sorted(installed.drives.get(name, ())),
            }
            for name, version in installed.versions.items()
        }
        | {
            CHOOSING[name]: {"version": version, "distribution": name, "drives": []}
            for name, version in installed.choosing.items()
        },
        "template": template,
        "plan": None if plan is None else _plan_json(plan),
        "error": error,
    }


def _plan_json(plan: Plan) -> Json:
    return {
        "headline": plan.headline,
        "accelerator": plan.accelerator,
        "workers": [
            {
                "devices": [device.address for device in worker.devices],
                "environment": dict(worker.environment),
            }
            for worker in plan.workers
        ],
        "grows": plan.grows,
        "threads": plan.threads,
        "backend": plan.backend,
        "precision": plan.acceleration.precision,
        "jit": plan.acceleration.jit,
        "strategy": plan.acceleration.strategy,
        "reasons": list(plan.reasons),
        "ignored": _ignored_json(plan.ignored),
        "notes": list(plan.notes),
    }


def _device_json(device: Device) -> Json:
    return {
        "kind": device.kind,
        "address": device.address,
        "name": device.name,
        "memory_bytes": device.memory_bytes,
        "free_bytes": device.free_bytes,
        "capability": _capability(device),
        "holders": [
            {
                "process": holder.process,
                "name": holder.name,
                "memory_bytes": holder.memory_bytes,
                "own": holder.own,
            }
            for holder in device.holders
        ],
    }


def _ignored_json(ignored: Iterable[Ignored]) -> list[Json]:
    return [{"what": one.what, "why": one.why} for one in ignored]


def _device_label(device: Device) -> str:
    """Label a device ``GPU 1`` or ``TPU 0``; without a numeric address, the family alone."""
    family = "TPU" if device.kind == "tpu" else "GPU"
    return f"{family} {device.address}" if device.address.isdigit() else family


def _device_text(device: Device) -> str:
    memory = [] if device.memory_bytes is None else [size_text(device.memory_bytes)]
    free = [] if device.free_bytes is None else [f"{size_text(device.free_bytes)} free"]
    capability = _capability(device)
    of = [] if capability is None else [f"compute capability {capability}"]
    address = [device.address] if device.address and not device.address.isdigit() else []
    holders = [_holder_text(holder.process, holder.name) for holder in device.holders]
    held = [f"held by {listed(holders)}"] if holders else []
    return plain(", ".join([device.name, *memory, *free, *of, *address, *held]))


def _holder_text(process: int, name: str) -> str:
    return f"process {process}" + (f" ({name})" if name else "")


def _capability(device: Device) -> str | None:
    return None if device.capability is None else ".".join(map(str, device.capability))


def _build_text(version: str, drives: frozenset[Kind] | None) -> str:
    """Describe a version and, for frameworks that compute on devices, the families that it drives."""
    if drives is None:
        return version
    able = [text for kind, text in FAMILIES.items() if kind in drives]
    return ", ".join(filter(None, [version, f"for {listed(able)}" if able else "for the CPU alone"]))


def _ignored_rows(ignored: Iterable[Ignored]) -> list[Row]:
    return _numbered("not used", [f"{one.what}: {one.why}" for one in dict.fromkeys(ignored)])


def _numbered(label: str, texts: Iterable[str]) -> list[Row]:
    """Put the label beside the first text only; the others are listed below it."""
    return [("" if number else label, plain(text)) for number, text in enumerate(texts)]


def _settings(environment: Mapping[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in environment.items()]


def _common(environments: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return the variables that all workers share with the same value."""
    first, *others = environments
    return {name: value for name, value in first.items() if all(o.get(name) == value for o in others)}


LABEL_WIDTH = 14
"""Columns of the labels, which align the parts of the page with each other."""


def _table(rows: Iterable[Row], width: int | None) -> list[str]:
    padded = [(label.ljust(LABEL_WIDTH), text) for label, text in rows]
    if width is not None:
        beside = max((len(label) for label, _ in padded), default=0) + 4
        padded = [
            (label if number == 0 else "", line)
            for label, text in padded
            for number, line in enumerate(_wrapped(text, width - beside))
        ]
    return columns(padded, indent="  ")


def _wrapped(text: str, width: int) -> list[str]:
    """Wrap a text; indent lines after the first."""
    return textwrap.wrap(
        text,
        max(_NARROWEST, width),
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,  # addresses are for copying
    )
