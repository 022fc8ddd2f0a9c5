from hyperas import optim


def small():
    x = 1
    return x


def large():
    x = 2
    return x


def build(x):
    return x * {{uniform(0, 1)}}


optim.minimize(build, small)
optim.minimize(build, large)

# output
model.py:18:1: error HT012: several minimize() calls give 'build' different data: small (line 18), large (line 19)
   18 | optim.minimize(build, small)
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: choose one: --data small
