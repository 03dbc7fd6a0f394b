"""What pydantic found wrong, in words for the person who wrote the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from looptui.loopfile.document import Document
from looptui.loopfile.problem import Path, Problem, did_you_mean, listed
from looptui.loopfile.values import said

_TYPES = {
    "bool_type": "must be true or false, not {}",
    "list_type": "must be a list in brackets, not {}",
    "dict_type": "must be a table, not {}",
    "model_type": "must be a table, not {}",
    "string_type": "must be text in quotes, not {}",
    "int_type": "must be a whole number, not {}",
}


def problems(document: Document, error: ValidationError, root: type[BaseModel]) -> list[Problem]:
    """Every error of `error` with its place; `root` is the model that was read."""
    return [_problem(document, one, root) for one in error.errors()]


def _problem(document: Document, error: ErrorDetails, root: type[BaseModel]) -> Problem:
    path: Path = tuple(step for step in error["loc"] if step != "[key]")
    if error["type"] != "missing":
        while path and not document.places.known(path):
            path = path[:-1]
    return document.problem(path, _message(error, path, root))


def _message(error: ErrorDetails, path: Path, root: type[BaseModel]) -> str:
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return "unknown key" + did_you_mean(str(path[-1]), _keys_at(root, path[:-1]))
    if kind == "missing":
        return "is missing"
    if kind == "literal_error":
        return _choice(str(context.get("expected", "")), given)
    if kind == "too_short":
        return "must hold at least one"
    if kind == "too_long":
        return f"must hold at most {context.get('max_length')}"
    if kind == "value_error":
        return str(context.get("error", error["msg"]))
    if kind in _TYPES:
        return _TYPES[kind].format(said(given))
    return error["msg"]


def _choice(expected: str, given: object) -> str:
    words = [word.strip("' ") for word in expected.replace(" or ", ", ").split(",")]
    if "'" not in expected:
        return f"must be {' or '.join(words)}, not {said(given)}"
    guess = did_you_mean(given, words) if isinstance(given, str) else ""
    return f"must be {listed(words)}, not {said(given)}{guess}"


def _keys_at(root: type[BaseModel], path: Path) -> frozenset[str]:
    model: type[BaseModel] | None = root
    for step in path:
        if isinstance(step, str) and model is not None:
            model = next(_models(dict(_fields(model)).get(step)), None)
    return frozenset(name for name, _ in _fields(model)) if model else frozenset()


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, object]]:
    """The keys of a table as the file writes them, with their types."""
    for name, field in model.model_fields.items():
        yield field.alias or name, field.annotation


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
