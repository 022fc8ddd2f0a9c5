def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0, 1)}} * best


best = optim.minimize(model, data)

# output
model.py:7:32: error HT301: 'best' is the result of the search on line 10, and does not exist in a trial
    7 |     return {{uniform(0, 1)}} * best
      |                                ^~~~
      = help: remove 'best' from data and model
