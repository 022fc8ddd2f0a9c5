from hyperas import optim


def data():
    return [1, 2]


def net_a(x):
    return {{uniform(0, 1)}} * x[0]


def search(net):
    return optim.minimize(model=net, data=data)


search(net_a)
