"""Holder of the lock on a study's folder, as its file ``lock`` names it."""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from hypertemplate.units import rough_duration

SIZE = 120
"""Size in bytes of the text, which is padded so that it needs no more room later."""

FRESH_S = 300.0
"""Seconds after which another machine that wrote there counts as gone, where no lock can tell."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Process that has, or had, a lock.

    Attributes:
        process: its number; empty if unknown.
        host: name of its machine; empty if unknown.
        since: time of its start, local; empty if unknown.
    """

    process: str = ""
    host: str = ""
    since: str = ""

    def __str__(self) -> str:
        """Describe it in words."""
        if not self.process:
            return "another process"
        where = "" if self.host in ("", _this_host()) else f" on {self.host}"
        return f"process {self.process}{where}" + (f" since {self.since}" if self.since else "")

    @property
    def text(self) -> bytes:
        """Text of the file."""
        said = f"{self.process} {self.host} {self.since}"[: SIZE - 1]
        return f"{said:<{SIZE - 1}}\n".encode("ascii", "replace")

    @property
    def is_elsewhere(self) -> bool:
        """True if it is known to be on another machine."""
        return self.host not in ("", _this_host())

    def is_alive_here(self) -> bool:
        """Tell whether another process of this machine has its number."""
        if self.is_elsewhere or not self.process.isdecimal() or int(self.process) == os.getpid():
            return False
        try:
            os.kill(int(self.process), 0)
        except ProcessLookupError:
            return False
        except PermissionError:  # of another user
            return True
        return True


def this_process() -> Holder:
    """Return this process as the holder of a lock."""
    return Holder(str(os.getpid()), _this_host(), time.strftime("%Y-%m-%d %H:%M:%S"))


def read_holder(text: bytes) -> Holder:
    """Read the text of the file; earlier versions wrote the process alone."""
    process, _, rest = text.decode("ascii", "replace").strip().partition(" ")
    host, _, since = rest.strip().partition(" ")
    return Holder(process, host, since)


def written_lately(folder: Path) -> str:
    """Return how long ago a search wrote in a folder, if that is so short that it may go on; else nothing."""
    times = [path.stat().st_mtime for path in folder.iterdir() if path.is_file()]
    age_s = time.time() - max(times, default=0.0)
    return rough_duration(max(age_s, 1.0)) if age_s < FRESH_S else ""


def _this_host() -> str:
    return socket.gethostname().partition(".")[0].replace(" ", "-")
