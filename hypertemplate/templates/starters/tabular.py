"""Dense layers for tables of numbers and categories: yes or no.

Replace what data() returns with tables and outcomes of your own, name their columns, then:

    python tabular.py                              train once, with the values that stand here
    hypertemplate run tabular.py --max-evals 50    search for better values
    hypertemplate apply tabular.study --write      write the best ones into this file

A comment "tune:" marks the value before it, and says what to try in its place. Preprocessing layers learn
means and categories from the training table, as in Keras's guide (keras.io/examples/structured_data).
Dropout, learning rate, weight decay and the upper end of the units are those that Gorishniy et al. 2021
searched for their MLP (arxiv.org/abs/2106.11959, appendix).
"""

import keras
import numpy as np
from keras import layers

NUMBERS = ["age", "income"]
CATEGORIES = ["job", "city"]


def data():
    """Return columns by name and outcomes, 0 or 1, to train with, and the same to validate with."""
    generator = np.random.default_rng(0)
    rows = 1500
    table = {
        "age": generator.normal(45, 12, rows).astype("float32"),
        "income": generator.lognormal(10, 0.5, rows).astype("float32"),
        "job": generator.choice(["nurse", "clerk", "baker", "pilot"], rows),
        "city": generator.choice(["Oslo", "Lima", "Turin"], rows),
    }
    score = (table["age"] - 45) / 12 + np.log(table["income"]) - 10
    score += 1.5 * ((table["job"] == "pilot") & (table["city"] != "Oslo"))
    y = (score + generator.logistic(size=rows) > 0.5).astype("float32")
    train = {name: column[:1100] for name, column in table.items()}
    rest = {name: column[1100:] for name, column in table.items()}
    return train, y[:1100], rest, y[1100:]


def model(train, y_train, rest, y_rest):
    """Build, train and score one network."""
    inputs, encoded, arrays = {}, [], {"train": {}, "rest": {}}
    for name in NUMBERS:
        normalization = layers.Normalization(axis=None)
        normalization.adapt(train[name])
        inputs[name] = keras.Input((1,), name=name)
        encoded.append(normalization(inputs[name]))
        arrays["train"][name], arrays["rest"][name] = train[name], rest[name]
    for name in CATEGORIES:
        lookup = layers.StringLookup(vocabulary=sorted(set(train[name].tolist())))
        inputs[name] = keras.Input((1,), name=name, dtype="int64")
        width = 4  # tune: uniformint(1, 32, log=True, name='embedding')
        embedding = layers.Embedding(lookup.vocabulary_size(), width)
        encoded.append(layers.Flatten()(embedding(inputs[name])))
        arrays["train"][name] = np.asarray(lookup(train[name]))
        arrays["rest"][name] = np.asarray(lookup(rest[name]))

    x = layers.Concatenate()(encoded)
    for _ in range(2):  # tune: choice([1, 2, 3, 4], name='layers')
        x = layers.Dense(64, activation="relu")(x)  # tune: uniformint(8, 512, log=True)
        x = layers.Dropout(0.1)(x)  # tune: uniform(0, 0.5)
    outputs = layers.Dense(1, activation="sigmoid")(x)

    network = keras.Model(inputs, outputs)
    optimizer = keras.optimizers.AdamW(
        learning_rate=1e-3,  # tune: uniform(1e-5, 1e-2, log=True)
        weight_decay=1e-4,  # tune: uniform(1e-6, 1e-3, log=True)
    )
    network.compile(optimizer, "binary_crossentropy", metrics=[keras.metrics.AUC(name="auc")])
    batch_size = 64  # tune: choice([32, 64, 128, 256])
    history = network.fit(
        arrays["train"],
        y_train,
        batch_size=batch_size,
        epochs=8,
        validation_data=(arrays["rest"], y_rest),
        verbose=0,
    )

    auc = max(history.history["val_auc"])
    return {"loss": -auc, "auc": auc}


if __name__ == "__main__":
    print(model(*data()))
