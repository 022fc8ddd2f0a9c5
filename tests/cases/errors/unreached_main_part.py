def model():
    return {{uniform(0, 1)}}


if __name__ == '__main__':
    print({{uniform(0, 1)}}, {{choice([1, 2])}})

# output
model.py:6:11: warning HT109: these 2 markers are not searched: the statement is left out, since it is the __main__ part
    6 |     print({{uniform(0, 1)}}, {{choice([1, 2])}})
      |           ^~~~~~~~~~~~~~~~~
      = help: move them to where their values are used, or remove them
