import torch


class Net(torch.nn.Module):
    def __init__(self, units):
        super().__init__()
        self.hidden = torch.nn.Linear(4, units)
        self.out = torch.nn.Linear(units, 1)

    def forward(self, x):
        return self.out(torch.relu(self.hidden(x)))


def data():
    x = torch.linspace(-1, 1, 64).reshape(16, 4)
    return x, x.sum(1, keepdim=True)


def model(x, y):
    net = Net({{choice([4, 8])}})
    optimizer = torch.optim.Adam(net.parameters(), lr={{loguniform(-6, -3)}})
    for _ in range(20):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(net(x), y).backward()
        optimizer.step()
    loss = torch.nn.functional.mse_loss(net(x), y).item()
    return {'loss': loss, 'model': net, 'predicted': net(x[:1]).item()}
