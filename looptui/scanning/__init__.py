"""Looks through the diff of a candidate for what defeats its judges, or runs by itself.

change      the values that are looked at: files, hunks and lines
rules       the table: id, whether it blocks an approval, OWASP id, reason
suite       tests that are gone, skipped or check less
cheats      code that makes tests pass without doing what they ask
literals    answers that are copied from tests
settings    files that say what runs, and files that run by themselves
scan        all of them

Standard library only, and no I/O: a scan is a function of its arguments. It proves nothing; a
finding is a place at which a person has to look. What cannot be seen in a diff is for gates.
"""
