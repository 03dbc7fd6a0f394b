"""What widgets ask of the app they are in: its keys and its glyphs."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from looptui.tui.glyphs import UNICODE, Glyphs
from looptui.tui.keymap import Keymap


@runtime_checkable
class Host(Protocol):
    """An app that brings its own keys and glyphs; any other app gets the shipped ones."""

    keymap: Keymap
    glyphs: Glyphs


_SHIPPED = Keymap()


def keymap_of(app: object) -> Keymap:
    """The keys in force in an app."""
    keymap = getattr(app, "keymap", None)
    return keymap if isinstance(keymap, Keymap) else _SHIPPED


def glyphs_of(app: object) -> Glyphs:
    """The glyph set of an app."""
    glyphs = getattr(app, "glyphs", None)
    return glyphs if isinstance(glyphs, Glyphs) else UNICODE
