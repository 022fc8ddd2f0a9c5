from .forest import make_forest as make_model

__all__ = ["make_model"]
