"""The exit status of the command line, in one table; ``docs/cli.rst`` explains it to users."""

from __future__ import annotations

DONE = 0

TEMPLATE_FAULT = 1
"""The template has errors, or fails before the first trial."""

USAGE = 2
"""An option or a path is invalid."""

NO_TRIAL_SUCCEEDED = 3

OUR_FAULT = 70
"""hypertemplate itself failed; ``EX_SOFTWARE`` of ``sysexits.h``."""

NO_PROCESS = 71
"""The system starts no process; ``EX_OSERR`` of ``sysexits.h``."""

BY_SIGNAL = 128
"""Added to the number of the signal that ended a process, as shells do: 130 is Ctrl-C, 143 is SIGTERM."""

INTERRUPTED = 130
"""`BY_SIGNAL` and the number of SIGINT."""

PIPE_CLOSED = 141
"""Nobody reads the output any more: `BY_SIGNAL` and the number of SIGPIPE."""
