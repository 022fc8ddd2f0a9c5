def data():
    n = 2
    x = [1, 2]
    return x, n


def model(x, n):
    return n * {{uniform(0, 1)}}
