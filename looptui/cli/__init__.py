"""Commands: parse, call wire, print. No logic."""
