"""Each scene of docs/pictures.md is taken by the platforms: by the stand-ins' limits, and by the libraries' own readers."""

import pytest
from slack_sdk.models.blocks import Block
from telegram import Message

from tests.pictures import slack, telegram
from tests.pictures.scenes import SCENES


def taken_by_slack(blocks):
    """Return the blocks; raises where slack_sdk finds one that Slack would refuse."""
    read = Block.parse_all(blocks)
    assert [one.to_dict()["type"] for one in read] == [one["type"] for one in blocks]
    return blocks


def taken_by_telegram(message):
    """Return the message; python-telegram-bot reads it, and each of its marks stands round some of its words."""
    entities = [{"type": one.type, "offset": one.offset, "length": one.length} for one in message.entities]
    given = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": message.text}
    read = Message.de_json({**given, "entities": entities, "reply_markup": {"inline_keyboard": message.rows}}, None)
    assert all(words.strip() for words in read.parse_entities().values())
    return message


@pytest.fixture
def readers(monkeypatch):
    drawn, marked = slack.drawn, telegram.marked
    monkeypatch.setattr(slack, "drawn", lambda blocks: drawn(taken_by_slack(blocks)))
    monkeypatch.setattr(telegram, "marked", lambda message: marked(taken_by_telegram(message)))


@pytest.mark.usefixtures("readers")
@pytest.mark.parametrize("name", SCENES)
async def test_every_scene_is_taken_by_the_platforms(name):
    _, play = SCENES[name]
    films = await play()
    assert all("<div class=answer>" in film.body for film in films.values())
    assert films
