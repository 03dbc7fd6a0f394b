"""JSON Schemas (draft 2020-12) of what people write, made from what reads it."""

from __future__ import annotations

from collections.abc import Iterator

from looptui.loopfile.later import LATER
from looptui.loopfile.model import LoopTable
from looptui.modelbook import SCHEMA
from looptui.settings import SETTINGS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NOT_YET = "This version refuses to run it where it asks for more than the default."

Node = dict[str, object]


def loop_schema() -> Node:
    """The schema of `.looptui/loops/*.toml`."""
    schema = _plain(LoopTable.model_json_schema(by_alias=True, mode="validation"))
    assert isinstance(schema, dict)
    for rule in (one for one in LATER if not one.by_value):
        for node in _places(schema, schema, tuple(rule.place.split("."))):
            about = str(node.get("description", ""))
            node["description"] = f"{about} {NOT_YET}".strip()
    return {"$schema": DIALECT, "title": "looptui loop file", **schema}


_MODELS = "Models as you set them up: a server of your own, its key, what it costs, who pays."


def config_schema() -> Node:
    """The schema of `config.toml`, the user's and the repository's."""
    tables: dict[str, Node] = {}
    for setting in SETTINGS:
        name, key = setting.key.split(".")
        tables.setdefault(name, {})[key] = {**setting.schema, "description": setting.meaning}
    model = {"type": "object", "additionalProperties": False, "properties": SCHEMA}
    return {
        "$schema": DIALECT,
        "title": "looptui settings",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: {"type": "object", "additionalProperties": False, "properties": keys}
            for name, keys in tables.items()
        }
        | {"models": {"type": "object", "additionalProperties": model, "description": _MODELS}},
    }


def _plain(node: object) -> object:
    """Without what TOML lacks (null) and the titles that pydantic makes from names."""
    if isinstance(node, list):
        return [_plain(item) for item in node if item != {"type": "null"}]
    if not isinstance(node, dict):
        return node
    plain = {
        key: _plain(value)
        for key, value in node.items()
        if not (key == "title" and isinstance(value, str)) and value is not None
    }
    options = plain.get("anyOf")
    if isinstance(options, list) and len(options) == 1:
        del plain["anyOf"]
        plain = {**options[0], **plain}
    return plain


def _places(node: object, root: Node, place: tuple[str, ...]) -> Iterator[Node]:
    """The nodes that describe what stands at `place`."""
    if not isinstance(node, dict):
        return
    if not place:
        yield node
        return
    for inner in _meant(node, root):
        properties = inner.get("properties")
        if place[0] == "*":
            yield from _places(inner.get("items"), root, place[1:])
        elif isinstance(properties, dict):
            yield from _places(properties.get(place[0]), root, place[1:])


def _meant(node: Node, root: Node) -> Iterator[Node]:
    """`node`, or what it refers to, and its alternatives."""
    yield node
    reference, options = node.get("$ref"), node.get("anyOf")
    definitions = root.get("$defs")
    if isinstance(reference, str) and isinstance(definitions, dict):
        yield definitions[reference.rpartition("/")[2]]
    for option in options if isinstance(options, list) else ():
        yield from _meant(option, root)
