"""A loop as its file says it: frozen values with every default filled in."""

from __future__ import annotations
