"""Projects of several files: each trial is a fresh run of the project with the values in place, in all files."""

from __future__ import annotations

import decimal
import inspect
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import hypertemplate
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.stages import compile_source
from hypertemplate.frontend import read_template
from hypertemplate.frontend.named_modules import module_path, read_module
from hypertemplate.frontend.project_modules import with_modules
from hypertemplate.runtime.failures.tracebacks import format_exception, user_place
from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.loaded_program import LoadedProgram, load
from hypertemplate.runtime.own_code import is_own_module
from hypertemplate.runtime.own_modules.program_module import take_process
from hypertemplate.runtime.pickles import send_by_name
from hypertemplate.runtime.seeds import notice_seeding
from tests.compiler.support import CHOICE
from tests.studies import study_data

VALUES = (10, 20, 30)
Files = dict[str, str]


@pytest.fixture(autouse=True)
def _process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that loads a project and no other one's modules."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "argv", [*sys.argv])
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    monkeypatch.delenv("PYTHONPATH", raising=False)
    before = {*sys.modules}
    with decimal.localcontext():
        yield
    for name in [name for name in sys.modules if name not in before]:
        if is_own_module(sys.modules[name]):
            send_by_name(sys.modules.pop(name))


def save(folder: Path, files: Files) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def program_of(path: str, module: str = "") -> Program:
    read = read_module(path, module) if module else read_template(path)
    return compile_source(with_modules(read.source))


def trials(program: Program, rows: list[list[int]]) -> list[str]:
    """What ``loss`` is in trials that draw these options, in the order of the markers."""
    take_process(program)
    notice_no_more = notice_seeding(ImportWatcher())
    found = []
    loaded: LoadedProgram | None = None
    try:
        for number, row in enumerate(rows):
            loaded = loaded or load(program, 0)
            loaded.restore()
            labels = [dimension.label for dimension in loaded.space]
            loaded.run(loaded.draws(dict(zip(labels, row, strict=True))), 1)
            found.append(repr(loaded.names["loss"]))
            assert loaded.compare(number).lasting == ""
    finally:
        notice_no_more()
    return found


def fresh_run(program: Program, row: list[int], folder: Path, *command: str) -> str:
    """What ``loss`` is in a run of the project with these options written in place."""
    root = Path.cwd()
    for part in program.source.parts:
        markers = [p.marker for p in program.space.parameters]
        text = part.text
        for marker, value in sorted(zip(markers, row, strict=True), reverse=True):
            if program.source.parts[marker.part] is part:
                text = text[: marker.start] + str(VALUES[value]) + text[marker.end :]
        file = folder / Path(part.path or program.source.path).relative_to(root)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace(CHOICE, "10") + ("" if part.module else "\nprint(repr(loss))\n"))
    for file in root.rglob("*.py"):
        other = folder / file.relative_to(root)
        if not other.exists() and folder not in file.parents:
            other.parent.mkdir(parents=True, exist_ok=True)
            other.write_bytes(file.read_bytes())
    ran = subprocess.run(
        [sys.executable, "-B", *command], cwd=folder, capture_output=True, text=True, check=True
    )
    return ran.stdout.strip().splitlines()[-1]


ROWS = [[0, 1, 2], [2, 0, 1], [1, 2, 0], [0, 1, 2]]


def check(program: Program, tmp_path_factory: pytest.TempPathFactory, *command: str) -> None:
    count = len(program.space.parameters)
    rows = [(row * count)[:count] for row in ROWS]
    expected = [fresh_run(program, row, tmp_path_factory.mktemp("fresh"), *command) for row in rows]
    assert trials(program, rows) == expected
    assert len({*expected}) == 3


NETS = f"""\
STATE = []
LIMIT = 3

def load():
    return [1, 2]

def build(x):
    STATE.append(x)
    return [x, {CHOICE}, list(STATE)]
"""

PROJECTS: dict[str, Files] = {
    "functions of a module": {
        "train.py": f"from nets import build, load\nx = load()\nloss = build(x[0]), {CHOICE}, build(x[1])\n",
        "nets.py": NETS,
    },
    "a module that a module imports": {
        "train.py": "import steps\nx = steps.load()\nloss = steps.train(x)\n",
        "steps.py": "from nets import *\ndef train(x):\n    return [build(one) for one in x]\n",
        "nets.py": NETS,
    },
    "a value of a module": {
        "train.py": "import nets\nfrom steps import LOSS\nloss = LOSS, nets.load()\n",
        "steps.py": f"import nets\nLOSS = [nets.build({CHOICE})]\n",
        "nets.py": NETS,
    },
    "a value that a module's class has": {
        "train.py": "from nets import Net\nnet = Net()\nnet.train()\nloss = net.rate, net.losses\n",
        "nets.py": f"class Net:\n    rate = {CHOICE}\n    losses = []\n    def train(self):\n        self.losses.append(self.rate * {CHOICE})\n",
    },
    "a registry that a module fills when it is imported": {
        "train.py": "import registry\nbefore = len(registry.MADE)\nimport nets\nloss = before, registry.make('net')\n",
        "registry.py": "MADE = {}\ndef register(f):\n    MADE[f.__name__] = f\n    return f\ndef make(name):\n    return MADE[name](), len(MADE)\n",
        "nets.py": f"from registry import register\n@register\ndef net():\n    return {CHOICE}\n",
    },
    "a class that its base takes note of": {
        "train.py": "import nets\nimport base\nloss = [kind().rate() for kind in base.KINDS]\n",
        "base.py": "KINDS = []\nclass Base:\n    def __init_subclass__(cls):\n        KINDS.append(cls)\n",
        "nets.py": f"import base\nclass Net(base.Base):\n    def rate(self):\n        return {CHOICE}\n",
    },
    "a function that remembers": {
        "train.py": "import nets\nloss = nets.rate(), nets.rate()\n",
        "nets.py": f"import functools\n@functools.lru_cache\ndef rate():\n    return {CHOICE}\n",
    },
    "a package with relative imports": {
        "train.py": "from pkg import data\nfrom pkg.training import loss_of\nx = data.load()\nloss = loss_of(x)\n",
        "pkg/__init__.py": "SCALE = 3\n",
        "pkg/data.py": "from . import SCALE\ndef load():\n    return [SCALE]\n",
        "pkg/training/__init__.py": "from .steps import loss_of\n",
        "pkg/training/steps.py": f"from ..nets import build\ndef loss_of(x):\n    return build(x) + [{CHOICE}]\n",
        "pkg/nets.py": NETS,
    },
    "a package that runs anew": {
        "train.py": "import pkg.data\nloss = pkg.RATE, pkg.data.ROWS, pkg.data.load()\n",
        "pkg/__init__.py": f"RATE = {CHOICE}\n",
        "pkg/data.py": "from pkg import RATE\nROWS = [RATE]\ndef load():\n    ROWS.append(1)\n    return ROWS\n",
    },
    "imports in functions": {
        "train.py": "def train():\n    import nets\n    from steps import RATE\n    return nets.build(RATE)\nfrom nets import STATE\nloss = train(), STATE\n",
        "steps.py": f"RATE = {CHOICE}\n",
        "nets.py": NETS,
    },
    "a module's global that a function sets": {
        "train.py": "import nets\nbefore = nets.RATE\nnets.draw()\nloss = before, nets.RATE, nets.doubled()\n",
        "nets.py": f"RATE = 1\ndef draw():\n    global RATE\n    RATE = {CHOICE}\ndef doubled():\n    return RATE * 2\n",
    },
    "functions in a table": {
        "train.py": "from nets import TABLE\nloss = [TABLE[name](2) for name in sorted(TABLE)]\n",
        "nets.py": f"def a(x):\n    return x * {CHOICE}\ndef b(x):\n    return x + {CHOICE}\nTABLE = {{'a': a, 'b': b}}\n",
    },
    "a module that is imported by its name as a text": {
        "train.py": "import importlib\nnets = importlib.import_module('nets')\nx = nets.load()\nloss = nets.build(x)\n",
        "nets.py": NETS,
    },
    "what another module got from it": {
        "train.py": "import nets, steps\nx = nets.load()\nloss = steps.LOSS, x\n",
        "steps.py": "import nets\nLOSS = []\nfor n in range(2):\n    LOSS.append(nets.build(n))\n",
        "nets.py": NETS,
    },
    "a model that is kept in a module": {
        "train.py": "import nets, steps\nsteps.keep(nets.build)\nsteps.LOG.append(1)\nloss = steps.run(), steps.LOG\n",
        "steps.py": "KEPT, LOG = [], []\ndef keep(f):\n    KEPT.append(f)\ndef run():\n    return [f(2) for f in KEPT]\n",
        "nets.py": NETS,
    },
}  # fmt: skip


@pytest.mark.parametrize("files", PROJECTS.values(), ids=PROJECTS.keys())
def test_trials_of_a_project(files: Files, tmp_path_factory: pytest.TempPathFactory) -> None:
    save(Path.cwd(), files)
    check(program_of("train.py"), tmp_path_factory, "train.py")


FEATURES = "import random\nX = random.random()\ndef drawn():\n    return random.random()\n"

IMPORT_ORDERS: dict[str, Files] = {
    "a module with a marker seeds what the next one draws from": {
        "train.py": "import random\nrandom.seed(0)\nimport config\nimport features\nx = features.X\nloss = config.LR * x + random.random()\n",
        "config.py": f"import random\nLR = {CHOICE}\nrandom.seed(42)\n",
        "features.py": FEATURES,
    },
    "a module with a marker draws before the next one": {
        "train.py": "import random\nrandom.seed(0)\nimport config\nimport features\nloss = config.LR, config.W, features.X\n",
        "config.py": f"import random\nLR = {CHOICE}\nW = random.random()\n",
        "features.py": FEATURES,
    },
    "a module with a marker sets a variable of the environment": {
        "train.py": "import config\nimport features\nloss = config.LR, features.SCALE\n",
        "config.py": f"import os\nLR = {CHOICE}\nos.environ['SCALE'] = str(LR)\n",
        "features.py": "import os\nSCALE = os.environ.get('SCALE')\n",
    },
    "a module with a marker sets an option of a library": {
        "train.py": "import config\nimport features\nloss = config.LR, features.THIRD\n",
        "config.py": f"import decimal\nLR = {CHOICE}\ndecimal.getcontext().prec = LR\n",
        "features.py": "from decimal import Decimal\nTHIRD = Decimal(1) / 3\n",
    },
    "a module with a marker registers itself before the next one": {
        "train.py": "from registry import LAYERS\nimport dense\nimport conv\nloss = list(LAYERS), dense.dense(2)\n",
        "registry.py": "LAYERS = {}\ndef register(f):\n    LAYERS[f.__name__] = f\n    return f\n",
        "dense.py": f"from registry import register\nUNITS = {CHOICE}\n@register\ndef dense(x):\n    return x * UNITS\n",
        "conv.py": "from registry import register\n@register\ndef conv(x):\n    return x\n",
    },
    "a module with a marker sets what a third one holds": {
        "train.py": "import net\nfrom prep import SCALED\nfrom prep import SCALED as again\nloss = net.LR, SCALED, again\n",
        "net.py": f"from conf import cfg\nLR = {CHOICE}\ncfg['v'] = LR\n",
        "prep.py": "import conf\nSCALED = conf.cfg['v'] * 10\n",
        "conf.py": "cfg = {'v': 1}\n",
    },
    "a module sets what a module with a marker has read above it": {
        "train.py": "import conf\nimport net\nimport later\nloss = net.RATE, later.X\n",
        "net.py": f"from conf import cfg\nRATE = {CHOICE} * cfg['v']\n",
        "later.py": "import conf\nconf.cfg['v'] = 8\nX = 1\n",
        "conf.py": "cfg = {'v': 1}\n",
    },
    "a package counts what its modules are given": {
        "train.py": "from pkg import nets\nfrom pkg.data import N\ndef late():\n    from pkg import later\n    return later.VALUE\nloss = nets.NET, N, late()\n",
        "pkg/__init__.py": "COUNT = 0\ndef bump():\n    global COUNT\n    COUNT += 1\n    return COUNT\n",
        "pkg/nets.py": f"from . import bump\nNET = {CHOICE} + bump()\n",
        "pkg/data.py": "from . import bump\nN = [bump()]\n",
        "pkg/later.py": "from . import bump\nVALUE = bump()\n",
    },
    "a statement draws before a module that draws": {
        "train.py": f"import random\nrandom.seed(0)\nLR = {CHOICE}\na = random.random() * LR\nimport features\nb = random.random()\nfrom features import drawn\nloss = a, b, features.X, drawn()\n",
        "features.py": FEATURES,
    },
    "a module sets a variable of the environment that a statement above it reads": {
        "train.py": f"import os\nLR = {CHOICE}\nbefore = os.environ.get('SET_BELOW')\nimport config\nloss = LR, before, os.environ['SET_BELOW']\n",
        "config.py": "import os\nos.environ['SET_BELOW'] = '7'\n",
    },
    "a module calls a function of another one, which seeds": {
        "train.py": f"import random\nrandom.seed(0)\nLR = {CHOICE}\na = random.random() * LR\nimport config\nloss = a, random.random()\n",
        "config.py": "from steps import begin\nbegin()\n",
        "steps.py": "import random\ndef begin():\n    random.seed(3)\n",
    },
    "a module calls a function of another one, which draws": {
        "train.py": f"import random\nrandom.seed(0)\nLR = {CHOICE}\na = random.random() * LR\nimport config\nloss = a, random.random(), config.X\n",
        "config.py": "from steps import drawn\nX = drawn()\n",
        "steps.py": "import random\ndef drawn():\n    return random.random()\n",
    },
    "a function of the trial imports a module that draws": {
        "train.py": f"import random\nrandom.seed(0)\ndef build():\n    import features\n    return {CHOICE}, features.X, random.random()\nloss = build()\n",
        "features.py": FEATURES,
    },
    "a function of the trial seeds, and imports a module of a package that draws": {
        "train.py": f"import random\ndef build():\n    random.seed(0)\n    from plug import features\n    return {CHOICE}, features.X, random.random()\nloss = build()\n",
        "plug/__init__.py": "",
        "plug/features.py": FEATURES,
    },
    "a function of the trial imports a module that seeds": {
        "train.py": f"import random\ndef build():\n    import config\n    return {CHOICE}, random.random()\nloss = build()\n",
        "config.py": "import random\nrandom.seed(3)\n",
    },
    "a function imports a module that imports one that draws": {
        "train.py": f"import random\nrandom.seed(0)\ndef load():\n    import steps\n    return steps.X2\nfirst = {CHOICE} * random.random()\nx = load()\nloss = first, x, random.random()\n",
        "steps.py": "from features import X\nX2 = X * 2\n",
        "features.py": FEATURES,
    },
}  # fmt: skip


@pytest.mark.parametrize("files", IMPORT_ORDERS.values(), ids=IMPORT_ORDERS.keys())
def test_imports_run_in_the_order_of_a_fresh_run(
    files: Files, tmp_path_factory: pytest.TempPathFactory
) -> None:
    save(Path.cwd(), files)
    check(program_of("train.py"), tmp_path_factory, "train.py")


LOADING = "with open('loads.txt', 'a') as file:\n    file.write('x')\nROWS = [1, 2, 3]\n"


@pytest.mark.parametrize(
    ("text", "config"),
    [
        pytest.param(
            f"import random\nimport config\nimport rows\nx = [2 * one for one in rows.ROWS]\nloss = {CHOICE}, x\n",
            f"import random\nLR = {CHOICE}\nrandom.seed(42)\nW = random.random()\n",
            id="below a module with a marker that seeds",
        ),
        pytest.param(
            f"def build():\n    import config, rows\n    return {CHOICE}, config.W, rows.ROWS\nloss = build()\n",
            "import random\nrandom.seed(42)\nW = random.random()\n",
            id="in a function of the trial, beside one that seeds",
        ),
        pytest.param(
            f"import random\nrandom.seed(0)\nW = {CHOICE} * random.random()\nimport rows\nimport config\nloss = W, config.W, rows.ROWS\n",
            "import random\nW = random.random()\n",
            id="below a statement that draws, beside one that draws",
        ),
    ],
)
def test_a_module_that_only_loads_is_imported_once(text: str, config: str, tmp_path: Path) -> None:
    save(tmp_path, {"train.py": text, "config.py": config, "rows.py": LOADING})
    program = program_of("train.py")
    count = len(program.space.parameters)
    assert len({*trials(program, [(row * count)[:count] for row in ROWS])}) == 3
    assert (tmp_path / "loads.txt").read_text() == "x"


IN_FILES: Files = {
    "train.py": "import config, scale\nRATE = config.LR + scale.SCALE * 10\nwith open('rate.txt', 'w') as file:\n    file.write(str(RATE))\nfrom rates import READ\ndef model():\n    import writes\n    with open('late.txt') as file:\n        return READ + float(file.read()) * 100\n",
    "config.py": "LR = {{choice([1, 2, 3], name='lr')}}\nwith open('scale.txt', 'w') as file:\n    file.write(str(LR))\n",
    "scale.py": "with open('scale.txt') as file:\n    SCALE = float(file.read())\n",
    "rates.py": "with open('rate.txt') as file:\n    READ = float(file.read())\n",
    "writes.py": "with open('late.txt', 'w') as file:\n    file.write('7')\n",
}  # fmt: skip


def test_modules_whose_imports_read_or_write_a_trial_s_files_run_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(hypertemplate.__file__).parents[1]))
    save(tmp_path, IN_FILES)
    command = ("-m", "hypertemplate", "run", "train.py", "--max-evals", "4", "--study", "study")
    subprocess.run([sys.executable, *command], check=True, capture_output=True)
    found = {trial["params"]["lr"]: trial["loss"] for trial in study_data(tmp_path / "study")["trials"]}
    assert len(found) > 1
    assert found == {rate: 11 * rate + 700 for rate in found}


PACKAGE: Files = {
    "pkg/__init__.py": "SCALE = 3\nprint('loading')\n",
    "pkg/train.py": f"import os\nfrom . import SCALE\nfrom .nets import build, load\nfrom pkg.steps import RATE\nimport beside\nx = load()\nloss = build(SCALE), {CHOICE}, RATE, __package__, beside.x\n",
    "pkg/nets.py": NETS,
    "pkg/steps/__init__.py": "from .rates import RATE\n",
    "pkg/steps/rates.py": f"from ..nets import load\nRATE = {CHOICE}, load()\n",
    "beside.py": "x = 1\n",
}  # fmt: skip


@pytest.mark.parametrize(
    ("module", "path"),
    [
        pytest.param("pkg.train", "pkg/train.py", id="a module of a package"),
        pytest.param("beside", "beside.py", id="a module of no package"),
        pytest.param("pkg", "pkg/__main__.py", id="a package with a main module"),
    ],
)
def test_trials_of_a_module_as_python_m_runs_it(
    module: str, path: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    save(Path.cwd(), PACKAGE)
    if path != "pkg/train.py":
        train = PACKAGE["pkg/train.py"].replace("import beside\n", "").replace("beside.x", "1")
        save(
            Path.cwd(),
            {path: train if module == "pkg" else f"from pkg.nets import build\nloss = build(1), {CHOICE}\n"},
        )
    assert module_path(module) == path
    check(program_of(path, module), tmp_path_factory, "-m", module)


def test_trials_with_modules_along_the_path_variable(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("lib")
    save(folder, {"nets.py": NETS})
    save(Path.cwd(), {"train.py": "from nets import build\nloss = build(1)\n"})
    monkeypatch.setenv("PYTHONPATH", str(folder))
    program = program_of("train.py")
    monkeypatch.syspath_prepend(folder)  # as Python does in a worker
    assert trials(program, [[0], [2]]) == ["[1, 10, [1]]", "[1, 30, [1]]"]


def test_the_user_s_process_has_its_modules_back(monkeypatch: pytest.MonkeyPatch) -> None:
    save(Path.cwd(), {"train.py": "from nets import build\nloss = build(1)\n", "nets.py": NETS})
    monkeypatch.syspath_prepend(Path.cwd())
    import nets  # type: ignore[import-not-found]

    finders = [*sys.meta_path]
    loaded = load(program_of("train.py"), 0, own=True)
    loaded.run(loaded.draws({"choice": 1}), 1)
    assert loaded.names["loss"] == [1, 20, [1]]
    assert sys.modules["nets"] is not nets
    loaded.close()
    assert sys.modules["nets"] is nets
    assert nets.STATE == []
    assert sys.meta_path == finders


def test_a_file_that_another_path_puts_in_the_place_of_a_module_is_loaded_as_it_is() -> None:
    save(
        Path.cwd(),
        {
            "train.py": "import sys\nsys.path.insert(0, 'other')\nfrom nets import build\nloss = build(1) + {{uniform(0, 1)}}\n",
            "nets.py": NETS,
            "other/nets.py": "def build(x):\n    return x\n",
        },
    )
    program = program_of("train.py")
    take_process(program)
    loaded = load(program, 0)
    loaded.run(loaded.draws({"build": 1, "loss": 0.5}), 1)
    assert loaded.names["loss"] == 1.5


def test_an_error_in_a_module_names_its_file_and_line() -> None:
    save(
        Path.cwd(),
        {
            "train.py": "from nets import build\nloss = build(1)\n",
            "nets.py": "def build(x):\n    y = {{choice([1, 2])}}\n    return x[y]\n",
        },
    )
    program = program_of("train.py")
    take_process(program)
    loaded = load(program, 0)
    with pytest.raises(TypeError) as raised:
        loaded.run(loaded.draws({"y": 1}), 1)
    assert user_place(raised.value, program) == "nets.py:3"
    assert '  File "nets.py", line 3, in build\n    return x[y]\n' in format_exception(raised.value, program)
    assert (
        inspect.getsource(sys.modules["nets"].build)
        == "def build(x):\n    y = ((1, 2)[_ht_['y']])\n    return x[y]\n"
    )
    assert sys.modules["nets"].__file__ == str(Path("nets.py").resolve())


def test_bounds_are_evaluated_in_the_module_of_their_marker() -> None:
    nets = "LOW, SIZES = 2, [8, 16]\nRATE = {{uniform(LOW, LOW + 1)}}\ndef build():\n    return {{choice(SIZES)}}\n"
    steps = "LOW = 5\ndef step():\n    return {{quniform(LOW, 9, 2)}}\n"
    save(
        Path.cwd(),
        {
            "train.py": "import nets\nfrom steps import step\nloss = nets.RATE, nets.build(), step()\n",
            "nets.py": nets,
            "steps.py": steps,
        },
    )
    program = program_of("train.py")
    take_process(program)
    loaded = load(program, 0)
    rate, size, step = loaded.space
    assert (rate.numbers, step.numbers) == ({"low": 2, "high": 3}, {"low": 5, "high": 9, "q": 2})
    assert [option.text for option in size.options] == ["8", "16"]
    assert "nets" not in sys.modules
    loaded.run(loaded.draws({rate.label: 2.5, size.label: 1, step.label: 6}), 1)
    assert loaded.names["loss"] == (2.5, 16, 6)


KEPT_NETS = f"""\
RATE = 2
def build():
    def inner(x):
        return x * {CHOICE} * RATE
    return inner
class Net:
    def make(self):
        return lambda x: x + {CHOICE}
    def rate(self):
        return {CHOICE}
"""


@pytest.mark.parametrize(
    "rate", [pytest.param("2", id="imported once"), pytest.param(CHOICE, id="imported anew")]
)
def test_functions_that_a_trial_s_model_keeps_have_its_values(rate: str) -> None:
    save(
        Path.cwd(),
        {
            "train.py": "import nets\nloss = nets.build(), nets.Net().make(), nets.Net()\n",
            "nets.py": KEPT_NETS.replace("RATE = 2", f"RATE = {rate}"),
        },
    )
    program = program_of("train.py")
    take_process(program)
    loaded = load(program, 0)
    kept = []
    for number in (0, 2):
        loaded.restore()
        loaded.run(loaded.draws({dimension.label: number for dimension in loaded.space}), 1)
        loaded.put_values_in_place(number)
        kept.append(loaded.names["loss"])
    loaded.restore()
    loaded.run(loaded.draws({dimension.label: 1 for dimension in loaded.space}), 1)
    factors = [2, 2] if rate == "2" else [10, 30]
    assert [inner(1) for inner, _, _ in kept] == [10 * factors[0], 30 * factors[1]]
    assert [made(1) for _, made, _ in kept] == [11, 31]
    assert loaded.names["loss"][2].rate() == 20


def test_definitions_of_modules_with_markers_are_pickled_with_their_values() -> None:
    cloudpickle = pytest.importorskip("cloudpickle")
    save(
        Path.cwd(),
        {
            "train.py": "from nets import Net\nloss = Net()\n",
            "nets.py": f"class Net:\n    def rate(self):\n        return {CHOICE}\n",
        },
    )
    program = program_of("train.py")
    take_process(program)
    loaded = load(program, 0, own=True)
    loaded.run(loaded.draws({"choice": 1}), 1)
    Path("net.pickle").write_bytes(cloudpickle.dumps(loaded.names["loss"]))
    loaded.close()
    Path("nets.py").unlink()
    text = "import pickle; print(pickle.load(open('net.pickle', 'rb')).rate())"
    assert subprocess.check_output([sys.executable, "-c", text], text=True) == "20\n"
    assert "nets" not in cloudpickle.list_registry_pickle_by_value()


def test_reading_a_pickle_of_a_trial_leaves_the_classes_of_later_trials_alone() -> None:
    cloudpickle = pytest.importorskip("cloudpickle")
    nets = f"class Net:\n    class Part:\n        def rate(self):\n            return {CHOICE}\n    def __init__(self):\n        self.first = {CHOICE}\n    def rates(self):\n        return self.first, self.Part().rate(), {CHOICE}\n"
    save(Path.cwd(), {"train.py": "from nets import Net\nnet = Net()\nloss = net.rates()\n", "nets.py": nets})
    program = program_of("train.py")
    take_process(program)
    loaded = load(program, 0)
    for number, value in enumerate((10, 20, 30)):
        loaded.restore()
        loaded.run(loaded.draws({dimension.label: number for dimension in loaded.space}), 1)
        assert loaded.names["loss"] == (value, value, value)
        pickle.loads(cloudpickle.dumps(loaded.names["net"]))
