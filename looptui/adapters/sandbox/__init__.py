"""Confining children by the means of the operating system."""

from looptui.adapters.sandbox.choosing import choose
from looptui.adapters.sandbox.probing import probe

__all__ = ["choose", "probe"]
