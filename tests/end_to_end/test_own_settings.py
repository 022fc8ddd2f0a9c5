"""Settings in one of the user's own modules that code of another one reads: each trial is a fresh run."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from hypertemplate.api.prepared import from_text
from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.stages import explain
from hypertemplate.frontend import read_template
from hypertemplate.frontend.project_modules import with_modules
from tests.compiler.support import CHOICE
from tests.end_to_end.test_projects import _process as _process
from tests.end_to_end.test_projects import check, program_of, save

CFG = "lr = 0.5\nCFG = {'lr': 0.5}\nclass S:\n    lr = 0.5\ndef setup(lr):\n    global now\n    now = lr\nnow = 0.5\n"
FEATS = """\
import cfg
from cfg import CFG, S
def scaled(x):
    return x * cfg.lr
def item(x):
    return x * CFG['lr']
def now(x):
    return x * cfg.now
class Trainer:
    def __init__(self, n=2):
        self.n = n
    def fit(self):
        self.w = self.n * S.lr
    def score(self):
        return self.w
def load():
    return [1, 2, 3]
"""
OBJECT = "class Config:\n    width = 1\n    def update(self, **given):\n        self.__dict__.update(given)\ncfg = Config()\ndef current():\n    return cfg\n"

SETTINGS: dict[str, dict[str, str]] = {
    "an attribute of a module": {
        "train.py": f"import cfg\nfrom feats import scaled\ncfg.lr = {CHOICE}\nloss = scaled(2), cfg.lr\n",
    },
    "functions that a star import binds": {
        "train.py": f"import cfg\nfrom feats import *\ncfg.lr = {CHOICE}\nloss = scaled(2)\n",
    },
    "an item of a dict in both": {
        "train.py": f"from cfg import CFG\nfrom feats import item\nCFG['lr'] = {CHOICE}\nloss = item(2)\n",
    },
    "a global that a function of the module sets": {
        "train.py": f"import cfg, feats\ncfg.setup(lr={CHOICE})\nloss = feats.now(2)\n",
    },
    "an attribute of a class": {
        "train.py": f"import feats as train\nfrom cfg import S\nS.lr = {CHOICE}\nt = train.Trainer()\nt.fit()\nloss = t.score()\n",
    },
    "an object that was made above": {
        "train.py": f"import feats\nfrom cfg import S\nt = feats.Trainer()\nS.lr = {CHOICE}\nt.fit()\nloss = t.score()\n",
    },
    "a method of an object of the module": {
        "train.py": f"from config import cfg\nfrom model import build\ncfg.update(width={CHOICE})\nloss = build()\n",
        "config.py": OBJECT,
        "model.py": "from config import cfg\ndef build():\n    return [0] * cfg.width\n",
    },
    "a module that sets another one": {
        "train.py": f"import starter, model\nstarter.start({CHOICE})\nloss = model.build()\n",
        "starter.py": "from config import cfg\ndef start(width):\n    cfg.update(width=width)\n",
        "config.py": OBJECT,
        "model.py": "import config\ndef build():\n    return [0] * config.cfg.width\n",
    },
    "a module that sets what a function of another one returns": {
        "train.py": f"import starter, model\nstarter.start({CHOICE})\nloss = model.build()\n",
        "starter.py": "import config\ndef start(width):\n    now = config.current()\n    now.width = width\n",
        "config.py": OBJECT,
        "model.py": "import config\ndef build():\n    return [0] * config.cfg.width\n",
    },
    "a module that sets an attribute by its text": {
        "train.py": f"import starter, model\nstarter.start('width', {CHOICE})\nloss = model.build()\n",
        "starter.py": "import config\ndef start(name, value):\n    now = config.current()\n    setattr(now, name, value)\n",
        "config.py": OBJECT,
        "model.py": "import config\ndef build():\n    return [0] * config.cfg.width\n",
    },
    "a setting through three modules, one imported in a function": {
        "train.py": f"import cfg, outer\ncfg.lr = {CHOICE}\nloss = outer.outer()\n",
        "outer.py": "def outer():\n    from inner import inner as i\n    return i()\n",
        "inner.py": "import feats\ninner = lambda: feats.scaled(3)\n",
    },
    "modules that are imported by texts": {
        "train.py": f"import cfg, feats, table\ncfg.lr = {CHOICE}\nloss = table.run('feats')\n",
        "table.py": "import importlib\ndef run(name):\n    return importlib.import_module(name).scaled(2)\n",
    },
    "a module that looks up its names": {
        "train.py": f"import cfg, table\ncfg.lr = {CHOICE}\nloss = table.run('scaled')\n",
        "table.py": "from feats import *\ndef run(name):\n    return globals()[name](2)\n",
    },
    "a variable of the environment": {
        "train.py": f"import os\nfrom env import scaled\nos.environ['OWN_LR'] = str({CHOICE})\nloss = scaled(2)\n",
        "env.py": "import os\ndef scaled(x):\n    return x * float(os.environ.get('OWN_LR', 0))\n",
    },
    "a function of the template that calls the module": {
        "train.py": f"import cfg, feats\ndef run():\n    return feats.scaled(2)\ncfg.lr = {CHOICE}\nloss = run()\n",
    },
    "a marker in a folder that the program adds to the path": {
        "train.py": "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'src'))\nimport netz\nloss = netz.build(2)\n",
        "src/netz.py": f"def build(x):\n    return x * {CHOICE}\n",
    },
    "a file that one module writes and another one reads": {
        "train.py": f"import saver, loader\nsaver.save({CHOICE})\nloss = loader.load()\n",
        "saver.py": "import json\ndef save(x):\n    with open('p.json', 'w') as f:\n        json.dump(x, f)\n",
        "loader.py": "import json\ndef load():\n    with open('p.json') as f:\n        return json.load(f)\n",
    },
    "a setting that setup changes below": {
        "train.py": f"import starter, feats\nfirst = feats.now({CHOICE})\nstarter.start(4)\nloss = first, feats.now(1)\n",
        "starter.py": "import cfg\ndef start(lr):\n    cfg.setup(lr)\n",
    },
}  # fmt: skip


@pytest.mark.parametrize("files", SETTINGS.values(), ids=SETTINGS.keys())
def test_a_setting_reaches_what_reads_it(
    files: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    save(Path.cwd(), {"cfg.py": CFG, "feats.py": FEATS, **files})
    check(program_of("train.py"), tmp_path_factory, "train.py")


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(f"def model(x):\n    return x + {CHOICE}\n", id="with a marker in the model"),
        pytest.param("def model(x):\n    return x\n", id="with none"),
    ],
)
def test_data_runs_in_each_trial_if_it_reads_a_setting(model: str) -> None:
    save(Path.cwd(), {"cfg.py": CFG, "feats.py": FEATS})
    text = f"import cfg\nfrom feats import scaled\ncfg.lr = {CHOICE}\ndef data():\n    return scaled(2)\n"
    save(Path.cwd(), {"train.py": text + model})
    assert program_of("train.py").data_per_trial


def test_what_reads_no_setting_stays_in_setup() -> None:
    save(
        Path.cwd(), {"cfg.py": CFG, "feats.py": FEATS, "rows.py": "import os\ndef load():\n    return [1]\n"}
    )
    text = f"import cfg, feats, rows\ncfg.lr = {CHOICE}\nx = rows.load()\ny = feats.load()\nloss = x, y, cfg.lr\n"
    save(Path.cwd(), {"train.py": text})
    placed = [one.placement for one in explain(with_modules(read_template("train.py").source))]
    setup, trial = Placement.SETUP, Placement.TRIAL
    assert placed == [setup, trial, setup, setup, trial]


@pytest.mark.parametrize(
    ("reads", "call"),
    [
        pytest.param("open('settings.json').read()", "rows.load()", id="the module"),
        pytest.param("open(name + '.json').read()", "rows.load('settings')", id="the call"),
        pytest.param(
            "open(name).read()", "rows.load('settings.json')", id="the call, and nothing in the module"
        ),
    ],
)
def test_what_writes_a_file_that_a_module_reads_is_kept_if_its_name_is_spelled_in(
    reads: str, call: str
) -> None:
    save(Path.cwd(), {"rows.py": f"def load(name=''):\n    return {reads}\n"})
    text = "import rows\nopen('settings.json', 'w').write('5')\nopen('report.json', 'w').write('6')\n"
    save(Path.cwd(), {"train.py": f"{text}def model():\n    return {call}, {CHOICE}\n"})
    placed = [one.placement for one in explain(with_modules(read_template("train.py").source))]
    assert placed == [Placement.SETUP, Placement.SETUP, Placement.LEFT_OUT, Placement.TRIAL]


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param("cfg.lr = {}\nx = feats.scaled(1)\nloss = x\n", id="through a module in memory"),
        pytest.param("cfg.lr = {}\nx = scaled(1)\nloss = x\n", id="through a function in memory"),
        pytest.param("S.lr = {}\nt.fit()\nx = t.score()\nloss = x\n", id="through an object in memory"),
        pytest.param("import cfg, feats\ncfg.lr = {}\nx = feats.scaled(1)\nloss = x\n", id="through imports"),
    ],
)
def test_a_cell_that_has_not_run_sets_what_modules_in_memory_read(cell: str) -> None:
    save(Path.cwd(), {"cfg.py": CFG, "feats.py": FEATS})
    sys.path.insert(0, str(Path.cwd()))
    cfg, feats = importlib.import_module("cfg"), importlib.import_module("feats")
    values = {"cfg": cfg, "feats": feats, "scaled": feats.scaled, "S": cfg.S, "t": feats.Trainer()}
    program = from_text(cell.format(CHOICE), "In [2]", values).compile(here=True)
    [part] = program.parts
    placed = [
        one.placement for one in part.statements if "import" not in cell or one is not part.statements[0]
    ]
    assert placed == [Placement.TRIAL] * len(placed)
