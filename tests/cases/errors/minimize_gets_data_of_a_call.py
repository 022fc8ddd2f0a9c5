from hyperas import optim


def data():
    x = 1
    return x


def build(x):
    return x * {{uniform(0, 1)}}


optim.minimize(model=build, data=lambda: 2)

# output
model.py:13:34: error HT005: the data that minimize() gets must be the name of a function, got lambda: 2
   13 | optim.minimize(model=build, data=lambda: 2)
      |                                  ^~~~~~~~~
      = help: define it with def, and pass its name
