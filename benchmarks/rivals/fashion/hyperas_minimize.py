"""Hyperas's search for Fashion-MNIST.

    python hyperas_minimize.py FOLDER SEED

Written as Hyperas's README shows: `data` and `model`, markers in the model, and `optim.minimize`, which has
neither processes beside each other nor a pruner, nor an end by time. It says what it has found when it is
done, so the model writes down what its trials came to.
"""

import sys

import task
import trial_log
from epoch_log import EpochLog
from hyperas import optim
from hyperas.distributions import choice, loguniform, uniform
from hyperopt import STATUS_OK, Trials, tpe


def data():
    x_train, y_train, x_val, y_val = task.data()
    return x_train, y_train, x_val, y_val


def model(x_train, y_train, x_val, y_val):
    values = dict(
        layers={{choice([1, 2, 3, 4])}},
        units_0={{choice(list(range(32, 513, 32)))}},
        units_1={{choice(list(range(32, 513, 32)))}},
        units_2={{choice(list(range(32, 513, 32)))}},
        units_3={{choice(list(range(32, 513, 32)))}},
        dropout={{uniform(0, 0.5)}},
        activation={{choice(["relu", "tanh", "elu"])}},
        optimizer={{choice(["adam", "rmsprop", "sgd"])}},
        learning_rate={{loguniform(-9.21, -2.3)}},
        batch_size={{choice([32, 64, 128, 256])}},
    )
    trained = task.network(
        units=[values[f"units_{i}"] for i in range(values["layers"])],
        dropout=values["dropout"],
        activation=values["activation"],
        optimizer=values["optimizer"],
        learning_rate=values["learning_rate"],
    )
    history = trained.fit(
        x_train,
        y_train,
        batch_size=values["batch_size"],
        epochs=task.EPOCHS,
        validation_data=(x_val, y_val),
        callbacks=[EpochLog(sys.argv[1])],
        verbose=0,
    )
    accuracy = max(history.history["val_accuracy"])
    trial_log.write(sys.argv[1], "trials", values=values, loss=-accuracy)
    return {"loss": -accuracy, "status": STATUS_OK, "model": trained}


if __name__ == "__main__":
    optim.minimize(
        model=model,
        data=data,
        algo=tpe.suggest,
        max_evals=1000,
        trials=Trials(),
        rseed=int(sys.argv[2]),
        verbose=False,
    )
