"""What the frame of every screen is made of, as data that the first paint can afford to read."""

from __future__ import annotations

NAME = "looptui"

SCREENS = (
    ("fleet", "Fleet", "1"), ("review", "Review", "2"), ("memory", "Memory", "3"),
    ("spend", "Spend", "4"), ("audit", "Audit", "5"), ("settings", "Settings", "7"),
)  # fmt: skip
"""The screens on the number keys, in order: (id, name on the tab, key as shipped)."""

SMALLEST = (60, 15)
"""Columns and rows below which only a one-screen summary is drawn."""

WIDE = 110
"""Columns from which the tabs show their names."""

HELP_HINT = ("?", "help")
"""The hint that always stands at the right end of the key bar."""
