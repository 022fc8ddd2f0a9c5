from .support import modules

__all__ = ["modules"]
