"""Modules of the user's that trials import, or that are imported anew, as a fresh run of the whole file has them."""

from __future__ import annotations

import decimal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any, NamedTuple

import pytest

from hypertemplate.compiler.program import Program
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part
from hypertemplate.errors import LoadError
from hypertemplate.runtime.files import file_doors
from hypertemplate.runtime.files.trial_files import running
from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.loaded_program import load
from hypertemplate.runtime.seeds import notice_seeding
from tests.compiler.support import compiled, source

MARKER = "{{choice([10, 20, 30])}}"
OPTIONS = (10, 20, 30)
CHOSEN = (0, 1, 0, 2)

NUMBERS = """
    def numbers():
        yield from range(9)
    NUMBERS = numbers()
"""

RATE = """
    from settings import RATE
    def rate(): return RATE
"""

KINDS = """
    KINDS = []
    class Kind: pass
    def made(): return Kind()
    def register(one):
        KINDS.append(one)
        return one
"""

READS = "import os\nRATE = os.environ.get('RATE_OF_TRIAL')"


class Case(NamedTuple):
    """A template that imports modules.

    Attributes:
        modules: their texts, by file.
        text: the template.
        way: what a note says is done about it in a worker; empty without a note.
        refused: how the refusal of the user's own process begins; empty where it goes on.
        loads: how often a worker loads the program in four trials.
    """

    modules: dict[str, str]
    text: str
    way: str = ""
    refused: str = ""
    loads: int = 1


BACK = "it is put back before each trial"
ANEW = "its module is imported anew before each trial"
LOADED = "the program is loaded anew"

CASES = {
    "a list of a module that the model imports": Case(
        {"late.py": "ROWS = []"},
        f"def model():\n    import late\n    late.ROWS.append(1)\n    return {MARKER}, len(late.ROWS)",
        BACK,
    ),
    "a generator of a module that the model imports": Case(
        {"late.py": NUMBERS},
        f"def model():\n    from late import NUMBERS\n    return {MARKER}, next(NUMBERS)",
        ANEW,
        "an iterator in 'late' was read by trial 0 and cannot be put back",
    ),
    "a module in a package, imported by another one": Case(
        {
            "pack/__init__.py": "",
            "pack/late.py": NUMBERS,
            "net.py": "def net():\n    from pack import late\n    return late",
        },
        f"from net import net\nimport pack\ndef model():\n    return {MARKER}, next(net().NUMBERS)",
        ANEW,
        "an iterator in 'pack.late' was read by trial 0 and cannot be put back",
    ),
    "a module that reads what the trial has set in another one": Case(
        {"settings.py": "RATE = 1", "late.py": RATE},
        f"import settings\ndef model():\n    settings.RATE = {MARKER}\n    from late import rate\n    return rate()",
        BACK,
        "trial 0 imported 'late' after changing what 'late' may read",
    ),
    "a module that a script imports after it has set another one": Case(
        {"settings.py": "RATE = 1", "late.py": RATE},
        f"import settings\nsettings.RATE = {MARKER}\nfrom late import rate\nloss = rate()",
        BACK,
        "trial 0 imported 'late' after changing what 'late' may read",
    ),
    "a module that a script imports after it has set a variable": Case(
        {"late.py": READS},
        f"import os\nos.environ['RATE_OF_TRIAL'] = str({MARKER})\nimport late\nloss = late.RATE",
        "",
        "trial 0 imported 'late' after changing what 'late' may read",
    ),
    "a module that draws from a generator that setup has seeded": Case(
        {"late.py": "import random\nX = random.random()"},
        f"import random\nrandom.seed(0)\ndef model():\n    import late\n    return {MARKER}, late.X, random.random()",
        "",
        "trial 0 imported 'late', which draws from a seeded random generator, or seeds one",
    ),
    "a module that draws, and puts an object in its place": Case(
        {
            "late.py": "import random, sys\nclass Late:\n    __file__, x = __file__, random.random()\n"
            "sys.modules[__name__] = Late()"
        },
        f"import random\nrandom.seed(0)\ndef model():\n    import late\n    return {MARKER}, late.x, random.random()",
        "",
        "trial 0 imported 'late', which draws from a seeded random generator, or seeds one",
    ),
    "a module that reads an option of a library that the trial has set": Case(
        {"late.py": "from decimal import Decimal\nTHIRD = Decimal(1) / 3"},
        f"import decimal\ndef model():\n    decimal.getcontext().prec = {MARKER}\n    import late\n    return late.THIRD",
        "",
        "trial 0 imported 'late' after changing what 'late' may read",
    ),
    "a generator of a module of which setup has names alone": Case(
        {"early.py": NUMBERS, "other.py": "import early\ndef later(): return next(early.NUMBERS)"},
        f"import early as e\nfrom other import later\nrows = [1]\n"
        f"def model():\n    return {MARKER}, next(e.NUMBERS), later(), rows",
        ANEW,
        "an iterator in 'e' (line 1) was read by trial 0 and cannot be put back",
    ),
    "a generator of a module of which setup has an object": Case(
        {"early.py": NUMBERS + KINDS},
        f"from early import NUMBERS, made\nkind = made()\n"
        f"def model():\n    return {MARKER}, next(NUMBERS), type(kind).__name__",
        LOADED,
        "'NUMBERS' (line 1) was read by trial 0 and cannot be put back",
        loads=4,
    ),
    "a generator of a module in which setup has registered something": Case(
        {"early.py": NUMBERS + KINDS},
        f"from early import KINDS, NUMBERS, register\n@register\ndef f(): return 1\n"
        f"def model():\n    return {MARKER}, next(NUMBERS), len(KINDS)",
        LOADED,
        "'NUMBERS' (line 1) was read by trial 0 and cannot be put back",
        loads=4,
    ),
    "a list of a module that data adds to, which returns an iterator": Case(
        {"early.py": "ROWS = []"},
        f"from early import ROWS\ndef data():\n    ROWS.append(1)\n    return iter([len(ROWS)])\n"
        f"def model(x):\n    return {MARKER}, next(x), len(ROWS)",
    ),
    "a list of a module that data adds to, which returns a generator in what the model changes": Case(
        {"early.py": "ROWS = []"},
        f"from early import ROWS\ndef data():\n    ROWS.append(1)\n    return {{'rows': (n for n in ROWS)}}, 1\n"
        f"def model(x, y):\n    x['first'] = next(x['rows'])\n    return {MARKER}, x['first'], len(ROWS)",
    ),
    "a generator of a module that does not run twice": Case(
        {"early.py": "import sys\nassert not hasattr(sys, 'early')\nsys.early = 1\n" + dedent(NUMBERS)},
        f"from early import NUMBERS\ndef model():\n    return {MARKER}, next(NUMBERS)",
        LOADED,
        "'NUMBERS' (line 1) was read by trial 0 and cannot be put back",
        loads=4,
    ),
}


def forget(folder: Path) -> None:
    """Make this process one that has imported none of the modules, as a new worker is."""
    found = [(name, getattr(module, "__file__", None) or "") for name, module in sys.modules.items()]
    for name, file in found:
        if file.startswith(str(folder)):
            del sys.modules[name]
    vars(sys).pop("early", None)


def fresh(text: str, value: int, folder: Path) -> Any:
    """What a run of the whole file gives with a value in place of its marker."""
    forget(folder)
    names: dict[str, Any] = {"__name__": "fresh"}
    exec(text.replace(MARKER, str(value)), names)
    returned = names["data"]() if "data" in names else ()
    given = returned if isinstance(returned, tuple) else (returned,)
    return names["model"](*given) if "model" in names else names["loss"]


def trials(program: Program, folder: Path, *, own: bool) -> tuple[list[Any], list[str], int, str]:
    """What trials give, what is noted, how often the program is loaded, and why it ended."""
    given: list[Any] = []
    notes: list[str] = []
    loads, loaded = 0, None
    for number, chosen in enumerate(CHOSEN):
        if loaded is None:
            forget(folder)
            loaded, loads = load(program, 0, own=own), loads + 1
        loaded.restore()
        label = program.space.parameters[0].label
        returned = loaded.run(loaded.draws({label: chosen}), 1)
        given.append(loaded.names["loss"] if program.model is None else returned)
        changes = loaded.compare(number)
        notes += changes.notes
        loaded.restore()
        if changes.lasting and own:
            return given, notes, loads, changes.lasting
        loaded = None if changes.lasting else loaded
    return given, notes, loads, ""


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("RATE_OF_TRIAL", "")
    notice_no_more = notice_seeding(ImportWatcher())
    with decimal.localcontext():
        yield tmp_path
    notice_no_more()
    forget(tmp_path)


@pytest.mark.parametrize(
    "own", [pytest.param(False, id="in a worker"), pytest.param(True, id="in the user's")]
)
@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])
def test_trials_are_fresh_runs(case: Case, own: bool, folder: Path) -> None:
    for file, text in case.modules.items():
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(dedent(text), encoding="utf-8")
    given, notes, loads, ended = trials(compiled(case.text), folder, own=own)
    expected = [fresh(case.text, OPTIONS[chosen], folder) for chosen in CHOSEN]
    assert given == expected[: len(given)]
    if own and case.refused:
        assert ended.startswith(case.refused)
        assert "pass workers=1" in ended
    else:
        assert len(given) == len(expected)
    if not own:
        assert loads == case.loads
        assert len(notes) == (loads if case.way else 0)
        assert all(case.way in note for note in notes)


@pytest.mark.parametrize(
    ("modules", "text"),
    [
        pytest.param(
            {"late.py": READS},
            f"import os\nos.environ['RATE_OF_TRIAL'] = '10'\ndef model():\n"
            f"    os.environ['RATE_OF_TRIAL'] = str({MARKER})\n    import late\n    return late.RATE",
            id="a variable",
        ),
        pytest.param(
            {"late.py": "from deep import RATE", "deep.py": READS},
            f"import os\nos.environ['RATE_OF_TRIAL'] = '10'\nos.environ['RATE_OF_TRIAL'] = str({MARKER})\n"
            "import late\nloss = late.RATE",
            id="a variable that another module reads, in a script",
        ),
        pytest.param(
            {"settings.py": "RATE = 10", "late.py": RATE},
            f"import settings\ndef model():\n    settings.RATE = {MARKER}\n    from late import rate\n    return rate()",
            id="an attribute of another module",
        ),
        pytest.param(
            {"settings.py": "RATE = 10\ndef put(rate):\n    global RATE\n    RATE = rate", "late.py": RATE},
            f"import settings\ndef model():\n    settings.put({MARKER})\n    from late import rate\n    return rate()",
            id="what a function of another module sets",
        ),
    ],
)
def test_the_first_trial_may_set_what_setup_has_set(modules: dict[str, str], text: str, folder: Path) -> None:
    for file, content in modules.items():
        (folder / file).write_text(dedent(content), encoding="utf-8")
    names = [file.removesuffix(".py") for file in modules]
    parts = [
        Part("file", f"{name}.py", dedent(modules[f"{name}.py"]), module=name, is_module=True)
        for name in names
    ]
    program = compile_source(replace(source(text), beside=tuple(parts)))
    given, _, _, _ = trials(program, folder, own=False)
    assert given == [fresh(text, OPTIONS[chosen], folder) for chosen in CHOSEN]


def test_in_the_users_own_process_the_search_ends_where_a_module_has_read_another_value(folder: Path) -> None:
    (folder / "late.py").write_text(READS, encoding="utf-8")
    text = (
        "import os\nos.environ['RATE_OF_TRIAL'] = '10'\ndef model():\n"
        f"    os.environ['RATE_OF_TRIAL'] = str({MARKER})\n    import late\n    return late.RATE"
    )
    given, _, _, ended = trials(compiled(text), folder, own=True)
    assert len(given) == 2
    assert ended == (
        "trial 1 changed what 'late' may have read when an earlier trial imported it, so its result may be "
        "wrong; import it above the search, or pass workers=1"
    )


PEEKS = f"""
    from early import NUMBERS, made
    def data():
        return iter([next(NUMBERS)])
    def model(x):
        return {MARKER}, next(x), next(NUMBERS)
"""


def test_what_data_changes_of_a_module_is_imported_anew_if_data_runs_in_each_trial(folder: Path) -> None:
    (folder / "early.py").write_text(dedent(NUMBERS + KINDS), encoding="utf-8")
    text = dedent(PEEKS)
    given, notes, loads, _ = trials(compiled(text), folder, own=False)
    assert given == [fresh(text, OPTIONS[chosen], folder) for chosen in CHOSEN]
    assert (notes, loads) == ([], 1)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        pytest.param(PEEKS, True, id="in the user's process"),
        pytest.param(
            f"{dedent(PEEKS)}KIND = made()\n".replace(MARKER, f"{MARKER}, KIND"),
            False,
            id="setup has an object",
        ),
    ],
)
def test_data_that_runs_in_each_trial_must_not_change_what_cannot_be_put_back(
    text: str, own: bool, folder: Path
) -> None:
    (folder / "early.py").write_text(dedent(NUMBERS + KINDS), encoding="utf-8")
    forget(folder)
    with pytest.raises(
        LoadError, match=r"data\(\) has to run anew in each trial, but changes what cannot be put back"
    ):
        load(compiled(dedent(text)), 0, own=own)


@pytest.mark.parametrize(
    "own", [pytest.param(False, id="in a worker"), pytest.param(True, id="in the user's")]
)
def test_a_module_that_a_trial_has_written_is_its_own(own: bool, folder: Path) -> None:
    text = f"""
        import pathlib
        def model():
            pathlib.Path({str(folder / "made.py")!r}).write_text('RATE = %d' % {MARKER})
            import made
            return made.RATE
    """
    given, notes, _, _ = trials(compiled(dedent(text)), folder, own=own)
    assert given == [OPTIONS[chosen] for chosen in CHOSEN]
    assert notes == []


def test_a_module_in_the_folder_of_a_trial_is_found_as_if_it_stood_where_the_trial_wrote_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"""
        import os, pathlib, sys
        def model():
            os.makedirs('pack', exist_ok=True)
            for name in ('pack/__init__', 'pack/part', 'made'):
                pathlib.Path(f'{{name}}.py').write_text('RATE = %d' % {MARKER})
            import made, pack.part
            return made.RATE + pack.part.RATE - pack.RATE
    """
    monkeypatch.chdir(folder)
    program = compiled(dedent(text))
    forget(folder)
    take_out = file_doors.install()
    try:
        loaded = load(program, 0)
        for number, chosen in enumerate(CHOSEN):
            loaded.restore()
            label = program.space.parameters[0].label
            with running(number, str(folder / "model.study" / "trials" / f"{number:04}"), {}):
                assert loaded.run(loaded.draws({label: chosen}), 1) == OPTIONS[chosen]
            assert loaded.compare(number).notes == ()
    finally:
        take_out()
    assert not (folder / "made.py").exists()
