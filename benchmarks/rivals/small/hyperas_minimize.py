"""40 small trials with Hyperas.

python hyperas_minimize.py FOLDER SEED
"""

import sys

import task
from epoch_log import EpochLog
from hyperas import optim
from hyperas.distributions import choice, uniform
from hyperopt import STATUS_OK, Trials, tpe


def data():
    x, y = task.data()
    return x, y


def model(x, y):
    trained = task.network(
        units={{choice([32, 64, 128])}},
        activation={{choice(["relu", "tanh"])}},
        dropout={{uniform(0, 0.5)}},
    )
    history = trained.fit(x, y, epochs=1, callbacks=[EpochLog(sys.argv[1])], verbose=0)
    return {"loss": history.history["loss"][-1], "status": STATUS_OK, "model": trained}


if __name__ == "__main__":
    optim.minimize(
        model=model,
        data=data,
        algo=tpe.suggest,
        max_evals=task.TRIALS,
        trials=Trials(),
        rseed=int(sys.argv[2]),
        verbose=False,
    )
