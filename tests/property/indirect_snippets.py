"""Snippets of random templates that carry a value by a way on which no name of the template stands.

Settings in the user's own modules that others of them read, names that are looked up by texts, hooks and logs of
libraries, files that own modules or loggers write, objects in arrays, calls for their effect.
"""

from __future__ import annotations

INDIRECT_MODULES: dict[str, str] = {
    "law_options": """
import contextlib, os
lr = now = 1
TABLE = {"lr": 1}
class Options:
    lr = 1
    def __init__(self):
        self.width = 1
    def update(self, **given):
        self.__dict__.update(given)
options = Options()
def current():
    return options
def setup(lr):
    global now
    now = lr
@contextlib.contextmanager
def using(**given):
    before = {name: globals()[name] for name in given}
    globals().update(given)
    try:
        yield
    finally:
        globals().update(before)
def __getattr__(name):
    if name == "derived":
        return lr * 10
    raise AttributeError(name)
""",
    "law_users": """
import os
import law_options
from law_options import TABLE, Options, options
calls = 0
def scaled(x):
    return x * law_options.lr
def item(x):
    return x * TABLE["lr"]
def now(x):
    global calls
    calls += 1
    return [x * law_options.now, calls]
def wide(x):
    return x * options.width
def environment():
    return os.environ.get("HT_LAW", "none")
class Trainer:
    def __init__(self, n=2):
        self.n = n
    def fit(self):
        self.total = self.n * Options.lr
        return self
    def score(self):
        return self.total
""",
    "law_start": """
import law_options
def start(width):
    now = law_options.current()
    now.width = width
""",
    "law_store": """
import json
from pathlib import Path
FOLDER = Path()
WRITTEN = {"n": 0}
def dump(name, x):
    WRITTEN["n"] += 1
    (FOLDER / name).write_text(json.dumps(x))
def read(name):
    return json.loads((FOLDER / name).read_text())
def append(name, x):
    with open(FOLDER / name, "a") as file:
        print(x, file=file)
""",
    "law_reader": """
import os
from law_store import FOLDER, WRITTEN, read
def total(name):
    with open(FOLDER / name) as file:
        return sum(map(int, file))
def shown(name):
    return read(name), WRITTEN["n"], name in os.listdir(FOLDER)
""",
}
"""Text of each module, by its name."""

_TRAINER = "from law_users import Trainer\ntrainer$n = Trainer($i)"
_LOGGER = "import io, logging\nlog$n = logging.getLogger('ht.own$n')\nlog$n.setLevel('INFO')"

OWN_SETTINGS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("import law_options\nfrom law_users import scaled", "law_options.lr = $i", "$a.append(scaled(2))"),
        "scaled(1)",
    ),
    (
        (
            "import law_options, law_users",
            "vars(law_options)['lr'] = $i",
            "run$n = {'x': law_users.scaled}\n$a.append(run$n['x'](2))",
        ),
        "law_users.scaled(1)",
    ),
    (("import law_options\nimport law_users", "setattr(law_options, 'lr', $i)"), "law_users.scaled(2)"),
    (
        (
            "from law_options import TABLE",
            "TABLE['lr'] = $i",
            "def run$n():\n    import law_users\n    return law_users.item(3)",
            "$a.append(run$n())",
        ),
        "run$n()",
    ),
    (("from law_options import TABLE\nfrom law_users import item", "TABLE.update(lr=$i)"), "item(2)"),
    (
        (
            "import law_options, law_users",
            "first$n = law_users.now(1)",
            "law_options.setup(lr=$i)",
            "$a.extend(law_users.now(2))",
        ),
        "first$n, law_users.now(3)",
    ),
    (
        (
            _TRAINER,
            "from law_options import Options",
            "Options.lr = $i",
            "trainer$n.fit()",
            "$a.append(trainer$n.score())",
        ),
        "trainer$n.total",
    ),
    (
        (
            "from law_options import options",
            "from law_users import wide as wide$n",
            "options.update(width=$i)",
            "x$n = wide$n(2)",
        ),
        "x$n, wide$n(1)",
    ),
    (
        ("import law_start, law_users", "law_start.start($i)", "$b.append(law_users.wide(3))"),
        "law_users.wide(1)",
    ),
    (
        (
            "import law_options\nfrom law_users import scaled",
            "with law_options.using(lr=$i):\n    $a.append(scaled(5))",
            "$a.append(scaled(1))",
        ),
        "law_options.derived",
    ),
    (
        (
            "import importlib\nfrom law_users import scaled",
            "importlib.import_module('law_options').lr = $i",
            "$a.append(scaled(4))",
            "$a.append(importlib.import_module('law_users').item(1))",
        ),
        "importlib.import_module('law_options').derived",
    ),
    (
        (
            "import os\nfrom law_users import environment",
            "$a.append(environment())",
            "os.environ['HT_LAW'] = str($i)",
            "$b.append(environment())",
        ),
        "environment()",
    ),
)
"""Pieces of each snippet, and what shows what it did."""

OWN_FILES: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("import law_store", "law_store.dump('od$n', $i)", "$a.append(law_store.read('od$n'))"),
        "law_store.WRITTEN",
    ),
    (
        (
            "from law_store import dump\nfrom law_reader import shown",
            "dump('os$n', [$i])",
            "dump('os$n', [$i, 1])",
        ),
        "shown('os$n')",
    ),
    (
        (
            "from law_store import append, FOLDER\nfrom law_reader import total",
            "append('ot$n', 1)",
            "append('ot$n', $i)",
            "$a.append(total('ot$n'))",
            "append('ot$n', len($b))",
        ),
        "total('ot$n'), (FOLDER / 'ot$n').read_text()",
    ),
    (
        ("import law_store", "Path('ow$n').write_text(str($i))"),
        "law_store.read('ow$n')",
    ),
    (
        (
            "import law_store",
            "Path('oi$n').write_text('1')",
            "law_store.dump('oi$n', $i)",
            "$a.append(law_store.read('oi$n'))",
            "Path('oi$n').write_text(str($i))",
        ),
        "law_store.read('oi$n')",
    ),
    (
        (
            "import law_store\nname$n = 'on$n'",
            "Path('on$n').write_text('1\\n')",
            "law_store.append(name$n, $i)",
            "with open('on$n', 'a') as file$n:\n    print($i, file=file$n)",
        ),
        "Path(name$n).read_text()",
    ),
    (
        (
            "import tempfile\nplace$n = Path(tempfile.mkdtemp())",
            "$b.append(int((place$n / 'x').exists()))",
            "(place$n / 'x').write_text(str($i))",
            "$a.append(int((place$n / 'x').read_text()))",
        ),
        "len(os.listdir(place$n))",
    ),
    (
        (
            "import tempfile\nplace$n = Path(tempfile.gettempdir(), 'ht_$n')",
            "with open(place$n, 'a') as file$n:\n    print($i, file=file$n)",
            "$a.append(len(place$n.read_text()))\nos.remove(place$n)",
        ),
        "place$n.exists()",
    ),
)
"""Files that own modules write and read, and files in temporary folders."""

LOGS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        (
            f"{_LOGGER}\nrecords$n = []\nclass Handler$n(logging.Handler):\n    def emit(self, record):\n"
            "        records$n.append(record.getMessage())",
            "log$n.addHandler(Handler$n())",
            "log$n.info('rate %s', $i)",
            "$a.append(len(records$n))",
        ),
        "records$n",
    ),
    (
        (
            f"{_LOGGER}\nstream$n = io.StringIO()",
            "log$n.addHandler(logging.StreamHandler(stream$n))",
            "log$n.warning('rate %s', $i)",
            "$b.append(len(stream$n.getvalue()))",
        ),
        "stream$n.getvalue()",
    ),
    (
        (
            f"{_LOGGER}\nfile$n = logging.FileHandler('lg$n')\nlog$n.addHandler(file$n)",
            "log$n.info('%d', $i)",
            "file$n.flush()\n$a.append(len(Path('lg$n').read_text()))",
            "log$n.info('%d', len($b))",
        ),
        "[file$n.flush(), Path('lg$n').read_text()]",
    ),
    (
        (
            "import warnings\nseen$n = []\ndef show$n(message, *rest, **more):\n"
            "    if 'rate' in str(message):\n        seen$n.append(str(message))",
            "warnings.showwarning = show$n\nwarnings.simplefilter('always')",
            "warnings.warn('rate %d' % $i)",
        ),
        "seen$n",
    ),
    (
        (
            "import sys\nclass Tee$n:\n    def __init__(self, out):\n        self.out, self.texts = out, []\n"
            "    def write(self, text):\n        self.texts.append(text)\n        return self.out.write(text)\n"
            "    def flush(self):\n        self.out.flush()",
            "tee$n = Tee$n(sys.stdout)\nsys.stdout = tee$n",
            "print('rate', $i)",
        ),
        "tee$n.texts[:2]",
    ),
    (
        (
            "import io, sys\nbefore$n, out$n = sys.stdout, io.StringIO()",
            "sys.stdout = out$n",
            "print('rate', $i)",
            "sys.stdout = before$n",
            "$a.append(len(out$n.getvalue()))",
        ),
        "out$n.getvalue()",
    ),
    (
        (
            f"{_LOGGER}\nimport logging.handlers\nkept$n = logging.handlers.MemoryHandler(99, 60)",
            "log$n.addHandler(kept$n)",
            "log$n.info('%d', $i)",
            "$a.append(len(kept$n.buffer))",
        ),
        "[one.getMessage() for one in kept$n.buffer]",
    ),
    (("import io\nout$n = io.StringIO()", "print($i, file=out$n)", "$a.append(len(out$n.getvalue()))"), "0"),
    (
        (
            "import contextlib, io\nout$n = io.StringIO()",
            "with contextlib.redirect_stdout(out$n):\n    print($i)",
            "$a.append(len(out$n.getvalue()))",
        ),
        "out$n.getvalue()",
    ),
    (
        (
            "import weakref\nclass One$n:\n    pass\ngone$n = []",
            "one$n = One$n()\nweakref.finalize(one$n, gone$n.append, $i)\ndel one$n",
        ),
        "gone$n",
    ),
    (
        (
            "from unittest import mock\ntable$n = {'lr': 1}\ndef read$n():\n    return table$n['lr']",
            "patch$n = mock.patch.dict(table$n, lr=$i)\npatch$n.start()",
            "$a.append(read$n())",
            "patch$n.stop()",
        ),
        "read$n()",
    ),
    (
        (
            "import threading\nrows$n = []",
            "thread$n = threading.Thread(target=rows$n.append, args=($i,))",
            "thread$n.start()\nthread$n.join()",
        ),
        "rows$n",
    ),
    (
        (
            "import sqlite3\nbase$n = sqlite3.connect(':memory:')\nbase$n.execute('create table t (x)')",
            "base$n.execute('insert into t values (?)', ($i,))",
            "$a.append(base$n.execute('select count(*) from t').fetchone()[0])",
        ),
        "base$n.execute('select sum(x) from t').fetchone()",
    ),
)
"""Hooks, handlers and connections that libraries keep."""

BY_TEXT: tuple[tuple[tuple[str, ...], str], ...] = (
    (("name$n = 'text' + '$n'", "globals()[name$n] = $i", "$a.append(eval('text$n + 1'))"), "text$n"),
    (("rate$n = $i", "$a.append('{rate$n} %(rate$n)d'.format(**globals()) % globals())"), "rate$n"),
    (
        ("def get$n(name):\n    return globals()[name]", "rate$n = $i", "$a.append(get$n('rate$n'))"),
        "get$n('$b')",
    ),
    (("text$n = 'rate$n * 2'", "rate$n = 1", "rate$n = $i", "$a.append(eval(text$n))"), "eval(text$n)"),
    (("exec('made$n = %d' % $i, globals())", "$a.append(made$n)"), "made$n"),
    (("globals().update(up$n=$i)", "def use$n():\n    return up$n", "$a.append(use$n())"), "use$n()"),
    (("names$n = globals()", "rate$n = $i", "$a.append(names$n.get('rate$n', 0))"), "names$n['rate$n']"),
    (("operator.itemgetter('$a')(globals()).append($i)",), "len($a)"),
)
"""Names that are looked up by texts."""

EFFECTS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        (
            "class Net$n:\n    def __init__(self):\n        self.fed = []\n    def feed(self, x):\n"
            "        self.fed.append(x)",
            "net$n = Net$n()",
            "[net$n.feed(x) for x in (1, $i)]",
            "len($b) and net$n.feed(5)",
            "net$n.feed(6) if $a else None, $b",
        ),
        "net$n.fed",
    ),
    (("[$a.__setitem__(0, x) for x in (1, $i)] if $a else 0",), "0"),
    (("print($a.__iadd__([$i]))",), "0"),
    (
        (
            "import numpy as np\nobjects$n = np.array([{}, {}], dtype=object)",
            "objects$n[0]['x'] = $i",
            "objects$n[1].setdefault('y', []).append($i)",
        ),
        "objects$n.tolist()",
    ),
    (
        ("import numpy as np\nrow$n = np.arange(4.0)\nview$n = row$n[1:3]", "view$n *= $i", "view$n += 1"),
        "row$n.tolist()",
    ),
    (
        (
            "import numpy as np\nrow$n = np.array([1.0, np.nan, 3.0])",
            "print(np.nan_to_num(row$n, copy=False).sum())",
            "print(np.add(row$n, $i, out=row$n))",
        ),
        "row$n.tolist()",
    ),
    (
        (
            "import numpy as np\nseeds$n = np.random.SeedSequence(3)",
            "$a.append(int(seeds$n.spawn(1)[0].generate_state(1)[0]))",
            "$b.append($i)",
        ),
        "int(seeds$n.spawn(1)[0].generate_state(1)[0])",
    ),
    (
        (
            "import random\nrandom.seed(4)\ndraw$n = random.random",
            "print(draw$n())",
            "table$n = {'n': random.randrange}\nprint(table$n['n'](5))",
            "$a.append(random.randrange(100) + $i)",
        ),
        "random.randrange(100)",
    ),
    (
        (
            "import numpy as np\nnp.random.seed(4)\nother$n = np.random",
            "print(other$n.rand(), getattr(np.random, 'rand')())",
            "$a.append(int(np.random.randint(100)) + $i)",
        ),
        "int(np.random.randint(100))",
    ),
    (
        (
            "import hypertemplate\nfrom hypertemplate import report as report$n",
            "for step$n in range(2):\n    hypertemplate.report(step=step$n, loss=$i + step$n)",
            "for step$n in range(2):\n    report$n(loss=$i)\n    $a.append(step$n)",
        ),
        "step$n",
    ),
)
"""What only a call changes that nothing uses, or that only shows something."""

INDIRECT = {
    "settings of own modules": OWN_SETTINGS,
    "files of own modules": OWN_FILES,
    "hooks and logs": LOGS,
    "names by text": BY_TEXT,
    "calls for their effect": EFFECTS,
}
"""The kinds, each with its snippets."""
