"""List days for the tests: small ones of our own making, and the recorded ones where they lie beside the project."""

import functools
import json
import tarfile
from datetime import date
from typing import Any

from tests.support.shared import SHARED

Record = dict[str, Any]

FRIDAY, SATURDAY, MONDAY, TUESDAY = (date(2026, 11, day) for day in (20, 21, 23, 24))


def record(id: str, title: str, day: date, /, **more: object) -> Record:
    """Return a daily record as the feed serves it; ``more`` overrides fields of the inner paper by their names.

    Outer fields (``numComments``, ``thumbnail``, ``organization``) may be given too.
    """
    outer = {name: more.pop(name) for name in ("numComments", "thumbnail") if name in more}
    published = f"{day.isoformat()}T00:00:00.000Z"
    paper: Record = {
        "id": id,
        "authors": [{"_id": f"author-{id}-{n}", "name": name, "hidden": False} for n, name in enumerate(AUTHORS)],
        "publishedAt": published,
        "submittedOnDailyAt": published,
        "title": title,
        "summary": f"We study {title.lower()}. Experiments support it.",
        "upvotes": 1,
        "discussionId": f"discussion-{id}",
    }
    return {
        "paper": paper | more,
        "publishedAt": f"{day.isoformat()}T20:00:00.000Z",
        "title": paper["title"],
        "summary": paper["summary"],
        "thumbnail": f"https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/{id}.png",
        "numComments": 0,
        "isAuthorParticipating": False,
    } | outer


AUTHORS = ("Ada Example", "Bo Example", "Cy Example", "Di Example")


def own_days() -> dict[date, list[Record]]:
    """Return fresh copies of the small days: a Friday, an empty Saturday, a Monday and a Tuesday."""
    rl = ["reinforcement learning", "policy gradient"]
    return {
        FRIDAY: [
            record("2611.10001", "Policy Gradients for Slow Robots", FRIDAY, upvotes=32, ai_keywords=rl, numComments=2),
            record("2611.10002", "World Models Without Pixels", FRIDAY, upvotes=18, ai_keywords=["world model"]),
            record("2611.10003", "A Tokenizer for Sheet Music", FRIDAY, upvotes=4),
        ],
        SATURDAY: [],
        MONDAY: [
            record(
                "2611.11001",
                "Reward Models that Admit Doubt",
                MONDAY,
                upvotes=41,
                ai_keywords=["RLHF", "reward model"],
                ai_summary="A reward model that reports its own uncertainty keeps policies from exploiting it.",
                githubRepo="https://github.com/example/doubt",
                githubStars=1203,
                organization={"_id": "o1", "name": "example-lab", "fullname": "Example Lab"},
            ),
            record("2611.11002", "Offline Reinforcement Learning\n  at $\\mathcal{O}(d^k)$ Cost", MONDAY, upvotes=12),
            record("2611.11003", "Does <think> Help? R&D in Fr\\'echet Space", MONDAY, upvotes=7),
            record("2611.11004", "τ-bench für Übersetzer 🤖", MONDAY, upvotes=0),
            record("2611.11005", "Diffusion on a Phone", MONDAY, upvotes=25, ai_keywords=["diffusion model"]),
        ],
        TUESDAY: [
            record("2611.12001", "Curiosity Beats Reinforcement Learning in Mazes", TUESDAY, upvotes=3),
            record(
                "2611.12002", "Retrieval for Very Long Novels", TUESDAY, upvotes=2, ai_keywords=["RAG", "agent memory"]
            ),
        ],
    }


def recorded(day: date) -> list[Record]:
    """Return a list day as the feed served it. Raises KeyError where it is not recorded."""
    return json.loads(recorded_body(day))


def recorded_body(day: date) -> bytes:
    """Return the bytes of a recorded list day: of its own file, else of the archive, which takes a second to open."""
    if SHARED is None:
        raise KeyError(day)
    file = SHARED / "hf_daily_raw" / f"{day.isoformat()}.json"
    return file.read_bytes() if file.exists() else archive()[day]


@functools.cache
def archive() -> dict[date, bytes]:
    """Return every recorded list day, earliest first; empty where none lies beside the project."""
    if SHARED is None:
        return {}
    with tarfile.open(SHARED / "hf_daily_replay.tar.xz") as packed:
        files = [member for member in packed if member.isfile() and member.name.endswith(".json")]
        days = {date.fromisoformat(file.name[-15:-5]): _read(packed, file) for file in files}
    return dict(sorted(days.items()))


def _read(packed: tarfile.TarFile, file: tarfile.TarInfo) -> bytes:
    content = packed.extractfile(file)
    assert content
    return content.read()
