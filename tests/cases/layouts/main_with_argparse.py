"""Train a small network on two moons. Usage: python main_with_argparse.py --epochs 2"""
import argparse
import logging

from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split
from tensorflow import keras

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
logger = logging.getLogger(__name__)


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--out", default="moons.keras")
    return parser.parse_args()


def load_data(samples):
    logger.info("making %d samples", samples)
    X, y = make_moons(samples, noise=0.25, random_state=1)
    return train_test_split(X.astype("float32"), y, test_size=0.3, random_state=1)


def build_model(input_dim):
    model = keras.Sequential()
    model.add(keras.Input((input_dim,)))
    for _ in range({{choice([1, 2], name="layers")}}):
        model.add(keras.layers.Dense({{choice([8, 16])}}, activation="relu"))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"])
    return model


def main():
    args = parse_args()
    keras.utils.set_random_seed(3)
    X_train, X_val, y_train, y_val = load_data(args.samples)
    model = build_model(X_train.shape[1])
    model.fit(X_train, y_train, validation_data=(X_val, y_val), epochs=args.epochs, batch_size={{choice([16, 32])}}, verbose=0)
    loss, acc = model.evaluate(X_val, y_val, verbose=0)
    logger.info("val accuracy %.4f", acc)
    model.save(args.out)
    print(acc)
    return acc


if __name__ == "__main__":
    main()
