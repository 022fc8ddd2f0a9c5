"""A Keras of a few lines, whose fit takes the losses of its epochs; its text is that of a module."""

KERAS = """
    __version__ = '3.99'
    state = []
    class utils:
        @staticmethod
        def set_random_seed(seed): state.append(seed)
    class backend:
        @staticmethod
        def clear_session(): state.clear()
        @staticmethod
        def backend(): return 'paper'
    class callbacks:
        class Callback:
            def set_model(self, model): self.model = model
            def set_params(self, params): self.params = params
            def on_train_begin(self, logs=None): pass
            def on_train_end(self, logs=None): pass
        class CallbackList: pass
    class Model:
        def fit(self, losses, callbacks=()):
            self.stop_training = False
            for callback in callbacks:
                callback.set_model(self)
                callback.set_params({'epochs': len(losses)})
                callback.on_train_begin()
            self.history = {'val_loss': [], 'val_accuracy': []}
            for epoch, loss in enumerate(losses):
                logs = {'val_loss': loss, 'val_accuracy': 1 - loss}
                for key, value in logs.items():
                    self.history[key].append(value)
                for callback in callbacks:
                    callback.on_epoch_end(epoch, logs)
                if self.stop_training:
                    break
            for callback in callbacks:
                callback.on_train_end()
            return self
"""
