def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0, 1)}}


RATE = {{uniform(0, 1)}}
if __name__ == "__main__":
    print({{uniform(0, 1)}})

# output
model.py:10:8: warning HT109: neither data nor model uses 'RATE', so this marker is not searched
   10 | RATE = {{uniform(0, 1)}}
      |        ^~~~~~~~~~~~~~~~~
      = help: remove it, or use its value
model.py:12:11: warning HT109: this marker is not searched: the statement is left out, since it is the __main__ part
   12 |     print({{uniform(0, 1)}})
      |           ^~~~~~~~~~~~~~~~~
      = help: move it to where its value is used, or remove it
