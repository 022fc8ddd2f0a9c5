"""A training loop of one's own: digits, learned by scikit-learn batch by batch, which reports each epoch.

    hypertemplate run examples/custom_loop.py --prune

`report` does nothing when this file runs by itself, without a search.
"""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

from hypertemplate import report

EPOCHS = 30


def data():
    """Return pixels from 0 to 1 and digits: for training, then for validation."""
    images, digits = load_digits(return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(images / 16, digits, random_state=0)
    return x_train, y_train, x_test, y_test


def model(x_train, y_train, x_test, y_test):
    """Learn in batches, and report how good the classifier is after each epoch."""
    classifier = SGDClassifier(
        loss="log_loss",
        alpha={{uniform(6e-6, 5e-2, log=True)}},
        learning_rate="constant",
        eta0={{uniform(1e-3, 3, log=True)}},
        random_state=0,
    )
    random = np.random.default_rng(0)
    for epoch in range(EPOCHS):
        for batch in np.array_split(random.permutation(len(x_train)), {{quniform(5, 50, 5)}}):
            classifier.partial_fit(x_train[batch], y_train[batch], classes=range(10))
        accuracy = classifier.score(x_test, y_test)
        report(step=epoch, loss=log_loss(y_test, classifier.predict_proba(x_test)), val_accuracy=accuracy)
    return {"loss": -accuracy, "val_accuracy": accuracy}
