def data():
    x = [1]
    y = [2]
    w = x + y
    return x, y, w


def model(x, y, w):
    return x, y, w, {{uniform(0, 1)}}
