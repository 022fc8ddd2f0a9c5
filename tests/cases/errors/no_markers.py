def data():
    x = [1, 2]
    return x


def model(x):
    return x

# output
model.py:6:5: error HT201: there are no markers, so there is nothing to search
    6 | def model(x):
      |     ^~~~~
      = help: mark a value in model(), as in rate = {{uniform(0, 0.5)}}
