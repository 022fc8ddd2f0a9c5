"""TensorFlow, which opens files by itself, in a real worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from hypertemplate.runtime.protocol import Complete, Finished, Go, Run
from tests.runtime.programs import program, uniform
from tests.runtime.talk import received, started

pytestmark = pytest.mark.keras

SETUP = "import os, keras, tensorflow as tf\ngfile = tf.io.gfile"

TRIAL = """
def model():
    rate = (_ht_['rate'])
    found = {}
    tf.io.write_file('a.txt', str(rate))
    found['read_file'] = tf.io.read_file(tf.constant('a.txt')).numpy()
    found['open'] = open('a.txt').read()
    found['lines'] = next(iter(tf.data.TextLineDataset('a.txt'))).numpy()
    gfile.makedirs('sub/deep')
    with gfile.GFile('sub/b.txt', 'w') as file:
        file.write(str(rate))
    found['gfile'] = gfile.GFile('sub/b.txt').read()
    assert sorted(gfile.listdir('sub')) == ['b.txt', 'deep'] and gfile.isdir('sub')
    with gfile.GFile('added.log', 'a') as file:
        file.write(str(rate))
    found['appended'] = gfile.GFile('added.log').read()
    found['gfile.glob'] = gfile.GFile(gfile.glob('sub/*.txt')[0]).read()
    assert len(gfile.glob('*.txt')) == 2, gfile.glob('*.txt')
    gfile.rename('sub/b.txt', 'sub/c.txt')
    gfile.copy('sub/c.txt', 'sub/d.txt')
    gfile.remove('sub/c.txt')
    for action in (lambda: gfile.copy('a.txt', 'sub/d.txt'), lambda: gfile.remove('sub/c.txt')):
        try:
            action()
            raise AssertionError('nothing is refused')
        except (FileExistsError, tf.errors.NotFoundError):
            pass
    found['copied'] = open('sub/d.txt').read()
    files = tf.data.Dataset.list_files('sub/*.txt', shuffle=False)
    found['data set of files'] = next(iter(files.map(tf.io.read_file))).numpy()
    gfile.rmtree('sub')
    assert not os.path.exists('sub') and not gfile.exists('sub')
    with tf.io.TFRecordWriter('r.tfrecord') as writer:
        writer.write(str(rate).encode())
    found['record'] = next(iter(tf.data.TFRecordDataset(['r.tfrecord']))).numpy()
    rows = tf.data.Dataset.from_tensors(rate)
    found['cache'] = next(iter(rows.cache('cached'))).numpy()
    rows.save('saved')
    found['saved'] = next(iter(tf.data.Dataset.load('saved'))).numpy()
    variable = tf.Variable(rate)
    checkpoint = tf.train.Checkpoint(variable=variable)
    checkpoint.save('points/point')
    variable.assign(0)
    checkpoint.restore(tf.train.latest_checkpoint('points'))
    found['checkpoint'] = variable.numpy()
    manager = tf.train.CheckpointManager(checkpoint, 'managed', 1)
    manager.save(), manager.save()
    variable.assign(0)
    checkpoint.restore(manager.latest_checkpoint)
    found['manager'] = variable.numpy()
    tf.saved_model.save(checkpoint, 'exported')
    found['exported'] = tf.saved_model.load('exported').variable.numpy()
    with tf.summary.create_file_writer('logs').as_default():
        tf.summary.write('rate', tf.constant(rate), 0)
    assert os.listdir('logs')
    net = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer=keras.initializers.Constant(rate))])
    net.compile('sgd', 'mse')
    net.fit(tf.zeros((2, 1)), tf.zeros((2, 1)), verbose=0, callbacks=[
        keras.callbacks.CSVLogger('log.csv'), keras.callbacks.ModelCheckpoint('points/{epoch}.keras')])
    assert os.path.getsize('log.csv') and 'epoch' in open('log.csv').read()
    found['kept'] = float(keras.models.load_model('points/1.keras').layers[0].kernel[0, 0])
    bad = {name: value for name, value in found.items() if abs(float(value) - rate) > 1e-6}
    assert not bad, (rate, bad)
    assert tf.io.read_file('theirs.txt') == b'theirs'
    return rate
"""


def test_what_a_trial_writes_it_finds_by_python_and_by_tensorflow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "theirs.txt").write_text("theirs")
    (tmp_path / "cached.index").write_text("a cache of another run")
    made = program(SETUP, TRIAL, folder=tmp_path, parameters=(uniform("rate"),))
    with started(made) as executor:
        for number in (1, 2):
            folder = str(tmp_path / "model.study" / "trials" / f"{number:04}")
            executor.send(0, Run(number, {"rate": number / 4}, 1, folder=folder))
            while not isinstance(message := received(executor), Finished):
                executor.send(0, Go())
            assert message.outcome == Complete(number / 4)
    left = {path.name for path in tmp_path.iterdir()} - {"__pycache__"}
    assert left == {"cached.index", "model.study", "theirs.txt"}
    written = {path.name for path in (tmp_path / "model.study" / "trials" / "0002").iterdir()}
    assert {"a.txt", "r.tfrecord", "saved", "points", "managed", "exported", "logs", "log.csv"} <= written
