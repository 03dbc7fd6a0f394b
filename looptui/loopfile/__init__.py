"""Loop files: read strictly, checked for sense, described, and made from templates."""

from looptui.loopfile.later import unsupported
from looptui.loopfile.problem import LoopFileErrors, Problem
from looptui.loopfile.read import Loaded, load, loads

__all__ = ["Loaded", "LoopFileErrors", "Problem", "load", "loads", "unsupported"]
