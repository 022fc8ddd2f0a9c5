def data():
    x = [1, 2]
    return x


def model(x):
    return [{{choice([1, 2])[i]}} for i in x]

# output
model.py:7:13: error HT114: an index counts from 0, and i is an item of x
    7 |     return [{{choice([1, 2])[i]}} for i in x]
      |             ^~~~~~~~~~~~~~~~~~~~~
      = help: write {{choice([1, 2])[j:8]}} under for j, i in enumerate(x)
