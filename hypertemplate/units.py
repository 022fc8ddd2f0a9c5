"""Durations, sizes, counts and articles, as people read and write them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hypertemplate.errors import UsageError

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


_LETTERS = re.compile(r"_*([A-Z](?=[A-Z\d])|n(?=darray))")
"""Beginning of a name that is spoken letter by letter; group 1 is the first one."""

_VOWEL = re.compile(r"_*(?!uni|use|usa|ufunc|uint|one|eu)[aeiou]", re.IGNORECASE)
"""Beginning of a name that is spoken as a word and begins with a vowel's sound."""

_DURATION_HELP = "use, for example, 90s, 10m, 2h or 1h30m"


def duration(text: str, parameter: str) -> float:
    """Parse a duration such as ``90``, ``90s``, ``10m``, ``2h`` or ``1h30m`` into seconds.

    Args:
        text: the duration.
        parameter: parameter that it is the value of.

    Raises:
        UsageError: the text is not a duration, or it is not positive.
    """
    parts = re.findall(r"(\d+(?:\.\d+)?)([smhd]?)", text.strip().lower().replace(" ", ""))
    whole = "".join(number + unit for number, unit in parts)
    bare = sum(not unit for _, unit in parts)
    if not parts or whole != text.strip().lower().replace(" ", "") or (bare and len(parts) > 1):
        raise UsageError(f"{{{parameter}}}: invalid duration {text!r}; {_DURATION_HELP}", parameter)
    seconds = sum(float(number) * _UNITS[unit or "s"] for number, unit in parts)
    if seconds <= 0:
        raise UsageError(f"{{{parameter}}} must be positive, got {text!r}; {_DURATION_HELP}", parameter)
    return seconds


def duration_text(seconds: float) -> str:
    """Format a duration as `duration` parses it: ``90s``, ``2h``, ``1h30m``."""
    left, words = seconds, []
    for unit in ("d", "h", "m"):
        count, left = divmod(left, _UNITS[unit])
        if count:
            words.append(f"{count:.0f}{unit}")
    if left or not words:
        words.append(f"{left:g}s")
    return "".join(words)


def ordinal(number: int) -> str:
    """Write a number from 1 as a rank: ``1st``, ``12th``, ``23rd``."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def elapsed_text(seconds: float) -> str:
    """Format a duration to the second: ``42s``, ``3m05s``, ``2h10m``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02}s"
    return f"{whole // 3600}h{whole % 3600 // 60:02}m"


def rough_duration(seconds: float) -> str:
    """Format a duration to a digit or two: ``0.5s``, ``90s``, ``19m``, ``2.5h``."""
    if seconds < 10:
        return f"{float(f'{seconds:.1g}'):g}s"
    if seconds < 120:
        return f"{seconds:.0f}s"
    if seconds < 7200:
        return f"{seconds / 60:.0f}m"
    return f"{seconds / 3600:.1f}h"


def size(text: str, parameter: str, *, none: bool = False) -> int:
    """Parse a size such as ``512M`` or ``2G`` into bytes; without a unit, bytes.

    Args:
        text: the size.
        parameter: parameter that it is the value of.
        none: whether it may be 0.

    Raises:
        UsageError: the text is not a size.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([KMGT]?)(?:i?B)?", text.strip(), re.IGNORECASE)
    if match is None or not (none or float(match[1])):
        more = ", or 0 for none" if none else ""
        raise UsageError(
            f"{{{parameter}}}: invalid size {text!r}; use, for example, 512M or 2G{more}", parameter
        )
    return int(float(match[1]) * 1024 ** ("KMGT".find(match[2].upper()) + 1 if match[2] else 0))


def size_text(size_bytes: int) -> str:
    """Format a size in binary units: ``512 B``, ``1.5 KiB``, ``2.0 GiB``."""
    power = min(max(size_bytes, 1).bit_length() - 1, 49) // 10
    unit = ("B", "KiB", "MiB", "GiB", "TiB")[power]
    return f"{size_bytes} B" if power == 0 else f"{size_bytes / 1024**power:.1f} {unit}"


def counted(number: int, noun: str) -> str:
    """Format a count: ``1 trial``, ``2 trials``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def with_article(name: str) -> str:
    """Put ``a`` or ``an`` before a name, as it is spoken: ``an array``, ``an SVC``, ``an ndarray``."""
    if letters := _LETTERS.match(name):
        return f"an {name}" if letters[1].upper() in "AEFHILMNORSX" else f"a {name}"
    return f"an {name}" if _VOWEL.match(name) else f"a {name}"


def listed(items: Sequence[str]) -> str:
    """Join items: ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join([*([", ".join(items[:-1])] if items[1:] else []), *items[-1:]])
