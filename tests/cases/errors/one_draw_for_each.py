def data():
    x = [1, 2]
    return x


def model(x):
    return [{{choice([1, 2])[i]}} for i in x]

# output
model.py:7:13: error HT114: one draw for each iteration cannot be compiled yet
    7 |     return [{{choice([1, 2])[i]}} for i in x]
      |             ^~~~~~~~~~~~~~~~~~~~~
      = help: for an item of the drawn value, write the index outside: ({{choice([1, 2])}})[i]
