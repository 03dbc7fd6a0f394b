"""Documentation that can be built or tried, so that a gate can judge a change to it."""

from __future__ import annotations

from collections.abc import Iterator

from looptui.detecting.reading import Tree, line_with
from looptui.detecting.values import Finding

_SPHINX = ("docs", "doc", "docs/source", "doc/source")


def look(tree: Tree) -> Iterator[Finding]:
    """Builders that can be strict, then examples that can be run."""
    for name in ("mkdocs.yml", "mkdocs.yaml"):
        if tree.has(name):
            strict = ("mkdocs", "build", "--strict", "--quiet", "--site-dir", ".looptui-site")
            yield Finding("docs", strict, name, 1)
    for place in _SPHINX:
        if tree.has(f"{place}/conf.py"):
            warned = ("sphinx-build", "-W", "-q", "-b", "html", place, ".looptui-site")
            yield Finding("docs", warned, f"{place}/conf.py", 1)
    if tree.has("README.md") and (line := line_with(tree, "README.md", r"^\s*>>> ")):
        argv = ("python3", "-m", "doctest", "README.md")
        yield Finding("docs", argv, "README.md", line, "likely", "examples with >>> can be run")
