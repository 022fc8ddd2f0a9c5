import keras
from keras import layers
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(1)

X, y = load_iris(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=1)


def create_model(input_dim, num_classes):
    model = keras.Sequential()
    model.add(keras.Input((input_dim,)))
    model.add(layers.Dense({{choice([8, 16])}}, activation="relu"))
    model.add(layers.Dense(num_classes, activation="softmax"))
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


model = create_model(X.shape[1], 3)
history = model.fit(X_train, y_train, epochs=2, batch_size={{choice([8, 32])}}, validation_split=0.2, verbose=0)
loss, accuracy = model.evaluate(X_test, y_test, verbose=0)
print("accuracy", accuracy)
print(min(history.history["val_loss"]))
