"""What a press brings, for every kind of button, person and place: nothing that a reader presses is shown to others."""

import pytest

from adapters.telegram.channels import linked
from adapters.telegram.ui.presses import MOST_TOAST, toast
from adapters.telegram.wire import links
from bot.message import Action, Item, Message, Text, say
from tests.adapters.feeds.days import TUESDAY, record
from tests.adapters.telegram.stage import ANN, BOB, CHANNEL, GROUP
from tests.support.house import open_house

EVE, FORUM = 503, -1000000000801
PAPER = "2611.12003"
LINES = (
    f"abstract {PAPER}", f"similar {PAPER}", f"save {PAPER}", f"why {PAPER}", f"paper {PAPER}", "^rl page 2", "gardens",
    "subscribe agents", "preview rl", "edit 1 rl daily at 09:00", "pause 1", "resume 1", "undo", "unsubscribe 1", "subs",
    "alert rl", "alerts", "saved", f"these {PAPER}", f"more 1 {TUESDAY}", "~nothing", "export json", "forget me", "(", "help",
)  # fmt: skip
WHERE = {"channel": CHANNEL, "group": GROUP, "topic": FORUM}
WHO = {"administrator": ANN, "member": BOB, "stranger": EVE}


async def at_work(house, where):
    """Let the place follow rl and get a post, and return it; Eve never met the bot."""
    server = house.stage.server
    server.person(EVE, "eve")
    server.place(FORUM, "supergroup", "Forum", forum=True, topics={7: "open"}, members={ANN: "creator", BOB: "member"})
    place = server.places[WHERE[where]]
    topic = {"topic": 7} if where == "topic" else {}
    server.say(place, None if where == "channel" else server.people[ANN], "/papers subscribe rl", **topic)
    await server.updates.until_confirmed()
    await house.publish(PAPER, "Deep RL for Gardens", summary="It digs. " * 40, githubRepo="https://github.com/a/b")
    return place


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("where", WHERE)
async def test_nothing_that_is_pressed_under_a_post_is_shown_to_others(where, who):
    async with open_house("telegram") as house:
        server, place, person = house.stage.server, await at_work(house, where), WHO[who]
        house.answers._rate.most = 1000
        alone, post = server.places[person], place.posted[-1]
        assert post.text.startswith("Deep RL")
        stood = [(one.id, one.edits) for one in place.posted]
        for line in LINES:
            before = len(alone.posted)
            press = server.press_data(place, server.people[person], post, line)
            await server.updates.until_confirmed()
            assert [(one.id, one.edits) for one in place.posted] == stood, line
            shown = server.toasts[press]
            assert shown.text or shown.url.startswith("https://t.me/paperwire_bot?start="), line
            assert (len(alone.posted) > before) == (shown.text == "Sent to your private chat with me."), line
        assert alone.posted == [] or who != "stranger"


@pytest.mark.parametrize("where", WHERE)
async def test_only_administrators_change_anything_by_a_press(where):
    async with open_house("telegram") as house:
        server, place = house.stage.server, await at_work(house, where)
        for person in (BOB, EVE, ANN):
            press = server.press_data(place, server.people[person], place.posted[-1], "unsubscribe 1")
            await server.updates.until_confirmed()
            left = len(await house.store.subscriptions())
            assert (server.toasts[press].text.startswith("Only administrators"), left) == (person != ANN, person != ANN)
        assert server.toasts[press].text.splitlines()[0] == "#1 rl is stopped."


@pytest.mark.parametrize("where", WHERE)
async def test_a_stranger_saves_by_a_press_and_reads_on_by_the_way_to_the_private_chat(where):
    async with open_house("telegram") as house:
        server, place = house.stage.server, await at_work(house, where)
        saved = server.press_data(place, server.people[EVE], place.posted[-1], f"save {PAPER}")
        way = server.press_data(place, server.people[EVE], place.posted[-1], f"similar {PAPER}")
        await server.updates.until_confirmed()
        assert server.toasts[saved].text == "Saved: Deep RL for Gardens"
        server.open(server.people[EVE], server.toasts[way].url.partition("?start=")[2])
        await server.updates.until_confirmed()
        assert server.places[EVE].posted[-1].text.startswith("Deep RL for Gardens")


async def test_a_channel_post_has_links_for_buttons_and_its_card_opens_in_private():
    async with open_house("telegram") as house:
        server, place = house.stage.server, await at_work(house, "channel")
        buttons = [button for one in place.posted for row in one.rows for button in row]
        assert not [button for button in buttons if "url" not in button]
        assert place.posted[-1].buttons == ("PDF", "Code", "Open in private")
        door = buttons[-1]["url"]
        assert door == "https://t.me/paperwire_bot?start=p_2611_12003"
        server.open(server.people[EVE], door.partition("=")[2])
        await server.updates.until_confirmed()
        assert server.places[EVE].posted[-1].text.startswith("Deep RL for Gardens")


@pytest.mark.parametrize("where", ["group", "topic"])
async def test_a_post_in_a_group_keeps_its_buttons(where):
    async with open_house("telegram") as house:
        place = await at_work(house, where)
        assert {"Abstract", "Similar", "Save", "Why"} <= set(place.posted[-1].buttons)


async def test_the_askers_own_answer_changes_in_place_and_nobody_elses():
    async with open_house(
        "telegram", {TUESDAY: [record(f"2611.{n}", f"RL {n}", TUESDAY) for n in range(20001, 20026)]}
    ) as house:
        stage, group = house.stage, house.stage.place("group")
        await stage.type("rl", "group", "bob")
        answer = group.posted[-1]
        await stage.press("More", "group", "ann")
        assert (len(group.posted), answer.edits) == (1, 0)
        await stage.press("More", "group", "bob")
        assert (len(group.posted), answer.edits) == (1, 1)
        stage.server.typed.clear()  # the question is deleted
        await stage.press("2", "group", "bob") if "2" in answer.buttons else await stage.press("12", "group", "bob")
        assert (len(group.posted), answer.edits) == (1, 2)


async def test_a_press_that_comes_too_late_for_a_toast_is_answered_in_private():
    async with open_house("telegram") as house:
        server, place = house.stage.server, await at_work(house, "channel")
        press = server.press_data(place, server.people[ANN], place.posted[-1], f"save {PAPER}")
        server.acknowledged.append(press)  # Telegram gave it up
        await server.updates.until_confirmed()
        assert server.places[ANN].posted[-1].text == "Saved: Deep RL for Gardens"


async def test_buttons_that_act_on_the_group_do_not_go_to_the_private_chat():
    async with open_house("telegram") as house:
        server, place = house.stage.server, await at_work(house, "group")
        server.press_data(place, server.people[ANN], place.posted[-1], "subs")
        await server.updates.until_confirmed()
        alone = server.places[ANN].posted
        assert not alone or not any("callback_data" in button for row in alone[-1].rows for button in row)


@pytest.mark.parametrize(
    ("line", "back"),
    [
        ("similar 2403.03950", "paper 2403.03950"),
        ("save hep-th/9901001", "paper hep-th/9901001"),
        ("these 2403.03950 2403.03951", "these 2403.03950 2403.03951"),
        ("these 11 2403.03950 2403.03951", "these 11 2403.03950 2403.03951"),
        ("~abcdefghij", "~abcdefghij"),
        ("alert reward model", "alert reward model"),
        ("saved", "saved"),
        ("unsubscribe 1", "start"),
        ("forget me yes", "start"),
    ],
)
def test_the_way_to_the_private_chat_carries_what_was_pressed(line, back):
    assert links.line(links.code(line)) == back


def test_a_digest_in_a_channel_links_each_paper_and_the_rest():
    rows = ((Action("1", "paper 2403.03950"), Action("Stop", "unsubscribe 1", bound=True)), (Action("More", "~abc"),))
    shown = linked(
        Message((Text("2 new"), Item("2403.03950", "x", "", 1), Item("2403.03951", "y", "", 2)), rows), "bot"
    )
    assert [[(one.label, one.url) for one in row] for row in shown.actions] == [
        [("1", "https://t.me/bot?start=p_2403_03950")],
        [("More", "https://t.me/bot?start=k_abc")],
    ]


@pytest.mark.parametrize("words", ["x" * 201, "🧠" * 101, "x " * 5000])
def test_a_refusal_is_a_toast_whatever_its_length(words):
    shown = toast(Message((Text(words),), refused=True))
    assert 0 < len(shown.encode("utf-16-le")) // 2 <= MOST_TOAST
    assert toast(say(words)) == ""
