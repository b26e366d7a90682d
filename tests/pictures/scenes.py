"""The scripted scenes: real adapters, real core and store, against the stand-ins, over the two days of the sample."""

import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any

from adapters.charts import Charts
from bot.app import wiring
from bot.commands.services import Services
from bot.delivery.digests import Digests
from bot.model import Listing, Window
from tests.adapters.feeds.days import Record, record
from tests.adapters.slack import test_windows as windows
from tests.adapters.telegram.stage import ANN
from tests.bot.commands.world import World, open_world
from tests.pictures import slack, telegram, terminal
from tests.support.house import open_house

DAY = date(2026, 8, 20)
NOON = datetime(2026, 8, 20, 12, tzinfo=UTC)
EVE = 503
Films = dict[str, Any]
SCENES: dict[str, tuple[str, Callable[[], Coroutine[Any, Any, Films]]]] = {}
"""Each scene by its number and title, and what plays it: films by the names of their pictures."""


def scene(title: str) -> Callable[[Callable[[], Coroutine[Any, Any, Films]]], Callable[[], Coroutine[Any, Any, Films]]]:
    """Put the function into the table."""

    def keep(play: Callable[[], Coroutine[Any, Any, Films]]) -> Callable[[], Coroutine[Any, Any, Films]]:
        SCENES[play.__name__] = (title, play)
        return play

    return keep


def sample(day: date) -> list[Record]:
    """Return the records of a day of the bundled sample."""
    return json.loads(files("adapters.feeds.sample").joinpath(f"{day}.json").read_bytes())


def some_weeks(weeks: int) -> dict[date, list[Record]]:
    """Return made-up list days, for charts: more and more on rl, ever fewer on agents."""
    days = [DAY - timedelta(days=n) for n in range(7 * weeks) if (DAY - timedelta(days=n)).weekday() < 5]
    return {
        day: [
            record(f"26{day:%m}.{day.day:02}{n:03}", f"{topic} study {n}", day)
            for topic, count, first in (
                ("RL", (day.toordinal() * 7) % 5 + day.month - 5, 0),
                ("Agents", 14 - day.month, 500),
            )
            for n in range(first, first + count)
        ]
        for day in days
    }


@asynccontextmanager
async def house(platform: str, *, before: int = 15, days: Any = None) -> AsyncIterator[Any]:
    """Open a house at noon of the sample's later day, with that many papers of it read."""
    given = days or {date(2026, 6, 3): sample(date(2026, 6, 3)), DAY - timedelta(days=1): [], DAY: sample(DAY)[:before]}
    async with open_house(platform, given, NOON) as opened:
        for day in await opened.collector.lacking(windowed(given)):
            if given.get(day):
                await opened.collector.backfill(Window(day, day))
            else:  # what the feed would say, without asking it
                await opened.collector.keep(Listing("huggingface", day, ()))
        services = Services(opened.store, opened.library, opened.clock, tell=opened.tell, traits=opened.traits)
        charts = Charts()
        opened.answers = wiring.answers(replace(services, chart=charts, version="0.1.0"))
        yield opened
        await charts.close()


def windowed(days: Any) -> Any:
    return Window(min(days), max(days))


async def arrive(opened: Any, count: int) -> None:
    """Let the rest of the sample's day be listed, and all that this causes be posted."""
    have = len(opened.server.days[DAY])
    opened.server.days[DAY] += sample(DAY)[have : have + count]
    await opened.poll()


async def digest(opened: Any, hour: int) -> None:
    """Let the hour come, and its digests be posted."""
    opened.time = NOON.replace(hour=hour)
    await Digests(opened.store, opened.clock, "UTC", lambda: None, lambda: True).tick()
    await World.deliver(opened)  # by the clock of the scene, so that nothing is late


@scene("`/start` to a stranger, [Follow a topic], help")
async def first_contact() -> Films:
    async with house("telegram") as one:
        start, film = telegram.Film(one.stage, "Paperwire"), telegram.Film(one.stage, "Paperwire")
        await start.say("/start")
        await start.press("Follow a topic")
        asked = one.stage.place().posted[-1]
        reply = {"message_id": asked.id, "date": 0, "chat": one.stage.place().json(), "from": one.stage.server.me}
        await start.say("rl upvotes>=10", reply_to_message={**reply, "text": asked.text})
        await film.say("help")
    return {"start": start, "help": film}


@scene("help of a verb; help on Slack")
async def help_pages() -> Films:
    async with house("telegram") as one, house("slack") as other:
        film, there = telegram.Film(one.stage, "Paperwire"), slack.Film(other.stage, "#papers")
        await film.say("help subscribe")
        await there.say("help")
    return {"help-subscribe": film, "help-slack": there}


@scene("a list of ten papers")
async def a_list() -> Films:
    async with house("telegram") as one, house("slack") as other:
        film, there = telegram.Film(one.stage, "Paperwire"), slack.Film(other.stage, "#papers")
        await film.say("today")
        await there.say("today top 5")
    return {"list": film, "list-slack": there}


@scene("a card, and after [Save]")
async def a_card() -> Films:
    async with house("telegram") as one, house("slack") as other:
        film, there = telegram.Film(one.stage, "Paperwire"), slack.Film(other.stage, "#papers")
        for shot in (film, there):
            await shot.say("paper 2608.17253")
            await shot.press("Save")
    return {"card": film, "card-slack": there}


@scene("nothing found, a day without a list, a feed that is down")
async def nothing() -> Films:
    async with house("telegram") as one:
        film = telegram.Film(one.stage, "Paperwire")
        await film.say("zebra today")
        await film.say("rl yesterday")
        one.time = NOON + timedelta(days=1)
        one.server.broken = "500"
        await film.say("reinforcment lerning")
    return {"nothing": film}


@scene("a line that cannot be read, a mistyped verb, small talk, `/cancel`, `/privacy`")
async def other_words() -> Films:
    async with house("telegram") as one:
        film = telegram.Film(one.stage, "Paperwire")
        for line in ('rl OR "reward model', "subscirbe rl", "thanks", "/cancel", "/privacy"):
            await film.say(line)
    return {"words": film}


@scene("a channel's subscription from the private chat; the greeting of a group")
async def following() -> Films:
    async with house("telegram") as one:
        film, group = telegram.Film(one.stage, "Paperwire"), telegram.Film(one.stage, "RL reading, 2 members")
        await film.say("in @rl_papers subscribe rl upvotes>=10")
        added, server = one.stage.place("group"), one.stage.server
        server.standing(added, one.stage.people["ann"], "left", "member")
        group.note("Ann added Paperwire")
        await group.watch(server.updates.until_confirmed(), "group")
        await group.say("/papers subscribe agents", "group", "bob")
    return {"subscribe": film, "greeting": group}


@scene("single posts in a channel; a roll-up for two subscriptions")
async def posts() -> Films:
    async with house("telegram", before=5) as one:
        film, rolled = telegram.Film(one.stage, "RL papers, channel"), telegram.Film(one.stage, "RL papers, channel")
        for line in ("subscribe upvotes>=0", "subscribe agents OR models"):
            await one.stage.send_text(f"/papers {line}", "channel", "ann", True)
        await film.watch(arrive(one, 2), "channel")
        await rolled.watch(arrive(one, 8), "channel")
    return {"posts": film, "roll-up": rolled}


@scene("a digest of fourteen")
async def digests() -> Films:
    async with house("telegram", before=1) as one:
        film = telegram.Film(one.stage, "Paperwire")
        await one.stage.send_text("subscribe upvotes>=0 daily at 15:00")
        await arrive(one, 14)
        await film.watch(digest(one, 15))
    return {"digest": film}


@scene("`subs` with fourteen subscriptions, on both platforms")
async def subscriptions() -> Films:
    topics = ("rl", "agents", "diffusion", '"world model" daily at 09:00', "ocr", "video", "robotics", "speech", "rag",
              "moe", "safety", "3d", "audio", "benchmarks weekly on mon at 09:00")  # fmt: skip
    films: Films = {}
    for name, film in (("telegram", telegram.Film), ("slack", slack.Film)):
        async with house(name) as one:
            for topic in topics:
                line = f"! subscribe {topic}"
                await (one.stage.send_text(line) if name == "telegram" else one.stage.type(line, "channel"))
            films[f"subs-{name}"] = film(one.stage, "Paperwire" if name == "telegram" else "#papers")
            await films[f"subs-{name}"].say("subs")
    return films


@scene("presses by a member and a stranger under a post in a group")
async def presses() -> Films:
    async with house("telegram", before=14) as one:
        server, group = one.stage.server, one.stage.place("group")
        one.stage.people["eve"] = server.person(EVE, "eve")
        film = telegram.Film(one.stage, "RL reading, 2 members")
        await one.stage.send_text("/papers subscribe upvotes>=0", "group", "ann")
        await film.watch(arrive(one, 1), "group")
        await film.press("Save", "group", "eve")
        await film.press("Similar", "group", "eve")
        server.press_data(group, server.people[EVE], group.posted[-1], "unsubscribe 1")
        film.note("eve presses [Stop #1] of somebody's list")
        await server.updates.until_confirmed()
        film._add(f"<div class='toast alert'>{list(server.toasts.values())[-1].text}</div>")
    return {"presses": film}


@scene("settings, one value pressed")
async def settings() -> Films:
    async with house("telegram") as one:
        film = telegram.Film(one.stage, "Paperwire")
        await film.say("settings")
        await film.press("Quiet → 22:00-07:00")
    return {"settings": film}


@scene("why, preview, similar")
async def reasons() -> Films:
    async with house("telegram") as one:
        film = telegram.Film(one.stage, "Paperwire")
        await one.stage.send_text("subscribe rl")
        for line in ("why 2608.17253", "preview agents", "similar 2608.17253 top 3"):
            await film.say(line)
    return {"why": film}


@scene("trends of twelve weeks, of three queries, of an archive of three weeks")
async def trends() -> Films:
    films: Films = {}
    async with house("telegram", days=some_weeks(13)) as one:
        for name, line in (("trends", "trends rl 12w"), ("trends-three", "trends rl vs agents vs study 12w")):
            films[name] = telegram.Film(one.stage, "Paperwire")
            await films[name].say(line)
    async with house("slack", days=some_weeks(3)) as one:
        films["trends-slack"] = slack.Film(one.stage, "#papers")
        await films["trends-slack"].say("trends rl 12w", "private")
    return films


@scene("saved papers, an export")
async def saved() -> Films:
    async with house("telegram") as one:
        film = telegram.Film(one.stage, "Paperwire")
        for paper in sample(DAY)[:4]:
            await one.stage.send_text(f"save {paper['paper']['id']}")
        await film.say("saved")
        await film.say("export bibtex")
    return {"saved": film}


@scene("`log` after three people changed something; the word in the channel")
async def changes() -> Films:
    async with house("slack") as one:
        film = slack.Film(one.stage, "#papers, as Ann sees it")
        await film.say("subscribe rl", who="ann")
        await film.watch(one.stage.command("pause 1", "channel", "bob"))
        await one.stage.command("subscribe agents", "channel", "bob")
        await film.say("log")
    return {"log": film}


@scene("status, healthy and with the chat on hold")
async def status() -> Films:
    async with house("telegram") as one:
        film = telegram.Film(one.stage, "Paperwire")
        await one.stage.send_text("subscribe rl")
        await film.say("status")
        await one.gone(one.stage.chat(), "the bot may not write there")
        await film.say("status")
    return {"status": film}


@scene("App Home, fresh and full; the window, new and to edit")
async def app_home() -> Films:
    films: Films = {}
    async with house("slack") as one:
        for name in ("home-fresh", "home-full"):
            films[name] = slack.Film(one.stage, "Paperwire, Home", 600)
            films[name].view(await windows.open_home(one.stage))
            for line in ("alert rl upvotes>=10", "alert agents daily at 09:00", "save 2608.17253"):
                await one.stage.type(line)
        films["window"] = slack.Film(one.stage, "", 520)
        await windows.interact(one.stage, "shortcut", callback_id="paperwire_subscribe")
        films["window"].view(windows.window(one.stage))
    return films


@scene("a link to a paper on Slack, a forwarded link on Telegram")
async def links() -> Films:
    async with house("slack") as one, house("telegram") as other:
        film, there = slack.Film(one.stage, "#papers"), telegram.Film(other.stage, "Paperwire")
        await windows.share(one.stage, "https://arxiv.org/abs/2608.17253")
        film.note("bob: look at https://arxiv.org/abs/2608.17253")
        for unfurl in one.stage.team.unfurls[-1]["unfurls"].values():
            film._add(f"<div class=m>{slack.drawn(unfurl['blocks'])}</div>", "answer")
        await there.say("worth a look: https://arxiv.org/abs/2608.17253")
    return {"unfurl": film, "link": there}


@scene("the terminal's first minute without a network, at 80 and at 50 columns")
async def without_network() -> Films:
    films: Films = {}
    async with open_world("terminal", {}, NOON + timedelta(days=3)) as one:
        await one.library.lay_out_sample()
        one.library.tell_of_sample("No feed can be reached.")
        for columns in (80, 50):
            film = films[f"terminal-{columns}"] = terminal.Film(one.answer, columns)
            for line in ("rl today", "paper 2608.17253", "help"):
                await film.say(line)
    return films


assert ANN
