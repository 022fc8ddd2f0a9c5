import json
import os
import pickle
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras.callbacks import CSVLogger, ModelCheckpoint
from hypertemplate import trial

LOG = "log.txt"
with open("setup.txt", "w") as file:
    file.write("once")


def data():
    np.save("cache.npy", np.zeros(3))
    return np.load("cache.npy")


def scores(history):
    pd.DataFrame(history).to_csv("history.csv")
    plt.savefig(os.path.join("plots", "loss.png"))


def never_called():
    open("never.txt", "w")


def model(x):
    net = {{choice(["small", "big"])}}
    with open(LOG, mode="a") as log:
        log.write(net)
    Path("out") / "net.json"
    Path("out", "net.json").write_text(json.dumps(net))
    pickle.dump(net, open("net.pickle", "wb"))
    net.fit(x, callbacks=[ModelCheckpoint("best.keras"), CSVLogger("/tmp/log.csv")])
    scores(net)
    open(LOG).read()
    open(trial.folder / "mine.txt", "w")
    with open("log.txt", "a") as log:
        log.write("end")
    return 0

# output
model.py:23:34: warning HT306: every trial writes 'history.csv', and trials that run at once overwrite each other's
   23 |     pd.DataFrame(history).to_csv("history.csv")
      |                                  ^~~~~~~~~~~~~
      = help: write to trial.folder / "history.csv", with: from hypertemplate import trial
model.py:24:17: warning HT306: every trial writes 'plots/loss.png', and trials that run at once overwrite each other's
   24 |     plt.savefig(os.path.join("plots", "loss.png"))
      |                 ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: write to trial.folder / "loss.png", with: from hypertemplate import trial
model.py:33:15: warning HT306: every trial adds to 'log.txt', and reads what others added
   33 |     with open(LOG, mode="a") as log:
      |               ^~~
      = help: write to trial.folder / "log.txt", with: from hypertemplate import trial
model.py:36:5: warning HT306: every trial writes 'out/net.json', and trials that run at once overwrite each other's
   36 |     Path("out", "net.json").write_text(json.dumps(net))
      |     ^~~~~~~~~~~~~~~~~~~~~~~
      = help: write to trial.folder / "net.json", with: from hypertemplate import trial
model.py:37:27: warning HT306: every trial writes 'net.pickle', and trials that run at once overwrite each other's
   37 |     pickle.dump(net, open("net.pickle", "wb"))
      |                           ^~~~~~~~~~~~
      = help: write to trial.folder / "net.pickle", with: from hypertemplate import trial
model.py:38:68: warning HT306: every trial writes '/tmp/log.csv', and trials that run at once overwrite each other's
   38 |     net.fit(x, callbacks=[ModelCheckpoint("best.keras"), CSVLogger("/tmp/log.csv")])
      |                                                                    ^~~~~~~~~~~~~~
      = help: write to trial.folder / "log.csv", with: from hypertemplate import trial
model.py:42:15: warning HT306: every trial adds to 'log.txt', and reads what others added
   42 |     with open("log.txt", "a") as log:
      |               ^~~~~~~~~
      = help: write to trial.folder / "log.txt", with: from hypertemplate import trial
