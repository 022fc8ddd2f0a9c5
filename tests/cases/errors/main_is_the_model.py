def model():
    return {'loss': {{uniform(0, 1)}}}

def train():
    return {'loss': {{randint(1, 5)}}}

if __name__ == '__main__':
    train()

# output
model.py:5:21: warning HT109: neither data nor model uses 'train', so this marker is not searched
    5 |     return {'loss': {{randint(1, 5)}}}
      |                     ^~~~~~~~~~~~~~~~~
      = help: if train() is what you search, say so: --model train
