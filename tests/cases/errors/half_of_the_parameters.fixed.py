def data():
    x_train = x_test = y_train = 1
    return x_train, x_test, y_train


def model(x_train, x_test, labels):
    return {{uniform(0, 1)}}
