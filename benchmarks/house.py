"""The plan of the house in figures, of this checkout and of any other: ``python -m benchmarks.house [FOLDER ...]``.

A floor holds the modules whose longest chain of imports is equally long; an arrow is an import within a room. A method
of the storage's classes only forwards where it is one call that is handed all that came in.
"""

import ast
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from tests.test_style import MOST_LINES, NAMES, ROOMS, code_lines, imported, tree, words

HERE = Path(__file__).parents[1]


class House:
    """A checkout's modules by room."""

    def __init__(self, root: Path) -> None:
        self.files = {
            room: {
                ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): file
                for file in (root / room).rglob("*.py")
                if "migrations" not in file.parts
            }
            for room in ROOMS
        }

    def arrows(self, room: str) -> dict[str, set[str]]:
        known = self.files[room]
        return {name: {one for one in imported(tree(file), known) if one in known} for name, file in known.items()}

    def floors(self, room: str) -> int:
        below = self.arrows(room)

        @cache
        def height(name: str) -> int:
            return 1 + max((height(other) for other in below[name] if other != name), default=0)

        return max(map(height, below))

    def all(self) -> Iterator[tuple[str, Path]]:
        for files in self.files.values():
            yield from files.items()

    def methods(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Yield the methods of the storage's classes."""
        for file in self.files["storage"].values():
            for node in ast.walk(tree(file)):
                if isinstance(node, ast.ClassDef):
                    yield from (one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for _, file in self.all():
            for node in ast.walk(tree(file)):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield node

    def long_files(self) -> int:
        return sum(len(file.read_text("utf-8").splitlines()) > MOST_LINES for _, file in self.all())

    def twice(self) -> int:
        """Return how many names of public classes stand for several."""
        names = Counter(
            node.name
            for _, file in self.all()
            for node in ast.walk(tree(file))
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        )
        return sum(count > 1 for count in names.values())

    def named(self) -> int:
        """Return the places of the core, bot/app and bot/settings aside, that name a platform or a feed."""
        core = {name: file for name, file in self.files["bot"].items() if not name.startswith(AROUND)}
        return sum(bool(NAMES.search(word)) for file in core.values() for _, word in words(file))


AROUND = ("bot.app", "bot.settings", "bot.__main__")


def forwards(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    body = method.body[1:] if ast.get_docstring(method) else method.body
    if len(body) != 1 or not isinstance(body[0], ast.Return | ast.Expr):
        return False
    value = body[0].value
    call = value.value if isinstance(value, ast.Await) else value
    handed = {node.id for node in ast.walk(body[0]) if isinstance(node, ast.Name)}
    own = {one.arg for one in (*method.args.args, *method.args.kwonlyargs)}
    return isinstance(call, ast.Call) and own <= handed and not method.name.startswith("_")


def per_room(count: Callable[[House, str], int]) -> Callable[[House], str]:
    return lambda house: ", ".join(f"{room} {count(house, room)}" for room in ROOMS)


FACTS: dict[str, Callable[[House], object]] = {
    "modules": per_room(lambda house, room: len(house.files[room])),
    "arrows": per_room(lambda house, room: sum(map(len, house.arrows(room).values()))),
    "floors (longest import chain)": per_room(House.floors),
    f"files over {MOST_LINES} lines": House.long_files,
    "functions over 30 code lines": lambda house: sum(code_lines(one) > 30 for one in house.functions()),
    "methods of the storage that only forward": lambda house: sum(map(forwards, house.methods())),
    "places of the core that name a platform or a feed": House.named,
    "class names used twice": House.twice,
}


def main() -> None:
    roots = [Path(one) for one in sys.argv[1:]] or [HERE]
    houses = [House(root) for root in roots]
    print(f"| |{' | '.join(root.resolve().name for root in roots)} |")
    print(f"|---|{'---|' * len(houses)}")
    for name, fact in FACTS.items():
        print(f"| {name} | {' | '.join(str(fact(house)) for house in houses)} |")


if __name__ == "__main__":
    main()
