"""What ``why`` and ``preview`` say is what the matcher does, over real papers, the real store and the real lines."""

import contextlib
import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

import pytest

from adapters.console.platform import Me
from adapters.feeds.huggingface_papers import read
from adapters.http import open_client
from benchmarks.subscriptions import Maker, papers
from bot import views
from bot.app import wiring
from bot.commands.services import Limits, Services
from bot.delivery.collecting.collect import Collector
from bot.delivery.collecting.polling import Habits
from bot.errors import QueryError
from bot.language.queries.parse import parse
from bot.language.queries.reading import matches
from bot.matching.matcher import Matcher
from bot.message import Message, Text, as_typed
from bot.model import Chat, Paper, Schedule, Subscription, Window
from tests.adapters.feeds.days import TUESDAY, Record, archive, own_days, record, recorded
from tests.adapters.feeds.server import feed_server
from tests.bot.commands.world import World
from tests.support import laws, memory
from tests.support.shared import SHARED

NOON = datetime(2026, 8, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WHYS, EACH = laws.of(50), 40
"""Papers that ``why`` is asked of, and subscriptions of the chat that asks: 2,000 pairs."""


def _text(message: Message) -> str:
    return "\n".join(block.text for block in as_typed(message, "").blocks if isinstance(block, Text))


# why


async def test_why_says_of_every_pair_what_the_matcher_says() -> None:
    if SHARED is None:
        pytest.skip("the recorded papers are not beside the project")
    real = papers(SHARED / "papers.jsonl.gz", 1_000)
    maker = Maker(real, 11)
    some = maker.random.sample(real, WHYS)
    async with await memory.open_store() as store:
        await store.import_papers(some, NOON)
        kept = await store.papers_of([paper.id for paper in some])
        follows = {paper.id: await _follow(store, paper, maker) for paper in kept}
        matcher = Matcher([one for held in follows.values() for one in held])
        answers = wiring.answers(Services(store, None, lambda: NOON, limits=Limits(lines_a_minute=100_000)))  # type: ignore[arg-type]  # the archive holds every paper
        pairs = matching = 0
        for paper in kept:
            wanted = {id for owed in matcher.match([paper]) for id in owed.subscriptions}
            said = _text(await answers(follows[paper.id][0].chat, Me(), f"why {paper.id}")).splitlines()
            lines = [line for line in said[1:] if line.startswith("#")]
            for line, one in zip(lines, follows[paper.id], strict=True):
                _check(line, one, paper, is_wanted=one.id in wanted)
                pairs, matching = pairs + 1, matching + (one.id in wanted)
    assert pairs == WHYS * EACH
    assert pairs / 4 < matching < pairs * 3 / 4


async def _follow(store, paper: Paper, maker: Maker) -> list[Subscription]:
    """Let a chat follow what the paper's own words say, and as much that other papers say."""
    own, chat = Maker([paper], int(paper.id.replace(".", ""))), Chat("terminal", "local", paper.id)
    found: list[Subscription] = []
    while len(found) < EACH:
        text = (own if len(found) % 2 else maker).any_form()
        with contextlib.suppress(QueryError):  # one letter before a *, say: nobody can subscribe to it
            made = await store.subscribe(Subscription(chat, text, parse(text).canonical, NOON))
            found += [] if made in found else [made]
    return found


def _check(line: str, one: Subscription, paper: Paper, *, is_wanted: bool) -> None:
    assert matches(parse(one.text, most=0), paper) == is_wanted
    if is_wanted:
        words = line.removeprefix(f"{one}: matches").removeprefix(": ")
        texts = (paper.title, paper.abstract, paper.organization, *paper.authors, *paper.keywords)
        assert line.startswith(f"{one}: matches")
        assert all(any(word in text for text in texts) for word in words.split(", "))
    else:
        assert line.startswith(f"{one}: does not match: ")
        assert not matches(parse(line.removeprefix(f"{one}: does not match: "), most=0), paper)


# preview

DAYS, FOLLOWED, EVERY_FORM = (30, 50, 0.5) if laws.ALL else (10, 20, 0.5)
TOPICS = ("rl", "llm", "diffusion", "agents", "language model", "video generation", "reasoning upvotes>=20", "upvotes>=30",
          "learning -llm", "title:model* OR keyword:vla", "robot has:code", "author:wang 3d-gaussian")  # fmt: skip


async def test_preview_says_what_days_polled_one_after_another_brought() -> None:
    days = _last_days()
    async with feed_server(days) as server, await memory.open_store() as store, open_client() as client:
        server.remaining = 10**6
        world = World(server, store, client, datetime.combine(min(days) - DAY, time(23), UTC))
        world.collector = Collector(world.feed, store, world.clock, Habits(poll_minutes=0.05))
        await world.collector.poll()
        follows = [await _subscribed(world, n, text) for n, text in enumerate(_wishes(days))]
        brought = {day: await _posted(world, day) for day in days}
        assert len(follows) == FOLLOWED
        assert sum(counts.total() for counts in brought.values()) > FOLLOWED
        for one in follows:
            posts = {day: counts[one.chat] for day, counts in brought.items() if counts[one.chat]}
            await _compare(world, one, posts, Window(min(days), max(days)))
            if not parse(one.text).uses_votes:  # on which day votes crossed a bound is not kept
                await _compare(world, one, posts, Window(max(days) - 6 * DAY, max(days)))


def _last_days() -> dict[date, list[Record]]:
    """Return the last recorded days, which list two papers twice; elsewhere the small days, with such a paper."""
    if SHARED is not None:
        return {day: recorded(day) for day in list(archive())[-DAYS:]}
    again = record("2611.10001", "Policy Gradients for Slow Robots", TUESDAY, upvotes=40)
    return own_days() | {TUESDAY: [*own_days()[TUESDAY], again]}


def _wishes(days: Mapping[date, list[Record]]) -> list[str]:
    """Return common topics first, then what the papers of these days say.

    None by which a paper changes sides between its two days: what the feed said of it at first is not kept.
    """
    listed = [paper for day, records in days.items() for paper in read(json.dumps(records).encode(), day)[0]]
    first = {paper.id: paper for paper in reversed(listed)}
    twice = [paper for paper in listed if paper != first[paper.id]]
    maker, wishes = Maker(listed, 12), {parse(topic): topic for topic in TOPICS}
    while len(wishes) < FOLLOWED:
        text = maker.any_form() if maker.random.random() < EVERY_FORM else maker.query()
        with contextlib.suppress(QueryError):  # one letter before a *, say: nobody can subscribe to it
            wish = parse(text)
            if all(matches(wish, paper) == matches(wish, first[paper.id]) for paper in twice):
                wishes.setdefault(wish, text)
    return list(wishes.values())


async def _subscribed(world: World, number: int, text: str) -> Subscription:
    chat = Chat("terminal", "local", f"chat{number}")
    return await world.store.subscribe(Subscription(chat, text, parse(text).canonical, world.time))


async def _posted(world: World, day: date) -> Counter[Chat]:
    """Poll late on that day, and return how many papers the ledger then lets be posted to each chat."""
    world.time = datetime.combine(day, time(23), UTC)
    await world.collector.poll()
    posts: Counter[Chat] = Counter()
    while claimed := await world.store.claim(("terminal", "local"), world.time, 100):
        for delivery in claimed:
            posts[delivery.chat] += len(delivery.papers)
            await world.store.settle(delivery, "", world.time)
    return posts


async def _compare(world: World, one: Subscription, posts: Mapping[date, int], window: Window) -> None:
    expected = {day: count for day, count in posts.items() if window.first <= day <= window.last}
    total, said_days = sum(expected.values()), dict(await world.store.matches_a_day(parse(one.text), window))
    assert sum(said_days.values()) == total, one.text
    assert said_days == expected or parse(one.text).uses_votes, one.text
    said = _text(await world.answers(one.chat, Me(), f"! preview {one.text} {window.first}..{window.last}"))
    assert said.startswith(f"{views.count(total, 'paper')} · {one.text} · "), said
    assert not expected or f" {max(said_days.values())} on the busiest" in said, said


async def _previewed(line: str, *papers: Paper) -> str:
    """Return what the archive says where the papers came by import, which reads no list."""
    async with feed_server({TUESDAY: []}) as server, await memory.open_store() as store, open_client() as client:
        world = World(server, store, client, datetime.combine(TUESDAY, time(12), UTC))
        await store.import_papers(papers, world.time)
        return _text(await world.answers(Chat("terminal", "local", "here"), Me(), f"preview {line}"))


def _papers(count: int, day: date, title: str = "RL", upvotes: int = 0) -> list[Paper]:
    return [Paper(f"26{day:%m}.{day:%d}{n:03}", title, day=day, upvotes=upvotes) for n in range(count)]


async def test_an_average_is_by_the_days_that_list_papers_however_they_came() -> None:
    said = await _previewed("rl", *_papers(3, TUESDAY), *_papers(1, TUESDAY - DAY), *_papers(2, TUESDAY - 4 * DAY, "x"))
    assert "1.3 a list day on average, 3 on the busiest (Tue 24 Nov)." in said
    assert "Day by day: 20 Nov: 0 · 23 Nov: 1 · 24 Nov: 3" in said


async def test_too_much_is_answered_with_less_and_how_much_that_is() -> None:
    some = _papers(40, TUESDAY), _papers(8, TUESDAY - DAY, upvotes=10), _papers(9, TUESDAY - 4 * DAY, upvotes=50)
    said = await _previewed("rl OR vision", *some[0], *some[1], *some[2])
    assert "That is a lot. “(rl OR vision) upvotes>=5” brings 17 papers" in said
    assert "“subscribe rl OR vision daily at 09:00”" in said


async def test_a_line_that_votes_cannot_narrow_is_offered_a_digest_alone() -> None:
    said = await _previewed("rl", *_papers(40, TUESDAY))
    assert "That is a lot. “subscribe rl daily at 09:00” sends one message a day." in said


async def test_why_says_of_what_is_trending_whether_its_words_match() -> None:
    async with await memory.open_store() as store:
        await store.import_papers([Paper("2611.00001", "RL for reefs")], NOON)
        chat = Chat("terminal", "local", "here")
        for words in ("", "rl", "vla"):
            wish = Subscription(
                chat, f"trending {words}".rstrip(), words, NOON, Schedule("daily", time(9)), trending=True
            )
            await store.subscribe(wish)
        answers = wiring.answers(Services(store, None, lambda: NOON, limits=Limits(lines_a_minute=100_000)))  # type: ignore[arg-type]  # the archive holds the paper
        assert _text(await answers(chat, Me(), "why 2611.00001")).splitlines()[1:] == [
            "#1 trending: matches, while it is trending",
            "#2 trending rl: matches: RL, while it is trending",
            "#3 trending vla: does not match: vla",
        ]


async def test_why_goes_on_over_a_subscription_that_cannot_be_read_any_more() -> None:
    async with await memory.open_store() as store:
        await store.import_papers([Paper("2611.00001", "RL for reefs")], NOON)
        chat = Chat("terminal", "local", "here")
        for words in ("rl (", "rl"):
            await store.subscribe(Subscription(chat, words, words, NOON))
        answers = wiring.answers(Services(store, None, lambda: NOON, limits=Limits(lines_a_minute=100_000)))  # type: ignore[arg-type]  # the archive holds the paper
        assert _text(await answers(chat, Me(), "why 2611.00001")).splitlines()[1:] == [
            "#1 rl (: cannot be read any more; “edit 1 <query>” mends it",
            "#2 rl: matches: RL",
        ]


async def test_why_names_the_learned_acronym_that_a_paper_was_found_through() -> None:
    async with await memory.open_store() as store:
        await store.import_papers([Paper("2611.00001", "OT for RL, a low-resource language")], NOON)
        chat = Chat("terminal", "local", "here")
        for line in ("optimal transport", "lrl", "rl", "ot", '"reinforcement learning"'):
            await store.subscribe(Subscription(chat, line, parse(line).canonical, NOON))
        answers = wiring.answers(Services(store, None, lambda: NOON, limits=Limits(lines_a_minute=100_000)))  # type: ignore[arg-type]  # the archive holds the paper
        assert _text(await answers(chat, Me(), "why 2611.00001")).splitlines()[1:] == [
            "#1 optimal transport: matches: OT",
            "#2 lrl: matches: low-resource language",
            "#3 rl: matches: RL",
            "#4 ot: matches: OT",
            '#5 "reinforcement learning": does not match: "reinforcement learning"',
            "ot counts for optimal transport: learned from abstracts. “=ot” is the word alone.",
            "lrl counts for low-resource languages: learned from abstracts. “=lrl” is the word alone.",
        ]


async def test_why_says_what_the_paper_itself_means_by_an_acronym() -> None:
    async with await memory.open_store() as store:
        await store.import_papers([Paper("2611.00001", "Scaling", "We study test-time scaling (TTS).")], NOON)
        chat = Chat("terminal", "local", "here")
        for line in ("tts", "text-to-speech", "=tts", "scaling tts"):
            await store.subscribe(Subscription(chat, line, parse(line).canonical, NOON))
        answers = wiring.answers(Services(store, None, lambda: NOON, limits=Limits(lines_a_minute=100_000)))  # type: ignore[arg-type]  # the archive holds the paper
        assert _text(await answers(chat, Me(), "why 2611.00001")).splitlines()[1:] == [
            "#1 tts: does not match: tts; here TTS means test-time scaling",
            "#2 text-to-speech: does not match: text-to-speech; here TTS means test-time scaling",
            "#3 =tts: matches: TTS",
            "#4 scaling tts: does not match: tts; here TTS means test-time scaling",
        ]
