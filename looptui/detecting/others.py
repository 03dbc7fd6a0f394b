"""Rust, Go, the JVM and languages that one file tells: their usual commands."""

from __future__ import annotations

from collections.abc import Iterator

from looptui.detecting.reading import Tree, below, line_with, strings, table, toml_line
from looptui.detecting.values import Confidence, Finding, Language

_WANTS_NETWORK = "it downloads what it lacks, and gates have no network"
_USUAL: tuple[tuple[str, str, tuple[str, ...], Confidence], ...] = (
    ("deno.json", "TypeScript", ("deno", "test"), "likely"),
    ("deno.jsonc", "TypeScript", ("deno", "test"), "likely"),
    ("mix.exs", "Elixir", ("mix", "test"), "likely"),
    (".rspec", "Ruby", ("bundle", "exec", "rspec"), "likely"),
    ("Gemfile", "Ruby", ("bundle", "exec", "rake", "test"), "guess"),
    ("phpunit.xml", "PHP", ("vendor/bin/phpunit",), "likely"),
    ("phpunit.xml.dist", "PHP", ("vendor/bin/phpunit",), "likely"),
    ("pubspec.yaml", "Dart", ("dart", "test"), "guess"),
    ("Package.swift", "Swift", ("swift", "test"), "likely"),
    ("build.sbt", "Scala", ("sbt", "test"), "likely"),
    ("stack.yaml", "Haskell", ("stack", "test"), "likely"),
    ("dune-project", "OCaml", ("dune", "test"), "likely"),
    ("build.zig", "Zig", ("zig", "build", "test"), "likely"),
)
"""File, language, command, and how sure one can be by the file alone."""


def languages(tree: Tree) -> Iterator[Language]:
    told = (
        ("Cargo.toml", "Rust"), ("go.mod", "Go"), ("go.work", "Go"), ("pom.xml", "Java"),
        ("build.gradle", "Java"), ("build.gradle.kts", "Kotlin"), ("CMakeLists.txt", "C or C++"),
        *((file, language) for file, language, _, _ in _USUAL),
    )  # fmt: skip
    for file, language in told:
        if tree.has(file):
            yield Language(language, file)
    if sharp := sorted(n for n in tree.names() if n.endswith((".sln", ".csproj", ".fsproj"))):
        yield Language(".NET", sharp[0])


def look(tree: Tree, at: str = "") -> Iterator[Finding]:
    """The commands of the project in a directory."""
    yield from _rust(tree, at)
    yield from _go(tree, at)
    if at:
        return
    yield from _jvm(tree)
    for file, _, argv, confidence in _USUAL:
        if tree.has(file):
            yield Finding("test", argv, file, 0, confidence)
    yield from (
        Finding("test", ("dotnet", "test"), name, 0, "likely", _WANTS_NETWORK)
        for name in sorted(tree.names())
        if name.endswith(".sln")
    )


def _rust(tree: Tree, at: str) -> Iterator[Finding]:
    file = below(at, "Cargo.toml")
    if not tree.has(file):
        return
    where = ("--manifest-path", file) if at else ()
    setup, offline = _crates(tree)
    line = toml_line(tree, file, "package") or toml_line(tree, file, "workspace")
    argv = ("cargo", "test", "-q", *offline, *where)
    yield Finding("test", argv, file, line, "sure", setup=setup)
    clippy = ("cargo", "clippy", "-q", *offline, *where)
    yield Finding(
        "lint", (*clippy, "--all-targets", "--", "-D", "warnings"), file, line, "likely",
        fix=(*clippy, "--fix", "--all-targets", "--allow-no-vcs", "--allow-dirty"), setup=setup,
    )  # fmt: skip
    form = ("cargo", "fmt", *where)
    yield Finding("format", (*form, "--check"), file, line, "likely", fix=form)
    if not at and tree.has("Cargo.lock"):
        yield Finding(
            "lock", ("cargo", "metadata", "-q", "--locked", "--offline", "--no-deps",
                     "--format-version", "1"), "Cargo.lock", 0, "likely",
            fix=("cargo", "update", "-q"),
        )  # fmt: skip


def _crates(tree: Tree) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """How crates of others get there, and the options with which cargo takes those alone."""
    if not line_with(tree, "Cargo.lock", r'^source = "registry') or tree.is_dir("vendor"):
        return (), ()
    places = ('source.crates-io.replace-with="vendored"', 'source.vendored.directory="vendor"')
    options = (word for place in places for word in ("--config", place))
    return (("cargo", "vendor", "-q", "--locked", "vendor"),), ("--offline", *options)


def _go(tree: Tree, at: str) -> Iterator[Finding]:
    file = below(at, "go.mod")
    if not tree.has(file):
        return
    inside = ("go", "-C", at) if at else ("go",)
    line = line_with(tree, file, r"^module ")
    setup = ((*inside, "mod", "vendor"),) if _go_needs(tree, at) else ()
    yield Finding("test", (*inside, "test", "./..."), file, line, "sure", setup=setup)
    yield Finding("lint", (*inside, "vet", "./..."), file, line, "likely", setup=setup)
    for name in (".golangci.yml", ".golangci.yaml", ".golangci.toml"):
        if not at and tree.has(name):
            yield Finding(
                "lint", ("golangci-lint", "run"), name, 1, "sure",
                fix=("golangci-lint", "run", "--fix", "--issues-exit-code", "0"), setup=setup,
            )  # fmt: skip


def _go_needs(tree: Tree, at: str) -> bool:
    return tree.has(below(at, "go.sum")) and not tree.is_dir(below(at, "vendor"))


def _jvm(tree: Tree) -> Iterator[Finding]:
    if tree.has("pom.xml"):
        program = "./mvnw" if tree.has("mvnw") else "mvn"
        argv = (program, "-q", "--offline", "test")
        yield Finding("test", argv, "pom.xml", 0, "likely", _WANTS_NETWORK)
    gradle = next((n for n in ("build.gradle", "build.gradle.kts") if tree.has(n)), "")
    if gradle:
        program = "./gradlew" if tree.has("gradlew") else "gradle"
        argv = (program, "--offline", "-q", "test")
        yield Finding("test", argv, gradle, 0, "likely", _WANTS_NETWORK)


def members(tree: Tree) -> tuple[str, ...]:
    """The directories of a Cargo workspace and of go.work."""
    told = (
        strings(table(tree.toml("Cargo.toml"), "workspace").get("members"))
        if tree.has("Cargo.toml")
        else ()
    )
    return (*told, *_go_work(tree))


def _go_work(tree: Tree) -> Iterator[str]:
    inside = False
    for line in tree.lines("go.work"):
        words = line.split("//")[0].split()
        if words[:2] == ["use", "("]:
            inside = True
        elif words[:1] == ["use"] and len(words) == 2:
            yield words[1].removeprefix("./")
        elif words == [")"]:
            inside = False
        elif inside and len(words) == 1:
            yield words[0].removeprefix("./")
