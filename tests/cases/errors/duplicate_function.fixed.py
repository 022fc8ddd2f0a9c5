def model(x):
    return {{uniform(0, 1)}}


def data():
    return 2
