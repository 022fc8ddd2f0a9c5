import keras
import numpy as np


class Trainer:
    def __init__(self, units, learning_rate):
        self.model = keras.Sequential([keras.layers.Dense(units, activation="tanh"), keras.layers.Dense(1)])
        self.model.compile(keras.optimizers.SGD(learning_rate), loss="mse", metrics=["mae"])
        self.history = None

    def train(self, x, y, epochs):
        self.history = self.model.fit(x, y, epochs=epochs, validation_split=0.25, verbose=0)

    def evaluate(self, x, y):
        return self.model.evaluate(x, y, verbose=0)


if __name__ == "__main__":
    keras.utils.set_random_seed(4)
    x = np.linspace(-1, 1, 120).reshape(-1, 1)
    y = x**2

    trainer = Trainer(units={{choice([4, 16])}}, learning_rate={{uniform(0.01, 0.1)}})
    trainer.train(x, y, epochs=2)
    trainer.evaluate(x, y)
    print(min(trainer.history.history["val_loss"]))
