from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from looptui.loopfile import schema, templates
from tests.loopfile.texts import CONTRACT, FULL, changed

Node = dict[str, Any]


def accepts(node: Node, value: Any, root: Node) -> bool:
    """Whether `value` fits: the words of JSON Schema that our schemas use."""
    if "$ref" in node and not accepts(root["$defs"][node["$ref"].rpartition("/")[2]], value, root):
        return False
    if "anyOf" in node and not any(accepts(one, value, root) for one in node["anyOf"]):
        return False
    if "enum" in node and value not in node["enum"]:
        return False
    if "const" in node and value != node["const"]:
        return False
    kinds = node.get("type", [])
    named = [kinds] if isinstance(kinds, str) else kinds
    if named and not any(isinstance(value, TYPES[one]) for one in named):
        return False
    if isinstance(value, bool) and named and "boolean" not in named:
        return False
    if isinstance(value, dict):
        return table(node, value, root)
    if isinstance(value, list):
        enough = node.get("minItems", 0) <= len(value) <= node.get("maxItems", 10**9)
        return enough and all(accepts(node.get("items", {}), one, root) for one in value)
    if isinstance(value, str):
        return re.search(node.get("pattern", ""), value) is not None
    if isinstance(value, int | float):
        above = value > node.get("exclusiveMinimum", -(10**99))
        return bool(above and node.get("minimum", value) <= value <= node.get("maximum", value))
    return True


TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


def table(node: Node, value: Node, root: Node) -> bool:
    properties = node.get("properties", {})
    if not set(node.get("required", ())) <= value.keys():
        return False
    others = node.get("additionalProperties", True)
    for key, item in value.items():
        if key in properties:
            if not accepts(properties[key], item, root):
                return False
        elif others is False or (isinstance(others, dict) and not accepts(others, item, root)):
            return False
    return True


@pytest.fixture(scope="module")
def loop() -> Node:
    return schema.loop_schema()


def test_it_takes_what_we_take(loop: Node) -> None:
    assert loop["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    texts = [CONTRACT, FULL.read_text()]
    texts += [templates.source(name) for name in templates.names()]
    for text in texts:
        assert accepts(loop, tomllib.loads(text), loop)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("schema = 1", "schema = 2"),
        ('name = "fix-tests"', 'name = "Fix"'),
        ('owner = "you@example.org"\n', ""),
        ('gate = "pytest"', 'gates = "pytest"'),
        ('kind = "command"', 'kind = "comand"'),
        ("iterations = 5", "iterations = 0"),
        ("iterations = 5", 'time = "soon"'),
        ("iterations = 5", "cost_usd = 0"),
        ("iterations = 5", "human_wait = true"),
        ("[breakers]", "[breaker]"),
    ],
)
def test_it_refuses_what_we_refuse(loop: Node, old: str, new: str) -> None:
    assert not accepts(loop, tomllib.loads(changed(old, new)), loop)


def nodes(node: Any) -> list[Node]:
    found = []
    if isinstance(node, dict):
        found += list(node.get("properties", {}).values()) if "properties" in node else []
        for item in node.values():
            found += nodes(item)
    return found


def test_every_key_is_described(loop: Node) -> None:
    for whole in (loop, schema.config_schema()):
        for node in nodes(whole):
            assert node.get("description") or "$ref" in node or "properties" in node \
                or "items" in node  # fmt: skip


def test_what_is_not_here_yet_is_said_and_the_rest_is_not(loop: Node) -> None:
    definitions = loop["$defs"]
    assert schema.NOT_YET in loop["properties"]["routing"]["description"]
    assert schema.NOT_YET in definitions["Triggers"]["properties"]["schedule"]["description"]
    assert schema.NOT_YET in definitions["Gate"]["properties"]["retries"]["description"]
    assert schema.NOT_YET in definitions["Stall"]["properties"]["repeat_diff"]["description"]
    assert schema.NOT_YET not in definitions["Gate"]["properties"]["argv"]["description"]
    assert schema.NOT_YET not in definitions["Goal"]["properties"]["text"]["description"]


def test_defaults_are_in_the_units_of_the_file(loop: Node) -> None:
    breakers = loop["$defs"]["Breakers"]["properties"]
    assert breakers["cost_usd"]["default"] == 5
    assert breakers["iterations"]["default"] == 20


def test_settings_have_a_schema() -> None:
    whole = schema.config_schema()
    good = '[limits]\nday_cost_usd = 3\n[ui]\nglyphs = "ascii"\n[editor]\ncommand = ["hx"]'
    assert accepts(whole, tomllib.loads(good), whole)
    for bad in ("[limits]\nday_cost_usd = 0", '[ui]\nglyphs = "x"', "[u]\nx = 1", "[ui]\nx = 1"):
        assert not accepts(whole, tomllib.loads(bad), whole)
