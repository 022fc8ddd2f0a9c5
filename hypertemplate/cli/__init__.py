"""Command line; the only part that prints."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line with `hypertemplate.cli.app.main`, which takes a moment to import.

    Ctrl-C during the import ends it like any other.
    """
    try:
        from hypertemplate.cli.app import main as run

        return run(argv)
    except KeyboardInterrupt:
        from hypertemplate.cli.signals import forget_interrupt

        if sys.stderr is not None:  # it may be closed
            sys.stderr.write("interrupted\n")
        forget_interrupt()
        return 130
