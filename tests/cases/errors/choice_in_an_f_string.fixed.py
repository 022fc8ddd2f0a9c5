from hyperas.distributions import *


def model():
    units = {{choice([2, 3])}}
    width = f'{units}'
    return width, {{uniform(0, 1)}}
