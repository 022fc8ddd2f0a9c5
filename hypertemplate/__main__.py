"""``python -m hypertemplate``, which is the same as the command."""

import os
import sys

# Python puts the current folder first, where a user's random.py would replace Python's own.
if sys.path and sys.path[0] == os.getcwd():  # noqa: PTH109 - sys.path holds texts
    del sys.path[0]

from hypertemplate.cli import main

if __name__ == "__main__":
    sys.exit(main())
