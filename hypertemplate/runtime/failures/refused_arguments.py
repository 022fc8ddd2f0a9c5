"""Ends of a template whose command line is not complete: argparse, click and absl exit the process then."""

from __future__ import annotations

import shlex
import traceback
from collections.abc import Sequence
from types import FrameType
from typing import NamedTuple

from hypertemplate.runtime.own_code import is_own_module_name


class Refusal(NamedTuple):
    """End of the process by a library that reads the command line.

    Attributes:
        library: its name.
        reason: what it says of the arguments, in one line; empty if that is unknown.
    """

    library: str
    reason: str


def refusal(error: SystemExit) -> Refusal | None:
    """Return what ended the process with a status other than 0; None if the user's code did."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    name = frames[-1].f_globals.get("__name__") if frames else None
    if error.code in (None, 0) or is_own_module_name(name):
        return None
    reason = " ".join(_reason(error, frames).split()).rstrip(".")
    return Refusal(str(name).partition(".")[0], reason)


def _reason(error: SystemExit, frames: Sequence[FrameType]) -> str:
    """Return what the library has printed: argparse has it in a variable, others may exit for an error."""
    for frame in frames:
        said = frame.f_locals.get("message")
        if frame.f_globals.get("__name__") == "argparse" and frame.f_code.co_name == "error":
            return str(said or "")
    return str(error.__context__ or "")


def advice(refused: Refusal | None, argv: Sequence[str]) -> str:
    """Return the message for a template whose arguments are not accepted.

    Args:
        refused: refusal of a library; None if the template reads more arguments than there are.
        argv: ``sys.argv`` of the template.
    """
    what = "the template reads more arguments than it was given"
    if refused is not None:
        what = f"{refused.library} does not accept the template's arguments"
        what = f"{refused.library}: {refused.reason}" if refused.reason else what
    if argv[1:]:
        return f"{what}; the arguments are: {shlex.join(argv[1:])}"
    return f"{what}; give arguments as in: hypertemplate run {shlex.join(argv[:1])} -- ARGS"
