from hyperas import optim


def data(size):
    x = size
    return x


def build(x):
    return x * {{uniform(0, 1)}}


optim.minimize(build, data, data_args=(1,))
optim.minimize(build, data, data_args=(2,))
optim.minimize(build, data, data_args=(1,), max_evals=3)

# output
model.py:14:1: warning HT012: several minimize() calls give different data_args; those of line 13 count
   14 | optim.minimize(build, data, data_args=(2,))
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: remove the calls that you do not mean
