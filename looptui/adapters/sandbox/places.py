"""Tables of places that a confined child must not see, and how names lead to real paths.

Sources: the Filesystem Hierarchy Standard, the XDG base directories, and the documentation of each
named program for where it keeps its credentials.
"""

from __future__ import annotations

import os
import pwd
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

SHARED = ("/tmp", "/var/tmp", "/run", "/dev/shm")
"""Where everybody leaves things: sockets, scratch files, other people's work."""

HOMES = ("/home", "/root", "/Users")

CREDENTIALS = (
    ".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".oci", ".terraform.d",
    ".netrc", "_netrc", ".git-credentials", ".pgpass", ".my.cnf", ".vault-token",
    ".npmrc", ".yarnrc.yml", ".pypirc", ".gem/credentials", ".m2/settings.xml",
    ".cargo/credentials", ".cargo/credentials.toml", ".gradle/gradle.properties",
    ".config/gh", ".config/glab-cli", ".config/hub", ".config/gcloud", ".config/git/credentials",
    ".config/op", ".config/doctl", ".config/containers/auth.json", ".config/pypoetry/auth.toml",
    ".config/pip/pip.conf", ".config/rclone", ".config/sops",
    ".local/share/keyrings", ".password-store", ".mozilla", ".config/google-chrome",
    ".config/chromium", ".bash_history", ".zsh_history", ".python_history",
)  # fmt: skip
"""Below home; never visible, whatever else is."""

SYSTEM_CREDENTIALS = (
    "/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-",
    "/etc/ssl/private", "/etc/pki/tls/private", "/etc/sudoers", "/etc/sudoers.d",
    "/etc/krb5.keytab", "/var/lib/sss", "/etc/NetworkManager/system-connections",
)  # fmt: skip
"""Readable to root alone, and root may be who we are."""

_ESSENTIAL = ("/", "/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/var", "/opt", "/dev")


def real(path: str | Path) -> Path:
    return Path(os.path.realpath(path))


def homes() -> tuple[Path, ...]:
    """Our own home, by name and by account, as real paths."""
    named = {os.environ.get("HOME", "")}
    with suppress(KeyError):  # a container's user may have no account
        named.add(pwd.getpwuid(os.getuid()).pw_dir)
    return _directories(named)


def hidden(more: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Real directories whose content is nobody's business: homes, shared places and `more`."""
    return _directories(
        [*SHARED, *HOMES, tempfile.gettempdir(), *map(str, homes()), *map(str, more)]
    )


def credentials() -> tuple[Path, ...]:
    """Real paths of credentials that exist and that we could read."""
    named = {home / name for home in homes() for name in CREDENTIALS}
    named |= {Path(name) for name in SYSTEM_CREDENTIALS}
    named |= set(Path("/etc/ssh").glob("ssh_host_*_key"))
    return tuple(sorted({real(path) for path in named if os.access(path, os.R_OK)}))


def within(path: Path, places: Iterable[Path]) -> bool:
    """The path is one of the places (none of them `/`) or lies below one."""
    text = f"{path}/"
    return any(text.startswith(f"{place}/") for place in places)


def links(path: Path) -> dict[Path, str]:
    """Each link that a name passes through on its way to the real path, with what it says."""
    found: dict[Path, str] = {}
    done = Path("/")
    todo = [part for part in path.parts if part != "/"]
    while todo and len(found) < 40:
        here = done / todo.pop(0)
        if here.is_symlink():
            found[here] = target = str(here.readlink())
            done = Path("/") if target.startswith("/") else done
            todo = [*(part for part in Path(target).parts if part != "/"), *todo]
        else:
            done = here.parent.parent if here.name == ".." else here
    return found


def exists(path: Path) -> bool:
    """It is there as far as we may look: no error where we may not."""
    return os.access(path, os.F_OK)


def _directories(named: Iterable[str]) -> tuple[Path, ...]:
    paths = {real(path) for path in named if path and exists(Path(path) / ".")}
    return tuple(sorted(path for path in paths if str(path) not in _ESSENTIAL))
