"""What is proposed for plain scripts in the styles of the Keras, scikit-learn, XGBoost, LightGBM and PyTorch documentation.

Each file under ``tests/cases/suggestions`` holds a script, a line ``# output``, and the table of what is proposed
for it; ``make golden`` writes the table. Read it as somebody who tunes networks: no range may be silly.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from hypertemplate.compiler.suggestions.proposals import proposals
from hypertemplate.views.suggestion_text import proposal_lines
from tests.compiler.support import source
from tests.compiler.test_golden import CASES, check

SCRIPTS = sorted(CASES.glob("suggestions/*.py"))


def table(template: str) -> str:
    read = source(template)
    return "\n".join(f"# {line}" for line in proposal_lines(proposals(read), read))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_plain_script(path: Path) -> None:
    check(path, table)
