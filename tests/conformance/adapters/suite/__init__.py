"""What adapters have in common, as cases that run against a real gateway and a real source. See README.md."""
from .driver import Driver

__all__ = ["Driver"]
