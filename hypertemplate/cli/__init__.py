"""Command line; the only part that prints."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from hypertemplate.cli.announcement import announce

SLOW = ("run", "try", "retry")
"""Commands that print nothing for a while."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line with `hypertemplate.cli.app.main`, which takes a moment to import.

    Ctrl-C during the import ends it like any other.
    """
    command = sys.argv[1:2] if argv is None else list(argv[:1])
    if command and command[0] in SLOW:
        announce("starting hypertemplate")
    try:
        from hypertemplate.cli.app import main as run

        return run(argv)
    except KeyboardInterrupt:
        from hypertemplate.cli.signals import forget_interrupt

        if sys.stderr is not None:  # it may be closed
            announce("")
            sys.stderr.write("interrupted\n")
        forget_interrupt()
        return 130
