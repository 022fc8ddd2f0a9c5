import numpy as np
import keras

if __name__ == "__main__":
    keras.utils.set_random_seed(2)

    # data
    x = np.random.rand(200, 3)
    y = x.sum(axis=1)

    # model
    model = keras.Sequential(
        [
            keras.layers.Dense({{choice([4, 8])}}, activation="relu"),
            keras.layers.Dense(1),
        ]
    )
    model.compile(keras.optimizers.Adam({{loguniform(-7, -3)}}), "mse")
    history = model.fit(x, y, epochs=2, validation_split=0.2, verbose=0)
    print(min(history.history["val_loss"]))
