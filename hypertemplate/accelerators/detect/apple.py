"""The GPU of Apple's own chips."""

from __future__ import annotations

from dataclasses import dataclass

from hypertemplate.accelerators.detect.host import CommandError, Surroundings, number
from hypertemplate.accelerators.detect.machine import Device, Found, Ignored

UNNAMED = "Apple silicon"
"""What a chip is called whose name is not known."""


@dataclass(frozen=True, slots=True)
class Apple:
    """The probe."""

    surroundings: Surroundings

    def found(self) -> Found:
        """Every Mac with an ARM processor has one GPU, which shares the processor's memory."""
        if (self.surroundings.system, self.surroundings.architecture) != ("Darwin", "arm64"):
            return Found()
        try:
            said = self.surroundings.run(("sysctl", "-n", "machdep.cpu.brand_string", "hw.memsize"))
        except CommandError as error:
            unknown = Ignored("the chip's name and memory", str(error))
            return Found((Device("apple", "", UNNAMED),), (unknown,))
        name, _, size = said.strip().partition("\n")
        return Found((Device("apple", "", name or UNNAMED, number(size)),))
