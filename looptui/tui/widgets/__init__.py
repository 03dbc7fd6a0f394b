"""Widgets drawn with the line API; they know nothing of loops."""
