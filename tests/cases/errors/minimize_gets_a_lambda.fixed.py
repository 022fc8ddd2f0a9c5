from hyperas import optim


def build(x):
    return {{uniform(0, 1)}}


def search(x=1):
    return build(x + 1)


optim.minimize(model=search, data=None)
