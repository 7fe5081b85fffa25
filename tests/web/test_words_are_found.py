"""Words for readers stand where the catalogues find them."""

import ast
from pathlib import Path

from tests.support.serving import ROOT

SAID = {"_", "N_", "gettext", "ngettext"}


def said_inside_fstrings(path: Path) -> list[str]:
    """Calls that ask for words from within an f-string, which no catalogue is told of: they stay English for all."""
    inside = (
        one
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.JoinedStr)
        for one in ast.walk(node)
    )
    calls = (one for one in inside if isinstance(one, ast.Call) and isinstance(one.func, ast.Name))
    return [
        f"{path.name}:{one.lineno}" for one in calls if one.func.id in SAID and isinstance(one.args[0], ast.Constant)
    ]


def test_no_words_are_asked_for_inside_of_an_fstring(tmp_path):
    sample = tmp_path / "sample.py"
    sample.write_text("""def f(): return f"{when}: {_('cancelled')} {_(WORDS[code])}\"""")
    assert said_inside_fstrings(sample) == ["sample.py:1"]
    assert [one for path in sorted((ROOT / "portal").rglob("*.py")) for one in said_inside_fstrings(path)] == []
