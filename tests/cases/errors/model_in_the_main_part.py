if __name__ == '__main__':
    def model():
        return {{uniform(0, 1)}}

# output
model.py:2:9: error HT005: the model function 'model' is defined in the __main__ part, which is left out
    2 |     def model():
      |         ^~~~~
      = help: move it above the __main__ part
