import os


def data():
    x, y = 1, 2
    if os.environ.get('SWAPPED'):
        return x, y
    return x, y


def model(x, y):
    return x * y * {{uniform(0, 1)}}
