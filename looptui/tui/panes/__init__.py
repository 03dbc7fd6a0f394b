"""Panes: the parts of a screen that show one projection each."""
