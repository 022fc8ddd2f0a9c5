def data():
    x_train, y_train, x_test, y_test = [1], [2], [3], [4]
    return x_train / 255, x_test / 255, y_train * 1, y_test * 1


def model(x_train, y_train, x_test, y_test):
    return {{uniform(0, 1)}}

# output
model.py:6:5: error HT006: data() returns 4 values: by position, an expression of x_test would not become 'x_test' of model()
    6 | def model(x_train, y_train, x_test, y_test):
      |     ^~~~~
      = help: return them in the order of model(): x_train, y_train, x_test, y_test
