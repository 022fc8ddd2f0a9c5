"""Changes that no assignment shows, below a trial statement that reads the object, and beside data and model.

In setup such a change would run before the trial statement; left out, data would be without it.
"""

from __future__ import annotations

import pytest

from tests.compiler.support import LEFT_OUT, SETUP, TRIAL, cells, placements

ARRAY = "import numpy as np\nx = np.ones((3, 4))\n"
TABLE = "import pandas as pd\nx = pd.DataFrame({'a': [1, 2]})\n"
LIST = "x = [[2, 1]]\n"
COUNTS = "import collections\nx = collections.defaultdict(int)\n"
BUFFER = "import io\nx = io.BytesIO()\n"
QUEUE = "import queue\nx = queue.Queue()\n"
DATABASE = "import sqlite3\nx = sqlite3.connect(':memory:')\n"
OBJECT = "class Net:\n    width = 1\n    def widen(self): {body}\nx = Net()\n"

CHANGES = {
    "a method of a list by its class": (LIST, "list.sort(x)"),
    "a method of a dict by its class": ("x = {}\n", "dict.update(x, a=1)"),
    "a method of an array by its class": (ARRAY, "np.ndarray.fill(x, 2)"),
    "a method of a table by its class": (TABLE, "y = pd.DataFrame.pop(x, 'a')"),
    "a method of a deque by its class": (
        "import collections\nx = collections.deque()\n",
        "collections.deque.append(x, 1)",
    ),
    "a method that a text names": (LIST, "getattr(x, 'append')([3])"),
    "a method that a caller calls": ("import operator\nx = []\n", "operator.methodcaller('append', 3)(x)"),
    "a method of lists for each item": (LIST, "list(map(list.sort, x))"),
    "an operator as a function": ("import operator\nx = [1]\n", "operator.imul(x, 2)"),
    "out by its place in clip": (ARRAY, "np.clip(x, 1, 3, x)"),
    "out by its place in a sum": (ARRAY, "np.sum(np.eye(4), 0, None, x[0])"),
    "out by its place in a method": (ARRAY, "(x * 2).clip(0, 1, x)"),
    "a second result by its place": (ARRAY, "np.modf(x / 3, x)"),
    "the output of a filter": (
        f"from scipy import ndimage\n{ARRAY}",
        "ndimage.gaussian_filter(x, 1, output=x)",
    ),
    "the target of an expression": (TABLE, "pd.eval('b = x.a', target=x, inplace=True)"),
    "a missing item that is read": (COUNTS, "y = x['a']"),
    "a missing item that is tested": (COUNTS, "if x['a']: pass"),
    "a missing item that a function reads": (f"{COUNTS}def first(of): return of['a']\n", "y = first(x)"),
    "a missing item of a part": (
        "from collections import defaultdict\nx = {'a': defaultdict(int)}\n",
        "y = x['a']['b']",
    ),
    "a missing item of a class's own": (
        "from collections import defaultdict\nclass Counts(defaultdict): pass\nx = Counts(int)\n",
        "y = x['a']",
    ),
    "a cached property": (
        "import functools\nclass Net:\n    @functools.cached_property\n    def width(self): return 1\nx = Net()\n",
        "y = x.width",
    ),
    "an attribute of an object's class": (OBJECT.format(body="pass"), "Net.width = 2"),
    "one by its type": (OBJECT.format(body="pass"), "type(x).width = 2"),
    "one by its class": (OBJECT.format(body="pass"), "x.__class__.width = 2"),
    "one by the type of an object of a function's own": (
        OBJECT.format(body="pass") + "def widen():\n    other = Net()\n    type(other).width = 2\n",
        "widen()",
    ),
    "one in a method": (OBJECT.format(body="type(self).width += 1"), "Net().widen()"),
    "one of a base": (
        "class Base: width = 1\nclass Net(Base): pass\nx = Net()\n",
        "setattr(Base, 'width', 2)",
    ),
    "one in a class method of an object": (
        "class Net:\n    width = 1\n    @classmethod\n    def widen(cls): cls.width += 1\nx = Net()\n",
        "Net().widen()",
    ),
    "an object that is made of another one": (
        "import dataclasses\nx = []\n@dataclasses.dataclass\nclass Row:\n    n: int = 0\n"
        "    def __post_init__(self): x.append(self.n)\nfirst_row = Row()\n",
        "y = dataclasses.replace(first_row, n=2)",
    ),
    "what a queue gives": (QUEUE, "y = x.get()"),
    "what a queue gives, shown": (QUEUE, "print(x.get_nowait())"),
    "a lock that is taken": ("import threading\nx = threading.Lock()\n", "y = x.acquire(False)"),
    "a pickle in memory": (f"import pickle\n{BUFFER}", "pickle.dump([1], x)"),
    "an array in memory": (f"import numpy as np\n{BUFFER}", "np.save(x, np.ones(3))"),
    "a table that is read from memory": (f"import pandas as pd\n{BUFFER}", "print(pd.read_csv(x))"),
    "a table in a database": (f"import pandas as pd\n{DATABASE}", "pd.DataFrame({'a': [1]}).to_sql('t', x)"),
    "a row by a cursor": (
        f"{DATABASE}cursor = x.cursor()\n",
        "y = cursor.execute('insert into t values (1)')",
    ),
    "an argument that is parsed": (
        "import argparse\nx = argparse.Namespace()\nparser = argparse.ArgumentParser()\n",
        "y = parser.parse_args(['--rate', '1'], x)",
    ),
    "bits of a generator": ("import numpy as np\nx = np.random.PCG64(1)\n", "print(x.random_raw())"),
    "a seed's children": ("import numpy as np\nx = np.random.SeedSequence(1)\n", "y = x.spawn(2)"),
    "a part of a buffer": ("import numpy as np\nb = bytearray(4)\nx = np.frombuffer(b)\n", "b[0] = 1"),
    "a view in memory": (ARRAY, "memoryview(x)[0] = 2"),
    "a thread that appends": (
        "import threading\nx = []\nthread = threading.Thread(target=x.append, args=(1,))\n",
        "thread.start()",
    ),
    "an iterator in which an item is looked for": ("x = iter([1, 2])\n", "assert 1 in x"),
    "a method that changes its object, whose result is used": (
        "from sklearn.preprocessing import StandardScaler\nx = StandardScaler()\n",
        "y = x.partial_fit([[1]]).transform([[2]])",
    ),
}

_TABLE = [pytest.param(*change, id=name) for name, change in CHANGES.items()]


@pytest.mark.parametrize(("before", "change"), _TABLE)
def test_a_change_below_a_read_of_the_trial_runs_in_the_trial(before: str, change: str) -> None:
    read = "first = str(x) * {{randint(3)}}"
    placed = placements(cells(before, read, change, "loss = len(first + str(x))"))
    assert placed[-2] is TRIAL


@pytest.mark.parametrize(("before", "change"), _TABLE)
def test_a_change_of_what_data_returns_is_kept(before: str, change: str) -> None:
    data = "def data():\n    return str(x)\n"
    placed = placements(cells(before, change, data, "def model(y):\n    return {{uniform(0, 1)}}\n"))
    assert placed[len(placed) - 3] is not LEFT_OUT


@pytest.mark.parametrize(
    ("before", "call"),
    [
        pytest.param(TABLE, "y = x.reset_index()", id="a table with another index"),
        pytest.param(TABLE, "y = x.set_index('a')", id="a table with a column as its index"),
        pytest.param(ARRAY, "y = np.clip(x, 1, 3)", id="a function without out"),
        pytest.param("x = {'a': 1}\n", "y = x['a']", id="an item of a dictionary"),
        pytest.param(LIST, "y = list(map(str.upper, 'ab'))", id="a method of texts for each item"),
        pytest.param(OBJECT.format(body="pass"), "y = type(x).__name__", id="the name of a class"),
    ],
)
def test_what_reads_only_stays_in_setup(before: str, call: str) -> None:
    placed = placements(cells(before, "first = str(x) * {{randint(3)}}", call, "loss = len(first)"))
    assert placed[-2] is not TRIAL


HEAD = "import math, os, sys, time, builtins, argparse, importlib, subprocess\nfrom unittest import mock\n"
PARSER = "parser = argparse.ArgumentParser()\ndef parsed(): return parser.parse_args()\n"


@pytest.mark.parametrize(
    ("read", "change"),
    [
        pytest.param("math.sqrt(4)", "setattr(math, 'sqrt', abs)", id="an attribute of a module by its name"),
        pytest.param(
            "math.sqrt(4)", "sys.modules['math'].sqrt = abs", id="of a module in the table of modules"
        ),
        pytest.param(
            "math.sqrt(4)", "importlib.import_module('math').sqrt = abs", id="of one that is looked up"
        ),
        pytest.param("math.sqrt(4)", "mock.patch('math.sqrt', abs).start()", id="a patch by a text"),
        pytest.param(
            "math.sqrt(4)", "mock.patch.object(math, 'sqrt', abs).start()", id="a patch of a module"
        ),
        pytest.param(
            "os.environ['A']", "mock.patch.dict('os.environ', A='1').start()", id="of the environment"
        ),
        pytest.param(
            "math.sqrt(4)",
            "def change():\n    m = math\n    m.sqrt = abs\nchange()",
            id="of a module by a local name",
        ),
        pytest.param(
            "math.sqrt(4)",
            "def change():\n    m = sys.modules['math']\n    setattr(m, 'sqrt', abs)\nchange()",
            id="of a module in the table by a local name",
        ),
        pytest.param("sum([1])", "builtins.sum = max", id="a builtin"),
        pytest.param("sum([1])", "setattr(__builtins__, 'sum', max)", id="one by its name"),
        pytest.param("time.mktime(day)", "os.environ['TZ'] = 'EST5'", id="the time zone"),
        pytest.param(
            "parsed().rate", "sys.argv = ['a.py', '--rate', '3']", id="the arguments of the process"
        ),
        pytest.param("open('a.txt').read()", "os.chdir('below')", id="the working directory"),
        pytest.param("open('a.txt').read()", "subprocess.run('make')", id="files, by another program"),
        pytest.param("open('a.txt').read()", "os.system('make')", id="files, by a command"),
        pytest.param("open('/data/a.txt').read()", "os.system('make')", id="files elsewhere, by a command"),
        pytest.param(
            "open(sys.argv[1]).read()", "os.system('make')", id="files of unknown paths, by a command"
        ),
        pytest.param("open('a.txt').read()", "os.spawnlp(0, 'make', 'make')", id="files, by a process"),
        pytest.param("subprocess.run('make')", "os.environ['A'] = '1'", id="variables that a program gets"),
    ],
)
def test_a_setting_that_is_changed_below_a_read_of_the_trial_is_changed_in_the_trial(
    read: str, change: str
) -> None:
    text = f"{HEAD}{PARSER}day = (2020, 1, 1)\nfirst = {read} * {{{{randint(3)}}}}\n{change}\nloss = {read}\n"
    assert placements(text)[-2] is TRIAL


def test_a_patch_that_is_started_later_is_started_in_the_trial() -> None:
    text = f"{HEAD}patch = mock.patch('math.sqrt', abs)\nfirst = math.sqrt({{{{randint(3)}}}})\npatch.start()\nloss = math.sqrt(4)\n"
    assert placements(text)[-2] is TRIAL


def test_files_are_read_in_the_folder_that_a_trial_has_gone_to() -> None:
    text = f"{HEAD}os.chdir({{{{choice(['a', 'b'])}}}})\nrows = open('rows.csv').read()\nwhole = open('/rows.csv').read()\n"
    assert placements(text)[-2:] == [TRIAL, SETUP]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("os.chdir('below')", id="the working directory"),
        pytest.param("subprocess.run('make')", id="another program"),
    ],
)
def test_what_disturbs_files_above_the_trial_stays_in_setup(change: str) -> None:
    text = f"{HEAD}{change}\nfirst = open('a.txt').read() * {{{{randint(3)}}}}\nloss = len(first)\n"
    assert placements(text)[-3] is SETUP


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("getattr(x, 'append')({{randint(3)}})", id="an attribute"),
        pytest.param("operator.methodcaller('append', {{randint(3)}})(x)", id="a caller of a method"),
    ],
)
def test_a_method_that_a_text_names_has_its_object_made_anew_whatever_that_costs(change: str) -> None:
    text = (
        "import operator\nfrom here import store\nx = [1]\ndef data(): return len(x)\n"
        "def model(n):\n    store(n)\n    return n\n"
    )
    assert placements(f"{text}{change}\n")[2:4] == [TRIAL, TRIAL]
