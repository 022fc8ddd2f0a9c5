"""Detection of the GPU of Apple silicon."""

from __future__ import annotations

from dataclasses import dataclass

from hypertemplate.accelerators.detect.host import CommandError, Surroundings, number
from hypertemplate.accelerators.detect.machine import Device, Found, Ignored

UNNAMED = "Apple silicon"
"""Name of a chip whose own name is unknown."""


@dataclass(frozen=True, slots=True)
class Apple:
    """Probe for Apple GPUs."""

    surroundings: Surroundings

    def found(self) -> Found:
        """Return the one GPU of a Mac with an ARM processor, which shares the processor's memory."""
        if (self.surroundings.system, self.surroundings.architecture) != ("Darwin", "arm64"):
            return Found()
        try:
            said = self.surroundings.run(("sysctl", "-n", "machdep.cpu.brand_string", "hw.memsize"))
        except CommandError as error:
            unknown = Ignored("the chip's name and memory", str(error))
            return Found((Device("apple", "", UNNAMED),), (unknown,))
        name, _, size = said.strip().partition("\n")
        return Found((Device("apple", "", name or UNNAMED, number(size)),))
