if __name__ == '__main__':
    def model():
        return {{uniform(0, 1)}}

# output
model.py:2:9: error HT005: the model function 'model' is defined in the __main__ part, which is left out
    2 |     def model():
      |         ^~~~~
      = help: move it above the __main__ part
model.py:3:16: warning HT109: this marker is not searched: its statement is left out, since it is the __main__ part
    3 |         return {{uniform(0, 1)}}
      |                ^~~~~~~~~~~~~~~~~
      = help: move it to where its value is used, or remove it
