def model():
    rate = {{uniform(0, 1)}}
    print rate
    return rate

# output
model.py:3:5: error HT011: this is Python 2 source (a print statement), and only Python 3 can run it
    3 |     print rate
      |     ^~~~~~~~~~
      = help: write print(...)
