"""Questions and their feeds: answers in time whatever the feed does, past days by and by, and any paper of arXiv."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.console.platform import CHAT, Me
from bot.app import wiring
from bot.app.feeds.backfill import Backfill
from bot.message import Text
from bot.model import FIRST_DAY, Chat, Window
from bot.settings.config import Config
from tests.adapters.feeds.arxiv_server import Submission, arxiv_server
from tests.adapters.feeds.days import record
from tests.adapters.feeds.server import feed_server, todays_list_is_open

TODAY = datetime.now(UTC).date()
DAY = timedelta(days=1)
LINES = (
    "rl today",
    "trending",
    "2403.03950",
    "rl last week",
    "similar 2403.03950",
    "preview rl",
    "yesterday",
    "why 2403.03950",
)


def days(count=10):
    """Return the list days up to today, each with one paper, but for weekends."""
    made = {TODAY - n * DAY: f"26{(TODAY - n * DAY):%m}.1{n:04}" for n in range(count)}
    return {day: [record(id, "RL on a robot", day)] if day.weekday() < 5 else [] for day, id in made.items()}


@asynccontextmanager
async def wired(folder, deep=False, lists=None):
    """Open the program's core against stand-ins of both sites, none of it asked for long."""
    async with (
        feed_server(days() if lists is None else lists, todays_list_is_open) as face,
        arxiv_server(TODAY) as arxiv,
    ):
        feeds = {"huggingface": {"url": face.url, "deep": deep}, "arxiv": {"url": arxiv.url, "rss_url": arxiv.url}}
        config = Config.model_validate({"feeds": feeds, "storage": {"url": f"sqlite:///{folder}/paperwire.db"}})
        async with wiring.core(config) as core:
            yield core, face, arxiv


def latest(face):
    """Return the id of the newest paper."""
    return next(item["paper"]["id"] for day in sorted(face.days, reverse=True) for item in face.days[day])


async def ask(core, line, chat=CHAT):
    return await core.answers.search(chat, Me(), line)


def words(message):
    return "\n".join(block.text if isinstance(block, Text) else block.title for block in message.blocks)


def labels(message):
    return [action.label for row in message.actions for action in row]


# A feed that is down


@pytest.mark.parametrize("fault", ["503", "429", "hang", "reset", "garbage"])
async def test_however_many_ask_a_feed_that_is_down_it_is_asked_a_few_times_and_all_are_answered(tmp_path, fault):
    async with wired(tmp_path) as (core, face, arxiv):
        face.broken = fault
        arxiv.faults.extend(["503"] * 9)
        core.library.deadline = 0.3
        said = await asyncio.gather(
            *(ask(core, LINES[n % len(LINES)], Chat("terminal", "", f"p{n}")) for n in range(50))
        )
        assert all(message.blocks for message in said)
        assert "Hugging Face is not answering" in words(said[0])
        again = await asyncio.gather(*(ask(core, line) for line in LINES))
        assert all(message.blocks for message in again)
        assert len(face.requests) <= 15


async def test_an_answer_that_comes_too_late_is_kept_for_the_next_question(tmp_path):
    async with wired(tmp_path) as (core, face, _):
        face.seconds, core.library.deadline = 0.5, 0.05
        face.faults.append("slow")
        late = await ask(core, latest(face))
        assert "Hugging Face" in words(late)
        assert "Try again" in labels(late)
        async with asyncio.timeout(30):
            while await core.store.count_papers() < 1:  # noqa: ASYNC110 nobody tells
                await asyncio.sleep(0.05)
        assert words(await ask(core, latest(face))).startswith("RL on a robot")


async def test_a_feed_that_is_well_again_is_not_said_to_be_down(tmp_path):
    async with wired(tmp_path) as (core, face, _):
        face.broken, core.library.deadline = "500", 0.1
        assert "not answering" in words(await ask(core, "rl today"))
        face.broken = ""
        await core.library.sources[0].collector.poll()
        assert "not answering" not in words(await ask(core, "status"))


async def test_a_burst_of_questions_does_not_make_a_feed_that_is_well_rest(tmp_path):
    async with wired(tmp_path) as (core, _face, _):
        core.library.deadline = 0.3
        await asyncio.gather(*(ask(core, f"2301.0{n:04}") for n in range(20)))
        assert not core.library.sources[0].health.error


# Days beyond the archive


async def test_days_that_are_not_there_in_time_are_named_and_come_by_and_by(tmp_path):
    async with wired(tmp_path) as (core, face, _):
        face.broken, face.seconds, core.library.deadline = "slow", 0.2, 0.3
        core.library.lists._gentle = 0.01
        first = await ask(core, "rl 10d")
        assert "not in the archive" in words(first)
        assert "Try again" in labels(first)
        face.broken = ""
        async with asyncio.timeout(30):
            while len(await core.store.held_days()) < 10:  # noqa: ASYNC110 nobody tells
                await asyncio.sleep(0.05)
        second = await ask(core, "rl 10d")
        assert "not in the archive" not in words(second)
        assert "Try again" not in labels(second)
        dates = [request.query["date"] for request in face.requests if "date" in request.query]
        assert dates == sorted(dates, reverse=True)


async def test_trends_of_weeks_that_are_not_read_yet_can_be_asked_for_again(tmp_path):
    async with wired(tmp_path) as (core, face, _):
        face.broken, face.seconds, core.library.deadline = "slow", 0.2, 0.3
        said = await ask(core, "trends rl 12w")
        assert "Not read, so not shown" in words(said)
        assert "Try again" in labels(said)


async def test_the_whole_archive_comes_in_the_background_latest_first_and_status_tells(tmp_path):
    async with wired(tmp_path, deep=True) as (core, _face, _):
        [deepen] = core.library.works
        core.library.lists._gentle = 0.0
        await core.library.sources[0].collector.poll()
        work = asyncio.create_task(deepen())
        async with asyncio.timeout(60):
            while core.library.days_left < 2:  # noqa: ASYNC110 nobody tells
                await asyncio.sleep(0)
        assert "older list days still to come, in the background" in words(await ask(core, "status"))
        held = await core.store.held_days()
        assert [one.day for one in held] == [TODAY - n * DAY for n in reversed(range(len(held)))]
        work.cancel()


async def test_without_deep_nothing_is_brought_in_the_background(tmp_path):
    async with wired(tmp_path) as (core, _, _):
        assert core.library.works == ()


async def test_a_missed_stretch_is_found_and_filled_newest_first_and_is_new_to_nobody(tmp_path, monkeypatch):
    async with wired(tmp_path, deep=True) as (core, face, _):
        source = core.library.sources[0]
        await source.collector.backfill(window(TODAY - 9 * DAY, TODAY - 8 * DAY))
        await source.collector.backfill(window(TODAY - 2 * DAY, TODAY))
        monkeypatch.setattr("bot.app.feeds.backfill.EVERY_DAY", window(TODAY - 9 * DAY, TODAY))
        before = len(face.requests)
        work = asyncio.create_task(Backfill(source, gentle=0, pause=60).deepen())
        async with asyncio.timeout(30):
            while len(await core.store.held_days()) < 10:  # noqa: ASYNC110 nobody tells
                await asyncio.sleep(0.02)
        work.cancel()
        brought = [date.fromisoformat(one.query["date"]) for one in face.requests[before:]]
        assert brought == [TODAY - n * DAY for n in range(3, 8)]
        assert await core.store.waiting() == 0


async def test_nobody_waits_for_more_days_than_come_meanwhile(tmp_path):
    async with wired(tmp_path) as (core, face, _):
        backfill = Backfill(core.library.sources[0], gentle=60)
        before = len(face.requests)
        assert await backfill.bring(window(TODAY - 200 * DAY, TODAY), 30)
        assert face.requests[before:] == []
        assert await backfill.bring(window(TODAY - 2 * DAY, TODAY), 30)  # somebody who waits for a few hurries all
        assert len(await core.store.held_days(window(TODAY - 2 * DAY, TODAY))) == 3
        await backfill.close()


def window(first, last):
    return Window(max(first, FIRST_DAY), last)


# Any paper of arXiv

OLD = Submission("1706.03762", "Attention Is All You Need", datetime(2017, 6, 12, tzinfo=UTC), ("cs.CL",))
OLDEST = Submission("quant-ph/0201082", "On Quantum Things", datetime(2002, 1, 17, tzinfo=UTC), ("quant-ph",))


async def test_a_paper_that_no_list_had_comes_from_arxiv_and_every_verb_works_for_it(tmp_path):
    async with wired(tmp_path) as (core, _, arxiv):
        arxiv.submissions = [OLD, OLDEST]
        for link in ("1706.03762", "https://arxiv.org/abs/1706.03762v7", "https://huggingface.co/papers/1706.03762"):
            assert words(await ask(core, link)).startswith("Attention Is All You Need")
        kept = await core.store.paper("1706.03762")
        assert (kept.day, kept.feed, kept.categories) == (None, "arxiv", ("cs.CL",))
        assert "arxiv.org/abs/1706.03762" in str(await ask(core, "paper 1706.03762"))
        assert "saved" in words(await ask(core, "save 1706.03762")).lower()
        assert "Attention" in words(await ask(core, "similar 1706.03762"))
        await core.library.sources[0].collector.poll()
        await ask(core, "subscribe attention | rl")
        assert "#1 attention | rl: matches" in words(await ask(core, "why 1706.03762"))
        assert b"1706.03762" in (await ask(core, "export bibtex")).file.content
        assert len(arxiv.requests) == 1


async def test_a_paper_of_an_old_id_is_had_too(tmp_path):
    async with wired(tmp_path) as (core, _, arxiv):
        arxiv.submissions = [OLDEST]
        assert words(await ask(core, "paper quant-ph/0201082")).startswith("On Quantum Things")


async def test_papers_asked_for_at_once_are_one_request_to_arxiv(tmp_path):
    async with wired(tmp_path) as (core, _, arxiv):
        arxiv.submissions = [Submission(f"1701.0{n:04}", f"Paper {n}", OLD.submitted) for n in range(30)]
        feed = core.library.others[0].feed
        found = await asyncio.gather(*(feed.paper(f"1701.0{n:04}") for n in range(31)))
        assert [paper and paper.title for paper in found] == [f"Paper {n}" for n in range(30)] + [None]
        assert len(arxiv.requests) == 1


async def test_a_withdrawn_paper_of_arxiv_is_marked(tmp_path):
    async with wired(tmp_path) as (core, _, arxiv):
        gone = "This paper has been withdrawn by the authors due to an error."
        arxiv.submissions = [Submission("1706.03762", "Attention", OLD.submitted, abstract=gone, version=3)]
        assert words(await ask(core, "1706.03762")).startswith("Withdrawn: Attention")


async def test_a_paper_that_arxiv_does_not_have_is_said_so_and_a_busy_arxiv_too(tmp_path):
    async with wired(tmp_path) as (core, _, arxiv):
        assert "neither the archive nor a feed has it" in words(await ask(core, "1901.00001"))
        impossible = await ask(core, "paper 9999.99999")
        assert ("There can be no paper 9999.99999" in words(impossible), labels(impossible)) == (True, ["Today"])
        arxiv.faults.append("503")
        core.library.others[0].feed._api._pace._spacing = 0
        said = await ask(core, "1706.03762")
        assert "arXiv gave no answer in time" in words(said)
        assert {"Try again", "arXiv"} <= set(labels(said))


# What belongs to a paper


async def test_a_card_has_models_data_sets_and_spaces_with_links_asked_for_once_a_day(tmp_path):
    async with wired(tmp_path) as (core, face, _):
        face.linked = {"Models": ["org/small", "org/large"], "Spaces": ["org/demo"]}
        await core.library.sources[0].collector.poll()
        id = latest(face)
        first, second = await ask(core, id), await ask(core, id)
        assert "2 models: org/small, org/large · 1 Space: org/demo" in words(first)
        urls = [action.url for row in first.actions for action in row]
        assert f"https://huggingface.co/models?other=arxiv:{id}" in urls
        assert "https://huggingface.co/spaces/org/demo" in urls
        assert first == second
        assert [one.path for one in face.requests].count(f"/api/papers/{id}") == 1


async def test_a_card_waits_for_no_models_where_the_feed_is_down(tmp_path):
    async with wired(tmp_path) as (core, face, _):
        await core.library.sources[0].collector.poll()
        face.broken, core.library.deadline = "hang", 0.1
        id = latest(face)
        assert words(await ask(core, id)).startswith("RL on a robot")


async def test_a_paper_that_was_withdrawn_since_is_marked_on_its_card(tmp_path):
    async with wired(tmp_path) as (core, face, _):
        await core.library.sources[0].collector.poll()
        id = latest(face)
        face.find(id)["paper"]["withdrawnAt"] = "2026-11-29T00:00:00.000Z"
        assert words(await ask(core, id)).startswith("Withdrawn: RL on a robot")
        assert (await core.store.paper(id)).withdrawn


async def test_a_withdrawal_that_the_feed_takes_back_is_marked_no_longer(tmp_path):
    async with wired(tmp_path) as (core, face, _):
        id = latest(face)
        face.find(id)["paper"]["withdrawnAt"] = "2026-11-29T00:00:00.000Z"
        await core.library.sources[0].collector.poll()
        assert (await core.store.paper(id)).withdrawn
        del face.find(id)["paper"]["withdrawnAt"]
        await core.library.sources[0].collector.poll()
        assert words(await ask(core, id)).startswith("RL on a robot")


# Categories


async def test_a_question_of_categories_says_where_they_come_from_while_arxiv_is_off(tmp_path):
    async with wired(tmp_path) as (core, _, _):
        await core.library.sources[0].collector.poll()
        assert "feeds.arxiv.enabled" in words(await ask(core, "cat:cs.LG today"))
        assert "feeds.arxiv.enabled" in words(await ask(core, "subscribe cat:cs.LG"))
        assert "feeds.arxiv.enabled" not in words(await ask(core, "rl today"))


async def test_with_arxiv_on_nothing_is_said_of_categories(tmp_path):
    feeds = {
        "huggingface": {"enabled": False},
        "arxiv": {"enabled": True, "url": "http://127.0.0.1:9", "rss_url": "http://127.0.0.1:9"},
    }
    config = Config.model_validate({"feeds": feeds, "storage": {"url": f"sqlite:///{tmp_path}/paperwire.db"}})
    async with wiring.core(config) as core:
        core.library.deadline = 0.1
        assert "feeds.arxiv.enabled" not in words(await ask(core, "cat:cs.LG 2024-03-06"))
