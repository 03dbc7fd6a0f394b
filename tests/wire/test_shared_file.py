from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looptui.core import events as ev
from looptui.core.clashing import UNSAID
from looptui.core.memory import TYPES
from looptui.errors import ConfigError
from looptui.wire.shared_file import changed, read

WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(
    lambda text: text == text.strip() != ""
)
CONTENT = st.builds(
    ev.Content, st.sampled_from(TYPES), st.just("repository"), WORDS, WORDS, st.just("") | WORDS,
    st.lists(WORDS, max_size=3).map(tuple), pinned=st.booleans(),
    files=st.just(("a b.py", "ü.py")), blobs=st.sampled_from([(), ("0" * 40, "")]),
)  # fmt: skip


@given(CONTENT, CONTENT)
def test_whatever_records_say_is_read_as_it_was_written(one: ev.Content, other: ev.Content) -> None:
    text = changed("", "x.toml", {"one": one, "other": other})
    assert read(text, "x.toml") == {"one": one, "other": other}
    assert changed(text, "x.toml", {"one": one}) == text
    assert read(changed(text, "x.toml", {"other": None}), "x.toml") == {"one": one}


def test_blocks_that_do_not_change_stay_as_a_person_wrote_them() -> None:
    text = (
        "# Ours.\n\n[[record]]\nid='a' # first\ntext='x'\n\n# About b.\n[[record]]\nid = \"b\"\n"
        "text = '''y'''\n"
    )
    content = ev.Content("fact", "repository", UNSAID, "z")
    assert changed(text, "x.toml", {"b": content}) == (
        "# Ours.\n\n[[record]]\nid='a' # first\ntext='x'\n\n# About b.\n\n"
        '[[record]]\nid = "b"\ntext = "z"\nkind = "fact"\n'
    )


def test_a_file_that_cannot_be_changed_block_by_block_is_left() -> None:
    text = '[[record]]\nid = "a"\ntext = """\n[[record]]\n"""\n'
    with pytest.raises(ConfigError, match="block by block"):
        changed(text, "x.toml", {"a": None})
