"""Files that an installation wrote into the sources: they are shared, or the export lacks them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.detecting.test_commands import best, look

HATCH = '[tool.hatch]\nbuild.hooks.vcs.version-file = "src/pkg/_version.py"\n'
SCM = '[tool.setuptools_scm]\nwrite_to = "pkg/_version.py"\n'
PDM = '[tool.pdm.version]\nsource = "scm"\nwrite_to = "pkg/_version.py"\n'
SETUP = 'setup(\n    use_scm_version={\n        "write_to": "src/pkg/_version.py",\n    }\n)\n'
OUTSIDE = '[tool.setuptools_scm]\nwrite_to = "../_version.py"\nversion_file = "/etc/passwd"\n'


@pytest.mark.parametrize(
    ("name", "text", "written"),
    [
        ("pyproject.toml", HATCH, "src/pkg/_version.py"),
        ("pyproject.toml", SCM, "pkg/_version.py"),
        ("pyproject.toml", PDM, "src/pkg/_version.py"),
        ("setup.py", SETUP, "src/pkg/_version.py"),
    ],
)
def test_a_version_file_that_is_there_is_shared(
    tmp_path: Path, name: str, text: str, written: str
) -> None:
    assert best(look(tmp_path, {name: text, "tests/test_x.py": ""})).share == ()
    assert best(look(tmp_path, {written: "version = '1'"})).share == (written,)


def test_nothing_outside_of_the_repository_is_ever_shared(tmp_path: Path) -> None:
    files = {"pyproject.toml": OUTSIDE, "../_version.py": "", "test_x.py": ""}
    assert best(look(tmp_path / "repo", files)).share == ()


def test_with_the_environment_of_the_checkout(tmp_path: Path) -> None:
    files = {"pyproject.toml": SCM, "test_x.py": "", "pkg/_version.py": ""}
    files |= {".venv/pyvenv.cfg": "", ".venv/bin/pytest": ""}
    assert best(look(tmp_path, files)).share == (".venv", "pkg/_version.py")
