import math

from curves import curve

LARGEST = 4.0


def data():
    points = [(x / 10, curve(x / 10)) for x in range(30)]
    spacing = 0.1
    return points[:20], points[20:]


def basis(kind, x, width):
    return math.tanh(width * x) if kind == 'tanh' else min(width * x, 1.0)


def model(train, test):
    depth = {{choice([1, 2, 3])}}
    widths = [{{choice([0.5, 1.0, 2.0])[i]}} for i in range(3)][:depth]
    kind = {{choice(['tanh', 'step', choice(['ramp', 'wave'])])}}
    shift = {{normal(0, 0.5)}}
    scale = {{uniform(0.5, LARGEST)}}
    pull = {{choice([0, loguniform(-7, -1)])}}
    if shift > 0.6:
        raise ValueError('the shift is too large')

    def predict(x):
        return scale * sum(basis(kind, x, width) for width in widths) / depth + shift

    def error(points):
        return sum((predict(x) - y) ** 2 for x, y in points) / len(points)

    return {'loss': error(train) + pull * scale, 'held_out': error(test), 'spacing': spacing}
