"""The message shortcut "Save paper": the papers that somebody's message points to go onto one's reading list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from adapters.slack.dispatch import Acknowledge, Ask, Dispatch, unsaid
from adapters.slack.errors import withheld
from adapters.slack.install.accounts import Account
from adapters.slack.people import SlackPerson
from adapters.slack.wire import words
from bot.errors import PaperwireError
from bot.message import Message, say
from bot.model import Chat

SHORTCUT = "paperwire_save"
"""The shortcut's callback_id in the manifest."""


@dataclass(slots=True)
class SaveShortcut:
    """Registers the shortcut."""

    dispatch: Dispatch

    def register(self, app: AsyncApp) -> None:
        """Let ``app`` tell us of the shortcut."""

        @app.shortcut(SHORTCUT)
        async def shortcut(ack: Acknowledge, body: Mapping[str, Any], context: AsyncBoltContext) -> None:
            account = self.dispatch.accounts.get(context.team_id or "")
            if account:
                async with self.dispatch.handling(("save", str(body.get("trigger_id", "")))) as is_first:
                    if is_first:
                        await self.dispatch.see_through(self.save(account, body))
            await ack()

    async def save(self, account: Account, body: Mapping[str, Any]) -> None:
        """Save the papers of the message for the person, and tell them so."""
        reply, papers = await self.dispatch.reply(account, body), words.papers(body["message"])
        try:
            answers = await self._saved(account, body["user"]["id"], papers)
        except PaperwireError as error:
            await reply.say(withheld(error))
        else:
            await reply.say(_together(answers))

    async def _saved(self, account: Account, user: str, papers: tuple[str, ...]) -> list[Message]:
        private = Chat("slack", account.team, await self.dispatch.directory.private(account, user))
        person = SlackPerson(account, user, private.id, self.dispatch.directory)
        return [await self.dispatch.answered(Ask(private, person, f"save {id}", unsaid)) for id in papers]


def _together(answers: list[Message]) -> Message:
    if not answers:
        return say("That message points to no paper that I know: an arXiv or Hugging Face link is what I look for.")
    blocks = tuple(block for answer in answers for block in answer.blocks)
    return Message(blocks, answers[0].actions if len(answers) == 1 else (), private=True)
