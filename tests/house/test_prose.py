"""Every test says what must be true."""

import ast
from pathlib import Path

import pytest

TESTS = sorted(Path(__file__).resolve().parents[1].rglob("test_*.py"))


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_every_test_has_a_one_sentence_docstring(path):
    """A test's docstring is one sentence of one line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            sentence = ast.get_docstring(node) or ""
            assert sentence.endswith("."), f"{path.name}: {node.name} has no sentence"
