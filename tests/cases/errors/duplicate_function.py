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
model.py:1:5: warning HT007: 'data' is defined again on line 14, and that one counts
    1 | def data():
      |     ^~~~
      = help: remove this one, or give it another name
model.py:6:5: warning HT007: 'model' is defined again on line 10, and that one counts
    6 | def model(x):
      |     ^~~~~
      = help: remove this one, or give it another name
