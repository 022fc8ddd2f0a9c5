"""Lines of Keras 1 and 2, and what ``check --fix`` makes of them: id, old, new."""

from __future__ import annotations

HEAD = """\
import keras
from keras import backend as K
from keras import callbacks, constraints, layers, models, optimizers, regularizers
from keras.layers import *
net = models.Sequential()
net.compile('sgd', 'mse', metrics=['accuracy'])
"""
"""What every line stands below."""

LINES: dict[str, tuple[str, str]] = {
    "a comment before what goes": (
        "LSTM(4,  # units\n    consume_less='gpu', name='a')",
        "LSTM(4,  # units\n    name='a')",
    ),
    "a comment before the last": ("LSTM(4,  # units\n    consume_less='gpu')", "LSTM(4,  # units\n    )"),
    "a comment with a comma": (
        "LSTM(4,  # units, no more\n    consume_less='gpu',  # gone\n)",
        "LSTM(4,  # units, no more\n    # gone\n)",
    ),
    "a bracket before what goes": ("LSTM((4), consume_less='gpu')", "LSTM((4))"),
    "a bracket around what goes": ("LSTM(4, consume_less=('gpu'), name='a')", "LSTM(4, name='a')"),
    "dense output_dim": ("Dense(output_dim=3)", "Dense(units=3)"),
    "dense init": ("Dense(3, init='he_normal')", "Dense(3, kernel_initializer='he_normal')"),
    "dense bias": ("Dense(3, bias=False)", "Dense(3, use_bias=False)"),
    "dense W_regularizer": ("Dense(3, W_regularizer='l2')", "Dense(3, kernel_regularizer='l2')"),
    "dense b_regularizer": ("Dense(3, b_regularizer='l2')", "Dense(3, bias_regularizer='l2')"),
    "dense W_constraint": ("Dense(3, W_constraint='non_neg')", "Dense(3, kernel_constraint='non_neg')"),
    "dense b_constraint": ("Dense(3, b_constraint='non_neg')", "Dense(3, bias_constraint='non_neg')"),
    "dropout p": ("layers.Dropout(p=0.5)", "layers.Dropout(rate=0.5)"),
    "gaussian dropout p": ("GaussianDropout(p=0.5)", "GaussianDropout(rate=0.5)"),
    "spatial dropout p": ("SpatialDropout1D(p=0.5)", "SpatialDropout1D(rate=0.5)"),
    "noise sigma": ("GaussianNoise(sigma=0.1)", "GaussianNoise(stddev=0.1)"),
    "reshape dims": ("Reshape(dims=(2, 2))", "Reshape(target_shape=(2, 2))"),
    "conv border_mode": ("Conv2D(3, 3, border_mode='same')", "Conv2D(3, 3, padding='same')"),
    "conv subsample": ("Conv2D(3, 3, subsample=(2, 2))", "Conv2D(3, 3, strides=(2, 2))"),
    "conv nb_filter": (
        "Conv2D(nb_filter=3, nb_row=5, nb_col=5)",
        "Conv2D(filters=3, kernel_size=(5, 5))",
    ),
    "conv atrous_rate": ("Conv2D(3, 3, atrous_rate=2)", "Conv2D(3, 3, dilation_rate=2)"),
    "conv dim_ordering": (
        "Conv2D(3, 3, dim_ordering='tf')",
        "Conv2D(3, 3, data_format='channels_last')",
    ),
    "conv sizes by position": ("Convolution2D(32, 5, 3)", "Convolution2D(32, (5, 3))"),
    "conv3d sizes by position": ("Convolution3D(8, 3, 3, 3)", "Convolution3D(8, (3, 3, 3))"),
    "conv1d filter_length": ("Conv1D(3, filter_length=4)", "Conv1D(3, kernel_size=4)"),
    "conv1d subsample_length": ("Conv1D(3, 4, subsample_length=2)", "Conv1D(3, 4, strides=2)"),
    "pooling border_mode": ("MaxPooling2D(border_mode='same')", "MaxPooling2D(padding='same')"),
    "pooling dim_ordering": (
        "MaxPooling2D(dim_ordering='th')",
        "MaxPooling2D(data_format='channels_first')",
    ),
    "pooling pool_length": ("MaxPooling1D(pool_length=2)", "MaxPooling1D(pool_size=2)"),
    "pooling stride": ("AveragePooling1D(2, stride=1)", "AveragePooling1D(2, strides=1)"),
    "upsampling length": ("UpSampling1D(length=2)", "UpSampling1D(size=2)"),
    "upsampling dim_ordering": (
        "UpSampling2D(dim_ordering='tf')",
        "UpSampling2D(data_format='channels_last')",
    ),
    "padding dim_ordering": (
        "ZeroPadding2D(dim_ordering='tf')",
        "ZeroPadding2D(data_format='channels_last')",
    ),
    "batch norm mode": ("BatchNormalization(mode=0, axis=1)", "BatchNormalization(axis=1)"),
    "batch norm gamma_init": (
        "BatchNormalization(gamma_init='ones')",
        "BatchNormalization(gamma_initializer='ones')",
    ),
    "batch norm beta_init": (
        "BatchNormalization(beta_init='zeros')",
        "BatchNormalization(beta_initializer='zeros')",
    ),
    "batch norm fused": ("BatchNormalization(fused=True)", "BatchNormalization()"),
    "lstm output_dim": ("LSTM(output_dim=4)", "LSTM(units=4)"),
    "lstm inner_activation": (
        "LSTM(4, inner_activation='sigmoid')",
        "LSTM(4, recurrent_activation='sigmoid')",
    ),
    "gru inner_init": ("GRU(4, inner_init='zeros')", "GRU(4, recurrent_initializer='zeros')"),
    "lstm dropout_W": (
        "LSTM(4, dropout_W=0.2, dropout_U=0.1)",
        "LSTM(4, dropout=0.2, recurrent_dropout=0.1)",
    ),
    "lstm U_regularizer": (
        "LSTM(4, U_regularizer='l2')",
        "LSTM(4, recurrent_regularizer='l2')",
    ),
    "lstm consume_less": ("LSTM(4, consume_less='gpu')", "LSTM(4)"),
    "embedding init": (
        "Embedding(9, 3, init='uniform')",
        "Embedding(9, 3, embeddings_initializer='uniform')",
    ),
    "sgd lr": ("optimizers.SGD(lr=0.1)", "optimizers.SGD(learning_rate=0.1)"),
    "adam lr": ("optimizers.Adam(lr=0.1)", "optimizers.Adam(learning_rate=0.1)"),
    "rmsprop lr": ("optimizers.RMSprop(lr=0.1)", "optimizers.RMSprop(learning_rate=0.1)"),
    "adadelta lr": ("optimizers.Adadelta(lr=0.1)", "optimizers.Adadelta(learning_rate=0.1)"),
    "adagrad lr": ("optimizers.Adagrad(lr=0.1)", "optimizers.Adagrad(learning_rate=0.1)"),
    "adamax lr": ("optimizers.Adamax(lr=0.1)", "optimizers.Adamax(learning_rate=0.1)"),
    "nadam lr": ("optimizers.Nadam(lr=0.1)", "optimizers.Nadam(learning_rate=0.1)"),
    "optimizers of old names": ("optimizers.adam(lr=0.1)", "optimizers.Adam(learning_rate=0.1)"),
    "decay": (
        "optimizers.SGD(lr=0.1, decay=1e-6)",
        "optimizers.SGD(learning_rate=optimizers.schedules.InverseTimeDecay(0.1, 1, 1e-6))",
    ),
    "decay of nothing": ("optimizers.Adam(0.1, decay=0.0)", "optimizers.Adam(0.1)"),
    "plateau epsilon": (
        "callbacks.ReduceLROnPlateau(epsilon=0.1)",
        "callbacks.ReduceLROnPlateau(min_delta=0.1)",
    ),
    "tensorboard": (
        "callbacks.TensorBoard('logs', batch_size=32, write_grads=True)",
        "callbacks.TensorBoard('logs')",
    ),
    "monitor": (
        'callbacks.EarlyStopping(monitor="val_acc", patience=2)',
        'callbacks.EarlyStopping(monitor="val_accuracy", patience=2)',
    ),
    "checkpoint": (
        "callbacks.ModelCheckpoint('best.hdf5'); print('best.hdf5')",
        "callbacks.ModelCheckpoint('best.keras'); print('best.keras')",
    ),
    "checkpoint of weights": (
        "callbacks.ModelCheckpoint(filepath='w.{epoch:02d}.h5', save_weights_only=True)",
        "callbacks.ModelCheckpoint(filepath='w.{epoch:02d}.weights.h5', save_weights_only=True)",
    ),
    "weights": (
        "where = 'w.hdf5'; net.save_weights(where); net.load_weights(where)",
        "where = 'w.weights.h5'; net.save_weights(where); net.load_weights(where)",
    ),
    "max_norm m": ("constraints.max_norm(m=2)", "constraints.max_norm(max_value=2)"),
    "regularizer l": ("regularizers.l2(l=0.1)", "regularizers.l2(l2=0.1)"),
    "model input": ("models.Model(input=a, output=b)", "models.Model(inputs=a, outputs=b)"),
    "to_categorical": (
        "keras.utils.to_categorical(y, nb_classes=3)",
        "keras.utils.to_categorical(y, num_classes=3)",
    ),
    "utils.np_utils": (
        "keras.utils.np_utils.to_categorical(y)",
        "keras.utils.to_categorical(y)",
    ),
    "nb_epoch": ("net.fit(x, y, nb_epoch=3)", "net.fit(x, y, epochs=3)"),
    "workers": (
        "net.fit(x, y, workers=2, use_multiprocessing=True, max_queue_size=9)",
        "net.fit(x, y)",
    ),
    "fit_generator": (
        "net.fit_generator(flow, 10, 3, verbose=0)",
        "net.fit(flow, steps_per_epoch=10, epochs=3, verbose=0)",
    ),
    "fit_generator by name": (
        "net.fit_generator(generator=flow, nb_epoch=3, nb_worker=2)",
        "net.fit(x=flow, epochs=3)",
    ),
    "evaluate_generator": ("net.evaluate_generator(flow, 5)", "net.evaluate(flow, steps=5)"),
    "predict_generator": ("net.predict_generator(flow, steps=5)", "net.predict(flow, steps=5)"),
    "predict_proba": ("net.predict_proba(x)", "net.predict(x)"),
    "class_mode": (
        "net.compile('sgd', 'mse', class_mode='binary')",
        "net.compile('sgd', 'mse')",
    ),
    "logcosh": ("net.compile('sgd', loss='logcosh')", "net.compile('sgd', loss='log_cosh')"),
    "cosine_proximity": (
        "net.compile('sgd', 'cosine_proximity')",
        "net.compile('sgd', 'cosine_similarity')",
    ),
    "kullback_leibler_divergence": (
        "net.compile('sgd', 'kullback_leibler_divergence')",
        "net.compile('sgd', 'kl_divergence')",
    ),
    "history": ("net.fit(x, y).history['acc']", "net.fit(x, y).history['accuracy']"),
    "a history that has a name": (
        "h = fitted.history; print(h['val_acc'])",
        "h = fitted.history; print(h['val_accuracy'])",
    ),
    "optimizer.lr": ("net.optimizer.lr", "net.optimizer.learning_rate"),
    "K.sqrt": ("K.sqrt(K.mean(x))", "keras.ops.sqrt(keras.ops.mean(x))"),
    "K.variable": ("K.variable(0.1)", "keras.Variable(0.1)"),
    "K.random_normal": ("K.random_normal((2,))", "keras.random.normal((2,))"),
    "K.permute_dimensions": (
        "K.permute_dimensions(x, (1, 0))",
        "keras.ops.transpose(x, (1, 0))",
    ),
}

ADVICE: dict[str, tuple[str, str]] = {
    "batch_input_shape": (
        "LSTM(4, batch_input_shape=(1, 2, 3))",
        "write keras.Input(batch_shape=SHAPE) as the first layer, with this shape as SHAPE",
    ),
    "samples_per_epoch": (
        "net.fit_generator(flow, samples_per_epoch=500)",
        "divide the number of samples by the batch size: steps_per_epoch=samples // batch_size",
    ),
    "show_accuracy": ("net.fit(x, y, show_accuracy=True)", "write metrics=['accuracy'] in compile()"),
    "predict_classes": (
        "net.predict_classes(x)",
        "write numpy.argmax(model.predict(x), axis=-1), for one unit model.predict(x) > 0.5",
    ),
    "dim_ordering of a variable": ("Conv2D(3, 3, dim_ordering=order)", "write data_format=order"),
    "a decay without a rate": (
        "optimizers.SGD(decay=1e-6)",
        "give the optimizer a schedule, keras.optimizers.schedules.InverseTimeDecay",
    ),
    "a metric whose sign changed": (
        "net.compile('sgd', 'mse', metrics=['cosine_proximity'])",
        "write 'cosine_similarity', whose value has the other sign: higher is better",
    ),
    "period": (
        "callbacks.ModelCheckpoint('a.keras', period=2)",
        "drop it: a checkpoint is written after each epoch, or after so many batches with save_freq",
    ),
    "K.int_shape": ("K.int_shape(x)", "write x.shape"),
}
"""Lines that only their author can change: id, line, help."""

ALONE: dict[str, str] = {
    "today's names": "Dense(units=3, kernel_initializer='he_normal'); net.fit(x, y, epochs=3)",
    "another library's method": "forest.fit(x, y, workers=2); forest.predict_proba(x); forest.reset_states()",
    "another library's argument": "clf(lr=0.1, decay=0.1, init='x')",
    "another library's history": "log['acc']",
    "both names given": "Dense(units=3, output_dim=3)",
    "a path that is computed": "callbacks.ModelCheckpoint(folder + '/best.hdf5'); net.save_weights(path)",
    "no path": "callbacks.ModelCheckpoint(); net.save_weights()",
    "a positional size and a kernel": "Convolution2D(32, (5, 3)); Conv2D(32, 3, 3)",
    "an option that is a variable": "callbacks.EarlyStopping(monitor=what)",
}
"""Lines that are left alone."""
