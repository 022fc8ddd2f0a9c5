from hyperas import optim


def data():
    return 1


def small(x):
    return x * {{uniform(0, 1)}}


def main():
    optim.minimize(model=small, data=data)


main()
