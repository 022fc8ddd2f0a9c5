"""A regression of house prices whose settings are options of the command line."""

import argparse

import keras
from keras import layers
from keras.optimizers import SGD
from sklearn.datasets import make_regression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--learning-rate", type=float, default=0.01)
    parser.add_argument("--momentum", type=float, default=0.9)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--hidden", type=int, default=64, help="units of each hidden layer")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def build_model(n_features, hidden=32, dropout=0.25, depth=2):
    model = keras.Sequential()
    model.add(keras.Input((n_features,)))
    for _ in range(depth):
        model.add(layers.Dense(hidden, activation="relu", kernel_regularizer=keras.regularizers.l2(1e-4)))
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(1))
    return model


def main():
    args = parse()
    keras.utils.set_random_seed(args.seed)
    x, y = make_regression(n_samples=300, n_features=13, noise=0.1, random_state=args.seed)
    x_train, x_test, y_train, y_test = train_test_split(x, y / y.std(), test_size=0.2, random_state=args.seed)
    scaler = StandardScaler().fit(x_train)

    model = build_model(x.shape[1], hidden=args.hidden)
    model.compile(optimizer=SGD(args.learning_rate, momentum=args.momentum, clipnorm=1.0), loss="mse", metrics=["mae"])
    model.fit(scaler.transform(x_train), y_train, batch_size=args.batch_size, epochs=args.epochs, verbose=0)
    _, mae = model.evaluate(scaler.transform(x_test), y_test, verbose=0)
    return mae


if __name__ == "__main__":
    print(main())

# output
# no.  where        today                 search
#   1  model.py:15  learning_rate = 0.01  uniform(0.001, 0.3, log=True)
#   2  model.py:16  momentum = 0.9        uniform(0.5, 0.99)
#   3  model.py:17  batch_size = 16       choice([8, 16, 32, 64])
#   4  model.py:19  hidden = 64           quniform(16, 256, 16, log=True)
#   5  model.py:24  dropout=0.25          uniform(0, 0.5)
#   6  model.py:24  depth=2               uniformint(1, 4)
#   7  model.py:28  activation="relu"     choice(["relu", "elu", "gelu", "tanh"])
#   8  model.py:42  clipnorm=1.0          uniform(0.1, 10, log=True)
