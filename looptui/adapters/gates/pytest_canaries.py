"""Tests that must fail, run by pytest_plugin.py beside the tests of a project."""

from __future__ import annotations

import os
import unittest

import pytest


def unequal() -> None:
    assert os.urandom(8).hex() == os.urandom(8).hex()


def raising() -> None:
    raise AssertionError(os.urandom(8).hex())


def unittested() -> None:
    unittest.TestCase().assertEqual(os.urandom(8), os.urandom(8))  # noqa: PT009


def not_raising() -> None:
    with pytest.raises(LookupError):
        os.urandom(8)


ALL = (unequal, raising, unittested, not_raising)
