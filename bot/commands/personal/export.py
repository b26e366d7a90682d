"""``export``: what a person keeps here, as a file for other programs; it is theirs, wherever the line is typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace

from bot import views
from bot.commands.services import Request
from bot.files.bibtex import bibtex
from bot.files.opml import opml
from bot.files.tables import as_csv, as_json, record
from bot.message import File, Message, Text, hint
from bot.model import Change, Chat, Subscription

MOST = 1000
"""Changes that are handed over: more than are kept of a chat."""


async def export(request: Request) -> Message:
    """Hand over the file that the line asks for, to the asker alone."""
    person = await request.asker.private()
    message = await FORMATS[request.line.rest](request, person)
    return replace(message, private=request.home != person)


async def _bibtex(request: Request, person: Chat) -> Message:
    papers = await request.store.saved_papers(person)
    return _papers(len(papers), File("papers.bib", bibtex(papers).encode()))


async def _csv(request: Request, person: Chat) -> Message:
    papers = await request.store.saved_papers(person)
    # Excel takes a file for UTF-8 only where it begins with this mark.
    return _papers(len(papers), File("papers.csv", as_csv(papers).encode("utf-8-sig")))


async def _json(request: Request, person: Chat) -> Message:
    papers = await request.store.saved_papers(person)
    return _papers(len(papers), File("papers.json", as_json([record(paper) for paper in papers]).encode()))


def _papers(count: int, file: File) -> Message:
    if not count:
        return Message(
            (Text("You have saved nothing yet. [Save] under a card does it, then export again."),), refused=True
        )
    return Message((Text(f"Your {views.count(count, 'saved paper')}."),), file=file)


async def _opml(request: Request, person: Chat) -> Message:
    here = () if request.chat == person else await request.subscriptions()
    own = await request.subscriptions(person)
    if not (here or own):
        return Message(
            (Text(f"Neither you nor this chat follow anything yet. {hint('subscribe rl')} begins."),), refused=True
        )
    document = opml("Paperwire", {"This chat": here, "Alerts": own})
    words = f"{views.count(len(here) + len(own), 'subscription')} as feeds of arXiv, which knows no votes."
    return Message((Text(words),), file=File("subscriptions.opml", document.encode()))


async def _mydata(request: Request, person: Chat) -> Message:
    """Return all that is kept of the person; see ``forget me``."""
    store, own = request.store, (await request.store.changes(person, 0, MOST))[1]
    settings = await store.settings(person)
    changes, begun = await store.elsewhere(person, request.asker.id)
    kept = {
        "settings": asdict(settings) if settings else {},
        "alerts": [_subscription(alert) for alert in await request.subscriptions(person)],
        "saved": [record(paper) for paper in await store.saved_papers(person)],
        "posted": [{"paper": paper, "at": at and at.isoformat()} for paper, at in await store.posted(person)],
        "changed": [_change(change) for change in own],
        "changed elsewhere": [{"chat": change.chat.id, **_change(change)} for change in changes],
        "begun elsewhere": [{"chat": one.chat.id, **_subscription(one)} for one in begun],
    }
    return Message(
        (Text(f"All that I keep of you. {hint('forget me')} deletes it."),),
        file=File("mydata.json", as_json(kept).encode()),
    )


def _change(change: Change) -> dict[str, object]:
    return {"line": change.line, "at": change.at.isoformat()}


def _subscription(one: Subscription) -> dict[str, object]:
    return {
        "number": one.number,
        "query": one.text,
        "schedule": str(one.schedule) or "now",
        "max": one.most,
        "paused": one.paused,
        "since": one.created_at.isoformat(),
    }


FORMATS: dict[str, Callable[[Request, Chat], Awaitable[Message]]] = {
    "bibtex": _bibtex,
    "csv": _csv,
    "json": _json,
    "opml": _opml,
    "mydata": _mydata,
}
