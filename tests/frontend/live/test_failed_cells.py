"""Cells that raised an error: what of them counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shells import run, started

LOADED = "%load_ext hypertemplate"
CONFIG = "config = {{'d': {{{{choice([{}])}}}}}}"
MODEL = "def model():\n    return config['d']"
SPACE = "import hypertemplate\nhypertemplate.space(model)"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(
            [CONFIG.format("1, 2"), CONFIG.format("3, 4"), MODEL],
            ["choice([3, 4])"],
            id="without the extension, markers outside functions raise, and the last text counts",
        ),
        pytest.param(
            [f"{CONFIG.format('1, 2')}\n{MODEL}", LOADED, CONFIG.format("3, 4"), MODEL],
            ["choice([3, 4])"],
            id="the extension is loaded, and the cell runs again",
        ),
        pytest.param(
            [LOADED, CONFIG.format("1, 2"), f"\nimport no_such_module\n{CONFIG.format('3, 4')}", MODEL],
            ["choice([1, 2])"],
            id="what stands below the line that raised has not run",
        ),
        pytest.param(
            [LOADED, CONFIG.format("1, 2"), f"{CONFIG.format('3, 4')[:-1]}, 'e': no_such_name}}", MODEL],
            ["choice([1, 2])"],
            id="a statement that raised has given its name no value",
        ),
        pytest.param(
            [LOADED, CONFIG.format("1, 2"), f"{CONFIG.format('3, 4')}\n1 / 0", MODEL],
            ["choice([3, 4])"],
            id="what stands above the line that raised has run",
        ),
        pytest.param(
            [LOADED, CONFIG.format("1, 2"), f"%pwd\n1 / 0\n{CONFIG.format('3, 4')}", MODEL],
            ["choice([3, 4])"],
            id="lines that IPython rewrote have other numbers, so all of the cell counts",
        ),
    ],
)
def test_what_counts_of_cells_that_failed(
    cells: list[str], expected: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with started(tmp_path) as shell:
        for cell in cells:
            run(shell, cell)
        capsys.readouterr()
        run(shell, SPACE)
    table = capsys.readouterr().out.splitlines()[1:]
    assert [line[line.index("choice") : line.index(")") + 1] for line in table] == expected
