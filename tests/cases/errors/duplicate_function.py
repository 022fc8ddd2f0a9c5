def data():
    x = [1, 2]
    return x


def model(x):
    return 1


def model(x):
    return {{uniform(0, 1)}}


def data():
    return 2

# output
model.py:1:5: warning HT007: 'data' is defined again on line 14, which replaces this one
    1 | def data():
      |     ^~~~
      = help: remove or rename this one
model.py:6:5: warning HT007: 'model' is defined again on line 10, which replaces this one
    6 | def model(x):
      |     ^~~~~
      = help: remove or rename this one
