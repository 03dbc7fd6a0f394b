"""Shared records: reviewed in the repository, the same in every clone, written only when asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.cli.shell import Shell


def records(shell: Shell) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shell("memory", "list", "--json").json["records"]
    return found


def shared_file(shell: Shell) -> Path:
    return shell.repo / ".looptui/memory/shared.toml"


def test_a_record_goes_to_a_file_and_to_a_clone_and_back(shell: Shell, tmp_path: Path) -> None:
    why = 'rows go; \\ "quoted"\nand on two lines'
    words = ("add", "Use cursors", "--kind", "rule", "--why", why, "--tag", "api")
    shell("memory", *words, "--file", "calc.py", "--pin")
    shell("memory", "add", "100 a page", "--about", "paging")
    assert "written m-001" in shell("memory", "export", "m-001", "m-002").err
    text = shared_file(shell).read_text()
    assert shell.git("rev-parse", "HEAD:calc.py") in text
    assert "Nothing to write" in shell("memory", "export").err
    assert "Nothing new" in shell("memory", "import").err
    shell.commit("Share what we know")
    clone = Shell(tmp_path, tmp_path / "clone", shell.env)
    shell.git("clone", "-q", str(shell.repo), str(clone.repo))
    assert clone("memory", "import").err.count("added m-00") == 2
    kept = ("text", "why", "type", "tags", "files", "blobs", "pinned", "scope", "shared", "subject")
    assert [[one[name] for name in kept] for one in records(clone)] == [
        [one[name] for name in kept] for one in records(shell)
    ]
    assert "shared  .looptui/memory/shared.toml" in clone("memory", "show", "m-001").out
    clone("memory", "edit", "m-002", "--text", "50 a page")
    assert shared_file(clone).read_text() == text, "an edit alone writes no file"
    assert "Nothing new" in clone("memory", "import").err
    assert "written m-002" in clone("memory", "export").err
    assert shared_file(clone).read_text() == text.replace("100 a page", "50 a page")
    shared_file(shell).write_text(shared_file(clone).read_text())
    assert "changed m-002" in shell("memory", "import").err
    assert [one["text"] for one in records(shell)] == ["Use cursors", "50 a page"]
    assert shell("audit", "verify").code == 0


def test_what_both_changed_is_left_to_a_person(shell: Shell) -> None:
    shell("memory", "add", "Use cursors")
    shell("memory", "export", "m-001")
    file = shared_file(shell)
    shell("memory", "edit", "m-001", "--text", "Use pages")
    file.write_text(file.read_text().replace("Use cursors", "Use offsets"))
    told = shell("memory", "import")
    assert (told.code, "m-001 was edited here as well" in told.err) == (4, True)
    assert shell("memory", "export").code == 4
    assert "Use offsets" in file.read_text()
    assert records(shell)[0]["text"] == "Use pages"
    assert shell("memory", "import", "--theirs").code == 0
    assert records(shell)[0]["text"] == "Use offsets"
    assert shell("memory", "undo").code == 0
    assert shell("memory", "export", "--ours").code == 0
    assert "Use pages" in file.read_text()


def test_what_is_forgotten_leaves_the_file_and_the_other_way_round(shell: Shell) -> None:
    for text in ("one", "two", "three"):
        shell("memory", "add", text)
    shell("memory", "export", "m-001", "m-002", "m-003")
    file = shared_file(shell)
    file.write_text(file.read_text().replace("\n[[record]]", "\n# Checked by Ann.\n[[record]]", 1))
    shell("memory", "forget", "m-002")
    assert "removed m-002" in shell("memory", "export").err
    text = file.read_text()
    assert '"two"' not in text
    assert "# Checked by Ann." in text
    file.write_text(text[: text.rindex("[[record]]")])
    assert "forgotten m-003" in shell("memory", "import").err
    assert [one["text"] for one in records(shell)] == ["one"]


def test_a_record_written_by_hand_is_taken_over_and_then_cites_its_files(shell: Shell) -> None:
    file = shared_file(shell)
    file.parent.mkdir(parents=True)
    shell("memory", "add", "Known already")
    file.write_text(
        '[[record]]\nid = "a"\ntext = "Known already"\n\n'
        '[[record]]\nid = "b"\nkind = "command"\ntext = "make test"\nfiles = ["calc.py"]\n'
    )
    told = shell("memory", "import").err
    assert "linked m-001" in told
    assert "added m-" in told
    blob = shell.git("rev-parse", "HEAD:calc.py")
    assert [one["blobs"] for one in records(shell)] == [[], [blob]]
    shell("memory", "export")
    assert f'files = {{ "calc.py" = "{blob}" }}' in file.read_text()


def test_bad_files_change_nothing_and_are_told(shell: Shell, tmp_path: Path) -> None:
    shell("memory", "add", "of a loop", "--scope", "loop:x")
    assert "--scope repository` widens it" in shell("memory", "export", "m-001").err
    assert "There is no none.toml" in shell("memory", "import", "none").err
    file = shared_file(shell)
    file.parent.mkdir(parents=True)
    for text, told in (
        ("[[record", "no TOML"),
        ('[[record]]\nid = "a"\n', "record 1: it needs a text"),
        ('[[record]]\nid = "a"\ntext = "x"\nstate = "active"\n', "no key 'state'"),
        ('[[record]]\nid = "a"\ntext = "x"\nkind = "hunch"\n', "no kind 'hunch'"),
        ('[[record]]\nid = "a"\ntext = "x"\n[[record]]\nid = "a"\ntext = "y"\n', "a second 'a'"),
    ):
        file.write_text(text)
        done = shell("memory", "import")
        assert (done.code, told in done.err) == (2, True), done.err
    file.unlink()
    (tmp_path / "elsewhere.toml").write_text('[[record]]\nid = "a"\ntext = "x"\n')
    file.symlink_to(tmp_path / "elsewhere.toml")
    assert "leads out of the repository" in shell("memory", "import").err
    assert [one["id"] for one in records(shell)] == ["m-001"]
