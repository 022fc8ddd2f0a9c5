class Net:
    def model(self):
        return {{uniform(0, 1)}}

# output
model.py:2:5: error HT005: 'model' is defined inside another function or a class
    2 |     def model(self):
      |     ^~~~~~~~~~~~~~~~
      = help: move def model to the top level of the file
