from hyperas import optim


def data(size):
    x = size
    return x


def build(x):
    return x * {{uniform(0, 1)}}


optim.minimize(build, data, data_args=(1,))
optim.minimize(build, data, data_args=(1,), max_evals=3)
