"""The App Home tab, the window that makes a subscription, the shortcuts and the cards of shared links."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.slack import dispatch
from adapters.slack.ui import form, modal
from adapters.slack.wire.words import papers
from bot.message import Action, File, Item, Message, Text, say
from bot.model import Chat
from tests.adapters.slack import reader
from tests.adapters.slack.core import Core
from tests.adapters.slack.stage import SlackStage, open_stage
from tests.adapters.slack.world import Json

PAPER = Item(
    "2403.03950", "Stop <!channel> Regressing", "https://huggingface.co/papers/2403.03950", 0, "J. F.", "▲ 32", "Short."
)
CARD = Message((PAPER, Text("note", "note")), ((Action("Save", "save 2403.03950"),),))
ALERTS = Message(
    (Text("#1 rl"),), ((Action("Pause", "pause 1"), Action("Edit", "edit 1 rl upvotes>=10 daily at 09:00 max 3")),)
)
REFUSED = Message((Text("I cannot read that: <b>"),), refused=True)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modal, "STILL", 0.02)


def words(view: Json) -> str:
    return reader.read_blocks(view["blocks"])[0].text


def labels(view: Json) -> tuple[str, ...]:
    return reader.read_blocks(view["blocks"])[1]


def window(stage: SlackStage) -> Json:
    """The window that was opened or changed last."""
    return list(stage.team.views.values())[-1]


async def interact(stage: SlackStage, kind: str, who: str = "ann", **more: Any) -> Json | None:
    user = stage.user(who)
    payload = {"type": kind, "team": {"id": "T1"}, "user": {"id": user, "team_id": "T1"}, "api_app_id": "A1"}
    ack = await stage.slack.push("interactive", {**payload, "trigger_id": stage.slack.next_id("tr"), **more})
    await stage.platform.idle()
    return ack


async def press(stage: SlackStage, view: Json, label: str, who: str = "ann") -> Json | None:
    """Press a button of a view."""
    for n, block in enumerate(view["blocks"]):
        for element in block.get("elements", []):
            if element["type"] == "button" and element["text"]["text"] == label:
                action = {**element, "block_id": block.get("block_id", f"b{n}"), "action_ts": stage.slack.ts()}
                container = {"type": "view", "view_id": view["id"]}
                return await interact(stage, "block_actions", who, view=view, container=container, actions=[action])
        menu = block.get("accessory", {})
        for option in menu.get("options", []):
            if option["text"]["text"] == label:
                chosen = {
                    **menu,
                    "selected_option": option,
                    "block_id": block["block_id"],
                    "action_ts": stage.slack.ts(),
                }
                container = {"type": "view", "view_id": view["id"]}
                return await interact(stage, "block_actions", who, view=view, container=container, actions=[chosen])
    raise AssertionError(f"no button {label!r}")


async def open_home(stage: SlackStage, who: str = "ann", **more: Any) -> Json:
    await stage.event(
        "app_home_opened", user=stage.user(who), channel=stage.place("private", who).id, tab="home", **more
    )
    return stage.team.homes[stage.user(who)]


def filled(
    view: Json, query: str, *, channel: str = "", schedule: str = "now", time: str = "09:00", most: str = ""
) -> Json:
    values = {
        "query": {form.QUERY: {"type": "plain_text_input", "value": query}},
        "where": {"channel": {"type": "conversations_select", "selected_conversation": channel or None}},
        "when": {"schedule": {"type": "static_select", "selected_option": {"value": schedule}}},
        "time": {"time": {"type": "timepicker", "selected_time": time}},
        "most": {"most": {"type": "number_input", "value": most or None}},
    }
    return {**view, "state": {"values": values}}


# The tab


async def test_the_tab_shows_ones_alerts_and_saved_papers() -> None:
    core = Core({"alerts": ALERTS, "saved": CARD})
    async with open_stage(core.answer) as stage:
        view = await open_home(stage)
        assert core.asked == [(stage.chat("private"), "UANNT1", "alerts"), (stage.chat("private"), "UANNT1", "saved")]
        assert "#1 rl" in words(view)
        assert "Stop <!channel> Regressing" in words(view)
        assert labels(view) == ("Pause", "Edit", "New alert", "Save")


async def test_the_message_tab_publishes_nothing() -> None:
    core = Core()
    async with open_stage(core.answer) as stage:
        await stage.event("app_home_opened", user="UANNT1", channel="D1", tab="messages")
        assert (core.asked, stage.team.homes) == ([], {})


async def test_a_chosen_channels_subscriptions_are_shown_and_stay_chosen() -> None:
    core = Core({"subs": say("#3 agents")})
    async with open_stage(core.answer) as stage:
        view = await open_home(stage)
        action = {"type": "conversations_select", "action_id": "paperwire.home.channel", "selected_conversation": "CT1"}
        await interact(
            stage, "block_actions", view=view, container={"type": "view"}, actions=[{**action, "block_id": "c"}]
        )
        assert "#3 agents" in words(stage.team.homes["UANNT1"])
        assert "#3 agents" in words(await open_home(stage, view=stage.team.homes["UANNT1"]))
        assert (stage.chat("channel"), "UANNT1", "subs") in core.asked


async def test_a_channel_one_is_not_in_stays_closed() -> None:
    core = Core({"subs": say("secret")})
    async with open_stage(core.answer) as stage:
        stage.team.channel("C2", "other", "UANNT1", "UBOTT1")
        view = await open_home(stage, "bob", view={"private_metadata": "C2"})
        assert "secret" not in words(view)
        assert "subs" not in core.lines


async def test_a_button_of_the_tab_shows_its_answer_over_it_and_renews_it() -> None:
    core = Core({"alerts": ALERTS, "pause": Message((Text("Paused."),), ((Action("Undo", "undo"),),))})
    async with open_stage(core.answer) as stage:
        view = await open_home(stage)
        core.says["alerts"] = say("#1 rl (paused)")
        await press(stage, view, "Pause")
        assert (stage.chat("private"), "UANNT1", "pause 1") in core.asked
        over = next(view for view in stage.team.views.values() if view["type"] == "modal")
        assert (words(over), "(paused)" in words(stage.team.homes["UANNT1"])) == ("Paused.", True)
        await press(stage, over, "Undo")
        assert core.lines[-1] == "undo"
        assert words(stage.team.views[over["id"]]) == "you said: undo"


async def test_a_tabs_button_that_brings_a_file_hands_it_over_privately() -> None:
    saved = Message((Text("list"),), ((Action("Export", "export bibtex"),),))
    core = Core({"saved": saved, "export": Message((Text("Here."),), file=File("saved.bib", b"x"))})
    async with open_stage(core.answer) as stage:
        await press(stage, await open_home(stage), "Export")
        assert [shown.text for shown in stage.shown()] == ["[saved.bib]", "Here."]


async def test_an_answer_that_comes_too_late_for_a_window_comes_as_a_message() -> None:
    core = Core({"alerts": ALERTS, "pause": say("Paused.")})
    async with open_stage(core.answer) as stage:
        stage.slack.faults.plan("views.open", "error", word="expired_trigger_id")
        await press(stage, await open_home(stage), "Pause")
        assert [shown.text for shown in stage.shown()] == ["Paused."]


# The window


async def test_the_shortcut_opens_the_window_and_what_is_filled_in_becomes_a_line() -> None:
    core = Core({"subscribe": say("#1 rl, posted here.")})
    async with open_stage(core.answer) as stage:
        await interact(stage, "shortcut", callback_id="paperwire_subscribe")
        sent = filled(
            window(stage), 'rl\n"reward model"', channel="CT1", schedule="weekly on mon", time="08:30", most="5"
        )
        ack = await interact(stage, "view_submission", view=sent)
        line = 'subscribe rl "reward model" weekly on mon at 08:30 max 5'
        assert core.asked == [(stage.chat("channel"), "UANNT1", line)]
        assert ack
        assert ack["response_action"] == "update"
        assert words(ack["view"]) == "#1 rl, posted here."


async def test_without_a_channel_it_is_an_alert_for_the_person() -> None:
    core = Core()
    async with open_stage(core.answer) as stage:
        await interact(stage, "shortcut", callback_id="paperwire_subscribe")
        await interact(stage, "view_submission", view=filled(window(stage), "rl"))
        assert core.asked == [(stage.chat("private"), "UANNT1", "alert rl now")]


async def test_a_query_that_cannot_be_read_is_told_at_its_field() -> None:
    async with open_stage(Core({"alert": REFUSED}).answer) as stage:
        await interact(stage, "shortcut", callback_id="paperwire_subscribe")
        ack = await interact(stage, "view_submission", view=filled(window(stage), "(rl"))
        assert ack == {"response_action": "errors", "errors": {"query": "I cannot read that: <b>"}}


async def test_one_does_not_subscribe_a_channel_one_is_not_in() -> None:
    core = Core()
    async with open_stage(core.answer) as stage:
        stage.team.channel("C2", "other", "UANNT1", "UBOTT1")
        await interact(stage, "shortcut", "bob", callback_id="paperwire_subscribe")
        await interact(stage, "view_submission", "bob", view=filled(window(stage), "rl", channel="C2"))
        assert not await core.askers[0].administers(Chat("slack", "T1", "C2"))


async def test_an_answer_slower_than_slacks_patience_closes_the_window_and_follows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dispatch, "PATIENCE", 0.03)
    core = Core(hold=asyncio.Event())
    async with open_stage(core.answer) as stage:
        await interact(stage, "shortcut", callback_id="paperwire_subscribe")
        sending = asyncio.ensure_future(interact(stage, "view_submission", view=filled(window(stage), "rl")))
        await core.begun.wait()
        await asyncio.sleep(0.08)
        assert core.hold
        core.hold.set()
        assert await sending == {}
        assert [shown.text for shown in stage.shown()] == ["you said: alert rl now"]


async def test_typing_shows_what_the_query_would_have_brought_for_the_latest_keys_only() -> None:
    core = Core({"preview": Message((Text("12 papers"), PAPER), ((Action("More", "page 2"),),))})
    async with open_stage(core.answer) as stage:
        await interact(stage, "shortcut", callback_id="paperwire_subscribe")
        view = window(stage)
        typed = [
            interact(
                stage, "block_actions", view=filled(view, query), container={"type": "view", "view_id": view["id"]},
                actions=[{"type": "plain_text_input", "action_id": form.QUERY, "block_id": "query", "value": query}],
            )
            for query in ("r", "rl", "rl a")
        ]  # fmt: skip
        await asyncio.gather(*typed)
        assert core.lines == ["preview rl a"]
        now = stage.team.views[view["id"]]
        assert "12 papers" in words(now)
        assert now["blocks"][0]["element"]["initial_value"] == "rl a"
        assert now["blocks"][0]["element"]["action_id"] == form.QUERY


async def test_a_preview_of_a_window_that_was_closed_is_dropped() -> None:
    async with open_stage(Core().answer) as stage:
        await interact(stage, "shortcut", callback_id="paperwire_subscribe")
        view = stage.team.views.popitem()[1]
        actions = [{"type": "plain_text_input", "action_id": form.QUERY, "block_id": "query", "value": "rl"}]
        container = {"type": "view", "view_id": view["id"]}
        assert (
            await interact(stage, "block_actions", view=filled(view, "rl"), container=container, actions=actions) == {}
        )


@pytest.mark.parametrize("place", ["tab", "message"])
async def test_edit_opens_the_same_window_with_the_query_in_it(place: str) -> None:
    core = Core({"alerts": ALERTS, "subs": ALERTS})
    async with open_stage(core.answer) as stage:
        if place == "tab":
            await press(stage, await open_home(stage), "Edit")
        else:
            await stage.type("subs", "channel")
            await stage.button("Edit", "channel")
        view = next(view for view in stage.team.views.values() if view["type"] == "modal")
        assert view["blocks"][0]["element"]["initial_value"] == "rl upvotes>=10"
        await interact(stage, "view_submission", view=filled(view, "rl stars>=5", schedule="keep"))
        assert core.asked[-1] == (
            stage.chat("private" if place == "tab" else "channel"),
            "UANNT1",
            "edit 1 rl stars>=5",
        )


async def test_a_button_that_sets_an_earlier_query_again_is_sent_as_any_other() -> None:
    core = Core({"edit 1": say("done"), "subs": Message((Text("x"),), ((Action("Undo", "edit 1 rl now"),),))})
    async with open_stage(core.answer) as stage:
        await stage.type("subs", "channel")
        await stage.press("Undo", "channel")
        assert (core.lines[-1], stage.team.views) == ("edit 1 rl now", {})


async def test_new_alert_opens_the_window() -> None:
    async with open_stage(Core().answer) as stage:
        await press(stage, await open_home(stage), "New alert")
        assert window(stage)["callback_id"] == form.SUBMIT


# Saving and sharing


async def test_save_paper_saves_every_paper_of_the_message() -> None:
    core = Core({"save": say("Saved.")})
    message = {"text": "see <https://arxiv.org/abs/2403.03950v2|this> and 2401.00001.", "blocks": [
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
            {"type": "link", "url": "https://huggingface.co/papers/2405.12345"}]}]}]}  # fmt: skip
    async with open_stage(core.answer) as stage:
        way = stage.slack.way(stage.team, "CT1", "UANNT1")
        shortcut: dict[str, Any] = {
            "callback_id": "paperwire_save",
            "message": message,
            "channel": {"id": "CT1"},
            "response_url": way,
        }
        await interact(stage, "message_action", **shortcut)
        assert core.lines == ["save 2403.03950", "save 2401.00001", "save 2405.12345"]
        assert {chat for chat, _, _ in core.asked} == {stage.chat("private")}
        assert stage.shown("channel")[0].text == "Saved.\nSaved.\nSaved."
        assert stage.shown("channel", "bob") == ()


async def test_a_message_without_a_paper_is_told_so() -> None:
    async with open_stage(Core().answer) as stage:
        way = stage.slack.way(stage.team, "CT1", "UANNT1")
        more: dict[str, Any] = {"message": {"text": "lunch? 12.30"}, "channel": {"id": "CT1"}, "response_url": way}
        await interact(stage, "message_action", callback_id="paperwire_save", **more)
        assert stage.shown("channel")[0].text.startswith("That message points to no paper")


def test_papers_of_a_message_come_once_and_in_order() -> None:
    text = "(https://arxiv.org/pdf/2403.03950) https://www.alphaxiv.org/abs/2403.03950, https://doi.org/10.48550/arXiv.2401.00001!"
    assert papers({"text": text}) == ("2403.03950", "2401.00001")


async def share(stage: SlackStage, *urls: str, ts: str = "5.000001", **more: Any) -> None:
    links = [{"url": url, "domain": url.split("/")[2]} for url in urls]
    await stage.event("link_shared", channel="CT1", user="UANNT1", message_ts=ts, links=links, **more)


async def test_a_shared_link_gets_a_compact_card() -> None:
    core = Core({"paper": CARD})
    urls = ("https://arxiv.org/pdf/2403.03950v3", "https://example.org/x")
    async with open_stage(core.answer) as stage:
        await share(stage, *urls)
        (unfurl,) = stage.team.unfurls
        assert (unfurl["channel"], unfurl["ts"], list(unfurl["unfurls"])) == ("CT1", "5.000001", [urls[0]])
        read, buttons = reader.read_blocks(unfurl["unfurls"][urls[0]]["blocks"])
        assert (read.text, read.pings, buttons) == ("Stop <!channel> Regressing\nJ. F.\nShort.\n▲ 32", [], ())


async def test_of_many_links_ten_papers_get_cards() -> None:
    async with open_stage(Core({"paper": CARD}).answer) as stage:
        await share(stage, *(f"https://arxiv.org/abs/2403.{10000 + n}" for n in range(50)))
        (unfurl,) = stage.team.unfurls
        assert len(unfurl["unfurls"]) == 10


async def test_a_second_share_in_a_day_gets_only_a_word() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    core = Core({"paper": CARD})
    async with open_stage(core.answer, clock=lambda: at) as stage:
        cards = []
        for hours, ts, url in (
            (0, "1.0", "abs/2403.03950"),
            (1, "2.0", "pdf/2403.03950"),
            (26, "3.0", "abs/2403.03950"),
        ):
            at = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=hours)
            await share(stage, f"https://arxiv.org/{url}", ts=ts)
            (card,) = stage.team.unfurls[-1]["unfurls"].values()
            cards.append(reader.read_blocks(card["blocks"])[0].text)
        assert [text.endswith("was shared here before") for text in cards] == [False, True, False]


async def test_a_look_in_the_composer_does_not_count_as_shared() -> None:
    core = Core({"paper": CARD})
    async with open_stage(core.answer) as stage:
        await share(stage, "https://arxiv.org/abs/2403.03950", source="composer", unfurl_id="u1")
        await share(stage, "https://arxiv.org/abs/2403.03950", source="conversations_history", unfurl_id="u2")
        cards = [reader.read_blocks(next(iter(u["unfurls"].values()))["blocks"])[0].text for u in stage.team.unfurls]
        assert [(u["unfurl_id"], u["source"]) for u in stage.team.unfurls] == [
            ("u1", "composer"),
            ("u2", "conversations_history"),
        ]
        assert all("Short." in card for card in cards)


async def test_an_unknown_paper_gets_no_card() -> None:
    async with open_stage(Core({"paper": REFUSED}).answer) as stage:
        await share(stage, "https://arxiv.org/abs/2403.03950")
        assert stage.team.unfurls == []


async def test_a_repeated_share_event_unfurls_once() -> None:
    async with open_stage(Core({"paper": CARD}).answer) as stage:
        for _ in range(2):
            await share(stage, "https://arxiv.org/abs/2403.03950", event_id="Ev1")
        assert len(stage.team.unfurls) == 1
