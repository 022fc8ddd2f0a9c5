"""The search for the digits with hypertemplate, which watches `fit` as it stands."""

from task import EPOCHS, data, network

from hypertemplate.distributions import choice, loguniform, quniform, uniform


def model(x_train, y_train, x_val, y_val):
    """Train one network; the best validation accuracy of its epochs counts."""
    trained = network(
        units=[{{quniform(16, 128, 16)[i]}} for i in range({{choice([1, 2], name="layers")}})],
        dropout={{uniform(0, 0.5)}},
        optimizer={{choice(["adam", "rmsprop"])}},
        learning_rate={{loguniform(-9.21, -2.3)}},
    )
    history = trained.fit(
        x_train,
        y_train,
        batch_size={{choice([16, 32, 64])}},
        epochs=EPOCHS,
        validation_data=(x_val, y_val),
        verbose=0,
    )
    return -max(history.history["val_accuracy"])
