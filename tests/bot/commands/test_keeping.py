"""What a person keeps comes out as files, and goes when they say so."""

import asyncio
import csv
import io
import json
import re
import struct
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest

from adapters.charts import Charts
from bot.app import wiring
from bot.commands.questions.by_week import weekly, whole_weeks
from bot.commands.services import Services
from bot.lines.line import read
from bot.ports.chart import Bar, Series
from tests.bot.commands.world import said

ONE, OTHER = "2611.10001", "2611.11001"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where the terminal puts files


@pytest.fixture
async def charts():
    """What draws as the program does, here without waiting for more."""
    opened = Charts()
    yield opened
    await opened.close()


class Ann:
    """Somebody whose private chat on the world's platform this is."""

    id = "ann"

    def __init__(self, chat):
        self.chat = chat

    async def private(self):
        return self.chat

    async def administers(self, _):
        return True

    async def name(self, who, _):
        return who

    async def can_post(self, _):
        return ""


async def file_of(world, line):
    """Return the file that answers the line."""
    chat = world.stage.chat()
    return (await world.answers(chat, Ann(chat), line)).file


@pytest.fixture
async def keeping(world):
    for line in (f"save {ONE}", f"save {OTHER}", "alert rl upvotes>=10", 'alert "world model" daily at 09:00 max 3'):
        await said(world.stage, line)
    return world


async def test_saved_papers_come_as_a_file_on_every_platform(keeping, tmp_path):
    for format in ("bibtex", "csv", "json"):
        assert "Your 2 saved papers." in await said(keeping.stage, f"export {format}")
    assert "2 subscriptions as feeds of arXiv" in await said(keeping.stage, "export opml")
    assert "All that I keep of you" in await said(keeping.stage, "export mydata")
    if keeping.stage.platform.name == "terminal":
        names = {"papers.bib", "papers.csv", "papers.json", "subscriptions.opml", "mydata.json"}
        assert {path.name for path in tmp_path.iterdir()} == names


async def test_the_files_hold_what_is_kept(keeping):
    bib = (await file_of(keeping, "export bibtex")).content.decode()
    assert re.findall(r"eprint = \{(.*)\}", bib) == [OTHER, ONE]
    table = list(csv.DictReader(io.StringIO((await file_of(keeping, "export csv")).content.decode("utf-8-sig"))))
    records = json.loads((await file_of(keeping, "export json")).content)
    assert [row["id"] for row in table] == [record["id"] for record in records] == [OTHER, ONE]
    outlines = ET.fromstring((await file_of(keeping, "export opml")).content).iter("outline")
    assert [one.get("text") for one in outlines] == ["Alerts", "rl upvotes>=10", '"world model"']
    kept = json.loads((await file_of(keeping, "export mydata")).content)
    assert [alert["query"] for alert in kept["alerts"]] == ["rl upvotes>=10", '"world model"']
    assert [paper["id"] for paper in kept["saved"]] == [OTHER, ONE]
    assert kept["changed"][-1]["line"] == f"save {ONE}"


async def test_my_data_holds_what_i_did_elsewhere_and_nothing_of_others(team):
    private, group = team.stage.chat(), team.stage.chat("group")
    ann, bob = Ann(private), Ann(team.stage.chat("private", "bob"))
    bob.id = "bob"
    for asker, line in (
        (ann, "subscribe rl"),
        (bob, "subscribe zymurgy"),
        (ann, "pause 1"),
        (bob, "pause 2"),
        (ann, "undo"),
    ):
        await team.answers(group, asker, line)
    await team.answers(group, ann, "unsubscribe 2")
    await team.answers(private, ann, f"save {ONE}")
    content = (await file_of(team, "export mydata")).content.decode()
    kept = json.loads(content)
    assert [(one["chat"], one["line"]) for one in kept["changed elsewhere"]] == [
        (group.id, "unsubscribe 2"), (group.id, "pause 1"), (group.id, "subscribe rl")
    ]  # fmt: skip
    assert [(one["chat"], one["query"]) for one in kept["begun elsewhere"]] == [(group.id, "rl")]
    assert [one["line"] for one in kept["changed"]] == [f"save {ONE}"]
    assert "zymurgy" not in content
    assert "bob" not in content
    await team.answers(private, ann, "forget me yes")
    kept = json.loads((await file_of(team, "export mydata")).content)
    assert (kept["changed elsewhere"], kept["begun elsewhere"]) == ([], [])


async def test_there_is_no_file_of_nothing(world):
    assert "saved nothing yet" in await said(world.stage, "export bibtex")
    assert "Neither you nor this chat" in await said(world.stage, "export opml")
    assert await file_of(world, "export csv") is None


async def test_forget_me_deletes_all_of_the_person_and_asks_first(keeping):
    assert "your 2 subscriptions, your 2 saved papers" in await said(keeping.stage, "forget me")
    assert "Saved · 2 papers" in await said(keeping.stage, "saved")
    assert "keep nothing of you" in await said(keeping.stage, "forget me yes")
    kept = json.loads((await file_of(keeping, "export mydata")).content)
    assert kept == {
        "settings": {},
        "alerts": [],
        "saved": [],
        "posted": [],
        "changed": [],
        "changed elsewhere": [],
        "begun elsewhere": [],
    }
    assert "saved nothing yet" in await said(keeping.stage, "saved")


async def test_what_a_person_began_in_a_group_stays_when_they_are_forgotten(team):
    await said(team.stage, "subscribe rl", "group")
    await said(team.stage, "alert robots", "group")
    await said(team.stage, "forget me yes", "group")
    (left,) = await team.store.subscriptions()
    assert (left.chat, left.text, left.owner) == (team.stage.chat("group"), "rl", "")


async def test_trends_count_the_weeks(world):
    answer = await said(world.stage, "trends rl 2w")
    assert "rl · 3 papers · 2 weeks, 16-24 Nov" in answer
    assert re.search(r"(?m)^16 Nov +\d+ █+$", answer)
    assert re.search(r"(?m)^23 Nov +\d+ █+$", answer)
    assert "The last week still runs." in answer


async def test_trends_of_nothing_say_so_and_offer_the_nearest_spelling(world):
    answer = await said(world.stage, "trends zebrafish 2w")
    assert "zebrafish · 0 papers · 2 weeks, 16-24 Nov" in answer
    assert "No paper of these weeks matches." in answer
    assert not re.search(r"(?m)^16 Nov", answer)
    (shown,) = await world.stage.type("trends modelx 2w")
    assert ("Did you mean: trends model 2w" in shown.text, "Subscribe" in shown.buttons) == (True, False)


async def test_a_chart_is_a_picture_of_one_query_or_of_three(world, charts):
    services = Services(world.store, world.library, world.clock, chart=charts)
    world.answers = wiring.answers(services)
    picture = await file_of(world, "trends rl 2w")
    assert picture.name == "trends-rl.png"
    assert picture.content.startswith(b"\x89PNG\r\n")
    assert struct.unpack(">II", picture.content[16:24]) == (1200, 900)
    assert re.fullmatch(r"Papers a week. rl: 16 Nov \d · 23 Nov \d.", picture.alt)
    assert await file_of(world, "trends zebrafish 2w") is None
    before = len(world.stage.shown())
    answer = await said(world.stage, "trends rl vs agents vs diffusion 2w")
    assert "rl, agents, diffusion · 2 weeks, 16-24 Nov" in answer
    assert re.search(r"(?m)^agents: 16 Nov \d+ · 23 Nov \d+\.$", answer)
    assert [button for shown in world.stage.shown()[before:] for button in shown.buttons if "Subscribe" in button] == [
        "Subscribe rl", "Subscribe agents", "Subscribe diffusion",
    ]  # fmt: skip
    picture = await file_of(world, "trends rl vs agents vs diffusion 2w")
    assert picture.alt.count("23 Nov") == 3


RL = [Series("rl", (Bar("16 Nov", 3),))]


async def test_one_process_draws_one_chart_after_the_other_and_another_where_it_was_killed(charts):
    first = await charts("rl", RL)
    process = charts._drawing
    assert (await charts("rl", RL), charts._drawing) == (first, process)
    process.kill()
    await process.wait()
    assert await charts("rl", RL) == first
    assert charts._drawing is not process


async def test_the_process_ends_after_a_while_and_another_draws_the_next_chart():
    drawing = Charts(kept=0.01)
    first = await drawing("rl", RL)
    process = drawing._drawing
    assert await process.wait() == 0
    assert await drawing("rl", RL) == first
    await drawing.close()


async def test_a_chart_that_nobody_waits_for_or_that_cannot_be_drawn_is_not_taken_for_the_next(charts):
    assert await charts("rl", []) == b""
    first = await charts("rl", RL)
    given_up = asyncio.create_task(charts("another", RL))
    await asyncio.sleep(0.01)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    assert await charts("rl", RL) == first
    assert first.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("", "2026-09-07", "2026-11-24"),
        ("12w", "2026-09-07", "2026-11-24"),
        ("last 2 weeks", "2026-11-16", "2026-11-24"),
        ("3d", "2026-11-16", "2026-11-24"),
        ("2026-03", "2026-02-23", "2026-04-05"),
        ("last week", "2026-11-16", "2026-11-22"),
        ("2026-W39", "2026-09-21", "2026-09-27"),
        ("2026-03-04..2026-11-30", "2026-03-02", "2026-11-24"),
        ("2027", "2026-11-23", "2026-11-24"),
        ("since 1990", "2023-05-01", "2026-11-24"),
        ("2010", "2010-12-27", "2011-01-02"),
    ],
)
def test_trends_are_of_whole_weeks_none_of_them_ahead(words, first, last):
    window = whole_weeks(read(f"trends rl {words}", date(2026, 11, 24)), date(2026, 11, 24))
    assert (window.first.isoformat(), window.last.isoformat()) == (first, last)


def test_so_many_weeks_are_so_many_bars_on_any_day():
    for today in (date(2026, 11, 23) + timedelta(days=n) for n in range(7)):
        assert len(weekly({}, whole_weeks(read("trends rl 12w", today), today))) == 12


async def test_a_week_of_the_past_is_over(world):
    answer = await said(world.stage, "trends rl 2026-W47")
    assert "rl · 0 papers" not in answer
    assert "1 week, 16-22 Nov" in answer
    assert "still runs" not in answer


async def test_trends_of_odd_days_and_queries_answer(world):
    for words in ("rl since 1990", "rl 2010", "rl 2027", "rl 2024-02", "$\\frac{ 2w", "-rl 6m"):
        assert "Something went wrong" not in await said(world.stage, f"trends {words}"), words
