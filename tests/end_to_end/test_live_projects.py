"""Markers in modules that live code has imported: each trial is a run of the modules with its values in place."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

import hypertemplate
from hypertemplate.errors import LoadError, NoTrialError
from hypertemplate.frontend.default_modules import DefaultModules
from hypertemplate.runtime.own_code import is_own_module
from hypertemplate.runtime.own_modules.rewritten_modules import RewrittenModules
from hypertemplate.runtime.pickles import send_by_name
from tests import shells

NETS = """\
made = []
class Net:
    def __init__(self, units):
        self.units = units
        self.rate = {{choice([0.25, 0.5])}}
    def score(self):
        return self.units * self.rate
def build(scale=1):
    made.append(scale)
    units = {{choice([1, 10, 100])}}
    return units * scale
def load():
    return [1, 2, 3]
"""


@pytest.fixture(autouse=True)
def _process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that has imported no project yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = {*sys.modules}
    yield
    assert [one for one in sys.meta_path if isinstance(one, RewrittenModules | DefaultModules)] == []
    for name in [name for name in sys.modules if name not in before]:
        if is_own_module(sys.modules[name]):
            send_by_name(sys.modules.pop(name))
    importlib.invalidate_caches()


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[InteractiveShell]:
    with shells.started(tmp_path / "ipython") as started:
        shells.run(started, "%load_ext hypertemplate\nimport hypertemplate")
        yield started
        shells.run(started, "%unload_ext hypertemplate")


def save(**files: str) -> None:
    for name, text in files.items():
        path = Path(f"{name.replace('.', '/')}.py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    importlib.invalidate_caches()


def run(shell: InteractiveShell, *cells: str) -> Any:
    for cell in cells:
        result: Any = shells.run(shell, dedent(cell))
        result.raise_error()
    return shell.user_ns.get("study")


def scores(study: Any, score: Callable[..., float]) -> None:
    """Compare each trial with what its values make."""
    assert study.trials
    for trial in study.trials:
        assert (trial.error, trial.loss) == (None, score(**trial.params))


TUNE = "study = hypertemplate.tune(model, max_evals=4, verbose=False)"

MODELS = [
    pytest.param("from nets import build", "return build(3)", id="a function"),
    pytest.param("import nets", "return nets.build(3)", id="a module"),
    pytest.param("import nets as n\nbuild = n.build", "return build(3)", id="another name"),
    pytest.param("from nets import *", "return build(3)", id="a star import"),
    pytest.param(
        "from nets import build\nfrom functools import partial\nmake = partial(build, 3)",
        "return make()",
        id="a partial",
    ),
    pytest.param(
        "from nets import build\ndef helper():\n    return build(3)",
        "return helper()",
        id="a function of the cell",
    ),
    pytest.param("", "from nets import build\n    return build(3)", id="an import in the model"),
]


@pytest.mark.parametrize(("imports", "body"), MODELS)
def test_functions_of_a_session(shell: InteractiveShell, imports: str, body: str) -> None:
    save(nets=NETS)
    run(shell, "%unload_ext hypertemplate")
    study = run(shell, imports or "pass", f"def model():\n    {body}", TUNE)
    scores(study, lambda units: 3 * units)
    with pytest.raises(NameError, match="choice"):
        importlib.import_module("nets").build()


@pytest.mark.parametrize(("imports", "body"), MODELS)
def test_a_searched_cell(shell: InteractiveShell, imports: str, body: str) -> None:
    save(nets=NETS)
    cell = "%%tune --max-evals 4 --objective loss:min\n" + body.replace("return", "loss =").replace(
        "    ", ""
    )
    study = run(shell, imports or "pass", cell)
    scores(study, lambda units: 3 * units)


def test_what_is_in_memory_stays_what_it_is(shell: InteractiveShell) -> None:
    save(nets=NETS.replace("made = []", "made = []\nwith open('ran.txt', 'a') as file:\n    file.write('x')"))
    run(shell, "import nets\nfrom nets import Net, load, build\nx, kind, old = load(), Net, build")
    model = """
        def model():
            net = Net(8)
            assert isinstance(net, kind) and kind is nets.Net and build is old and nets.made[1:] == []
            build()
            return net.score()
    """
    study = run(shell, "nets.made.append(0)", model, TUNE)
    scores(study, lambda rate, units: 8 * rate)
    assert run(shell, "assert nets.made == [0] and nets.Net is kind and nets.build is old\nx") is study
    assert Path("ran.txt").read_text() == "x"
    assert "_ht_" not in vars(sys.modules["nets"])


def test_a_module_between(shell: InteractiveShell) -> None:
    save(nets=NETS, tools="from nets import build\ndef make(n):\n    return build(n) + 1\n")
    run(shell, "import tools\nfrom tools import make", "def model():\n    return make(2)")
    scores(run(shell, TUNE), lambda units: 2 * units + 1)
    scores(
        run(shell, "%%tune --max-evals 3 --objective loss:min\nloss = make(2)"), lambda units: 2 * units + 1
    )


def test_markers_that_an_import_reads(shell: InteractiveShell) -> None:
    save(
        config="WIDTH = {{choice([1, 10])}}\n",
        nets="import config\ndef build():\n    units = {{choice([2, 3])}}\n    return config.WIDTH * units\n",
    )
    model = "def model():\n    from nets import build\n    return build()"
    scores(run(shell, model, TUNE), lambda WIDTH, units: WIDTH * units)
    assert not {"config", "nets"} & sys.modules.keys()


CONFIG = "WIDTH = {{choice([1, 10])}}\nACTS = {{choice([(lambda x: x), (lambda x: 2 * x)])}}\nLIMIT = 3\n"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        pytest.param("from config import WIDTH, LIMIT", "WIDTH * LIMIT", id="a value"),
        pytest.param("from config import *", "WIDTH * LIMIT", id="a star import"),
        pytest.param("import config as c", "c.WIDTH * c.LIMIT", id="a module"),
    ],
)
def test_a_module_whose_import_reads_markers_gives_defaults_until_a_search(
    shell: InteractiveShell, cell: str, text: str
) -> None:
    save(config=CONFIG)
    assert run(shell, cell, f"study = {text}") == 3
    scores(run(shell, f"def model():\n    return {text}", TUNE), lambda WIDTH, ACTS: WIDTH * 3)
    scores(
        run(shell, f"%%tune --max-evals 4 --objective loss:min\nloss = {text}"), lambda WIDTH, ACTS: WIDTH * 3
    )
    assert run(shell, f"study = {text}") == 3


def test_functions_with_defaults_are_searched_and_have_their_defaults_back(shell: InteractiveShell) -> None:
    save(nets=NETS)
    assert run(shell, "from nets import build, Net", "study = build(2), Net(8).score()") == (2, 2.0)
    scores(run(shell, "def model():\n    return build(2)", TUNE), lambda units: 2 * units)
    assert run(shell, "study = build(2), Net(8).score()") == (2, 2.0)
    save(nets=NETS.replace("[1, 10, 100]", "[7, 8]"))
    assert run(shell, "import importlib, nets", "importlib.reload(nets)\nstudy = nets.build()") == 7
    assert run(shell, "%unload_ext hypertemplate") == 7


@pytest.mark.parametrize(
    ("imports", "body"),
    [
        pytest.param("import nets", "nets.build(2)", id="by their module"),
        pytest.param("from nets import *", "build(2)", id="by a star import"),
    ],
)
def test_calls_for_their_results_before_a_search_are_no_part_of_it(
    shell: InteractiveShell, imports: str, body: str
) -> None:
    save(nets=NETS)
    run(shell, imports, f"first = {body}, {body.replace('build(2)', 'Net(8).score()')}")
    scores(run(shell, f"def model():\n    return {body}", TUNE), lambda units: 2 * units)


def test_calls_before_a_search_that_set_what_trials_read_are_a_part_of_it(shell: InteractiveShell) -> None:
    setting = "WIDTH = 1\ndef widen():\n    global WIDTH\n    WIDTH = {{choice([2, 3])}}\ndef wide(): return WIDTH\n"
    save(nets=NETS + setting)
    run(shell, "import nets", "nets.widen()", "def model():\n    return nets.wide() * nets.build()")
    scores(run(shell, TUNE), lambda WIDTH, units: WIDTH * units)


def test_what_a_decorator_may_remember(shell: InteractiveShell) -> None:
    save(
        nets="import functools\n@functools.cache\ndef build():\n    units = {{choice([1, 10, 100])}}\n    return units\n"
    )
    run(
        shell, "from nets import build\ndef helper():\n    return build()", "def model():\n    return build()"
    )
    scores(run(shell, TUNE), lambda units: units)
    scores(run(shell, "%%tune --max-evals 4 --objective loss:min\nloss = build()"), lambda units: units)


def test_worker_processes(shell: InteractiveShell) -> None:
    save(nets=NETS)
    run(shell, "from nets import build, Net\nfrom functools import partial\nmake = partial(build, 3)")
    model = "def model():\n    return make() + Net(1).score()"
    study = run(shell, model, "study = hypertemplate.tune(model, max_evals=3, workers=2, verbose=False)")
    scores(study, lambda units, rate: 3 * units + rate)


def test_a_package_with_relative_imports() -> None:
    train = (
        "from .nets import build\nfrom . import nets\ndef model():\n    return build(2) + len(nets.load())\n"
    )
    save(**{"pkg.__init__": "", "pkg.nets": NETS, "pkg.train": train})
    model = importlib.import_module("pkg.train").model
    scores(hypertemplate.tune(model, max_evals=3, verbose=False), lambda units: 2 * units + 3)
    scores(hypertemplate.tune(model, max_evals=3, workers=2, verbose=False), lambda units: 2 * units + 3)


HELD = [
    pytest.param("def helper():\n    return build(3)\nclass Kept:\n    go = staticmethod(helper)\nf = Kept()", "f.go()", 3, id="a class"),
    pytest.param("class Kept:\n    def go(self):\n        return build(3)\nf = Kept().go", "f()", 3, id="a bound method"),
    pytest.param("class Kept:\n    @classmethod\n    def go(cls):\n        return build(3)\nf = [Kept]", "f[0].go()", 3, id="a list of classes"),
    pytest.param("f = {'build': build}", "f['build'](3)", 3, id="a dict"),
    pytest.param("f = nets.scaled", "f(3)", 6, id="a closure that the module has made"),
    pytest.param("f = nets.Twice()", "f.run(3)", 6, id="an object of a class of the module"),
]  # fmt: skip

MORE = """\
def factory(by):
    def inner(n):
        return build(n) * by
    return inner
scaled = factory(2)
class Twice:
    def __init__(self):
        self.by = 2
    def run(self, n):
        return build(n) * self.by
"""


@pytest.mark.parametrize(("cell", "call", "factor"), HELD)
def test_a_searched_cell_with_what_holds_a_marked_function(
    shell: InteractiveShell, cell: str, call: str, factor: int
) -> None:
    save(nets=NETS + MORE)
    run(shell, f"import nets\nfrom nets import build\n{cell}")
    study = run(shell, f"%%tune --max-evals 4 --objective loss:min\nloss = {call}")
    scores(study, lambda units: factor * units)


def test_a_function_whose_bound_uses_a_variable_around_it(shell: InteractiveShell) -> None:
    bound = "        rate = {{uniform(0, limit)}}\n        return rate\n"
    save(nets=f"def factory():\n    limit = 2\n    def inner():\n{bound}    return inner\n")
    run(shell, "import nets\nmade = nets.factory()", "def model():\n    return made()")
    scores(run(shell, TUNE), lambda rate: rate)
    cell = "%%tune --max-evals 4 --objective loss:min\nloss = made()"
    with pytest.raises(NoTrialError, match=r"factory\.<locals>\.inner\(\) was made before the search"):
        run(shell, cell)
    scores(run(shell, cell.replace("made()", "nets.factory()()")), lambda rate: rate)
    assert run(shell, "study = made()") == 1.0


def test_a_file_that_python_could_not_import_has_changed(shell: InteractiveShell) -> None:
    save(nets="def build():\n    return 1\n")
    run(shell, "from nets import build", "def model():\n    return build()")
    save(nets="def build():\n    return <<choice([1, 10])>>\n")
    with pytest.raises(LoadError, match=r"nets\.py has changed since it was imported"):
        run(shell, TUNE)


def test_a_package_by_its_dotted_name(shell: InteractiveShell) -> None:
    save(**{"pkg.__init__": "", "pkg.nets": NETS})
    run(shell, "import pkg.nets", "def model():\n    return pkg.nets.build(2)")
    scores(run(shell, TUNE), lambda units: 2 * units)
    scores(
        run(shell, "%%tune --max-evals 3 --objective loss:min\nloss = pkg.nets.build(2)"),
        lambda units: 2 * units,
    )


def test_a_module_that_has_changed_is_told_how_to_load_it(shell: InteractiveShell) -> None:
    save(nets="def build():\n    return 1\n")
    run(shell, "from nets import build", "def model():\n    return build()")
    save(nets="# marked\ndef build():\n    units = {{choice([1, 10])}}\n    return units\n")
    with pytest.raises(LoadError, match=r"nets\.py has changed since it was imported") as raised:
        run(shell, TUNE)
    advice = str(raised.value).split("run  ")[1].split("  and")[0]
    run(shell, advice)
    with pytest.raises(LoadError, match="has changed"):
        run(shell, TUNE)
    scores(run(shell, "from nets import build", TUNE), lambda units: units)


def test_what_a_module_did_to_others_before_the_search_is_said_to_count_twice(
    shell: InteractiveShell, capfd: pytest.CaptureFixture[str]
) -> None:
    save(
        store="held = []\n",
        nets="import store\nW = {{choice([1, 10])}}\nstore.held.append(W)\n",
        other="import store\nV = {{choice([1, 10])}}\ndef made(): return V\n",
    )
    run(
        shell,
        "import nets, other\nfrom store import held",
        "def model():\n    return float(sum(held)) + nets.W + other.made()",
        "study = hypertemplate.tune(model, max_evals=3)",
    )
    err = capfd.readouterr()
    assert (err.out + err.err).count("so its changes count twice") == 1
    assert "'nets' changes what other modules hold when it is imported" in err.out + err.err
