"""Digest of the contents of a file, which costs little however large the file is."""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterator
from pathlib import Path

_WHOLE = 1 << 25
"""Most bytes of a file that is read as a whole."""

_BLOCK = 1 << 20
"""Bytes of one block of a larger file."""

_BLOCKS = 32
"""Blocks of a larger file that are read, spread evenly, with both of its ends."""


def file_digest(place: str) -> str | None:
    """Return the size of an ordinary file, and a checksum of its contents; of a large one, of a sample.

    Args:
        place: where it lies.

    Returns:
        None if there is no ordinary file, or it cannot be read.
    """
    try:
        found = Path(place).stat()
        if not stat.S_ISREG(found.st_mode):
            return None
        checksum = 0
        with Path(place).open("rb") as file:
            for start in _starts(found.st_size):
                file.seek(start)
                checksum = zlib.crc32(file.read(_BLOCK), checksum)
    except OSError:
        return None
    return f"{found.st_size}-{checksum:08x}"


def _starts(size: int) -> Iterator[int]:
    """Yield where the blocks begin."""
    if size <= _WHOLE:
        yield from range(0, size, _BLOCK)
    else:
        yield from ((size - _BLOCK) * number // (_BLOCKS - 1) for number in range(_BLOCKS))
