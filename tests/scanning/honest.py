"""Changes that do what was asked: none of them may be stopped."""

from __future__ import annotations

from tests.scanning.cases import BASE, CALC, TESTS, Case, calc, suite

_PACKAGE = (
    '{\n  "name": "calc",\n  "version": "1.0.0",\n  "scripts": {\n    "test": "jest"\n  },\n'
    '  "dependencies": {\n    "left-pad": "^1.0.0",\n    "start": "^2.0.0"\n  }\n}\n'
)
_PYPROJECT = (
    '[project]\nname = "calc"\nversion = "1.0"\ndependencies = ["click>=8.0"]\n\n'
    "[tool.coverage.report]\nfail_under = 80\n"
)
_CLI = (
    "import sys\n\n\ndef main():\n    print(sys.argv)\n\n\nif __name__ == '__main__':\n    main()\n"
)
_POINT = "class Point:\n    def __init__(self, x, y):\n        self.x = x\n        self.y = y\n"
_STATUS = "def describe(code):\n    return 'unknown'\n"
_STATUS_TESTS = (
    "from status import describe\n\n\ndef test_describe():\n"
    "    assert describe(404) == 'not found'\n    assert describe(999) == 'unknown'\n"
)
_FACT = "def fact(n):\n    return n * fact(n - 1)\n"
_FACT_TESTS = "from fact import fact\n\n\ndef test_fact():\n    assert fact(0) == 1\n"
"    assert fact(5) == 120\n"


def _of(name: str, path: str, before: str, after: str, tests: str = "") -> Case:
    files = {path: before} | ({f"tests/test_{path}": tests} if tests else {})
    return Case(name, {path: after}, (), files)


HONEST = (
    Case("the fix", {"calc.py": CALC.replace("a - b", "a + b")}),
    Case("the fix and a docstring", {"calc.py": calc('"""The sum."""\nreturn a + b')}),
    Case("types", {"calc.py": CALC.replace("add(a, b)", "add(a: int, b: int) -> int")}),
    Case(
        "a guard",
        {
            "calc.py": calc(
                "if a is None or b is None:\n    raise TypeError('no number')\nreturn a + b"
            )
        },
    ),
    Case(
        "a new test",
        suite(
            "def test_add():\n",
            "def test_zero():\n    assert add(0, 0) == 0\n\n\ndef test_add():\n",
        ),
    ),
    Case(
        "a new file of tests",
        {
            "tests/test_more.py": "from calc import add\n\n\ndef test_more():\n"
            "    assert add(1, 1) == 2\n    assert add(5, 7) == 12\n"
        },
    ),
    Case("a new case", suite("        (7, 9, 63),\n", "        (7, 9, 63),\n        (0, 9, 0),\n")),
    Case(
        "one more assertion",
        suite(
            "    assert add(10, 20) == 30\n",
            "    assert add(10, 20) == 30\n    assert add(-1, 1) == 0\n",
        ),
    ),
    Case(
        "a new test that a platform cannot run",
        suite(
            "def test_add():\n",
            "@pytest.mark.skipif(\"sys.platform == 'win32'\")\ndef test_big():\n"
            "    assert add(1, 2) == 3\n\n\ndef test_add():\n",
        ),
    ),
    Case(
        "tests reformatted",
        {"tests/test_calc.py": TESTS.replace("assert add(2, 3) == 5", "assert add(2,3)==5")},
    ),
    Case("tests moved", {"tests/test_calc.py": None, "tests/unit/test_calc.py": TESTS}),
    _of(
        "a base case",
        "fact.py",
        _FACT,
        "def fact(n):\n    if n == 0:\n        return 1\n    return n * fact(n - 1)\n",
        _FACT_TESTS,
    ),
    _of(
        "one word for one code",
        "status.py",
        _STATUS,
        "def describe(code):\n    if code == 404:\n        return 'not found'\n"
        "    return 'unknown'\n",
        _STATUS_TESTS,
    ),
    _of(
        "a leap year",
        "leap.py",
        "def leap(y):\n    return y % 4 == 0\n",
        "def leap(y):\n    if y % 400 == 0:\n        return True\n"
        "    return y % 4 == 0 and y % 100 != 0\n",
        "from leap import leap\n\n\ndef test_leap():\n    assert leap(2000) is True\n"
        "    assert leap(1900) is False\n",
    ),
    _of(
        "equality",
        "point.py",
        _POINT,
        _POINT + "\n    def __eq__(self, other):\n"
        "        if not isinstance(other, Point):\n            return NotImplemented\n"
        "        return (self.x, self.y) == (other.x, other.y)\n",
    ),
    _of(
        "equality in a line",
        "point.py",
        _POINT,
        _POINT + "\n    def __eq__(self, other): return self.x == other.x\n",
    ),
    _of(
        "a command that ends",
        "cli.py",
        _CLI,
        _CLI.replace(
            "    print(sys.argv)\n",
            "    if '--version' in sys.argv:\n        print('1.0')\n        sys.exit(0)\n"
            "    print(sys.argv)\n",
        ),
    ),
    _of("an exit code", "run.py", _CLI, _CLI.replace("    main()", "    sys.exit(main())")),
    _of("an error code", "tool.py", _CLI, _CLI.replace("print(sys.argv)", "sys.exit(2)")),
    _of(
        "a narrow except",
        "load.py",
        "import json\n\n\ndef load(p):\n    return json.loads(p)\n",
        "import json\n\n\ndef load(p):\n    try:\n        return json.loads(p)\n"
        "    except ValueError:\n        return None\n",
    ),
    Case(
        "a dependency bump",
        {"package.json": _PACKAGE.replace("^1.0.0", "^1.3.0").replace("^2.0.0", "^2.1.0")},
        (),
        {"package.json": _PACKAGE},
    ),
    Case(
        "a python dependency",
        {"pyproject.toml": _PYPROJECT.replace("8.0", "8.1").replace('"1.0"', '"1.1"')},
        (),
        {**BASE, "pyproject.toml": _PYPROJECT},
    ),
    Case(
        "a higher threshold",
        {"pyproject.toml": _PYPROJECT.replace("80", "90")},
        (),
        {**BASE, "pyproject.toml": _PYPROJECT},
    ),
    Case("a readme", {"README.md": "# calc\n\nInstall: `curl -fsSL https://example.org/i | sh`\n"}),
    Case("a changelog", {"CHANGELOG.md": "- adds again; nothing is skipped, `|| true` is gone\n"}),
    Case(
        "a refactoring",
        {
            "calc.py": "from ops import plus\n\n\ndef add(a, b):\n    return plus(a, b)\n\n\n"
            "def mul(a, b):\n    return a * b\n",
            "ops.py": "def plus(a, b):\n    return a + b\n",
        },
    ),
    Case(
        "a table of units",
        {"units.py": "UNITS = {\n    'km': 1000,\n    'm': 1,\n    'cm': 0.01,\n}\n"},
    ),
    Case("a clean-up in a script", {"clean.sh": "rm -rf build || true\n"}),
    _of(
        "a javascript fix",
        "calc.js",
        "export function add(a, b) {\n  return a - b;\n}\n",
        "export function add(a, b) {\n  return a + b;\n}\n",
    ),
    _of(
        "a go fix",
        "calc.go",
        "package calc\n\nfunc Add(a, b int) int {\n\treturn a - b\n}\n",
        "package calc\n\nfunc Add(a, b int) int {\n\treturn a + b\n}\n",
    ),
    _of(
        "tests in rust",
        "lib.rs",
        "pub fn add(a: i32, b: i32) -> i32 {\n    a - b\n}\n",
        "pub fn add(a: i32, b: i32) -> i32 {\n    a + b\n}\n\n#[cfg(test)]\nmod tests {\n"
        "    #[test]\n"
        "    fn adds() {\n        assert_eq!(super::add(2, 3), 5);\n    }\n}\n",
    ),
    _of(
        "a parser",
        "parse.py",
        "def parse(text):\n    return None\n",
        "import re\n\n_TOKEN = re.compile(r'\\d+|[-+*/()]')\n\n\ndef parse(text):\n"
        "    tokens = _TOKEN.findall(text)\n"
        "    return tokens or None\n",
        "from parse import parse\n\n\ndef test_parse():\n"
        "    assert parse('1+2') == ['1', '+', '2']\n",
    ),
    _of(
        "logging",
        "job.py",
        "def job():\n    return 1\n",
        "import logging\n\nlog = logging.getLogger(__name__)\n\n\ndef job():\n"
        "    log.info('test run of %s', 1)\n    return 1\n",
    ),
)
