"""``python -m hypertemplate``."""

import sys

from hypertemplate.cli import main

if __name__ == "__main__":
    sys.exit(main())
