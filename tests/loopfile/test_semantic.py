from __future__ import annotations

from pathlib import Path

import pytest

from looptui import loopfile
from looptui.loopfile import LoopFileErrors, Problem
from looptui.loopfile.semantic import RULES
from tests.loopfile.texts import CONTRACT, changed, line_of

GATE = 'kind = "command"'
SIZE = '\n[[gates]]\nid = "size"\nkind = "diff"\n'
JUDGE = '\n[[gates]]\nid = "judge"\nkind = "checker"\n'
KIND_AND_ARGV = 'kind = "command"\nargv = ["python3", "-m", "pytest", "-q"]'

# code, text, what stands in the line to blame, words
CASES = [
    ("S001", changed('gate = "pytest"', 'gate = "pytset"'), "pytset", 'did you mean "pytest"?'),
    ("S002", CONTRACT + '[[criteria]]\nid = "tests"\ntext = "b"\ngate = "pytest"', None,
     "criteria[0]"),
    ("S002", CONTRACT + '[[gates]]\nid = "pytest"\nargv = ["true"]', None, "gates[0]"),
    ("S003", CONTRACT + '[[gates]]\nid = "extra"\nargv = ["true"]', '"extra"', "no criterion"),
    ("S004", changed(GATE, GATE + "\nrequired = false"), "required", "criteria[0]"),
    ("S005", changed(GATE, GATE + '\nbaseline = "known"\nknown_failures = ["a"]'), "baseline",
     "in full"),
    ("S006", changed(GATE, GATE + '\nknown_failures = ["a"]'), "known_failures", "baseline"),
    ("S006", changed(GATE, GATE + '\nbaseline = "known"'), "baseline =", "known_failures"),
    ("S007", CONTRACT + SIZE, None, "max_files"),
    ("S008", changed('gate = "pytest"', 'gate = "judge"') + JUDGE, 'gate = "judge"', "model"),
    ("S009", CONTRACT + JUDGE, None, "higher order"),
    ("S010", changed('agent = "command"', 'agent = "command"\ntier = 2')
     + '[checker]\nagent = "litellm"\ntier = 3', "tier = 3", "stronger"),
    ("S010", changed('agent = "command"', 'agent = "command"\ntier = 2')
     + '[checker]\nagent = "litellm"\ntier=2', "tier=2", "stronger"),
    ("S011", 'risk = "high"\n' + CONTRACT + '[approval]\nmode = "auto"', "mode =", "person"),
    ("S012", CONTRACT + "error_rate = { window = 3 }", "error_rate", "never trip"),
    ("S013", CONTRACT + '[triggers]\nafter = ["fix-tests"]', "after", "fix-tests after fix-tests"),
    ("S020", changed(GATE, GATE + '\nrun = "true"'), "run =", "keep one"),
    ("S020", changed('agent = "command"', 'agent = "command"\nrun = "true"'), "run =", "keep one"),
    ("S021", changed(KIND_AND_ARGV, 'kind = "command"'), "[[gates]]", "needs its command"),
    ("S022", changed('agent = "command"', 'agent = "scripted"'), "[maker]", "script ="),
    ("S023", changed('agent = "command"', 'agent = "repair"'), "agent.py", "no use"),
    ("S023", changed('agent = "command"', 'agent = "command"\nbatch = 3'), "batch", "no use"),
    ("S023", changed('agent = "command"', 'agent = "command"\nscript = "x"'), "script", "no use"),
    ("S024", changed(GATE, GATE + "\nmax_files = 3"), "max_files", "no use"),
    ("S024", CONTRACT + SIZE + 'max_files = 3\nargv = ["true"]', '["true"]', "no use"),
    ("S025", changed('agent = "command"', 'agent = "comand"'), "comand", 'mean "command"?'),
    ("S026", changed('"-q"', '"{reprot}"'), "reprot", '"{report}" and "{worktree}"'),
    ("S026", changed('"/somewhere/agent.py"', '"{report}"'), "{report}", '"{prompt_file}"'),
    ("S026", CONTRACT + '[workspace]\nsetup = ["true {worktree}"]', "setup", "no placeholders"),
    ("S027", changed(GATE, GATE + '\nreport = "junit"'), "report =", "{report}"),
    ("S027", changed(GATE, GATE + '\nreport_path = "x.xml"'), "report_path", '"junit"'),
    ("S028", changed(KIND_AND_ARGV, 'run = "true && pytest"'), "&&", "no shell"),
    ("S028", changed(KIND_AND_ARGV, 'run = "true >out"'), ">out", "no shell"),
    ("S028", changed(KIND_AND_ARGV, 'run = "true $HOME/x"'), "$HOME", "no shell"),
    ("S028", changed('"-q"', '"|", "tee"'), '"|"', "no shell"),
    ("S029", changed('"python3", "-m"', '"no-such-program", "-m"'), "no-such", "no program"),
    ("S029", changed(KIND_AND_ARGV, 'run = "A=1 true"'), "A=1", "env A=1"),
    ("S060", CONTRACT + '[checker]\nagent = "litellm"', "[checker]", "needs its model"),
    ("S061", changed('agent = "command"', 'agent = "command"\nmodel = "a/gpt-5"')
     + '[checker]\nagent = "litellm"\nmodel = "b/gpt-6"', "gpt-6", "family (gpt)"),
    ("S061", changed('agent = "command"', 'agent = "command"\nmodel = "a/gpt-5"')
     + '[checker]\nagent = "litellm"\nmodel = "a/gpt-5"', None, "own model"),
    ("S062", CONTRACT + '[checker]\nagent = "litellm"\nmodel = "a/b"\nsees = ["diff"]',
     "sees", "without diff"),
    ("S040", CONTRACT + '[permissions]\nwrite = ["a/**"]\ndeny = ["a/"]', "write", "deny wins"),
    ("S041", CONTRACT + '[permissions]\nwrite = ["a/b/**"]\ndeny = ["a/**"]', "write", "nothing"),
    ("S042", CONTRACT + '[permissions]\nwrite = [".git/hooks/**"]', "write", "never writable"),
    ("S042", CONTRACT + '[permissions]\nwrite = [".looptui/"]', "write", "never writable"),
    ("S044", CONTRACT + "[permissions]\nprotected = []", "protected", "replace the default"),
    ("S045", CONTRACT + '[permissions]\nnetwork = "full"', "network", "everything"),
    ("S046", CONTRACT + '[workspace]\nshare = ["app/.env"]', "share", "share_with_gates"),
    ("S048", CONTRACT + '[workspace]\nshare = [".git"]', "share", "never shared"),
    ("S048", CONTRACT + '[workspace]\nshare_with_gates = ["./"]', "share", "never shared"),
    ("S047", changed("Make the failing", "sk-ant-" + "a" * 30), "sk-ant", "a key"),
]  # fmt: skip


def found(text: str) -> tuple[Problem, ...]:
    try:
        return loopfile.loads(text).warnings
    except LoopFileErrors as wrong:
        return wrong.problems


@pytest.mark.parametrize(("code", "text", "mark", "words"), CASES)
def test_a_rule_finds_its_case(code: str, text: str, mark: str | None, words: str) -> None:
    problem = next(one for one in found(text) if one.code == code)
    assert words in problem.message
    assert problem.severity == next(rule.severity for rule in RULES if rule.code == code)
    if mark is not None:
        assert problem.line == line_of(mark, text)
    assert f"[{code}]" in str(problem)


def test_every_rule_is_tried() -> None:
    with_files = {"S014", "S043"}
    assert {rule.code for rule in RULES} == {case[0] for case in CASES} | with_files
    assert len({rule.code for rule in RULES}) == len(RULES)


HARMLESS = [
    changed('"-q"', '"-k", "a|b"'),
    changed(KIND_AND_ARGV, "run = \"python3 -c 'a; b > c'\""),
    changed(KIND_AND_ARGV, 'argv = ["sh", "-c", "a | b && $HOME"]'),
    changed('"-q"', '"-c", "print({})", "{A}"'),
    CONTRACT + '[permissions]\nwrite = ["**"]\ndeny = [".github/**"]',
    CONTRACT + '[permissions]\nwrite = ["src/**"]\ndeny = ["src/generated/**"]',
    CONTRACT + SIZE + "max_files = 3",
    'risk = "high"\n' + CONTRACT + '[approval]\nmode = "each-change"',
    'risk = "medium"\n' + CONTRACT + '[approval]\nmode = "auto"',
    CONTRACT + '[workspace]\nshare = [".venv"]\nshare_with_gates = [".env"]',
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_fine_is_left_alone(text: str) -> None:
    assert loopfile.loads(text).warnings == ()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".looptui" / "loops").mkdir(parents=True)
    return tmp_path


def write(repo: Path, name: str, after: str) -> Path:
    file = repo / ".looptui" / "loops" / f"{name}.toml"
    text = changed('"fix-tests"', f'"{name}"')
    file.write_text(f"{text}\n[triggers]\nafter = [{after}]\n")
    return file


def test_a_circle_through_other_files_is_found(repo: Path) -> None:
    write(repo, "b", '"c", "x"')
    write(repo, "c", '"a"')
    (repo / ".looptui" / "loops" / "broken.toml").write_text("= nonsense")
    with pytest.raises(LoopFileErrors) as wrong:
        loopfile.load(write(repo, "a", '"b"'))
    (problem,) = wrong.value.problems
    assert problem.code == "S013"
    assert problem.message == "a circle: a after b after c after a"


def test_waiting_for_a_loop_that_is_not_there_is_a_warning(repo: Path) -> None:
    write(repo, "migrate", "")
    (warning,) = loopfile.load(write(repo, "a", '"migrat"')).warnings
    assert (warning.code, warning.severity) == ("S014", "warning")
    assert 'did you mean "migrate"?' in warning.message


def test_an_installed_maker_and_a_dotted_path_are_makers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "stranger-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[looptui.maker]\nhelpful = stranger:Helpful\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    for agent in ("helpful", "stranger.makers:Helpful"):
        loop = loopfile.loads(changed('agent = "command"', f'agent = "{agent}"')).loop
        assert loop.maker.agent == agent
        assert loopfile.unsupported(loop, ("helpful",)) == ()
    (wrong,) = found(changed('agent = "command"', 'agent = "helpfull"'))
    assert (wrong.code, wrong.severity) == ("S025", "error")
    assert 'did you mean "helpful"?' in wrong.message


def test_paths_are_looked_up_in_the_repository(repo: Path) -> None:
    (repo / "src").mkdir()
    (repo / "check.sh").write_text("")
    text = changed('"python3", "-m", "pytest", "-q"', '"./check.sh"')
    file = repo / ".looptui" / "loops" / "x.toml"
    file.write_text(text + '[permissions]\nwrite = ["src", "check.sh", "src/**"]')
    (warning,) = loopfile.load(file).warnings
    assert (warning.code, warning.key) == ("S043", "permissions.write[0]")
    (repo / "check.sh").unlink()
    assert [one.code for one in loopfile.load(file).warnings] == ["S029", "S043"]


def test_a_loop_must_not_make_itself_writable(repo: Path) -> None:
    file = repo / "ops" / "my.toml"
    file.parent.mkdir()
    file.write_text(CONTRACT + '[permissions]\nwrite = ["ops/my.toml"]')
    with pytest.raises(LoopFileErrors, match="the loop that it works for"):
        loopfile.load(file)


def test_rules_also_speak_when_the_shape_is_wrong() -> None:
    text = changed("iterations = 5", "iterations = 0")
    codes = [one.code for one in found(changed('gate = "pytest"', 'gate = "x"', text))]
    assert "S001" in codes
    assert "" in codes


@pytest.mark.parametrize(
    "text",
    [
        "criteria = 3\ngates = [1, [2]]\nmaker = []\npermissions = true\nworkspace = 1",
        "criteria = [{id = 1, gate = []}]\ngates = [{id = [], kind = 2, argv = 3, order = true}]",
        "breakers = {error_rate = 3}\ntriggers = {after = {}}\nchecker = {tier = 'x'}",
        "[permissions]\nwrite = [1, {}]\ndeny = 3\n[workspace]\nsetup = [[], [1], '', 'a \"']",
    ],
)
def test_no_shape_breaks_a_rule(text: str) -> None:
    with pytest.raises(LoopFileErrors):
        loopfile.loads(text)
