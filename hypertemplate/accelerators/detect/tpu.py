"""Detection of Google's TPUs."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from hypertemplate.accelerators.detect.host import Surroundings, lines
from hypertemplate.accelerators.detect.machine import Device, Found, Ignored
from hypertemplate.accelerators.detect.open_files import openers
from hypertemplate.accelerators.detect.visible_devices import mask

VENDOR = "0x1ae0"
"""Google's PCI vendor id."""

NAMES = {
    "0x0027": "TPU v3",  # a v2 has the same number
    "0x005e": "TPU v4",
    "0x0062": "TPU v5p",
    "0x0063": "TPU v5e",
    "0x006f": "TPU v6e",
    "0x0076": "TPU 7x",
}
"""PCI device ids of the chips, and their names."""

OTHER_CLASSES = ("0x01", "0x02")
"""PCI classes of Google's disks and network cards, which every virtual machine in its cloud may have."""

HINTS = ("ISTPUVM", "TPU_ACCELERATOR_TYPE")
"""Variables that are set where a TPU is expected."""


@dataclass(frozen=True, slots=True)
class Tpu:
    """Probe for TPUs."""

    surroundings: Surroundings

    def found(self) -> Found:
        """Look at the PCI bus only: opening a TPU would take it."""
        chips, unknown = self._on_the_bus()
        if not chips:
            return Found(ignored=(*unknown, *self._hinted()))
        files = self._files()
        devices = [Device("tpu", str(place), name) for place, name in enumerate(chips)]
        openable = self._held(devices[: len(files)], files)
        ignored = [
            Ignored(_title(device), "no /dev/accel* or /dev/vfio/* is left to open it by")
            for device in devices[len(files) :]
        ]
        variable = mask(self.surroundings.environment, "TPU_VISIBLE_CHIPS", "TPU_VISIBLE_DEVICES")
        if variable is None:
            return Found(tuple(openable), (*unknown, *ignored))
        chosen = variable.chosen(len(openable))
        ignored += [chosen.fault] if chosen.fault else []
        ignored += [
            Ignored(_title(device), variable.reason)
            for place, device in enumerate(openable)
            if place not in chosen.places
        ]
        return Found(tuple(openable[place] for place in chosen.places), (*unknown, *ignored))

    def _on_the_bus(self) -> tuple[list[str], list[Ignored]]:
        """Return the names of the chips in bus order, and Google's other devices."""
        chips, unknown = [], []
        for folder in sorted((self.surroundings.root / "sys/bus/pci/devices").glob("*")):
            vendor, device, kind = ("".join(lines(folder / name)) for name in ("vendor", "device", "class"))
            if vendor != VENDOR or kind.startswith(OTHER_CLASSES):
                continue
            if device in NAMES:
                chips.append(NAMES[device])
            else:
                why = f"its number, {device or 'unreadable'}, is of no TPU known here"
                unknown.append(Ignored(f"a device of Google's at {folder.name}", why))
        return chips, unknown

    def _files(self) -> list[str]:
        """Return the paths of the device files by number; newer chips are under ``vfio``."""
        for folder, name in (("dev/vfio", "[0-9]{1,4}"), ("dev", "accel[0-9]{1,4}")):
            found = [
                path.name
                for path in (self.surroundings.root / folder).glob("*")
                if re.fullmatch(name, path.name)
            ]
            if found:
                found.sort(key=lambda each: int(each.removeprefix("accel")))
                return [str(Path("/", folder, each)) for each in found]
        return []

    def _held(self, devices: list[Device], files: list[str]) -> list[Device]:
        """Return the same devices, with the processes that have them open."""
        found = openers(self.surroundings, files)
        return [
            replace(device, holders=tuple(each.holder for each in found if file in each.files))
            for device, file in zip(devices, files, strict=False)
        ]

    def _hinted(self) -> tuple[Ignored, ...]:
        said = self.surroundings.environment
        hints = " and ".join(f"{name}={said[name]}" for name in HINTS if said.get(name))
        why = f"by {hints} there is one, but none of its chips is on the PCI bus"
        return (Ignored("a TPU", why),) if hints else ()


def _title(device: Device) -> str:
    return f"chip {device.address} ({device.name})"
