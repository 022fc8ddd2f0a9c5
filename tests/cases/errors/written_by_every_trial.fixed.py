import json
import pickle
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import tensorflow as tf
from keras.callbacks import CSVLogger, ModelCheckpoint
from hypertemplate import trial

with open("setup.txt", "w") as file:
    file.write("once")


def data():
    np.save("cache.npy", np.zeros(3))
    return np.load("cache.npy")


def scores(history):
    pd.DataFrame(history).to_csv(trial.folder / "history.csv")
    pd.DataFrame(history).to_csv("history.csv")
    plt.savefig(trial.folder / "loss.png")


def never_called():
    open("never.txt", "w")


def model(x):
    net = {{choice(["small", "big"])}}
    with open(trial.folder / "log.txt", mode="a") as log:
        log.write(net)
    Path("/srv") / "net.json"
    (trial.folder / "net.json").write_text(json.dumps(net))
    pickle.dump(net, open(trial.folder / "net.pickle", "wb"))
    net.fit(x, callbacks=[ModelCheckpoint("best.keras"), CSVLogger(trial.folder / "log.csv")])
    scores(net)
    open(trial.folder / "log.txt").read()
    open(trial.folder / "mine.txt", "w")
    with open(trial.folder / "log.txt", "a") as log:
        log.write("end")
    tf.io.write_file(trial.folder / "net.txt", net)
    tf.data.Dataset.range(3).cache(trial.folder / "rows").save(trial.folder / "data")
    return 0
