from hyperas import optim


def build():
    return {{uniform(0, 1)}}


optim.minimize(model=biuld, data=None)

# output
model.py: error HT003: no function is named 'biuld'; the file has build
      = help: did you mean --model build?
