from config import Config
from data import load_data
from nets import Network
from training import train

x, y = load_data()
network = Network(x.shape[1])
loss = train(network, x, y, Config())
print("loss", loss)
