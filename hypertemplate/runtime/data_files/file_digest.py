"""Digest of the contents of a file, which costs little however large the file is."""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterator
from pathlib import Path

WHOLE, SAMPLE = "-", "~"
"""Signs of digests of whole files, and of samples."""

_BLOCK = 1 << 17
"""Bytes of one block."""

_BLOCKS = 8
"""Blocks of a sample, spread evenly, with both ends of the file."""


def file_digest(place: str, sign: str = WHOLE) -> str | None:
    """Return the size of an ordinary file, and a checksum of its contents.

    Args:
        place: where it lies.
        sign: whether all of it counts, or a sample; a file that is no larger counts as a whole.

    Returns:
        None if there is no ordinary file, or it cannot be read.
    """
    try:
        found = Path(place).stat()
        if not stat.S_ISREG(found.st_mode):
            return None
        checksum = 0
        with Path(place).open("rb") as file:
            for start in _starts(found.st_size, sign):
                file.seek(start)
                checksum = zlib.crc32(file.read(_BLOCK), checksum)
    except OSError:
        return None
    return f"{found.st_size}{sign}{checksum:08x}"


def is_unchanged(place: str, digest: str) -> bool:
    """Tell whether a file has the contents of a digest; True where it cannot be read."""
    now = file_digest(place, SAMPLE if SAMPLE in digest else WHOLE)
    return now is None or now == digest


def _starts(size: int, sign: str) -> Iterator[int]:
    """Yield where the blocks begin."""
    if sign == WHOLE or size <= _BLOCK * _BLOCKS:
        yield from range(0, size, _BLOCK)
    else:
        yield from ((size - _BLOCK) * number // (_BLOCKS - 1) for number in range(_BLOCKS))
