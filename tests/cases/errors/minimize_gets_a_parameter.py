from hyperas import optim


def data():
    return [1, 2]


def net_a(x):
    return {{uniform(0, 1)}} * x[0]


def net_b(x):
    return {{uniform(0, 1)}} * x[0]


def search(net):
    return optim.minimize(model=net, data=data)


search(net_a)
search(net_b)

# output
model.py:17:33: error HT005: 'net' can be net_a or net_b here, but a search needs the name of one model function
   17 |     return optim.minimize(model=net, data=data)
      |                                 ^~~
      = help: choose one: --model net_a
