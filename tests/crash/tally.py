"""What stands in the chats against what was owed: counted by plain comparison, and shown as a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise


@dataclass(frozen=True)
class Post:
    """A message as it stands in a chat: the papers it links to, and whether it says that it may be a repeat."""

    ids: tuple[str, ...]
    is_marked: bool = False


@dataclass(frozen=True)
class Tally:
    """Papers by chat: expected, lost, doubled (a further message of the same paper), of those unmarked; and so on.

    ``foreign``: papers that the chat was not owed. ``doubts``: messages that were in doubt and were settled.
    """

    kills: int = 0
    expected: int = 0
    lost: int = 0
    doubled: int = 0
    unmarked: int = 0
    disordered: int = 0
    foreign: int = 0
    doubts: int = 0
    marked: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


def tally(expected: Sequence[str], posts: Iterable[Post]) -> Tally:
    """Compare one chat's posts with the ids it was owed, in that order."""
    posts = [post for post in posts if post.ids]
    seen: dict[str, None] = {}
    doubled = unmarked = 0
    for post in posts:
        again = [id for id in post.ids if id in seen]
        doubled += len(again)
        unmarked += 0 if post.is_marked else len(again)
        seen |= dict.fromkeys(post.ids)
    places = {id: place for place, id in enumerate(expected)}
    order = [places[id] for id in seen if id in places]
    return Tally(
        expected=len(expected),
        lost=len(places.keys() - seen),
        doubled=doubled,
        unmarked=unmarked,
        disordered=sum(after < before for before, after in pairwise(order)),
        foreign=len(seen.keys() - places),
        marked=sum(post.is_marked for post in posts),
    )


HEADS = {
    "kills": "kills",
    "expected": "expected",
    "lost": "lost",
    "doubled": "doubled",
    "unmarked": "doubled, not marked",
    "disordered": "out of order",
    "foreign": "not owed",
    "doubts": "doubts settled",
    "marked": "doubts marked",
}


def table(rows: dict[str, Tally]) -> str:
    """Return the tallies as a table in Markdown, a row a platform."""
    lines = [["", *HEADS.values()], ["---", *("---:" for _ in HEADS)]]
    lines += [[name, *(f"{getattr(row, key):,}" for key in HEADS)] for name, row in rows.items()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
