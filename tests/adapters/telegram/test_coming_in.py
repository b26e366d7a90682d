"""Lines come in by replies, captions, edits, forwarded messages and links too; what says nothing gets a kind word."""

import pytest

from adapters.wordless import WORDLESS
from bot.message import Item, Message, Text, say
from tests.adapters.feeds.days import own_days
from tests.adapters.telegram.stage import open_stage
from tests.adapters.telegram.test_lines import Heard
from tests.support.house import open_house

ABS = "https://arxiv.org/abs/"
FORWARDED = {"forward_origin": {"type": "hidden_user", "sender_user_name": "x", "date": 1}}
STICKER = {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1, "is_animated": False}
STICKER |= {"is_video": False}
VOICE = {"file_id": "v", "file_unique_id": "v", "duration": 1}
FILE = {"file_id": "d", "file_unique_id": "d"}


@pytest.fixture
async def heard():
    return Heard()


@pytest.fixture
async def stage(heard):
    async with open_stage(heard) as stage:
        yield stage


def lines(heard):
    return [line for *_, line in heard.lines]


def before(stage, *ids, where="private"):
    """Return a message of the bot, as a reply to it shows it, with a link behind a word for each paper."""
    links = [{"type": "text_link", "offset": at, "length": 1, "url": f"{ABS}{id}"} for at, id in enumerate(ids)]
    message = {"message_id": 1, "date": 1, "chat": stage.place(where).json(), "from": stage.server.me}
    return message | {"text": "Some titles of papers", "entities": links}


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("save", "save 2403.03950"),
        ("why this?", "why this 2403.03950"),
        ("more like this", "more like this 2403.03950"),
        ("/papers similar", "similar 2403.03950"),
        ("summarize this paper", "summarize this paper 2403.03950"),
        ("rl today", "rl today"),
        ("save 2404.00001", "save 2404.00001"),
        ("save energy", "save energy"),
    ],
)
async def test_a_reply_to_a_card_means_its_paper_where_a_verb_needs_one(stage, heard, typed, line):
    await stage.send_text(typed, reply_to_message=before(stage, "2403.03950"))
    assert lines(heard) == [line]


@pytest.mark.parametrize(("typed", "line"), [("save 2", "save 2404.00002"), ("save", "save"), ("save 3", "save 3")])
async def test_a_reply_to_a_list_means_the_paper_of_that_number(stage, heard, typed, line):
    await stage.send_text(typed, reply_to_message=before(stage, "2404.00001", "2404.00002"))
    assert lines(heard) == [line]


@pytest.mark.parametrize(("typed", "line"), [("save 12", "save 2404.00002"), ("save 2", "save 2")])
async def test_a_reply_to_a_lists_second_page_means_the_paper_of_that_number(stage, heard, typed, line):
    page = before(stage, "2404.00001", "2404.00002") | {"text": "rl · 30 papers\n\n11  Title\n\n12  Another"}
    await stage.send_text(typed, reply_to_message=page)
    assert lines(heard) == [line]


async def test_in_a_group_a_reply_that_names_the_bot_means_the_posts_paper(stage, heard):
    stage.place("group").bot = "administrator"
    post = before(stage, "2403.03950", where="group")
    await stage.send_text("@paperwire_bot save", "group", "bob", reply_to_message=post)
    await stage.send_text("save", "group", "bob", reply_to_message=post)
    assert lines(heard) == ["save 2403.03950"]


async def test_words_under_a_picture_or_file_are_a_line(stage, heard):
    await stage.send_text("", document=FILE, caption="rl today")
    assert lines(heard) == ["rl today"]


async def test_in_a_group_words_under_a_picture_are_a_line_where_they_are_meant_for_the_bot(stage, heard):
    stage.place("group").bot = "administrator"
    await stage.send_text("", "group", document=FILE, caption="rl today")
    await stage.send_text("", "group", document=FILE, caption="/papers rl today")
    assert lines(heard) == ["rl today"]


async def test_an_edited_question_is_answered_anew_once(stage, heard):
    place = stage.place()
    id = stage.server.say(place, stage.people["ann"], "rl tody")
    for text in ("rl today", "", "rl today"):
        stage.server.edit(place, id, text)
    await stage.server.updates.until_confirmed()
    assert lines(heard) == ["rl tody", "rl today"]


async def test_an_edit_in_a_group_or_of_a_message_from_before_the_start_runs_nothing(stage, heard):
    group, private = stage.place("group"), stage.place()
    id = stage.server.say(group, stage.people["ann"], "/papers rl")
    stage.server.edit(group, id, "/papers diffusion")
    old = stage.server.say(private, stage.people["ann"], "", pinned_message=before(stage))
    stage.server.edit(private, old, "subscribe rl")
    await stage.server.updates.until_confirmed()
    assert lines(heard) == ["rl"]


async def test_papers_of_a_forwarded_message_are_shown_and_its_words_run_nothing(stage, heard):
    text = f"subscribe rl {ABS}2403.03950v2 and 2404.00001"
    await stage.send_text(text, **FORWARDED)
    await stage.send_text("", **FORWARDED, document=FILE, caption=f"see {ABS}2403.03951")
    assert [sorted(line.split()) for line in lines(heard)] == [["2403.03950", "2404.00001"], ["2403.03951"]]


async def test_an_address_behind_a_word_is_that_paper(stage, heard):
    link = {"type": "text_link", "offset": 0, "length": 4, "url": f"{ABS}2403.03950"}
    await stage.send_text("This is nice", entities=[link])
    assert lines(heard) == ["This is nice 2403.03950"]


@pytest.mark.parametrize(
    ("text", "more"),
    [("", {"sticker": STICKER}), ("", {"voice": VOICE}), ("", {"document": FILE}), ("subscribe rl", FORWARDED)],
)
async def test_in_private_something_without_words_gets_a_kind_word(stage, heard, text, more):
    (shown,) = await stage.send_text(text, **more)
    assert shown.text == WORDLESS
    assert "Help" in shown.buttons
    assert heard.lines == []


async def test_an_album_gets_one_kind_word_and_a_group_none(stage):
    stage.place("group").bot = "administrator"
    for _ in range(3):
        await stage.send_text("", voice=VOICE)
        await stage.send_text("", "group", voice=VOICE)
    assert [len(stage.shown(where)) for where in ("private", "group")] == [1, 0]


async def test_what_tells_of_a_chat_itself_gets_no_word(stage):
    await stage.send_text("", pinned_message=before(stage))
    assert stage.shown() == ()


# Links among people


@pytest.fixture
async def house():
    async with open_house("telegram", own_days()) as house:
        house.stage.place("group").bot = "administrator"
        yield house


async def test_links_in_a_group_are_left_alone_until_it_wants_them(house):
    text = "have you seen https://arxiv.org/abs/2611.12001 ?"
    assert await house.stage.send_text(text, "group", "bob") == ()
    assert "Cards for links are now on" in (await house.stage.type("settings links on", "group"))[0].text
    (shown,) = await house.stage.send_text(text, "group", "bob")
    assert "https://huggingface.co/papers/2611.12001" in shown.links
    (again,) = await house.stage.send_text(text, "group", "bob")
    assert again.text.endswith("was shared here before")
    assert await house.stage.send_text("2611.12001 is a number here", "group", "bob") == ()
    await house.stage.type("settings links off", "group")
    assert await house.stage.send_text(text, "group", "bob") == ()


async def test_links_in_a_channel_get_their_cards_by_choice_too(house):
    await house.stage.type("settings links on", "channel")
    (shown,) = await house.stage.send_text("https://arxiv.org/abs/2611.12001", "channel", as_chat=True)
    assert "https://huggingface.co/papers/2611.12001" in shown.links
    assert await house.stage.send_text("https://arxiv.org/abs/1901.99999", "channel", as_chat=True) == ()


# Inline


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("2611.12001", "find 2611.12001 top 50 page 1"),
        ("trending rl", "trending rl top 50 page 1"),
        ("subscribe rl", "find subscribe rl top 50 page 1"),
    ],
)
async def test_inline_words_are_looked_for_and_trending_is_the_list(typed, line):
    asked = []

    async def answer(chat, asker, text):
        asked.append(text)
        return Message((Text("1 paper", "head"), Item("2611.12001", "T", f"{ABS}2611.12001")))

    async with open_stage(answer) as stage:
        await stage.server.inline(stage.people["bob"], typed)
    assert asked == [line]


async def test_inline_finds_a_paper_by_its_id_and_link_and_reads_polite_words(house):
    for typed in ("2611.12001", f"{ABS}2611.12001", "any papers about rl today please"):
        answer = await house.stage.server.inline(house.stage.people["bob"], typed)
        assert [result["id"] for result in answer["results"]] == ["2611.12001"], typed


async def test_inline_nonsense_offers_no_alert_and_changes_nothing(house):
    answer = await house.stage.server.inline(house.stage.people["bob"], "asdfgh jkl")
    assert answer["results"] == []
    assert "No papers" in answer["button"]
    for typed in ("subscribe rl", "follow ocr", "stop rl", "forget me yes"):
        await house.stage.server.inline(house.stage.people["bob"], typed)
    assert await house.store.subscriptions() == ()


async def test_nothing_to_say_is_said_by_nobody():
    async def answer(chat, asker, text):
        return say("no")

    async with open_stage(answer) as stage:
        stage.place("group").bot = "administrator"
        assert await stage.send_text(f"{ABS}2403.03950", "group") == ()
