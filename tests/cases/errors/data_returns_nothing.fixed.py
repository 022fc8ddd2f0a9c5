def data():
    x = 1
    return x


def model(x):
    return {{uniform(0, 1)}}
