from hyperas import optim


def data():
    x = 1
    return x


def build(x):
    return x * {{uniform(0, 1)}}


optim.minimize(model=build, data=data)
