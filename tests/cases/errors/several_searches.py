from hyperas import optim


def data():
    return 1


def small(x):
    return x * {{uniform(0, 1)}}


def large(x):
    return x * {{uniform(0, 9)}}


def main():
    optim.minimize(model=small, data=data)
    optim.minimize(model=large, data=data)


main()

# output
model.py:17:5: error HT003: several minimize() calls name different models: small, large
   17 |     optim.minimize(model=small, data=data)
      |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: choose one: --model small
