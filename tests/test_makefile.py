"""The targets of the Makefile say what they do while it takes minutes."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_a_demo_shows_what_it_installs() -> None:
    ran = subprocess.run(
        ["make", "--dry-run", "--always-make", "demo"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lines = ran.stdout.splitlines()
    (said,) = (
        number for number, line in enumerate(lines) if line.startswith('echo "Installing hypertemplate, ')
    )
    (installs,) = (
        number for number, line in enumerate(lines) if "pip install" in line and "keras >= 3" in line
    )
    assert said < installs
    assert "--quiet" not in lines[installs]
    assert "Downloading" in lines[installs + 1]
