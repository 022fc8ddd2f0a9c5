from hyperas import optim


def data():
    x = 1
    return x


def build(x):
    return x * {{uniform(0, 1)}}


optim.minimize(model=build, data=lambda: 2)

# output
model.py:13:34: error HT005: minimize() takes the name of the data function, got lambda: 2
   13 | optim.minimize(model=build, data=lambda: 2)
      |                                  ^~~~~~~~~
      = help: define it with def at the top level, and pass its name
