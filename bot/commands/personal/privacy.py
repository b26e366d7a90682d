"""``forget me``: all that is kept of a person goes, once they said yes."""

from __future__ import annotations

from dataclasses import replace

from bot import views
from bot.commands.services import Request
from bot.message import Action, Message, say

NAMED = 3
"""Backups that are named; of the rest the number is told."""


async def forget(request: Request) -> Message:
    """Say what would be deleted, with a button that does it; after ``yes`` it is done."""
    person = await request.asker.private()
    if request.line.rest == "me yes":
        copies = await request.store.forget(person, request.asker.id)
        message = replace(
            say(f"Done: I keep nothing of you any more. A line to me begins anew.{_held(copies)}"), forgets=True
        )
    else:
        alerts, saved = await request.subscriptions(person), await request.store.saved_papers(person)
        noun = "subscription" if request.home == person else "alert"
        kept = {noun: len(alerts), "saved paper": len(saved)}
        own = "".join(f"your {views.count(number, noun)}, " for noun, number in kept.items() if number)
        words = (
            f"This deletes {own}your settings and the record of what I posted to you; nothing brings them back."
            " Subscriptions of groups and channels stay, without your name."
        )
        keep = Action("My data first", "export mydata")
        message = say(words, Action("Forget me", "forget me yes"), keep)
    return replace(message, private=request.home != person)


def _held(copies: tuple[str, ...]) -> str:
    """Return which backups still hold the person; the bot replaces its own, others are their maker's."""
    if not copies:
        return ""
    more = len(copies) - NAMED
    names = ", ".join(copies[:NAMED]) + (f" and {more} more" if more > 0 else "")
    return (
        f" Backups of the database made before still hold it: {names}. The bot deletes its own, which have .backup in"
        " their names, within days; its operator deletes the others, and those kept elsewhere."
    )
