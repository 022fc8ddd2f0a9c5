def data():
    x = [1, 2]
    return x


def model(x):
    return [{{choice([1, 2])[i]}} for i in x]

# output
model.py:7:13: error HT114: how many values i takes is not known before the trial: its loop is over x, not over range(...)
    7 |     return [{{choice([1, 2])[i]}} for i in x]
      |             ^~~~~~~~~~~~~~~~~~~~~
      = help: say at most how many: {{choice([1, 2])[i:8]}}
