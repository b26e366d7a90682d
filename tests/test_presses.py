"""Each row of tests/presses.py, played: what the one who presses sees, and that nobody else sees anything."""

import itertools

import pytest

from tests import presses
from tests.adapters.telegram.stage import ANN, BOB, CHANNEL, GROUP
from tests.presses import BUTTONS, CHANGES, ROWS
from tests.support.house import open_house

EVE, FORUM = 503, -1000000000801
WHO = {"administrator": ANN, "member": BOB, "stranger": EVE}
NAMES = {"administrator": "ann", "member": "bob", "stranger": "eve"}
CASES = [
    (platform, where, button, [row[3:] for row in rows])
    for (platform, where, button), rows in itertools.groupby(ROWS, key=lambda row: row[:3])
]


def paper_for(who):
    """Return the paper that is posted for the person: in private chats each needs a new one."""
    return f"2611.1200{3 + (list(WHO).index(who) if who in WHO else list(NAMES.values()).index(who))}"


def is_post(message):
    blocks = str(message.get("blocks"))
    return "Deep RL" in blocks and "similar 2611" in blocks


def test_the_document_is_what_the_rows_say():
    assert presses.DOC.read_text("utf-8") == presses.document()


@pytest.mark.parametrize(("where", "button", "rows"), [case[1:] for case in CASES if case[0] == "telegram"])
async def test_on_telegram(where, button, rows):
    async with open_house("telegram") as house:
        for who, wanted in rows:
            assert await on_telegram(house, where, BUTTONS[button], who) == wanted, who


async def on_telegram(house, where, line, who):
    """Post a paper where one follows gardens, let the person press, and return what came of it."""
    server = house.stage.server
    if EVE not in server.people:
        server.person(EVE, "eve")
        server.place(
            FORUM, "supergroup", "Forum", forum=True, topics={7: "open"}, members={ANN: "creator", BOB: "member"}
        )
    person = server.people[WHO[who]]
    if where == "private":
        server.places[person.id].bot = "member"
    place = server.places[{"channel": CHANNEL, "group": GROUP, "topic": FORUM}.get(where, person.id)]
    author = None if where == "channel" else person if where == "private" else server.people[ANN]
    server.say(place, author, "/papers ! subscribe gardens", **({"topic": 7} if where == "topic" else {}))
    await server.updates.until_confirmed()
    if not any(one.text.startswith("Deep RL") for one in place.posted):
        await house.publish(paper_for(who), "Deep RL for Gardens")
    post = next(one for one in reversed(place.posted) if one.text.startswith("Deep RL"))
    if where == "channel":
        assert all("url" in key for row in post.rows for key in row)
        return "link"
    shown = next(
        (
            key["text"]
            for row in post.rows
            for key in row
            if key.get("callback_data", "").split()[:1] == line.split()[:1]
        ),
        "",
    )
    alone = server.places[person.id]
    before = {(one.id, one.edits) for one in place.posted}, len(alone.posted)
    followed = await house.store.subscriptions()
    press = server.press(place, person, post, shown) if shown else server.press_data(place, person, post, line)
    await server.updates.until_confirmed()
    changed = [one for one in place.posted if (one.id, one.edits) not in before[0]]
    if line.startswith("pause") and where != "private":
        paused = await house.store.subscriptions() != followed
        assert paused == CHANGES[who]
    if where == "private":
        return "place" if any(one.edits for one in changed) else "answer" if changed else "nothing"
    assert changed == []
    toast = server.toasts[press]
    if toast.url:
        return "way"
    return "private" if len(alone.posted) > before[1] else "toast" if toast.text else "nothing"


@pytest.mark.parametrize(("where", "button", "rows"), [case[1:] for case in CASES if case[0] == "slack"])
async def test_on_slack(where, button, rows):
    async with open_house("slack") as house:
        house.stage.team.person("UEVET1")
        for who, wanted in rows:
            assert await on_slack(house, where, BUTTONS[button], NAMES[who]) == wanted, who


async def on_slack(house, where, line, who):
    """The same on Slack, under a message that everybody there reads."""
    stage, place = house.stage, "channel" if where == "thread" else where
    await stage.command("! subscribe gardens", place, who if place == "private" else "ann")
    if not any(map(is_post, stage.messages(place, who))):
        await house.publish(paper_for(who), "Deep RL for Gardens")
    post = next(filter(is_post, reversed(stage.messages(place, who))))
    buttons = [one for block in post["blocks"] for one in block.get("elements", []) if one.get("type") == "button"]
    button = next(
        (one for one in buttons if one.get("value", "").split(" ")[0] == line.split()[0]), buttons[0] | {"value": line}
    )
    under = {**post, "thread_ts": "1.0"} if where == "thread" else post
    others = [name for name in ("ann", "bob", "eve") if name != who]
    seen = {name: list(map(dict, stage.messages(place, name))) for name in (*others, who)}
    views = len(stage.team.views)
    await stage.pressed(under, button, place, who)
    for name in others if place != "private" else ():
        new = [one for one in stage.messages(place, name) if one not in seen[name]]
        assert all(
            any(
                block["elements"][0]["text"].startswith("Changed by")
                for block in one["blocks"]
                if block["type"] == "context"
            )
            for one in new
        )
    if len(stage.team.views) > views:
        return "form"
    new = [one for one in stage.messages(place, who) if one not in seen[who]]
    if any(one["ts"] == post["ts"] for one in new):
        return "place"
    if place == "private":
        return "answer" if new else "nothing"
    return "alone" if any(one.get("only") == stage.user(who) for one in new) else "nothing"
