"""Durations as people write them: ``90s``, ``2h``, ``1h30m``."""

from __future__ import annotations

import re

from hypertemplate.errors import UsageError

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def duration(text: str) -> float:
    """The seconds that a text such as ``90``, ``90s``, ``10m``, ``2h`` or ``1h30m`` means.

    Raises:
        UsageError: it means none, or none that is above 0.
    """
    parts = re.findall(r"(\d+(?:\.\d+)?)([smhd]?)", text.strip().lower().replace(" ", ""))
    whole = "".join(number + unit for number, unit in parts)
    bare = sum(not unit for _, unit in parts)
    if not parts or whole != text.strip().lower().replace(" ", "") or (bare and len(parts) > 1):
        raise UsageError(f"{text!r} is no duration: write 90s, 10m, 2h or 1h30m")
    seconds = sum(float(number) * _UNITS[unit or "s"] for number, unit in parts)
    if seconds <= 0:
        raise UsageError(f"{text!r} is no time at all: write 90s, 10m, 2h or 1h30m")
    return seconds


def duration_text(seconds: float) -> str:
    """A duration as `duration` reads it: ``90s``, ``2h``, ``1h30m``."""
    left, words = seconds, []
    for unit in ("d", "h", "m"):
        count, left = divmod(left, _UNITS[unit])
        if count:
            words.append(f"{count:.0f}{unit}")
    if left or not words:
        words.append(f"{left:g}s")
    return "".join(words)
