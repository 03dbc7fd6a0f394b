from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from looptui import paths
from looptui.errors import ConfigError, EnvironmentUnfit, RepoError


def git(*argv: str | Path) -> None:
    subprocess.run(["git", *map(str, argv)], check=True, capture_output=True)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    root = tmp_path / "Shop Ü"
    git("init", "-q", root)
    return root


def commit(root: Path) -> None:
    who = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    git("-C", root, *who, "commit", "-q", "--allow-empty", "-m", "first")


def test_home_and_config_follow_looptui_home(tmp_path: Path) -> None:
    env = {"LOOPTUI_HOME": str(tmp_path / "h")}
    assert paths.home(env) == tmp_path / "h"
    assert paths.config_dir(env) == tmp_path / "h" / "config"
    assert paths.user_config(env) == tmp_path / "h" / "config" / "config.toml"


def test_a_relative_home_is_refused() -> None:
    with pytest.raises(ConfigError, match="absolute"):
        paths.home({"LOOPTUI_HOME": "state"})


def test_without_override_the_platform_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("XDG directories")
    monkeypatch.setenv("XDG_STATE_HOME", "/s")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/c")
    assert paths.home({}) == Path("/s/looptui")
    assert paths.config_dir({"LOOPTUI_HOME": ""}) == Path("/c/looptui")


def test_importing_paths_does_not_load_platformdirs() -> None:
    code = "import sys, looptui.paths; sys.exit('platformdirs' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_working_trees_of_one_repository_share_their_state(repo: Path, tmp_path: Path) -> None:
    commit(repo)
    git("-C", repo, "worktree", "add", "-q", tmp_path / "second")
    assert paths.repo_id(tmp_path / "second") == paths.repo_id(repo)
    assert paths.repo_id(repo).startswith("shop-")


def test_a_link_to_a_repository_is_that_repository(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(repo)
    assert paths.repo_id(tmp_path / "link") == paths.repo_id(repo)


def test_two_repositories_of_one_name_differ(tmp_path: Path) -> None:
    for parent in ("a", "b"):
        git("init", "-q", tmp_path / parent / "shop")
    first, second = (paths.repo_id(tmp_path / one / "shop") for one in ("a", "b"))
    assert first != second
    assert first.startswith("shop-")
    assert second.startswith("shop-")


def test_a_separate_git_directory_is_followed(tmp_path: Path) -> None:
    git("init", "-q", "--separate-git-dir", tmp_path / "store.git", tmp_path / "tree")
    assert paths.common_git_dir(tmp_path / "tree") == tmp_path / "store.git"
    assert paths.repo_id(tmp_path / "tree").startswith("store-")


def test_the_root_is_found_from_below(repo: Path) -> None:
    below = repo / "src" / "deep"
    below.mkdir(parents=True)
    assert paths.repo_root(below) == repo


def test_no_repository_is_said(tmp_path: Path) -> None:
    with pytest.raises(RepoError, match="git repository"):
        paths.repo_id(tmp_path)
    with pytest.raises(RepoError, match="git repository"):
        paths.repo_root(tmp_path)


def test_a_broken_git_file_is_said(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("nonsense")
    with pytest.raises(RepoError, match="does not point"):
        paths.repo_id(tmp_path)


def test_state_files_lie_below_the_repositorys_directory(repo: Path, tmp_path: Path) -> None:
    state = paths.repo_state(repo, {"LOOPTUI_HOME": str(tmp_path / "h")})
    assert state.parent == tmp_path / "h"
    assert paths.state_db(state) == state / "state.db"
    assert paths.worktrees(state) == state / "worktrees"
    assert paths.transcripts(state) == state / "transcripts"
    assert paths.log_file(state) == state / "looptui.log"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_private_directory_is_made_with_its_parents(tmp_path: Path) -> None:
    made = paths.ensure_private(tmp_path / "a" / "b")
    assert mode(made) == mode(made.parent) == 0o700
    assert paths.ensure_private(made) == made


def test_a_readable_one_is_closed(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o775)
    paths.ensure_private(tmp_path / "open")
    assert mode(tmp_path / "open") == 0o700


def test_one_that_others_write_to_is_refused(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    with pytest.raises(EnvironmentUnfit, match="shared can be written by anybody") as refused:
        paths.ensure_private(shared)
    assert "chmod" in refused.value.hint
    with pytest.raises(EnvironmentUnfit, match=r"above .* by anybody"):
        paths.ensure_private(shared / "below")


def test_below_a_sticky_directory_is_fine(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp").chmod(0o1777)
    assert paths.ensure_private(tmp_path / "tmp" / "mine").is_dir()


def test_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(EnvironmentUnfit, match="link"):
        paths.ensure_private(tmp_path / "link")


def test_a_dangling_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(EnvironmentUnfit, match="link"):
        paths.ensure_private(tmp_path / "link")
    assert not (tmp_path / "nowhere").exists()


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentUnfit, match="cannot use"):
        paths.ensure_private(tmp_path / "file")


def test_inside_the_repository_is_refused(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "alias").symlink_to(repo)
    for inside in (repo / "state", tmp_path / "alias" / "state", repo):
        with pytest.raises(EnvironmentUnfit, match="inside the repository"):
            paths.ensure_private(inside, repo)
    assert not (repo / "state").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_somebody_elses_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    os.chown(tmp_path / "theirs", 12345, -1)
    with pytest.raises(EnvironmentUnfit, match="another user"):
        paths.ensure_private(tmp_path / "theirs")
