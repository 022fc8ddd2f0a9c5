def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0, 1000)}}, {{uniform(1, 1000, log=True)}}
