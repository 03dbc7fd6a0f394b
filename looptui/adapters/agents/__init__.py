"""Coding agents as makers: each called as its preset says, heard and understood by its parser."""
