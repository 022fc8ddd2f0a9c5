from hyperas import optim


def build(x):
    return {{uniform(0, 1)}}


optim.minimize(model=lambda x: build(x + 1), data=None)

# output
model.py:8:22: error HT005: minimize() takes the name of the model function, got lambda x: build(x + 1)
    8 | optim.minimize(model=lambda x: build(x + 1), data=None)
      |                      ^~~~~~~~~~~~~~~~~~~~~~
      = help: define it with def at the top level, and pass its name
