def data():
    x = [1, 2]
    return x


def model(x):
    return {{gauss(0, 1)}}

# output
model.py:7:14: error HT102: unknown distribution 'gauss'
    7 |     return {{gauss(0, 1)}}
      |              ^~~~~
      = help: one of choice, lognormal, loguniform, normal, pchoice, qlognormal, qloguniform, qnormal, quniform, randint, uniform, uniformint
