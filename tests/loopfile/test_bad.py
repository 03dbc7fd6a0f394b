"""Wrong loop files: every message has its line, its key and words that help."""

from __future__ import annotations

import pytest

from looptui import loopfile
from looptui.loopfile import LoopFileErrors, Problem
from tests.loopfile.texts import CONTRACT, changed, line_of

AFTER = '\n[permissions]\nwrite = ["src/**"]\n'


def problems(text: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(LoopFileErrors) as wrong:
        loopfile.loads(text, "bad.toml")
    return wrong.value.problems


def only(text: str) -> Problem:
    errors = [one for one in problems(text) if one.severity == "error"]
    assert len(errors) == 1, [str(one) for one in errors]
    return errors[0]


# old text, new text, what stands in the line to blame, key, words of the message
EDITS = [
    ("schema = 1", "schema = 2", "schema = 2", "schema", "must be 1, not the number 2"),
    ("schema = 1", 'schema = "1"', "schema =", "schema", 'must be 1, not "1"'),
    ('name = "fix-tests"', 'name = "Fix tests"', "name =", "name", "small letters"),
    ('name = "fix-tests"', 'name = "-x"', "name =", "name", "small letters"),
    ('name = "fix-tests"', f'name = "{"x" * 64}"', "name =", "name", "63 at most"),
    ('name = "fix-tests"', 'name = "../x"', "name =", "name", "small letters"),
    ('name = "fix-tests"', "name = 7", "name =", "name", "text in quotes, not the number 7"),
    ('owner = "you@example.org"', 'owner = "  "', "owner =", "owner", "must not be empty"),
    ('owner = "you@example.org"', 'owner = "a\\nb"', "owner =", "owner", "one line"),
    ('owner = "you@example.org"', 'owner = "a\\u001b[0m"', "owner =", "owner", "control char"),
    ('text = "Make the failing tests pass."', "text = []", "text = []", "goal.text", "a list"),
    ('gate = "pytest"', 'gates = "pytest"', "gates = ", "criteria[0].gates", 'mean "gate"?'),
    ('id = "tests"', 'id = "a b"', 'id = "a b"', "criteria[0].id", "64 at most"),
    ('agent = "command"', "agent = true", "agent = true", "maker.agent", "in quotes, not true"),
    ('argv = ["python3", "-m", "pytest", "-q"]', "argv = []", "argv = []", "gates[0].argv",
     "must name a program"),
    ('argv = ["python3", "-m", "pytest", "-q"]', 'argv = "pytest -q"', "pytest -q",
     "gates[0].argv", 'run = "..."'),
    ('argv = ["python3", "-m", "pytest", "-q"]', 'run = ["pytest"]', 'run = ["pytest"]',
     "gates[0].run", "argv = [...]"),
    ('argv = ["python3", "-m", "pytest", "-q"]', 'run = "pytest \'a"', "pytest 'a",
     "gates[0].run", "unclosed quote in the command"),
    ('argv = ["python3", "-m", "pytest", "-q"]', "argv = [1]", "argv = [1]", "gates[0].argv",
     "must be a command"),
    ('kind = "command"', 'kind = "comand"', "comand", "gates[0].kind", 'did you mean "command"?'),
    ("iterations = 5", "iteratons = 5", "iteratons", "breakers.iteratons", 'mean "iterations"?'),
    ("iterations = 5", "iterations = 0", "iterations", "breakers.iterations", "at least 1"),
    ("iterations = 5", "iterations = -3", "iterations", "breakers.iterations", "negative"),
    ("iterations = 5", "iterations = 2.5", "iterations", "breakers.iterations", "whole number"),
    ("iterations = 5", "iterations = inf", "iterations", "breakers.iterations", "whole number"),
    ("iterations = 5", 'iterations = "5"', "iterations", "breakers.iterations", 'not "5"'),
    ("iterations = 5", "iterations = true", "iterations", "breakers.iterations", "not true"),
    ("iterations = 5", f"iterations = 1{'0' * 99}", "iterations", "breakers.iterations",
     "at most 1,000,000"),
    ("iterations = 5", f"iterations = -1{'0' * 99}", "iterations", "breakers.iterations",
     "a huge number"),
    ("iterations = 5", "cost_usd = 0", "cost_usd", "breakers.cost_usd", "more than 0"),
    ("iterations = 5", "cost_usd = -1.5", "cost_usd", "breakers.cost_usd", "more than 0, not -1.5"),
    ("iterations = 5", "cost_usd = nan", "cost_usd", "breakers.cost_usd", "finite"),
    ("iterations = 5", "cost_usd = -inf", "cost_usd", "breakers.cost_usd", "finite"),
    ("iterations = 5", "cost_usd = 1e309", "cost_usd", "breakers.cost_usd", "at most 100,000"),
    ("iterations = 5", "cost_usd = 1e9999999999999999999", "cost_usd", "breakers.cost_usd",
     "finite"),
    ("iterations = 5", "cost_usd = 0.0000001", "cost_usd", "breakers.cost_usd", "0.000001"),
    ("iterations = 5", 'cost_usd = "5"', "cost_usd", "breakers.cost_usd", "must be a number"),
    ("iterations = 5", "tokens = 0", "tokens", "breakers.tokens", "at least 1"),
    ("iterations = 5", "time = 0", "time =", "breakers.time", "longer than nothing"),
    ("iterations = 5", 'time = "0s"', "time =", "breakers.time", "longer than nothing"),
    ("iterations = 5", "time = nan", "time =", "breakers.time", "finite"),
    ("iterations = 5", "time = inf", "time =", "breakers.time", "finite"),
    ("iterations = 5", "time = 1e309", "time =", "breakers.time", "at most a year"),
    ("iterations = 5", 'time = "9999999d"', "time =", "breakers.time", "at most a year"),
    ("iterations = 5", 'time = "30"', "time =", "breakers.time", '"30m"'),
    ("iterations = 5", 'time = "half an hour"', "time =", "breakers.time", '"30m"'),
    ("iterations = 5", "time = 12:30:00", "time =", "breakers.time", "a date or time"),
    ("iterations = 5", "warn_at = 1.5", "warn_at", "breakers.warn_at", "at most 1"),
    ("iterations = 5", "escalate_at = 0", "escalate_at", "breakers.escalate_at", "above 0"),
    ("iterations = 5", "error_rate = 0.5", "error_rate", "breakers.error_rate", "a table"),
    ("iterations = 5", "error_rate = { max = 2 }", "error_rate", "breakers.error_rate.max",
     "at most 1"),
    ("iterations = 5", "error_rate = { maxx = 2 }", "error_rate", "breakers.error_rate.maxx",
     'did you mean "max"?'),
    ("iterations = 5", "stall = { same_failure = 0 }", "stall", "breakers.stall.same_failure",
     "at least 1"),
    ("iterations = 5", 'human_wait = "soon"', "human_wait", "breakers.human_wait", "duration"),
    ("iterations = 5", 'human_wait = { give_up_after = "-1h" }', "human_wait",
     "breakers.human_wait.give_up_after", "duration"),
    ("[breakers]", "[breaker]", "[breaker]", "breaker", 'did you mean "breakers"?'),
    ("[breakers]\niterations = 5", "breakers = 5", "breakers = 5", "gates[0].breakers",
     "unknown key"),
    ("[[gates]]", "[gates]", "[gates]", "gates", "must be a list"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "mark", "key", "words"), EDITS)
def test_an_edit_gone_wrong(old: str, new: str, mark: str, key: str, words: str) -> None:
    text = changed(old, new)
    problem = next(one for one in problems(text) if one.key == key)
    assert words in problem.message
    assert problem.line == line_of(mark, text)
    assert problem.source == text.split("\n")[problem.line - 1].strip()


TABLES = [
    ('[risk]\nx = 1', "[risk]", "risk", "must be"),
    ('[permissions]\nwrite = "src"', "write", "permissions.write", "must be a list"),
    ('[permissions]\nwrite = ["/etc/**"]', "write", "permissions.write[0]", "root"),
    ('[permissions]\nwrite = ["~/x"]', "write", "permissions.write[0]", "root"),
    ('[permissions]\nwrite = [\n  "a/**",\n  "../b",\n]', "../b", "permissions.write[1]", '".."'),
    ('[permissions]\nwrite = ["a\\\\b"]', "write", "permissions.write[0]", "use /"),
    ('[permissions]\nnetwork = "off"', "network", "permissions.network", '"none"'),
    ('[approval]\nmode = "each_change"', "mode", "approval.mode", 'did you mean "each-change"?'),
    ('[approval]\nmode = "never"', "mode", "approval.mode", '"each-hunk", "each-change"'),
    ('[approval]\nexpires = 0', "expires", "approval.expires", "longer"),
    ('[approval]\nexpire = "1h"', "expire", "approval.expire", 'did you mean "expires"?'),
    ('[landing]\nway = "pr"', "way", "landing.way", '"squash"'),
    ('[landing]\ntarget = ""', "target", "landing.target", "empty"),
    ('[workspace]\nkeep = true', "keep", "workspace.keep", "not true"),
    ('[workspace]\nsetup = "make"', "setup", "workspace.setup", "must be a list"),
    ('[workspace]\nsetup = [""]', "setup", "workspace.setup[0]", "name a program"),
    ('[workspace]\nshare = ["*.so"]', "share", "workspace.share[0]", "not a pattern"),
    ('[memory]\nbudget_tokens = -1', "budget", "memory.budget_tokens", "negative"),
    ('[triggers]\nschedule = "daily"', "schedule", "triggers.schedule", "five fields"),
    ('[triggers]\nwatch = { debounce = "2s" }', "watch", "triggers.watch.paths", "is missing"),
    ('[notify]\nquiet = "25:00-07:00"', "quiet", "notify.quiet", "two times of day"),
    ('[notify]\nchannels = ["pager"]', "channels", "notify.channels[0]", '"bell"'),
    ('[notify]\nurls_env = "https://x"', "urls_env", "notify.urls_env", "environment variable"),
    ('[routing]\nroles = { boss = 1 }', "roles", "routing.roles.boss", '"plan"'),
    ('[routing]\ntiers = { 4 = "x" }', "tiers", "routing.tiers.4", "must be"),
    ('[routing]\ntargets = { 1 = [5, 101] }', "targets", "routing.targets.1[1]", "at most 100"),
    ('[[stages]]\nid = "a"\nfor = 3\nevery = "x"', "every", "stages[0].every", "duration"),
    ('[checker]\nagent = "x"\ntier = 4', "tier", "checker.tier", "1 (frontier)"),
    ('[checker]\ntier = 1', "[checker]", "checker.agent", "is missing"),
    ('[telemetry]\ncontent = "yes"', "content", "telemetry.content", "true or false"),
]  # fmt: skip


@pytest.mark.parametrize(("extra", "mark", "key", "words"), TABLES)
def test_a_table_gone_wrong(extra: str, mark: str, key: str, words: str) -> None:
    text = f"{CONTRACT}\n{extra}\n"
    start = CONTRACT.count("\n") + 1
    problem = next(one for one in problems(text) if one.key == key)
    assert words in problem.message
    assert problem.line == start + line_of(mark, extra)


@pytest.mark.parametrize(
    ("line", "key", "blamed"),
    [
        ('gate = "pytest"\n', "criteria[0].gate", "[[criteria]]"),
        ('text = "All tests pass"\n', "criteria[0].text", "[[criteria]]"),
        ('agent = "command"\n', "maker.agent", "[maker]"),
        ('id = "pytest"\n', "gates[0].id", "[[gates]]"),
    ],
)
def test_what_is_missing_is_named_at_its_table(line: str, key: str, blamed: str) -> None:
    text = changed(line, "")
    problem = next(one for one in problems(text) if one.key == key)
    assert problem.message == "is missing"
    assert problem.line == line_of(blamed, text)


@pytest.mark.parametrize("key", ["schema", "name", "owner"])
def test_what_the_whole_file_lacks_is_named_at_its_start(key: str) -> None:
    text = "\n".join(line for line in CONTRACT.split("\n") if not line.startswith(f"{key} ="))
    problem = only(text)
    assert (problem.key, problem.message, problem.line) == (key, "is missing", 1)
    assert problem.source == ""


def test_an_empty_file_lacks_all_that_is_required() -> None:
    keys = {one.key for one in problems("")}
    assert keys == {"schema", "name", "owner", "goal", "criteria", "maker", "gates"}


@pytest.mark.parametrize("key", ["agent", "env", "sandbox", "hooks", "api_base"])
def test_keys_that_look_powerful_are_unknown(key: str) -> None:
    assert only(f'{key} = "x"\n{CONTRACT}').message.startswith("unknown key")


def test_variables_are_names_and_never_git() -> None:
    for name, words in (("A=b", "name only"), ("GIT_DIR", "GIT_ variable"), ("a b", "name of")):
        text = changed('agent = "command"', f'agent = "command"\nenv = ["{name}"]')
        problem = only(text)
        assert (problem.key, problem.line) == ("maker.env[0]", line_of("env =", text))
        assert words in problem.message


def test_everything_is_said_at_once_in_the_order_of_the_file() -> None:
    text = changed('gate = "pytest"', 'gate = "pytset"')
    text = changed("iterations = 5", 'iterations = 0\ntime = "x"\nfoo = 1', text)
    text = changed('owner = "you@example.org"\n', "", text)
    found = problems(text)
    assert [one.key for one in found if one.severity == "error"] == [
        "owner",
        "criteria[0].gate",
        "breakers.iterations",
        "breakers.time",
        "breakers.foo",
    ]
    assert [one.line for one in found] == sorted(one.line for one in found)


def test_how_it_is_printed() -> None:
    text = changed('gate = "pytest"', 'gates = "pytest"')
    with pytest.raises(LoopFileErrors) as wrong:
        loopfile.loads(text, "bad.toml")
    line = line_of("gates =", text)
    assert f'bad.toml:{line}: criteria[0].gates: unknown key, did you mean "gate"?' in str(
        wrong.value
    )
    assert f'\n{line:>8} | gates = "pytest"' in str(wrong.value)
    assert wrong.value.hint == "2 errors; mend the file, then run: looptui check bad.toml"
    assert wrong.value.exit_code == 2


def test_messages_carry_no_escapes_and_no_secrets() -> None:
    token = "ghp_" + "a" * 36
    text = changed('owner = "you@example.org"', f'owner = "\u202e{token}"\nfoo = "\u202e"')
    with pytest.raises(LoopFileErrors) as wrong:
        loopfile.loads(text, "a\x1b[31m.toml")
    for words in (str(wrong.value), repr(wrong.value.problems)):
        assert token not in words
        assert "\x1b" not in words
        assert "\u202e" not in words
    assert "holds what looks like a key" in str(wrong.value)


SYNTAX = [
    ('owner = "you@example.org"', 'owner = "you@example.org', 3, "unclosed quote"),
    ('owner = "you@example.org"', "owner = you@example.org", 3, "not a value"),
    ('owner = "you@example.org"', "owner = True", 3, "not a value"),
    ('owner = "you@example.org"', "owner =", 3, "not a value"),
    ('owner = "you@example.org"', "owner", 3, "a key needs a value"),
    ('owner = "you@example.org"', 'owner = "a" "b"', 3, "more behind the value"),
    ('owner = "you@example.org"', 'name = "again"', 3, "second time"),
    ('owner = "you@example.org"', 'owner = "C:\\dir"', 3, "a lone backslash"),
    ('owner = "you@example.org"', "= 3", 3, "a key or a [table]"),
    ('owner = "you@example.org"', 'owner = "a\x00b"', 3, "control character"),
    ('owner = "you@example.org"', "owner = " + "9" * 5000, 3, "too many digits"),
    ("[breakers]", "[goal]", 22, "already defined"),
    ("[breakers]", "[breakers", 22, "a bracket is missing"),
    ("iterations = 5", "iterations = 5\niterations = 6", 24, "second time"),
    ("iterations = 5", "error_rate = { max = 0.5", 23, "unclosed table"),
    ("iterations = 5", 'x = """\nabc', 23, "unclosed quote"),
    ("iterations = 5", "x = [1,\n2,\n", 23, "a bracket, a quote or a value is missing"),
    ("iterations = 5", "x = [1 2]", 23, "comma is missing"),
]


@pytest.mark.parametrize(("old", "new", "line", "words"), SYNTAX)
def test_broken_toml(old: str, new: str, line: int, words: str) -> None:
    problem = only(changed(old, new))
    assert words in problem.message
    assert problem.line == line
    assert problem.key == ""


def test_a_list_that_swallows_the_next_table_says_where_it_begins() -> None:
    text = changed('argv = ["python3", "-m", "pytest", "-q"]', 'argv = ["python3",')
    assert "the value begins at line 20" in only(text).message


def test_bytes_that_are_no_text() -> None:
    raw = CONTRACT.encode().replace(b"All tests", b"All \xff tests")
    assert [(one.line, one.message[:9]) for one in problems(raw)] == [(10, "not UTF-8")]


def test_a_huge_or_deep_file_is_refused_quickly() -> None:
    assert "larger than" in only("#" * 1_100_000).message
    assert "nested too deeply" in only("x = " + "[" * 5000 + "]" * 5000).message
