def f(*values):
    return values


def data():
    x = [1, 2]
    return x


def model(x):
    return f({{uniform(0, 1)}}, x)
