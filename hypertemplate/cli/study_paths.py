"""Paths of studies on the command line, and what they are mistaken for."""

from __future__ import annotations

from pathlib import Path

from hypertemplate.errors import UsageError
from hypertemplate.search.storage.sqlite.reader import holds_study, read_study
from hypertemplate.search.storage.sqlite.writer import PROGRAM
from hypertemplate.search.stored_options import last_request


def refuse_study(path: str) -> None:
    """Refuse a study, or the program in it, where a template is wanted.

    Raises:
        UsageError: the message names the template of the study.
    """
    given = Path(path)
    is_program = given.name == PROGRAM and given.is_file()
    folder = given.parent if is_program else given
    if not holds_study(folder):
        return
    try:
        template = f"; its template is {last_request(read_study(folder).options, folder)[1].path}"
    except UsageError:  # unreadable, or its template is gone
        template = ""
    what = (
        f"the program of the study {folder}, with values in place of its markers" if is_program else "a study"
    )
    raise UsageError(f"{path} is {what}{template}")
