from hyperas import optim


def build():
    return {{uniform(0, 1)}}


optim.minimize(model=build, data=None)
