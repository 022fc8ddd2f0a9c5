"""Run with python -m digits.train."""

from .dataset import split
from .models import make_model


def main():
    x_train, x_test, y_train, y_test = split()
    model = make_model()
    model.fit(x_train, y_train)
    return model.score(x_test, y_test)


score = main()
print("score", score)
