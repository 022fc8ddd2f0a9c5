def data():
    x = [1, 2]
    return x


def model(x):
    print(f"{x} {unknown}")
    return scal({{uniform(0, 1)}})


scale = print
print(nowhere)

# output
model.py:7:11: error HT301: 'unknown' is not defined
    7 |     print(f"{x} {unknown}")
      |           ^~~~~~~~~~~~~~~~
      = help: import it, or define 'unknown' at the top level
model.py:8:12: error HT301: 'scal' is not defined
    8 |     return scal({{uniform(0, 1)}})
      |            ^~~~
      = help: did you mean scale?
