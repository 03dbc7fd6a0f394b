"""Mission control for agent loops, in the terminal."""

__version__ = "0.1.0"
