import tensorflow as tf

tf.keras.utils.set_random_seed(5)

x = tf.random.normal((128, 4))
y = tf.reduce_sum(x, axis=1, keepdims=True)
dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(32)

model = tf.keras.Sequential([tf.keras.layers.Dense({{choice([4, 8])}}, activation="relu"), tf.keras.layers.Dense(1)])
optimizer = tf.keras.optimizers.Adam({{loguniform(-6, -3)}})
loss_fn = tf.keras.losses.MeanSquaredError()


@tf.function
def train_step(xb, yb):
    with tf.GradientTape() as tape:
        loss = loss_fn(yb, model(xb, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


for epoch in range(2):
    total = tf.keras.metrics.Mean()
    for xb, yb in dataset:
        total.update_state(train_step(xb, yb))
    train_loss = float(total.result())
print(train_loss)
