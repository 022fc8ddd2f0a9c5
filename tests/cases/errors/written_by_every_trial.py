import json
import os
import pickle
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import tensorflow as tf
from keras.callbacks import CSVLogger, ModelCheckpoint
from hypertemplate import trial

LOG = "/srv/log.txt"
with open("setup.txt", "w") as file:
    file.write("once")


def data():
    np.save("cache.npy", np.zeros(3))
    return np.load("cache.npy")


def scores(history):
    pd.DataFrame(history).to_csv("/srv/history.csv")
    pd.DataFrame(history).to_csv("history.csv")
    plt.savefig(os.path.join("/srv/plots", "loss.png"))


def never_called():
    open("never.txt", "w")


def model(x):
    net = {{choice(["small", "big"])}}
    with open(LOG, mode="a") as log:
        log.write(net)
    Path("/srv") / "net.json"
    Path("/srv", "net.json").write_text(json.dumps(net))
    pickle.dump(net, open("/srv/net.pickle", "wb"))
    net.fit(x, callbacks=[ModelCheckpoint("best.keras"), CSVLogger("/srv/log.csv")])
    scores(net)
    open(LOG).read()
    open(trial.folder / "mine.txt", "w")
    with open("/srv/log.txt", "a") as log:
        log.write("end")
    tf.io.write_file("/srv/net.txt", net)
    tf.data.Dataset.range(3).cache("/srv/rows").save("/srv/data")
    return 0

# output
model.py:24:34: warning HT306: every trial writes '/srv/history.csv', and parallel trials overwrite each other's
   24 |     pd.DataFrame(history).to_csv("/srv/history.csv")
      |                                  ^~~~~~~~~~~~~~~~~~
      = help: write to trial.folder / "history.csv", with: from hypertemplate import trial
model.py:26:17: warning HT306: every trial writes '/srv/plots/loss.png', and parallel trials overwrite each other's
   26 |     plt.savefig(os.path.join("/srv/plots", "loss.png"))
      |                 ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: write to trial.folder / "loss.png", with: from hypertemplate import trial
model.py:35:15: warning HT306: every trial adds to '/srv/log.txt', and reads what others added
   35 |     with open(LOG, mode="a") as log:
      |               ^~~
      = help: write to trial.folder / "log.txt", with: from hypertemplate import trial
model.py:38:5: warning HT306: every trial writes '/srv/net.json', and parallel trials overwrite each other's
   38 |     Path("/srv", "net.json").write_text(json.dumps(net))
      |     ^~~~~~~~~~~~~~~~~~~~~~~~
      = help: write to trial.folder / "net.json", with: from hypertemplate import trial
model.py:39:27: warning HT306: every trial writes '/srv/net.pickle', and parallel trials overwrite each other's
   39 |     pickle.dump(net, open("/srv/net.pickle", "wb"))
      |                           ^~~~~~~~~~~~~~~~~
      = help: write to trial.folder / "net.pickle", with: from hypertemplate import trial
model.py:40:68: warning HT306: every trial writes '/srv/log.csv', and parallel trials overwrite each other's
   40 |     net.fit(x, callbacks=[ModelCheckpoint("best.keras"), CSVLogger("/srv/log.csv")])
      |                                                                    ^~~~~~~~~~~~~~
      = help: write to trial.folder / "log.csv", with: from hypertemplate import trial
model.py:44:15: warning HT306: every trial adds to '/srv/log.txt', and reads what others added
   44 |     with open("/srv/log.txt", "a") as log:
      |               ^~~~~~~~~~~~~~
      = help: write to trial.folder / "log.txt", with: from hypertemplate import trial
model.py:46:22: warning HT306: every trial writes '/srv/net.txt', and parallel trials overwrite each other's
   46 |     tf.io.write_file("/srv/net.txt", net)
      |                      ^~~~~~~~~~~~~~
      = help: write to trial.folder / "net.txt", with: from hypertemplate import trial
model.py:47:36: warning HT306: every trial writes '/srv/rows', and parallel trials overwrite each other's
   47 |     tf.data.Dataset.range(3).cache("/srv/rows").save("/srv/data")
      |                                    ^~~~~~~~~~~
      = help: write to trial.folder / "rows", with: from hypertemplate import trial
model.py:47:54: warning HT306: every trial writes '/srv/data', and parallel trials overwrite each other's
   47 |     tf.data.Dataset.range(3).cache("/srv/rows").save("/srv/data")
      |                                                      ^~~~~~~~~~~
      = help: write to trial.folder / "data", with: from hypertemplate import trial
