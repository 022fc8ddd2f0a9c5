from hyperas import optim


def build():
    return {{uniform(0, 1)}}


optim.minimize(model=biuld, data=lode)

# output
model.py:8:22: error HT003: no function is named 'biuld'; the file has build
    8 | optim.minimize(model=biuld, data=lode)
      |                      ^~~~~
      = help: did you mean build?
model.py:8:34: error HT004: no function is named 'lode'; the file has build
    8 | optim.minimize(model=biuld, data=lode)
      |                                  ^~~~
      = help: define it: def lode(...):
