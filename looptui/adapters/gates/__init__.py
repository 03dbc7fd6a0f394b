"""Deterministic checks of a candidate that looptui itself executes."""
