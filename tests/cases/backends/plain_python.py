import random


class Line:
    def __init__(self, slope, start):
        self.slope = slope
        self.start = start

    def predict(self, x):
        return self.slope * x + self.start


def data():
    return [1, 2, 3], [2, 4, 6]


def model(x, y):
    line = Line({{uniform(1, 3)}}, {{choice([0, 1])}} + random.gauss(0, 0.1))
    loss = sum((line.predict(a) - b) ** 2 for a, b in zip(x, y))
    return {'loss': loss, 'model': line, 'predicted': line.predict(1)}
