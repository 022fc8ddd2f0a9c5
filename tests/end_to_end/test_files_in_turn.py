"""Files that the user's own modules and the template write and read in turn."""

from __future__ import annotations

import pytest

from tests.compiler.support import cells, source
from tests.property.test_fresh_run_laws import _doors as _doors
from tests.property.test_fresh_run_laws import _modules as _modules
from tests.property.test_fresh_run_laws import check

ROWS = [[0, 1], [2, 0], [1, 2], [0, 1]]
MARKER = "{{choice([10, 20, 30])}}"
HEAD = "import law_reader, law_store\nfrom pathlib import Path\nn, NAME = 7, 'named'\n"

TURNS = {
    "a file that the template begins and adds to": (
        f"Path('begun').write_text('1\\n')\nlaw_store.append('begun', {MARKER})\n"
        "with open('begun', 'a') as file:\n    print(4, file=file)\n",
        "Path('begun').read_text()",
    ),
    "a file that both replace": (
        f"law_store.dump('both', 1)\nPath('both').write_text('4')\nfirst = law_store.read('both')\n"
        f"law_store.dump('both', {MARKER})\nsecond = law_store.read('both')\nPath('both').write_text('6')\n",
        "first, second, law_store.read('both')",
    ),
    "a name in a constant": (
        "law_store.append(NAME, 1)\nwith open('named', 'a') as file:\n    print(4, file=file)\n"
        f"law_store.append(NAME, {MARKER})\nwith open('named', 'a') as file:\n    print(5, file=file)\n",
        "law_reader.total(NAME)",
    ),
    "a name in an f-string": (
        "law_store.append(f'run{n}', 1)\nwith open('run7', 'a') as file:\n    print(4, file=file)\n"
        f"law_store.append(f'run{{n}}', {MARKER})\nwith open('run7', 'a') as file:\n    print(5, file=file)\n",
        "law_reader.total(f'run{n}')",
    ),
    "a name that is formatted": (
        "law_store.append('of%d' % n, 1)\nwith open('of7', 'a') as file:\n    print(4, file=file)\n"
        f"law_store.append('of{{}}'.format(n), {MARKER})\nwith open('of7', 'a') as file:\n    print(5, file=file)\n",
        "law_reader.total('of%d' % n)",
    ),
    "what the trial's module writes, the template reads": (
        f"law_store.append('own', {MARKER})\nlaw_store.append('own', 3)\n",
        "Path('own').read_text()",
    ),
}


@pytest.mark.parametrize("name", TURNS)
def test_a_script_reads_what_a_fresh_run_would(name: str) -> None:
    text, shown = TURNS[name]
    check(source(f"{HEAD}{text}loss = [{shown}]\n"), ROWS)


@pytest.mark.parametrize("name", TURNS)
def test_a_notebook_reads_what_a_fresh_run_would(name: str) -> None:
    text, shown = TURNS[name]
    check(cells(HEAD, text, f"loss = [{shown}, {MARKER}]\n"), ROWS)


@pytest.mark.parametrize("name", TURNS)
def test_a_model_function_reads_what_a_fresh_run_would(name: str) -> None:
    text, shown = TURNS[name]
    check(source(f"{HEAD}{text}def model():\n    return [{shown}, {MARKER}]\n"), ROWS)
