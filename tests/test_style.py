"""The plan of the house is one that a newcomer can follow: short chains, small files, small functions, one word each."""

import ast
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "adapters", "storage")
LONGEST_CHAIN = {"bot": 12, "adapters": 8, "storage": 8}
MOST_LINES = 250
MOST_MODULES = 12
MOST_CODE_LINES = 30
MOST_OF_A_SUBJECT = 72
FROM = "2026-11-29T20:40:00Z"
"""Subjects are held from then on; older ones stay as they are."""
NAMES = re.compile(r"telegram|slack|terminal|console|hugging[ _]?face", re.IGNORECASE)
"""Of platforms and feeds. arXiv is none of them: the id of a paper is arXiv's, whichever feed carries it."""
HELD_NAMES = {"bot.language.words.arxiv_id": 1, "bot.understanding.ids": 2}
"""Addresses of papers and lists as people paste them are words of their language, whichever feeds there are."""


NAMED = {
    ast.Name: ("id",),
    ast.Attribute: ("attr",),
    ast.arg: ("arg",),
    ast.keyword: ("arg",),
    ast.alias: ("name", "asname"),
    ast.ClassDef: ("name",),
    ast.FunctionDef: ("name",),
    ast.AsyncFunctionDef: ("name",),
}
"""Where a module's code has names of its own."""


def modules(*rooms: str) -> dict[str, Path]:
    """Every module of the rooms by its dotted name."""
    files = [file for room in rooms for file in (ROOT / room).rglob("*.py")]
    return {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def imported(module: ast.Module, known: dict[str, Path]) -> Iterator[str]:
    """The modules that one imports, wherever in it and for whatever reason, types included."""
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module:
            named = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in known else node.module for name in named)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def longest_chain(room: str) -> tuple[str, ...]:
    known = modules(room)
    below = {name: {other for other in imported(tree(file), known) if other in known} for name, file in known.items()}

    @cache
    def chain(name: str) -> tuple[str, ...]:
        return (name, *max((chain(other) for other in below[name] if other != name), key=len, default=()))

    return max(map(chain, known), key=len)


@pytest.mark.parametrize("room", ROOMS)
def test_no_chain_of_imports_is_longer_than_a_newcomer_can_follow(room):
    chain = longest_chain(room)
    assert len(chain) <= LONGEST_CHAIN[room], " > ".join(chain)


def test_no_file_is_too_long_to_be_read_at_once():
    files = {file.relative_to(ROOT).as_posix(): file for file in modules(*ROOMS).values()}
    lengths = {name: len(file.read_text("utf-8").splitlines()) for name, file in files.items()}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_folder_holds_more_modules_than_one_can_keep_in_mind():
    folders = Counter(file.parent for file in modules(*ROOMS).values() if file.name != "__init__.py")
    del folders[ROOT / "storage" / "migrations" / "versions"]  # grows with every change of the tables
    assert {str(folder): modules for folder, modules in folders.items() if modules > MOST_MODULES} == {}


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function that are code: its docstring is none."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_function_is_longer_than_a_screen():
    functions = [
        (f"{name}.{node.name}", code_lines(node))
        for name, file in modules(*ROOMS).items()
        if "migrations" not in name
        for node in ast.walk(tree(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert [(name, lines) for name, lines in functions if lines > MOST_CODE_LINES] == []


def test_no_class_name_is_used_twice():
    places = defaultdict(list)
    for name, file in modules(*ROOMS).items():
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(name)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def words(file: Path) -> Iterator[tuple[int, str]]:
    """Names and texts of a module's code, docstrings and comments aside."""
    module = tree(file)
    documented = [
        node for node in ast.walk(module) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]
    documentation = {id(node.value) for node in documented}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value
        for name in NAMED.get(type(node), ()):
            if own := getattr(node, name):
                yield getattr(node, "lineno", 0), own


def test_the_core_names_no_platform_and_no_feed():
    core = {
        name: file
        for name, file in modules("bot").items()
        if not name.startswith(("bot.app", "bot.settings", "bot.__main__"))
    }
    named = {
        name: [f"{line}: {word}" for line, word in words(file) if NAMES.search(word)] for name, file in core.items()
    }
    assert {name: places for name, places in named.items() if len(places) > HELD_NAMES.get(name, 0)} == {}


def public(within: ast.Module | ast.ClassDef, name: str) -> Iterator[tuple[str, ast.AST]]:
    """What a module, or a class, shows of itself: its classes, their methods, its functions."""
    for node in within.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield f"{name}.{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node, f"{name}.{node.name}")


def test_every_public_name_says_what_it_is_for():
    shown = (
        one for name, file in modules(*ROOMS).items() if "migrations" not in name for one in public(tree(file), name)
    )
    bare = [
        name
        for name, node in shown
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not ast.get_docstring(node)
    ]
    assert bare == []


def test_commit_subjects_are_read_whole_in_a_list():
    if not (ROOT / ".git").exists():
        pytest.skip("an unpacked archive has no history")
    asked = ["git", "log", "--no-merges", f"--since={FROM}", "--format=%s"]
    log = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    if log.returncode:
        pytest.skip("git cannot read the history here")
    assert [subject for subject in log.stdout.splitlines() if len(subject) > MOST_OF_A_SUBJECT] == []
