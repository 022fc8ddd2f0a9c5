"""Files carry values: a statement that may read what a trial writes runs in the trial."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hypertemplate.compiler.live_module import Memory
from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.stages import compile_source, explain
from tests.compiler.support import (
    CHOICE,
    LEFT_OUT,
    SETUP,
    TRIAL,
    cells,
    source,
    trials_and_fresh_runs,
)

HEAD = """\
import glob, gzip, io, joblib, json, logging, os, pickle, shutil, sqlite3, subprocess, sys, tempfile, zipfile
import cv2, h5py, helpers, lightgbm, torch
from os.path import join
from pathlib import Path
import numpy as np, pandas as pd, tensorflow as tf
from tensorflow import keras
from transformers import AutoModel, TrainingArguments as Args
NAME = "x.npy"
TWICE = "a.npy"
TWICE = "b.npy"
LONG = "x"
LONG += ".npy"
NAMES = ["x.npy", "y.npy"]
FOLDER = Path("out")
LOOP = LOOP + "/x" if LOOP else "x"
def inside(name, folder="out"):
    return os.path.join(folder, name)
def save(value, path="x.npy", *rest, **options):
    np.save(path, value)
def either(name):
    return name or "x.npy"
def load(path):
    return np.load(path)
class Paths:
    out, other = "out.npy", 1
    moved = set = "a.npy"
    twice = "a.npy"
    twice = "b.npy"
Paths.moved = "b.npy"
setattr(Paths, "set", "b.npy")
CALLS = helpers.callbacks()
logging.basicConfig(filename="train.log")
LOG = logging.getLogger("mine")
class Store:
    def __init__(self, path):
        np.save(path, r)
    def keep(self):
        np.save("x.npy", r)
"""


def below(write: str, read: str) -> Placement:
    """When a statement runs that stands below one that a marker reaches."""
    template = source(f"{HEAD}r = {CHOICE}\n{write}\nfound = {read}\n")
    return explain(template)[-1].placement


@pytest.mark.parametrize(
    ("write", "read"),
    [
        pytest.param("np.save('x.npy', r)", "np.load('x.npy')", id="an array"),
        pytest.param("np.save('x', r)", "np.load('x.npy')", id="a suffix that NumPy adds"),
        pytest.param("np.savez('x', r)", "np.load('x.npz')", id="a suffix of an archive"),
        pytest.param("np.savetxt(fname='x.txt', X=r)", "np.loadtxt('x.txt')", id="by keyword"),
        pytest.param("np.memmap('x', float, 'w+')[:] = r", "np.memmap('x')", id="a mapped array"),
        pytest.param("joblib.dump(r, 'm.joblib')", "joblib.load('m.joblib')", id="joblib"),
        pytest.param("torch.save(r, 'm.pt')", "torch.load('m.pt')", id="PyTorch"),
        pytest.param("pickle.dump(r, open('m', 'wb'))", "pickle.load(open('m', 'rb'))", id="open files"),
        pytest.param("with open('m', 'wb') as f: pickle.dump(r, f)", "Path('m').read_bytes()", id="with"),
        pytest.param("json.dump(r, Path('m').open('w'))", "json.load(open('m'))", id="a path that is opened"),
        pytest.param("with open('m', 'w') as f: np.save(f, r)", "np.load('m')", id="an array in a file"),
        pytest.param("print(r, file=open('m', mode='a'))", "open('m').read()", id="added to a file"),
        pytest.param("open('m', 'r+').write(str(r))", "open('m').read()", id="a file that is changed"),
        pytest.param("open('m', *r)", "open('m').read()", id="a mode that is not known"),
        pytest.param("open(*r, 'w')", "open('m').read()", id="a path among other arguments"),
        pytest.param("gzip.open(filename='m', mode='wt').write(r)", "gzip.open('m')", id="a compressed file"),
        pytest.param("h5py.File('m.h5', 'w').x = r", "h5py.File('m.h5')", id="HDF5"),
        pytest.param("pd.DataFrame(r).to_csv('m.csv')", "pd.read_csv('m.csv')", id="a table"),
        pytest.param("pd.DataFrame(r).to_csv('m.csv', mode='a')", "pd.read_csv('m.csv')", id="rows of it"),
        pytest.param("sqlite3.connect('m.db').execute(r)", "sqlite3.connect('m.db')", id="a database"),
        pytest.param("logging.FileHandler('m.log').emit(r)", "open('m.log').read()", id="a log"),
        pytest.param("Path('m').write_text(str(r))", "Path('m').read_text()", id="a path's text"),
        pytest.param("Path('m').touch(r)", "Path('m').exists()", id="whether it exists"),
        pytest.param("Path('m').touch(r)", "os.path.getsize('m')", id="its size"),
        pytest.param("(r, Path('a').rename('b'))", "open('b').read()", id="a new name"),
        pytest.param("(r, Path('a').rename())", "open('a').read()", id="a name that is gone"),
        pytest.param("shutil.copy(f'{r}.h5', 'best.h5')", "open('best.h5')", id="a copy"),
        pytest.param("(r, shutil.move('x', 'y'))", "os.path.exists('x')", id="what is moved away"),
        pytest.param("(r, os.remove('x'))", "os.path.exists('x')", id="what is removed"),
        pytest.param("np.save('out/x.npy', r)", "os.listdir('out')", id="a folder"),
        pytest.param("np.save('x.npy', r)", "os.listdir('.')", id="the working directory"),
        pytest.param("np.save('x.npy', r)", "os.listdir()", id="the working directory by default"),
        pytest.param("np.save('out/x.npy', r)", "glob.glob('out/*.npy')", id="a glob pattern"),
        pytest.param("np.save('out/x.npy', r)", "list(Path('out').glob('*.np?'))", id="a path's pattern"),
        pytest.param(
            "np.save('x.npy', r)", "list(Path('.').glob('*.npy'))", id="a pattern in the folder itself"
        ),
        pytest.param("np.save('x.npy', r)", "list(Path().glob('*'))", id="all of the folder itself"),
        pytest.param(
            "np.save('x.npy', r)", "list(Path.cwd().glob('*.npy'))", id="a pattern in the working folder"
        ),
        pytest.param(
            "np.save('x.npy', r)", "list(Path(__file__).parent.glob('*.npy'))", id="a pattern beside the file"
        ),
        pytest.param("np.save('out/x.npy', r)", "list(FOLDER.iterdir())", id="what a folder has"),
        pytest.param("np.save(f'out/x-{r}.npy', r)", "glob.glob('out/x-*')", id="a value in the name"),
        pytest.param("np.save('out/x-%d.npy' % r, r)", "glob.glob('out/x-*')", id="a value filled in"),
        pytest.param("np.save('out/{}.npy'.format(r), r)", "os.listdir('out')", id="a value formatted"),
        pytest.param("np.save(join('out', 'x.npy'), r)", "np.load(FOLDER / 'x.npy')", id="joined"),
        pytest.param("np.save('./out//x.npy', r)", "np.load('out/../out/x.npy')", id="other spellings"),
        pytest.param("np.save(f'./out/{r}.npy', r)", "np.load('out/a.npy')", id="other spellings in part"),
        pytest.param("np.save('/tmp/x.npy', r)", "np.load(sys.path[0] + '/x.npy')", id="a folder not known"),
        pytest.param("np.save('x.npy', r)", "np.load(Path(__file__).parent / 'x.npy')", id="beside the file"),
        pytest.param("np.save('../x.npy', r)", "np.load(join(Path.home(), 'x.npy'))", id="a folder above"),
        pytest.param("np.save(NAME, r)", "np.load('x.npy')", id="a name of the module"),
        pytest.param("np.save(TWICE, r)", "np.load('b.npy')", id="a name that is bound twice"),
        pytest.param("np.save(LONG, r)", "np.load('b.npy')", id="a name that is not known"),
        pytest.param("open(LOOP, 'w').write(r)", "open('a/x')", id="a name that is bound by itself"),
        pytest.param("np.save(sys.argv[1], r)", "np.load('x.npy')", id="a path that is not known"),
        pytest.param("np.save('x.npy', r)", "np.load(sys.argv[1])", id="a read that is not known"),
        pytest.param("for p in NAMES: np.save(p, r)", "np.load('y.npy')", id="names in a loop"),
        pytest.param(
            "[np.save(p, r) for p in ('a.npy', 'y.npy')]", "np.load('y.npy')", id="in a comprehension"
        ),
        pytest.param("for p in sys.argv: np.save(p, r)", "np.load('y.npy')", id="a loop over anything"),
        pytest.param("np.save(p := 'x.npy', r)", "np.load('x.npy')", id="a name on the way"),
        pytest.param("np.save('x.npy' if r else 'y.npy', r)", "np.load('y.npy')", id="one of two"),
        pytest.param("np.save('x.npy', r)", "[*map(np.load, ['x.npy'])]", id="a function that is passed on"),
        pytest.param("np.save(FOLDER.joinpath('x.npy'), r)", "np.load('out/x.npy')", id="a path's method"),
        pytest.param("np.save(Path('x.t').with_suffix('.npy'), r)", "np.load('x.npy')", id="another suffix"),
        pytest.param("np.save(Path('out/t').with_name('x.npy'), r)", "np.load('out/x.npy')", id="a name"),
        pytest.param("np.save(Path('out/t').parent / 'x.npy', r)", "np.load('out/x.npy')", id="a parent"),
        pytest.param("np.save(Path('x.npy').resolve(), r)", "np.load('x.npy')", id="an absolute path"),
        pytest.param("np.save(os.path.abspath('x.npy'), r)", "np.load(str('x.npy'))", id="by a function"),
        pytest.param("np.save(os.path.basename('out/x.npy'), r)", "np.load('x.npy')", id="a part of a path"),
        pytest.param("np.save('out' + os.sep + 'x.npy', r)", "np.load('out/x.npy')", id="added up"),
        pytest.param("np.save(r'out\\x.npy', r)", "np.load('out/x.npy')", id="backslashes"),
        pytest.param("np.save(inside('x.npy'), r)", "np.load('out/x.npy')", id="what a function returns"),
        pytest.param("np.save(either(''), r)", "np.load('x.npy')", id="what it may return"),
        pytest.param("np.save((lambda: 'x.npy')(), r)", "np.load('x.npy')", id="what a lambda returns"),
        pytest.param("save(r)", "load('x.npy')", id="in functions, by a default"),
        pytest.param("save(r, 'y.npy')", "load(path='y.npy')", id="in functions, by an argument"),
        pytest.param("save(*r)", "load('x.npy')", id="in functions, among other arguments"),
        pytest.param("Store('s.npy')", "np.load('s.npy')", id="in a class"),
        pytest.param("Store('s.npy').keep()", "np.load('x.npy')", id="in a method"),
        pytest.param("tf.data.Dataset.range(r).save('ds')", "tf.data.Dataset.load('ds')", id="a data set"),
        pytest.param("tf.io.write_file('x.txt', r)", "tf.io.read_file('x.txt')", id="a tensor"),
        pytest.param(
            "tf.io.TFRecordWriter('x.rec').write(r)", "tf.data.TFRecordDataset(['x.rec'])", id="records"
        ),
        pytest.param(
            "tf.train.Checkpoint(r).save('ck/x')", "tf.train.latest_checkpoint('ck')", id="checkpoints"
        ),
        pytest.param(
            "r.fit(callbacks=[keras.callbacks.ModelCheckpoint('b.keras')])",
            "keras.models.load_model('b.keras')",
            id="a callback",
        ),
        pytest.param(
            "r.fit(callbacks=[keras.callbacks.CSVLogger('log.csv')])", "open('log.csv')", id="a log of Keras"
        ),
        pytest.param(
            "r.fit(callbacks=[keras.callbacks.BackupAndRestore('backup')])",
            "os.listdir('backup')",
            id="a folder of Keras",
        ),
        pytest.param("r.save('net')", "keras.models.load_model('net')", id="a saved model"),
        pytest.param("r.save('net')", "os.path.exists('net/saved_model.pb')", id="a folder of a model"),
        pytest.param("r.save_model('m.json')", "lightgbm.Booster(model_file='m.json')", id="a booster"),
        pytest.param("r.dump('m.bin')", "helpers.Net.load('m.bin')", id="what the names of methods say"),
        pytest.param("r.finish('m.bin')", "r2.resume('m.bin')", id="a path that both are given"),
        pytest.param(
            "r.fit(callbacks=[keras.callbacks.ModelCheckpoint('ck/e-{epoch:02d}.keras')])",
            "keras.models.load_model('ck/e-03.keras')",
            id="a callback that fills in a name",
        ),
        pytest.param(
            "r.fit(callbacks=[helpers.CALLBACK])", "keras.models.load_model('b')", id="one of a module"
        ),
        pytest.param("CALLS.fit(r)", "keras.models.load_model('b')", id="an object that a module has made"),
        pytest.param(
            "Args(output_dir='out', rate=r)",
            "AutoModel.from_pretrained('out/checkpoint-5')",
            id="transformers",
        ),
        pytest.param("np.save(Paths.out, r)", "np.load('out.npy')", id="an attribute of a class"),
        pytest.param("np.save(Paths.moved, r)", "np.load('b.npy')", id="an attribute that is assigned"),
        pytest.param("np.save(Paths.set, r)", "np.load('b.npy')", id="an attribute that setattr sets"),
        pytest.param("np.save(Paths.twice, r)", "np.load('b.npy')", id="an attribute that is bound twice"),
        pytest.param("LOG.info(r)", "open('train.log').read()", id="a logger"),
        pytest.param("logging.info(r)", "open('train.log').read()", id="the log of all"),
        pytest.param("subprocess.run(['train', str(r)])", "open('out.txt')", id="another program"),
        pytest.param("np.save('x.npy', r)", "subprocess.run(['test'])", id="another program that reads"),
        pytest.param(
            "[os.chdir('out'), np.save('x.npy', r), os.chdir('..')]", "np.load('out/x.npy')", id="elsewhere"
        ),
        pytest.param("np.save('x.npy', r)", "helpers.score()", id="a read in a module of the user's"),
        pytest.param("helpers.train(r)", "torch.load('m.pt')", id="a write in a module of the user's"),
    ],
)
def test_a_read_of_what_a_trial_may_write_is_trial(write: str, read: str) -> None:
    assert below(write, read) is TRIAL


@pytest.mark.parametrize(
    ("write", "read"),
    [
        pytest.param("np.save('x.npy', r)", "np.load('y.npy')", id="another path"),
        pytest.param("np.save('x.npy', r)", "pd.read_csv('train.csv')", id="another suffix"),
        pytest.param("np.save(f'out/{r}.npy', r)", "pd.read_csv('data/train.csv')", id="another folder"),
        pytest.param("np.save(f'{r}.npy', r)", "pd.read_csv(join(sys.argv[1], 't.csv'))", id="two folders"),
        pytest.param("np.save('model.npy', r)", "cv2.imread('images/1.png')", id="an image"),
        pytest.param("np.save('x.npy', r)", "glob.glob('data/*.npy')", id="a pattern elsewhere"),
        pytest.param("np.save(io.BytesIO(), r)", "np.load('x.npy')", id="a file in memory"),
        pytest.param("np.save('x.npy', r)", "np.load(io.BytesIO())", id="a read from memory"),
        pytest.param("print(r, file=sys.stderr)", "np.load('x.npy')", id="a terminal"),
        pytest.param("r.rename(columns=str.lower)", "np.load('x.npy')", id="a column's new name"),
        pytest.param("open(7, 'w').write(r)", "np.load('x.npy')", id="a number of an open file"),
        pytest.param("print(r)", "np.load('x.npy')", id="no write at all"),
        pytest.param("np.save(Paths.out, r)", "np.load('x.npy')", id="an attribute of a class"),
        pytest.param("open('a').write('x.npy %d' % r)", "np.load('x.npy')", id="a text with a path in it"),
        pytest.param("CALLS.fit(r)", "pd.read_csv('train.csv')", id="data below a module's object"),
        pytest.param("np.save('x.npy', r)", "CALLS.name", id="a module's object that is read"),
        pytest.param("open('x.npy').read(r)", "np.load('x.npy')", id="a read"),
        pytest.param("r.to_csv()", "pd.read_csv('x.csv')", id="a text that is returned"),
        pytest.param("helpers.train(r)", "pd.read_csv('train.csv')", id="data below a user's module"),
        pytest.param("r.compile('adam', 'mse')", "keras.losses.get('mse')", id="a word that is no path"),
        pytest.param("keras.layers.Dense(r, name='a.b')", "np.load('x.npy')", id="a name with a dot"),
        pytest.param("keras.utils.plot_model(r, 'a.png')", "np.load('x.npy')", id="a plot of Keras"),
        pytest.param("r.save('s3://b/x.npy')", "np.load('b/x.npy')", id="an address"),
    ],
)
def test_what_is_surely_another_file_stays_in_setup(write: str, read: str) -> None:
    assert below(write, read) is SETUP


def placed(text: str) -> list[Placement]:
    return [one.placement for one in explain(source(f"import numpy as np, keras\n{text}"))][1:]


S, T = SETUP, TRIAL
SAVE, LOAD = "np.save('x.npy', r)\n", "y = np.load('x.npy')\n"
R = f"r = {CHOICE}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"import os\nos.chdir('out')\n{LOAD}{R}{SAVE}", [S, S, S, T, T], id="a folder for all"),
        pytest.param(
            f"import os\nnp.save('x.npy', 1)\nos.chdir('out')\n{R}np.save('x.npy', 2)\n{LOAD}z = y * r\n",
            [S, S, S, T, S, S, T],
            id="another folder, which only setup writes",
        ),
        pytest.param(f"{LOAD}{R}{SAVE}", [S, T, T], id="a read above has read what was there before"),
        pytest.param(f"{R}{SAVE}{LOAD}z = y + 1\n", [T, T, T, T], id="what uses it"),
        pytest.param(
            f"np.save('x.npy', 1)\n{R}{SAVE}{LOAD}", [S, T, T, T], id="a write that another one replaces"
        ),
        pytest.param(
            f"np.save('x.npy', 1)\nz = np.load('x.npy') * {CHOICE}\nnp.save('x.npy', 2)\n",
            [T, T, T],
            id="a trial's read in between",
        ),
        pytest.param(
            f"f = open('x', 'w')\n{R}g = open('x', 'a').write(r)\ny = open('x').read()\n",
            [T, T, T, T],
            id="what a trial adds to and reads",
        ),
        pytest.param(
            f"f = open('x', 'w')\n{R}g = open('x', 'a').write(r)\n", [S, T, T], id="what a trial adds to"
        ),
        pytest.param(
            f"f = open('x', 'w')\n{R}g = open('x', 'a').write(r); y = open('x').read()\n",
            [T, T, T, T],
            id="both in one line",
        ),
        pytest.param(
            f"f = open('x', 'w')\ng = open('x', 'a')\n{R}y = open('x').read(r)\n",
            [S, S, T, T],
            id="what only setup writes",
        ),
        pytest.param(
            f"f = open('x', 'w')\n{R}def go():\n    open('x', 'w').write(r)\n    return open('x').read()\n"
            "y = go()\n",
            [S, T, T, T],
            id="a function that writes what it reads",
        ),
        pytest.param(
            f"call = keras.callbacks.ModelCheckpoint('x.keras')\n{R}r.fit(callbacks=[call])\n"
            "best = keras.models.load_model('x.keras')\n",
            [T, T, T, T],
            id="a callback in a name",
        ),
        pytest.param(
            f"import tensorflow as tf\nrows = tf.data.Dataset.range(3).cache('x')\n{R}r.fit(rows)\n"
            "size = len(open('x.index').read())\n",
            [S, S, T, T, T],
            id="a data set that a fit caches",
        ),
    ],
)
def test_the_order_of_reads_and_writes(text: str, expected: list[Placement]) -> None:
    assert placed(text) == expected


def test_an_attribute_that_may_be_any_may_hold_any_path() -> None:
    text = f"class Paths:\n    out = 'a.npy'\nfor name in 'out', :\n    setattr(Paths, name, 'b.npy')\n{R}"
    assert placed(f"{text}np.save(Paths.out, r)\ny = np.load('b.npy')\n")[-1] is TRIAL


MODEL = "def data():\n    return {}\ndef model(x):\n    r = {{{{uniform(0, 1)}}}}\n    {}\n    return r\n"


def test_data_that_the_model_writes_below_is_loaded_once() -> None:
    assert placed(MODEL.format("np.load('x.npy')", "np.save('x.npy', r)")) == [S, T]


def test_data_that_reads_what_a_trial_has_written_is_loaded_in_each_trial() -> None:
    assert placed(R + SAVE + MODEL.format("np.load('x.npy')", "0")) == [T, T, T, T]


def test_a_path_of_which_nothing_is_known_leaves_what_stands_above_in_setup() -> None:
    text = f"x = np.load('x.npy')\n{R}np.save(r, r)\ny = np.load('x.npy')\n"
    assert placed(text) == [S, T, T, T]


@pytest.mark.parametrize(
    ("write", "read", "reason"),
    [
        ("np.save('x.npy', r)", "np.load('x.npy')", "it reads 'x.npy', which line 3 writes in each trial"),
        (
            "np.save(f'{r}.npy', r)",
            "np.load('x.npy')",
            "it may read 'x.npy', which line 3 writes in each trial",
        ),
        ("np.save('x.npy', r)", "np.load(p)", "it may read 'x.npy', which line 3 writes in each trial"),
        ("np.save(r, r)", "np.load(p)", "it may read a file that line 3 writes in each trial"),
        (
            "z = float(np.load('y.npy')) * r; np.save('y.npy', 1)",
            "np.save('y.npy', 2)",
            "line 3, which runs in each trial, reads 'y.npy' in between",
        ),
    ],
)
def test_why_a_read_is_trial(write: str, read: str, reason: str) -> None:
    text = f"import numpy as np, sys; p = sys.argv[1]\nr = {CHOICE}\n{write}\nfound = {read}\n"
    found = {one.span.start: one.reason for one in explain(source(text))}
    assert found[max(found)] == reason


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            f"import numpy as np\nrate = {CHOICE}\nnp.save('x.npy', rate)\nloss = float(np.load('x.npy'))\n",
            id="an array",
        ),
        pytest.param(
            "from pathlib import Path\nPath('log').write_text('head\\n')\n"
            f"with open('log', 'a') as log:\n    log.write('%d' % {CHOICE})\nloss = Path('log').read_text()\n",
            id="a log with a head",
        ),
        pytest.param(
            "import json\nfrom pathlib import Path\nPath('c.json').write_text('[0]')\ndef model():\n"
            f"    rows = json.loads(Path('c.json').read_text()) + [{CHOICE}]\n"
            "    Path('c.json').write_text(json.dumps(rows))\n    return len(rows)\n",
            id="a file that the model changes",
        ),
    ],
)
def test_each_trial_is_a_fresh_run(text: str) -> None:
    found, expected = trials_and_fresh_runs(text)
    assert found == expected


def test_a_cell_that_is_searched_over_values_in_memory() -> None:
    text = f"{R}{SAVE}{LOAD}loss = float(y)\n"
    program = compile_source(source(text), memory=Memory(frozenset({"np"}), ran=False))
    assert [one.placement for part in program.parts for one in part.statements] == [TRIAL] * 4


OUT = LEFT_OUT


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param(
            (
                "with open('x', 'w') as f:\n    print(3, file=f)",
                "with open('y', 'w') as g:\n    print(3, file=g)",
                f"loss = {CHOICE} * int(open('x').read())",
            ),
            [S, OUT, T],
            id="by a statement",
        ),
        pytest.param(
            (
                "with open('x', 'w') as f:\n    print(3, file=f)",
                "with open('y', 'w') as g:\n    print(3, file=g)",
                "def data():\n    return open('x').read()",
                f"def model(x):\n    return {CHOICE}",
            ),
            [S, OUT, S, T],
            id="by a function",
        ),
        pytest.param(
            (
                f"loss = {CHOICE} * int(open('x').read())",
                "with open('x', 'w') as f:\n    print(3, file=f)",
            ),
            [T, OUT],
            id="but not what is written later",
        ),
        pytest.param(
            (
                "class Store:\n    def __init__(self, path):\n        self.path = path\n"
                "    def keep(self):\n        open(self.path, 'w')\nstore = Store('x')",
                "store.keep()",
                f"loss = {CHOICE} * int(open('x').read())",
            ),
            [S, S, S, T],
            id="under a path that is not known",
        ),
        pytest.param(
            (
                "import sys\ndef model():\n    return " + CHOICE + " * int(open('x').read())",
                "open(sys.argv[1], 'w').write('3')",
            ),
            [S, T, S],
            id="for a function, under a path that is not known",
        ),
    ],
)
def test_cells_of_a_notebook_that_write_what_is_read_are_kept(
    parts: tuple[str, ...], expected: list[Placement]
) -> None:
    assert [one.placement for one in explain(cells(*parts))] == expected
