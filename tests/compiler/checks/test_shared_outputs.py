"""Which calls write a file that every trial writes."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.checks.shared_outputs import outputs
from hypertemplate.compiler.syntax.source import Part, Source
from tests.compiler.support import analysis, codes, compiled

IMPORTS = """import gzip, h5py, joblib, os, torch, zipfile
import numpy as np
import matplotlib.pyplot as plt
import tensorflow as tf
import keras
from keras import callbacks
from keras.saving import save_model as keep
from numpy import savetxt
from pathlib import Path
NAME = "named.txt"
TWICE = "a.txt"
TWICE = "b.txt"
SETUP = keras.Sequential()
CACHED = tf.data.Dataset.range(3).cache("cached")
def keep_in(path, x):
    np.save(path, x)
"""


def written(line: str, imports: str = IMPORTS) -> tuple[str, ...]:
    """What a model function with this line in it writes."""
    text = f"{imports}def model(x=0, f=0):\n    {line}\n    return {{{{uniform(0, 1)}}}}\n"
    return paths(text)


def paths(text: str) -> tuple[str, ...]:
    """The paths that every trial of a template writes, relative ones too."""
    found = analysis(text)
    order = sorted(outputs(found.module, found.partition, ""), key=lambda output: output.span)
    return tuple(dict.fromkeys(output.path for output in order))


@pytest.mark.parametrize(
    ("line", "path"),
    [
        pytest.param("open('a.txt', 'w')", "a.txt", id="open for writing"),
        pytest.param("open('a.txt', 'a+')", "a.txt", id="open for adding and reading"),
        pytest.param("open('a.txt', 'xb')", "a.txt", id="open a new file"),
        pytest.param("open('a.txt', 'r+')", "a.txt", id="open for both"),
        pytest.param("open(mode='w', file='a.txt')", "a.txt", id="open by keywords"),
        pytest.param("with open('a.txt', 'w'): pass", "a.txt", id="open in a with"),
        pytest.param("gzip.open('a.gz', 'wt')", "a.gz", id="open a compressed file"),
        pytest.param("h5py.File('a.h5', 'w')", "a.h5", id="HDF5"),
        pytest.param("zipfile.ZipFile('a.zip', 'w')", "a.zip", id="an archive"),
        pytest.param("tf.io.gfile.GFile('a.txt', 'w')", "a.txt", id="TensorFlow's files"),
        pytest.param("np.save('a.npy', x)", "a.npy", id="an array"),
        pytest.param("tf.io.write_file('a.txt', x)", "a.txt", id="a tensor"),
        pytest.param("tf.io.TFRecordWriter('a.rec')", "a.rec", id="records"),
        pytest.param("tf.data.Dataset.range(3).cache('a')", "a", id="a cache of a data set"),
        pytest.param("tf.data.Dataset.range(3).map(x).cache('a').batch(2)", "a", id="a cache on the way"),
        pytest.param("rows = tf.data.Dataset.range(3); rows.save('a')", "a", id="a data set"),
        pytest.param("tf.train.Checkpoint(x=x).save('ck/a')", "ck/a", id="a checkpoint"),
        pytest.param("tf.train.Checkpoint(x=x).write(file_prefix='a')", "a", id="a checkpoint by keyword"),
        pytest.param("tf.train.CheckpointManager(f, 'ck')", "ck", id="checkpoints"),
        pytest.param("x.to_csv('a.csv', mode='a'); x.read_csv('a.csv')", "a.csv", id="rows that are read"),
        pytest.param("x.save_model('a.json')", "a.json", id="an estimator's own method"),
        pytest.param("x.dump('a.bin')", "a.bin", id="a method of which the name tells"),
        pytest.param("torch.utils.tensorboard.SummaryWriter()", "runs", id="a folder that is the default"),
        pytest.param("SETUP.fit(CACHED)", "cached", id="a data set of setup that a trial uses"),
        pytest.param("keep_in('a.npy', x)", "a.npy", id="a function's argument"),
        pytest.param("savetxt('a.txt', x)", "a.txt", id="a function imported by name"),
        pytest.param("joblib.dump(x, 'a.joblib')", "a.joblib", id="joblib, path second"),
        pytest.param("torch.save(x, f='a.pt')", "a.pt", id="PyTorch, path by keyword"),
        pytest.param("x.to_csv('a.csv')", "a.csv", id="a table"),
        pytest.param("plt.savefig('a.png')", "a.png", id="a plot"),
        pytest.param("x.figure.savefig('a.png')", "a.png", id="a figure"),
        pytest.param("x.tofile('a.bin')", "a.bin", id="an array's own method"),
        pytest.param("Path('a.txt').write_text('')", "a.txt", id="a path's text"),
        pytest.param("(Path('a') / 'b.txt').write_bytes(b'')", "a/b.txt", id="a path in a folder"),
        pytest.param("Path('a', 'b.txt').open('w')", "a/b.txt", id="a path that is opened"),
        pytest.param("open(os.path.join('a', 'b'), 'w')", "a/b", id="joined"),
        pytest.param("open('a' + '.txt', 'w')", "a.txt", id="added up"),
        pytest.param("open(NAME, 'w')", "named.txt", id="a name of the module"),
        pytest.param("open('/tmp/a.txt', 'w')", "/tmp/a.txt", id="an absolute path"),
        pytest.param(
            "import tempfile; Path(tempfile.gettempdir(), 'a.txt').write_text('')",
            "/tmp/a.txt",
            id="a fixed name among temporary files",
        ),
        pytest.param("x.save('a.keras')", "a.keras", id="Keras"),
        pytest.param("callbacks.ModelCheckpoint('a.keras')", "a.keras", id="a callback"),
        pytest.param("x.save('/tmp/a.keras')", "/tmp/a.keras", id="Keras, an absolute path"),
        pytest.param("x.save_weights(filepath='gs://b/a.h5')", "gs://b/a.h5", id="Keras, an address"),
        pytest.param("keep(x, '/tmp/a.keras')", "/tmp/a.keras", id="Keras, by a function"),
        pytest.param("callbacks.TensorBoard('/tmp/logs')", "/tmp/logs", id="Keras, by a callback"),
        pytest.param(
            "tf.keras.callbacks.CSVLogger('/tmp/a.csv')", "/tmp/a.csv", id="Keras under TensorFlow's name"
        ),
    ],
)
def test_what_every_trial_writes(line: str, path: str) -> None:
    assert written(line) == (path,)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("open('a.txt')", id="open for reading"),
        pytest.param("open('a.txt', 'rb')", id="open for reading, said so"),
        pytest.param("open('a.txt', 'a')", id="open for appending"),
        pytest.param("x.to_csv('a.csv', mode='a')", id="rows that are added"),
        pytest.param("os.remove('a.txt')", id="what is removed"),
        pytest.param("x.upload('a.txt')", id="a method of which the name tells nothing"),
        pytest.param("x.cache()", id="a cache in memory"),
        pytest.param("open('a.txt', x)", id="a mode that is not known"),
        pytest.param("open('/dev/null', 'w')", id="nowhere"),
        pytest.param("open('', 'w')", id="an empty path"),
        pytest.param("open(x, 'w')", id="a parameter"),
        pytest.param("open(f'a-{x}.txt', 'w')", id="a path that differs"),
        pytest.param("open('a' + x, 'w')", id="a path of which a part is not known"),
        pytest.param("open(TWICE, 'w')", id="a name that is bound twice"),
        pytest.param("NAME = x; open(NAME, 'w')", id="a local variable of the name"),
        pytest.param("open(*x)", id="arguments that are not written out"),
        pytest.param("open = x; open('a.txt', 'w')", id="another open"),
        pytest.param("np.load('a.npy')", id="a function that reads"),
        pytest.param("np.save(x, x)", id="a path that is not known"),
        pytest.param("Path(x).write_text('')", id="a path object that is not known"),
        pytest.param("Path().write_text('')", id="a path object without parts"),
        pytest.param("Path('a.txt').open()", id="a path that is read"),
        pytest.param("Path('a.txt').read_text()", id="a path that is read whole"),
        pytest.param("keras.layers.Dense('/tmp')", id="another thing of Keras"),
        pytest.param("f('a.txt', 'w')", id="a function that is not known"),
        pytest.param("f()('a.txt')", id="what a call returns"),
    ],
)
def test_what_a_trial_does_not_write(line: str) -> None:
    assert written(line) == ()


def test_an_open_that_the_module_binds_is_another() -> None:
    assert written("open('a.txt', 'w')", "from webbrowser import open\n") == ()
    assert written("open('a.txt', 'w')", "from gzip import open\n") == ("a.txt",)


MODEL = "def model(x=0):\n    return {{uniform(0, 1)}}\n"


@pytest.mark.parametrize(
    ("text", "writes"),
    [
        pytest.param("open('a', 'w')\n" + MODEL, (), id="a statement of setup"),
        pytest.param("x = {{uniform(0, 1)}}\nopen('a', 'w').write(str(x))\n", ("a",), id="of a trial"),
        pytest.param("def data():\n    open('a', 'w')\n    return 0\n" + MODEL, (), id="data in setup"),
        pytest.param(
            "def data():\n    open('a', 'w')\n    return {{uniform(0, 1)}}\n" + MODEL.replace("=0", ""),
            ("a",),
            id="data in each trial",
        ),
        pytest.param(
            "def data():\n    open('a', 'w')\n    return 0\n" + MODEL.replace("return", "return data() +"),
            ("a",),
            id="data that the model calls",
        ),
        pytest.param("def f():\n    open('a', 'w')\n" + MODEL, (), id="a function that nothing calls"),
        pytest.param(
            "def f():\n    open('a', 'w')\nclass A:\n    def b(self):\n        f()\n"
            + MODEL.replace("return", "return A().b() or"),
            ("a",),
            id="a function that the model's classes call",
        ),
        pytest.param(MODEL + 'if __name__ == "__main__":\n    open("a", "w")\n', (), id="what is left out"),
        pytest.param(
            MODEL.replace("return", "open('b', 'w'), open('a', 'w'), open('b', 'w')\n    return"),
            ("b", "a"),
            id="in source order, each once",
        ),
    ],
)
def test_what_counts_is_the_code_that_runs_in_a_trial(text: str, writes: tuple[str, ...]) -> None:
    assert paths(text) == writes


def test_what_trials_only_add_to_is_one_for_all_of_them() -> None:
    line = "open('a', 'a'); open('b', 'a'); open('b').read()"
    text = MODEL.replace("return", f"{line}\n    return")
    assert paths(text) == ("b",)
    assert codes(text) == []


@pytest.mark.parametrize(
    ("path", "shared"),
    [
        pytest.param("/srv/a", True, id="an absolute path"),
        pytest.param("C:/a", True, id="a path of Windows"),
        pytest.param("gs://bucket/a", True, id="an address"),
        pytest.param("a", False, id="a relative path, in the trial's folder"),
        pytest.param("/home/user/a", False, id="a path beside the template, in the trial's folder"),
    ],
)
def test_a_file_that_is_one_for_all_trials(path: str, shared: bool) -> None:
    text = MODEL.replace("return", f"open({path!r}, 'w')\n    return")
    program = compiled(Source((Part("file", "model.py", text),), "/home/user/model.py"))
    assert program.writes == (path,) * shared
    messages = [f"every trial writes '{path}', and parallel trials overwrite each other's"]
    assert [one.message for one in program.warnings] == messages * shared


def test_each_place_is_warned_about() -> None:
    text = MODEL.replace("return", "open('/a', 'w'), open('/a', 'w')\n    return")
    assert codes(text) == ["OUTPUT", "OUTPUT"]
