"""Shifts, free time and rooms from plain intervals."""
