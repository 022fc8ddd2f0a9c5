"""Detection of NVIDIA GPUs and MIG slices."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hypertemplate.accelerators.detect.host import Surroundings
from hypertemplate.accelerators.detect.machine import Device, Found, Holder, Ignored
from hypertemplate.accelerators.detect.nvidia import procfs
from hypertemplate.accelerators.detect.nvidia.cuda_visible_devices import Choice, choices
from hypertemplate.accelerators.detect.nvidia.processes import holding
from hypertemplate.accelerators.detect.nvidia.smi import asked

WSL_PROGRAM = "usr/lib/wsl/lib/nvidia-smi"
"""Path of the program in WSL; not every PATH there includes its folder."""


@dataclass(frozen=True, slots=True)
class Nvidia:
    """Probe for NVIDIA GPUs."""

    surroundings: Surroundings

    def found(self) -> Found:
        """Look at the driver's files, and run ``nvidia-smi`` only if there is a driver."""
        root = self.surroundings.root
        windows = (root / "dev/dxg").exists()
        files = procfs.nodes(root)
        driver = (root / "dev/nvidiactl").exists() or (root / "proc/driver/nvidia/version").exists()
        if not files and not driver and not windows:
            return Found(ignored=self._kept_out())
        program = f"/{WSL_PROGRAM}" if (root / WSL_PROGRAM).exists() else "nvidia-smi"
        answer = asked(program, self.surroundings)
        gpus = () if answer.broken else answer.gpus or procfs.gpus(files)
        ignored = list(answer.ignored)
        if answer.failure:
            ignored.insert(0, Ignored("the memory of NVIDIA GPUs" if gpus else "NVIDIA GPUs", answer.failure))
        chosen = choices(gpus, self.surroundings.environment)
        on = holding(self.surroundings, files, gpus, answer.holders)
        devices = tuple(_device(each, on.of(each.gpu, each.uuid)) for each in chosen.chosen)
        return Found(devices, (*ignored, *on.unplaced(gpus), *chosen.ignored))

    def _kept_out(self) -> tuple[Ignored, ...]:
        said = self.surroundings.environment.get("NVIDIA_VISIBLE_DEVICES")
        if said not in ("none", "void"):
            return ()
        why = f"the container was started with NVIDIA_VISIBLE_DEVICES={said}, which leaves them out"
        return (Ignored("NVIDIA GPUs", why),)


def _device(choice: Choice, holders: tuple[Holder, ...]) -> Device:
    gpu, part = choice.gpu, choice.part
    if part is None:
        return Device(
            "nvidia", choice.address, gpu.name, gpu.memory_bytes, gpu.free_bytes, gpu.capability, holders
        )
    name = f"{gpu.name} MIG {part.profile}"
    size = re.fullmatch(r".*\.([0-9]{1,4})gb.*", part.profile)
    # The number in the profile is slightly below the slice's real size.
    memory = int(size[1]) * 10**9 if size else None
    return Device("nvidia", choice.address, name, memory, None, gpu.capability, holders)
