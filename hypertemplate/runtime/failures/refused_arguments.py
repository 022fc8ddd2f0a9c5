"""Ends of a template whose command line is not complete: argparse, click and absl exit the process then."""

from __future__ import annotations

import shlex
import traceback
from collections.abc import Sequence

from hypertemplate.runtime.own_code import is_own_module_name


def refusing(error: SystemExit) -> str:
    """Return the library that ended the process with a status other than 0; empty if the user's code did."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    name = frames[-1].f_globals.get("__name__") if frames else None
    if error.code in (None, 0) or is_own_module_name(name):
        return ""
    return str(name).partition(".")[0]


def advice(library: str, argv: Sequence[str]) -> str:
    """Return the message for a template whose arguments are not accepted.

    Args:
        library: name of the library that does not accept them; empty if the template reads more of them.
        argv: ``sys.argv`` of the template.
    """
    got = shlex.join(argv[1:]) or "none"
    command = f"hypertemplate run {shlex.join(argv[:1])} -- ARGS"
    what = f"{library} does not accept the template's" if library else "the template reads more than its"
    return f"{what} arguments, which are {got}; give them as in: {command}"
