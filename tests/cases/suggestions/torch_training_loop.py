"""A training loop of PyTorch's own, with constants above it."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

BATCH_SIZE, EPOCHS = 64, 2
LR = 0.05
torch.manual_seed(0)

images, labels = load_digits(return_X_y=True)
images = torch.tensor(images / 16, dtype=torch.float32)
labels = torch.tensor(labels)
train_loader = DataLoader(TensorDataset(images[:1400], labels[:1400]), batch_size=BATCH_SIZE, shuffle=True)
test_loader = DataLoader(TensorDataset(images[1400:], labels[1400:]), batch_size=BATCH_SIZE)

model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Dropout(p=0.2), nn.Linear(128, 10))
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=LR, momentum=0.9, weight_decay=5e-4)

for epoch in range(EPOCHS):
    for x, y in train_loader:
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()

with torch.no_grad():
    correct = sum((model(x).argmax(1) == y).sum().item() for x, y in test_loader)
test_accuracy = correct / 397
print(test_accuracy)

# output
# no.  where        today              search
#   1  model.py:8   BATCH_SIZE = 64    choice([16, 32, 64, 128])
#   2  model.py:9   LR = 0.05          uniform(0.005, 1, log=True)
#   3  model.py:18  p=0.2              uniform(0, 0.5)
#   4  model.py:20  momentum=0.9       uniform(0.5, 0.99)
#   5  model.py:20  weight_decay=5e-4  uniform(5e-5, 0.005, log=True)
