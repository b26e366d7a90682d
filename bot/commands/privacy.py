"""``forget me``: all that is kept of a person goes, once they said yes."""

from __future__ import annotations

from dataclasses import replace

from bot import views
from bot.commands.services import Ask
from bot.message import Action, Message, say


async def forget(ask: Ask) -> Message:
    """Say what would be deleted, with a button that does it; after ``yes`` it is done."""
    person = await ask.asker.private()
    if ask.line.rest == "me yes":
        await ask.desk.store.forget(person, ask.asker.id)
        message = say("Done: I keep nothing of you any more. A line to me begins anew.")
    else:
        alerts, saved = await ask.subscriptions(person), await ask.desk.store.saved_papers(person)
        words = (
            f"This deletes your {views.count(len(alerts), 'alert')}, your {views.count(len(saved), 'saved paper')},"
            " your settings and the record of what I posted to you; nothing brings them back."
            " Subscriptions of groups and channels stay, without your name."
        )
        keep = Action("My data first", "export mydata")
        message = say(words, Action("Forget me", "forget me yes"), keep)
    return replace(message, private=ask.home != person)
