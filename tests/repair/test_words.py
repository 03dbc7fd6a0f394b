from __future__ import annotations

import pytest

from looptui.repair.words import reason

WARNING = """\
/venv/site-packages/pytest_asyncio/plugin.py:306: PytestDeprecationWarning: The option is unset.
The event loop scope will default to the fixture scope. Set it explicitly.

  warnings.warn(PytestDeprecationWarning(_UNSET))
"""


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (
            "ImportError while loading conftest '/tree/a/conftest.py'.\n"
            "a/conftest.py:1: in <module>\n    import x\n"
            "E   ModuleNotFoundError: No module named 'x'\n",
            "ImportError while loading conftest 'a/conftest.py': "
            "ModuleNotFoundError: No module named 'x'",
        ),
        (
            "ERROR: usage: pytest [options]\npytest: error: unrecognized arguments: --cov\n"
            "  inifile: /tree/pytest.ini\n",
            "unrecognized arguments: --cov",
        ),
        ("ERROR: file or directory not found: missing\n", "file or directory not found: missing"),
        (
            "INTERNALERROR> Traceback (most recent call last):\nINTERNALERROR>   File x\n"
            "INTERNALERROR> KeyError: 'a'\n",
            "KeyError: 'a'",
        ),
        (
            'Traceback (most recent call last):\n  File "x"\n'
            "ImportError: Error importing plugin \"p\": No module named 'p'\n",
            "ImportError: Error importing plugin \"p\": No module named 'p'",
        ),
        ("no tests ran in 0.01s\n", "no tests ran in 0.01s"),
        ("", "no output"),
    ],
)
def test_the_reason_is_pytests_own_whatever_warns_besides(output: str, words: str) -> None:
    assert reason(output, "/tree") == words
    assert reason(WARNING + output, "/tree") == words
    assert reason(output + WARNING, "/tree") == words


def test_a_long_reason_is_cut() -> None:
    assert len(reason("E   " + "x" * 9000, "/tree")) == 500
