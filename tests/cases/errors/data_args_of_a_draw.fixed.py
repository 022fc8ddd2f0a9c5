from hypertemplate import optim


def data():
    share = {{uniform(0, 1)}}
    return [share]


def model(x):
    return x * {{uniform(0, 1)}}


best = optim.minimize(model=model, data=data, max_evals=2)
