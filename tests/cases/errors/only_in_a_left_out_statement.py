def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0, 1)}} * best


best = optim.minimize(model, data)

# output
model.py:7:32: error HT301: 'best' is defined only on line 10, which is left out: it calls minimize
    7 |     return {{uniform(0, 1)}} * best
      |                                ^~~~
      = help: define 'best' in a statement of its own
