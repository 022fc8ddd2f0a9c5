def train():
    return {'loss': {{randint(1, 5)}}}

if __name__ == '__main__':
    train()
