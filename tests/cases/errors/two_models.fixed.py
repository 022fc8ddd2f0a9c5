from hyperas import optim


def first():
    return {{uniform(0, 1)}}


optim.minimize(model=first, data=None)
