def data():
    x = [1, 2]
    return x


def model(x):
    return {{choise([1, 2])}}

# output
model.py:7:14: error HT102: unknown distribution 'choise'
    7 |     return {{choise([1, 2])}}
      |              ^~~~~~
      = help: did you mean choice?
