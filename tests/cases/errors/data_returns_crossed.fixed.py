def data():
    x_train, y_train, x_test, y_test = [1], [2], [3], [4]
    return x_train / 255, y_train * 1, x_test / 255, y_test * 1


def model(x_train, y_train, x_test, y_test):
    return {{uniform(0, 1)}}
