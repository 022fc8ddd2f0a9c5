"""Files that cells write by magics and shell commands, against what a search finds on the disk."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, render_all
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Source
from hypertemplate.errors import CompileError
from hypertemplate.frontend import read_template
from hypertemplate.frontend.project_modules import with_modules

OLD = "RATE = 100\n"
IMPORT = "import helper"
SEARCHED = "loss = {{uniform(0, 1)}} * helper.RATE"
READ = "import json\nrate = json.load(open('rate.json'))\nloss = {{uniform(0, 1)}} * rate"


def found(folder: Path, cells: Sequence[str], disk: Mapping[str, str]) -> tuple[Source, list[Diagnostic]]:
    """Compile a notebook beside files; return its source, and its errors, or else its warnings."""
    for name, text in disk.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    code: list[dict[str, object]] = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": cell}
        for cell in cells
    ]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": code}
    (folder / "train.ipynb").write_text(json.dumps(notebook))
    read = read_template("train.ipynb")
    source = with_modules(read.source)
    try:
        program = compile_source(source)
    except CompileError as error:
        return source, [*error.diagnostics]
    return source, [*read.notes, *program.warnings]


DIFFERS = "helper.py on the disk differs from what this cell writes, and line 1 of cell 2 imports it"
MISSING = "helper.py, which line 1 of cell 2 imports, is missing: this cell writes it"
OTHER_RATE = "rate.json on the disk differs from what this cell writes, and line 2 of cell 2 reads it"


@pytest.mark.parametrize(
    ("cells", "disk", "messages"),
    [
        pytest.param(
            ["%%writefile helper.py\nRATE = 1\n", IMPORT, SEARCHED],
            {"helper.py": OLD},
            [DIFFERS],
            id="a cell that is newer than its file",
        ),
        pytest.param(
            ["%%writefile helper.py\nRATE = 1\n", IMPORT, SEARCHED], {}, [MISSING], id="a cell that never ran"
        ),
        pytest.param(
            ["%%writefile helper.py\nRATE = 1\n", IMPORT, SEARCHED],
            {"helper.py": "RATE = 1\n"},
            [],
            id="a cell that ran",
        ),
        pytest.param(
            ["%%writefile helper.py\nRATE=1 # low", IMPORT, SEARCHED],
            {"helper.py": "# formatted\r\nRATE = 1\r\n\r\n"},
            [],
            id="a module that was formatted since",
        ),
        pytest.param(
            ["%%time\n%%file './helper.py'\nRATE = 1\n", IMPORT, SEARCHED],
            {"helper.py": OLD},
            ["./" + DIFFERS],
            id="another name of the magic, below another magic",
        ),
        pytest.param(
            ["%%writefile helper.py\nRATE = 1\n", "import numpy", "loss = {{uniform(0, 1)}}"],
            {"helper.py": OLD},
            [],
            id="a file that nothing of the search needs",
        ),
        pytest.param(
            ["x = 1", IMPORT, "%%writefile helper.py\nRATE = 1\n", SEARCHED],
            {"helper.py": OLD},
            [],
            id="a module that is imported above the cell",
        ),
        pytest.param(
            ["%%writefile helper.py\nRATE = 1\n", IMPORT, "%%writefile helper.py\nRATE = 2\n", SEARCHED],
            {"helper.py": "RATE = 2\n"},
            [DIFFERS],
            id="a file that a later cell writes again",
        ),
        pytest.param(
            ["%%writefile helper.py\nRATE = 1\n", "%%writefile helper.py\nRATE = 2\n", IMPORT, SEARCHED],
            {"helper.py": "RATE = 2\n"},
            [],
            id="a file that two cells write above the import",
        ),
        pytest.param(
            ["%%writefile helper.py\nRATE = 1\n", "%%writefile -a helper.py\nRATE += 1\n", IMPORT, SEARCHED],
            {"helper.py": "RATE = 1\n"},
            [DIFFERS.replace("cell 2", "cell 3")],
            id="a cell that adds to a file, and did not run",
        ),
        pytest.param(
            ["%%writefile helper.py\nRATE = 1\n", "%%writefile -a helper.py\nRATE += 1\n", IMPORT, SEARCHED],
            {"helper.py": "RATE = 1\nRATE += 1\n"},
            [],
            id="a cell that adds to a file, and ran",
        ),
        pytest.param(
            ["%%writefile --append helper.py\nRATE += 1\n", IMPORT, SEARCHED],
            {"helper.py": OLD},
            [DIFFERS],
            id="a cell that adds to a file of which no cell tells",
        ),
        pytest.param(
            ["%%writefile --append helper.py\nRATE += 1\n", IMPORT, SEARCHED],
            {"helper.py": f"{OLD}RATE += 1\n"},
            [],
            id="a file that ends with what a cell adds",
        ),
        pytest.param(
            ["!echo RATE = 1 > helper.py", IMPORT, SEARCHED],
            {"helper.py": OLD},
            [DIFFERS],
            id="a shell line",
        ),
        pytest.param(
            ["!echo 'RATE = 1' > helper.py && echo \"RATE += 1\" >> helper.py", IMPORT, SEARCHED],
            {"helper.py": "RATE = 1\nRATE += 1\n"},
            [],
            id="two shell commands that ran",
        ),
        pytest.param(
            ["%%bash\n# by hand\ncat > helper.py <<'END'\nRATE = 1\nEND\n", IMPORT, SEARCHED],
            {"helper.py": OLD},
            [DIFFERS],
            id="a shell script with a text",
        ),
        pytest.param(
            ["%%sh\ncat <<END > helper.py\nRATE = 1\nEND\nls", IMPORT, SEARCHED],
            {"helper.py": "RATE = 1\n"},
            [],
            id="a shell script that ran",
        ),
        pytest.param(
            ["%%sh\nif true; then\necho RATE = 1 > helper.py\nfi", IMPORT, SEARCHED],
            {"helper.py": OLD},
            [],
            id="a shell script that may write something",
        ),
        pytest.param(
            ["!echo RATE = $RATE > helper.py", IMPORT, SEARCHED],
            {"helper.py": OLD},
            [],
            id="a text that is not known",
        ),
        pytest.param(
            ["!wget -q https://host/helper.py -O helper.py", IMPORT, SEARCHED],
            {},
            [MISSING],
            id="a download that did not run",
        ),
        pytest.param(
            ["!wget -q https://host/helper.py -O helper.py", IMPORT, SEARCHED],
            {"helper.py": OLD},
            [],
            id="a download that ran",
        ),
        pytest.param(
            ["!cp draft.py helper.py", IMPORT, SEARCHED],
            {"draft.py": "RATE = 1\n", "helper.py": OLD},
            [DIFFERS],
            id="a copy of a newer file",
        ),
        pytest.param(
            ["!cp draft.py helper.py", IMPORT, SEARCHED],
            {"draft.py": OLD, "helper.py": OLD},
            [],
            id="a copy that ran",
        ),
        pytest.param(
            ["%%writefile rate.json\n1", READ],
            {"rate.json": "100"},
            [OTHER_RATE],
            id="a file that is read as data",
        ),
        pytest.param(
            ["!mkdir -p conf\n%cd conf\n", "%%writefile rate.json\n1", READ],
            {"conf/rate.json": "100"},
            [OTHER_RATE.replace("cell 2", "cell 3")],
            id="a file in a folder that a cell changes to",
        ),
        pytest.param(
            ["%cd $HOME/conf\n", "%%writefile rate.json\n1", READ],
            {"rate.json": "100"},
            ["%cd $HOME/conf is left out: the working directory stays as it is"],
            id="a file in a folder that is not known",
        ),
        pytest.param(
            ["%%writefile rate.json\n1", "json_text = '2'\nopen('rate.json', 'w').write(json_text)", READ],
            {"rate.json": "2"},
            [],
            id="a file that the template itself writes above the read",
        ),
        pytest.param(
            [
                "%%writefile helper.py\nRATE = 1\n",
                "def model():\n    import helper\n    return {{uniform(0, 1)}} * helper.RATE",
            ],
            {"helper.py": OLD},
            [DIFFERS.replace("line 1 of cell 2", "model()")],
            id="an import in the model function",
        ),
        pytest.param(
            [
                "def model():\n    import helper\n    return {{uniform(0, 1)}} * helper.RATE",
                "from hypertemplate import optim\nfrom hyperopt import tpe\n"
                "optim.minimize(model=model, data=None, algo=tpe.suggest, max_evals=2)",
                "%%writefile helper.py\nRATE = 1\n",
            ],
            {"helper.py": OLD},
            [],
            id="a cell below the search",
        ),
        pytest.param(
            ["%%writefile helper.py\nRATE = 1\n", "import other", "loss = {{uniform(0, 1)}} * other.RATE"],
            {"helper.py": OLD, "other.py": "from helper import RATE\n"},
            [DIFFERS],
            id="an import in another module",
        ),
        pytest.param(
            ["%%writefile rate.json\n1", "import other", "loss = {{uniform(0, 1)}} * other.RATE"],
            {"rate.json": "100", "other.py": "import json\nRATE = json.load(open('rate.json'))\n"},
            [OTHER_RATE.replace("line 2", "line 1")],
            id="a module that reads the file",
        ),
        pytest.param(
            [
                "%%writefile src/helper.py\nRATE = 1\n",
                "import sys\nsys.path.insert(0, 'src')",
                IMPORT,
                SEARCHED,
            ],
            {"src/helper.py": OLD},
            ["src/" + DIFFERS.replace("cell 2", "cell 3")],
            id="a module in a folder of its own",
        ),
        pytest.param(
            ["%%writefile helper.py\nRATE = {{uniform(0, 1)}}\n", IMPORT, "loss = helper.RATE"],
            {"helper.py": "RATE = {{uniform(0, 1)}}\n"},
            [],
            id="a marker in the file, which is read from there",
        ),
        pytest.param(
            ["from pathlib import Path\nPath('helper.py').write_text('RATE = 1')", IMPORT, SEARCHED],
            {"helper.py": OLD},
            [],
            id="a module that the template writes itself",
        ),
    ],
)
def test_what_a_cell_writes_is_what_the_search_finds(
    cells: list[str],
    disk: dict[str, str],
    messages: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert [one.message for one in found(tmp_path, cells, disk)[1]] == messages


def test_an_outdated_file_is_an_error_that_says_which_cell_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source, problems = found(
        tmp_path, ["x = 1\n!echo RATE = 1 > helper.py", IMPORT, SEARCHED], {"helper.py": OLD}
    )
    assert render_all(tuple(problems), source) == (
        "train.ipynb, cell 1, line 2, column 1: error HT015: helper.py on the disk differs from what this "
        "cell writes, and line 1 of cell 2 imports it\n"
        "    2 | !echo RATE = 1 > helper.py\n"
        "      | ^~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "      = help: run cell 1 in the notebook first: a search runs no magics and shell commands; or remove "
        "it, if the file on the disk is right"
    )
    assert (tmp_path / "helper.py").read_text() == OLD
