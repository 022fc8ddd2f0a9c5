"""Dense layers for rows of numbers: classification.

Replace what data() returns with rows and classes of your own, then:

    python mlp.py                              train once, with the values that stand here
    hypertemplate run mlp.py --max-evals 50    search for better values
    hypertemplate apply mlp.study --write      write the best ones into this file

A comment "tune:" marks the value before it, and says what to try in its place. The space is that of
KerasTuner's guides (keras.io/keras_tuner/getting_started): layers, units, dropout, learning rate on a log
scale; weight decay and AdamW are from the Deep Learning Tuning Playbook
(github.com/google-research/tuning_playbook).
"""

import keras
import numpy as np
from keras import layers


def data():
    """Return rows and classes to train with, and rows and classes to validate with."""
    generator = np.random.default_rng(0)
    x = generator.normal(size=(1200, 20)).astype("float32")
    y = (x[:, 0] * x[:, 1] > 0) + (x[:, 2] + x[:, 3] > 0)  # 3 classes: 0, 1 and 2
    return x[:900], y[:900].astype("int32"), x[900:], y[900:].astype("int32")


def model(x_train, y_train, x_val, y_val):
    """Build, train and score one network."""
    normalization = layers.Normalization()
    normalization.adapt(x_train)

    inputs = keras.Input(x_train.shape[1:])
    x = normalization(inputs)
    for _ in range(2):  # tune: choice([1, 2, 3, 4], name='layers')
        x = layers.Dense(64)(x)  # tune: uniformint(16, 512, log=True)
        if False:  # tune: choice([False, True], name='batch_normalization')
            x = layers.BatchNormalization()(x)
        x = layers.Activation("relu")(x)  # tune: choice(['relu', 'gelu', 'tanh'])
        x = layers.Dropout(0.2)(x)  # tune: uniform(0, 0.5)
    outputs = layers.Dense(int(y_train.max()) + 1, activation="softmax")(x)

    network = keras.Model(inputs, outputs)
    optimizer = keras.optimizers.AdamW(
        learning_rate=1e-3,  # tune: uniform(1e-4, 1e-1, log=True)
        weight_decay=4e-3,  # tune: uniform(1e-5, 1e-1, log=True)
    )
    network.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    batch_size = 32  # tune: choice([16, 32, 64, 128])
    history = network.fit(
        x_train, y_train, batch_size=batch_size, epochs=10, validation_data=(x_val, y_val), verbose=0
    )

    accuracy = max(history.history["val_accuracy"])
    return {"loss": -accuracy, "accuracy": accuracy}


if __name__ == "__main__":
    print(model(*data()))
