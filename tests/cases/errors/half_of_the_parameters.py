def data():
    x_train = x_test = y_train = 1
    return x_train, y_train, x_test


def model(x_train, x_test, labels):
    return {{uniform(0, 1)}}

# output
model.py:6:5: error HT006: data() returns x_train, y_train, x_test, but model() needs x_train, x_test, labels
    6 | def model(x_train, x_test, labels):
      |     ^~~~~
      = help: return them in that order: return x_train, x_test, y_train
