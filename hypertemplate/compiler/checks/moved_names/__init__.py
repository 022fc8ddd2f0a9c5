"""Names that Keras 3 and other libraries removed, each with what to write today."""
