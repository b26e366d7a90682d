"""The Dockerfile, read as far as ours goes."""

import json
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass
class Stage:
    name: str
    base: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def all(self, word: str) -> list[str]:
        return [rest for step, rest in self.steps if step == word]

    def last(self, word: str) -> str:
        return self.all(word)[-1]

    def listed(self, word: str) -> list[str]:
        """A step in its form as a list of words."""
        said: list[str] = json.loads(self.last(word)[self.last(word).index("[") :])
        return said

    @property
    def environment(self) -> dict[str, Any]:
        return dict(rest.split("=", 1) for rest in self.all("ENV"))

    def copied(self) -> list[tuple[list[str], str]]:
        """Sources and target of each COPY out of the folder of the build."""
        words = [shlex.split(rest) for rest in self.all("COPY") if not rest.startswith("--from")]
        return [(each[:-1], each[-1]) for each in words]


def stages() -> list[Stage]:
    found: list[Stage] = []
    for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines():
        word, _, rest = line.partition(" ")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            found.append(Stage(name, base))
        elif word and word != "#":
            found[-1].steps.append((word, rest))
    return found


def sent() -> set[str]:
    """What .dockerignore lets into the build: ours leaves all out and names what comes."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert lines[0] == "*"
    return {line.removeprefix("!") for line in lines if line.startswith("!")}
