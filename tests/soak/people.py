"""What people do: they ask, press, follow, stop, save, export, look through the bot in other chats, each at random."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.adapters.slack.stage import SlackStage
from tests.adapters.telegram.stage import ANN, CHANNEL, GROUP
from tests.soak.lists import TOPICS
from tests.soak.world import ASKERS, GUEST, World

STOP, FORGET = "unsubscribe all", "forget me"
"""Lines that are asked back about; without what they do people would follow and save more from day to day."""
LINES = (
    "today", "{topic} today", "{topic} this week", "top 5 yesterday", "trending", "{topic} {word}", "find {word} {word}",
    "{topic} -{word} upvotes>3", "paper {id}", "abstract {id}", "similar {id}", "why {id}", "save {id}", "unsave {id}",
    "saved", "export bibtex", "export csv", "export mydata", "subs", "alerts", "settings", "settings timezone {zone}",
    "settings quiet {hour}:00-{later}:00", "settings quiet off", "undo", "log", "status", "help", "help {verb}", "start",
    "follow {word}", "subscribe {topic} {word}", "subscribe {topic} max 2", "subscribe {word} daily at {hour}:00",
    "subscribe {topic} weekly on fri", "alert {word} {word}", "unsubscribe 1", STOP, STOP, FORGET, "pause 1", "pause all",
    "resume 1", "resume all", "edit 1 max 3", "preview {topic}", "more", "thanks", "what's new on {topic}?",
    "mail me {topic} twice a week", "susbcribe {topic}", "rl from monday to friday", "hello there {word}",
    "https://arxiv.org/abs/{id}", "{topic} 2026-10-0{day}", "list everything by {word} and {word}", "privacy",
    "{topic} OR {word} OR shown -holds -tried -costs upvotes>2 sort new", "follow {topic} OR {word} -kind -shown -held -many",
)  # fmt: skip
"""The last two are too long for a button."""
ZONES = ("UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata")
A_DAY = {"type": 90, "press": 60, "look": 15, "slack_type": 60, "slack_press": 40, "slack_home": 6, "slack_talk": 12}
"""How often a day all of them do each thing, together."""


class Idle:
    """In place of the platform that a stage waits for: its work is done when the clock jumps on."""

    async def idle(self) -> None:
        await asyncio.sleep(5)


@dataclass
class People:
    """Everybody, with their own dice; they do ``part`` of what they do each day."""

    world: World
    dice: random.Random
    part: float = 1

    def __post_init__(self) -> None:
        self._stage = SlackStage(self.world.slack, self.world.team, Idle())  # type: ignore[arg-type] # it only waits

    def deeds(self) -> list[Callable[[], Awaitable[object]]]:
        """Return what is done on one day, in any order."""
        return [getattr(self, name) for name, times in A_DAY.items() for _ in range(round(times * self.part))]

    async def follow(self) -> None:
        """Let the chats that are counted follow what they do, two of them by digests."""
        server, ann = self.world.telegram, self.world.telegram.people[ANN]
        follows = {chat.id: query for chat, query in self.world.follows.items()}
        server.say(server.places[CHANNEL], None, f"/papers subscribe {follows[str(CHANNEL)]}")
        server.say(server.places[GROUP], ann, f"/papers subscribe {follows[str(GROUP)]}")
        server.say(server.places[ANN], ann, f"subscribe {follows[str(ANN)]} daily at 09:00 max 30")
        server.say(server.places[GUEST], server.people[GUEST], "subscribe robots")
        for where in ("channel", "group", "private"):
            how = " daily at 18:00 max 30" if where == "private" else ""
            place = self._stage.place(where)
            await self._stage.command(f"subscribe {follows[place.id]}{how}", where)

    def line(self) -> str:
        """Return something that somebody types; its words were mostly never typed before."""
        dice, now = self.dice, self.world.lists
        ids = (self.world.folder / "listed").read_text().split()[-200:] if len(now) else []
        word = "".join(dice.choices("abcdefghiklmnoprstu", k=7))
        words: dict[str, object] = {
            "topic": dice.choice(TOPICS), "word": dice.choice((word, word, "kind", "shown", "holds", "tried")),
            "id": dice.choice(ids or ["2610.00001"]), "zone": dice.choice(ZONES), "hour": f"{dice.randrange(24):02}",
            "later": f"{dice.randrange(24):02}", "day": dice.randrange(1, 10),
            "verb": dice.choice(("rl", "subscribe", "dates", "export", "channel", "save")),
        }  # fmt: skip
        return dice.choice(LINES).format(**words)

    # Telegram

    async def type(self) -> None:
        who, line = self._asker(), self.line()
        place = self.world.telegram.places[who.id]
        self.world.telegram.say(place, who, line)
        await asyncio.sleep(30)
        if line == STOP:
            self.world.telegram.say(place, who, "yes")
        sure = [message for message in place.posted[-3:] if "Forget me" in message.buttons]
        if line == FORGET and sure:
            self.world.telegram.press(place, who, sure[-1], "Forget me")

    async def press(self) -> None:
        who = self._asker()
        place = self.world.telegram.places[who.id]
        buttons = [
            (message, button["callback_data"])
            for message in place.posted[-20:]
            for row in message.rows
            for button in row
            if "callback_data" in button
        ]
        if buttons:
            self.world.telegram.press_data(place, who, *self.dice.choice(buttons))

    async def look(self) -> None:
        """Type behind ``@bot`` in some other chat."""
        with suppress(TimeoutError):
            await self.world.telegram.inline(self._asker(), self.dice.choice((*TOPICS, self.line())))

    def _asker(self) -> Any:
        return self.world.telegram.people[self.dice.choice(ASKERS)]

    # Slack

    async def slack_type(self) -> None:
        line, place = self.line(), self._where()
        await self._command(line, place)
        if line == STOP:
            await asyncio.sleep(30)
            await self._command("yes", place)

    async def _command(self, line: str, place: Any) -> None:
        team = self.world.team
        payload = {
            "command": "/papers", "text": line, "team_id": team.id, "user_id": self._bob, "channel_id": place.id,
            "channel_name": place.name or "directmessage", "api_app_id": "A1",
            "response_url": self.world.slack.way(team, place.id, self._bob),
            "trigger_id": self.world.slack.next_id("trigger."),
        }  # fmt: skip
        await self.world.slack.push("slash_commands", payload)

    async def slack_press(self) -> None:
        place = self._where()
        buttons = [
            (message, element)
            for message in place.messages[-20:]
            for block in message.get("blocks") or ()
            for element in (*block.get("elements", ()), block.get("accessory") or {})
            if element.get("type") == "button" and not element.get("url")
        ]
        if buttons:
            message, element = self.dice.choice(buttons)
            way = self.world.slack.way(self.world.team, place.id, self._bob, message["ts"])
            container = {"type": "message", "message_ts": message["ts"], "channel_id": place.id}
            container |= {"is_ephemeral": bool(message.get("only"))}
            payload = {
                "type": "block_actions", "team": {"id": self.world.team.id}, "api_app_id": "A1", "response_url": way,
                "user": {"id": self._bob, "team_id": self.world.team.id}, "container": container,
                "channel": {"id": place.id}, "trigger_id": self.world.slack.next_id("trigger."),
                "actions": [{**element, "action_ts": self.world.slack.ts(), "block_id": "b"}],
                **({} if message.get("only") else {"message": message}),
            }  # fmt: skip
            await self.world.slack.push("interactive", payload)

    async def slack_home(self) -> None:
        """Open the app's own page."""
        await self._stage.event(
            "app_home_opened", user=self._bob, tab="home", channel=self._stage.place("private", "bob").id
        )

    async def slack_talk(self) -> None:
        """Write to the bot in its own conversation."""
        line = self.line()
        await self._stage.write(line, "private", "bob")
        if line == STOP:
            await self._stage.write("yes", "private", "bob")
        if line == FORGET:
            with suppress(AssertionError):  # the question did not come
                await self._stage.button("Forget me", "private", "bob")

    @property
    def _bob(self) -> str:
        return self._stage.user("bob")

    def _where(self) -> Any:
        channel = self.world.team.conversations[f"R{self.world.team.id}"]
        return self.dice.choice((channel, self._stage.place("private", "bob")))
