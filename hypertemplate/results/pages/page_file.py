"""File of a page: written as a whole, and never over a file that is not a page."""

from __future__ import annotations

from pathlib import Path

from hypertemplate.errors import UsageError
from hypertemplate.search.storage.study_files import cannot_write, write_whole

NAME = "report.html"
"""Name of the page in a study's folder."""

GENERATOR = '<meta name="generator" content="hypertemplate">'
"""Text by which a page is known."""

HEAD_BYTES = 4096
"""Number of bytes of a page that contain it."""


def write_page(path: Path, page: str) -> None:
    """Write a page to a file, in place of an earlier page.

    Raises:
        UsageError: the path is of something else, or it cannot be written.
    """
    if path.is_dir():
        raise UsageError(f"{{output}} {path} is a folder; name a file in it", "output")
    try:
        with open(path, "rb") as file:
            is_page = GENERATOR.encode() in file.read(HEAD_BYTES)
    except FileNotFoundError:
        is_page = True
    except OSError as error:
        raise cannot_write(path, error) from error
    if not is_page:
        raise UsageError(
            f"{{output}} {path} exists and is not a page of hypertemplate; name another file", "output"
        )
    write_whole(path, page)
