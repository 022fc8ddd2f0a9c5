from hyperas import optim


def create_model():
    return {{uniform(0, 1)}}


optim.minimize(create_model)
