"""The command line; the only place that prints."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; as `hypertemplate.cli.app.main`, which takes a moment to import.

    Ctrl-C in that moment ends it like any other.
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
