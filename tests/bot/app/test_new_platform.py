"""The platform of docs/adding-a-platform.md keeps the port to the letter, and gets every promise of the product."""

import asyncio
import mailbox
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.app import platforms, wiring
from bot.app.events import events_for
from bot.app.operator import jobs
from bot.app.work import working
from bot.errors import OutcomeUnknown
from bot.settings import keys
from bot.settings.config import Config
from tests.adapters.feeds.days import record
from tests.adapters.feeds.server import feed_server, todays_list_is_open
from tests.support.pages import DOCS, as_module, blocks, within

ADAPTER, SETTINGS, ROW = blocks("adding-a-platform.md")
BOT, ANN, LIST = "papers@here", "ann@here", "list-rl@here"


@pytest.fixture
def adapter(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The page's code where it says that it goes."""
    module = as_module(ADAPTER, "adapters.mailbox.platform")
    row = within(ROW, platforms, Path=Path)["MAILBOX"]
    monkeypatch.setattr(platforms, "SETUPS", (*platforms.SETUPS, row))
    return module


def config(folder: Path, feed: str = "http://127.0.0.1:9") -> Any:
    section = within(SETTINGS, keys)["MailboxSettings"]
    whole: Any = type("WithMailbox", (Config,), {"__annotations__": {"mailbox": section}, "mailbox": section()})
    own = {"url": feed, "poll_minutes": 0.001, "backfill_days": 1}
    return whole.model_validate(
        {
            "mailbox": {"folder": str(folder)},
            "feeds": {"huggingface": own},
            "storage": {"url": f"sqlite:///{folder}/paperwire.db"},
        }
    )


def today() -> date:
    return datetime.now(UTC).date()


class Post:
    """The post office: mails to the bot go in, and what came into a mailbox is read."""

    def __init__(self, folder: Path, feed: Any, core: Any, work: Any) -> None:
        self.folder, self.feed, self.core, self.work = folder, feed, core, work

    def write(self, line: str, to: str = BOT, by: str = ANN) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = by, to, line
        mailbox.Maildir(self.folder / "inbox").add(mail)

    def came(self, address: str) -> list[str]:
        mails = sorted(mailbox.Maildir(self.folder / address), key=mailbox.MaildirMessage.get_date)
        return [text for mail in mails for text, name in parts(mail) if not name]

    def files(self, address: str) -> list[str]:
        return [name for mail in mailbox.Maildir(self.folder / address) for _, name in parts(mail) if name]

    def close(self, address: str) -> None:
        (self.folder / f"{address}.closed").touch()

    async def asked(self, line: str, to: str = BOT) -> str:
        """Write to the bot and return what comes back."""
        answers = ANN if to == BOT else to
        before = len(self.came(answers))
        self.write(line, to)
        await until(lambda: len(self.came(answers)) > before)
        return self.came(answers)[before]

    def publish(self, *titles: str) -> None:
        held = self.feed.days[today()]
        held += [record(f"2611.3{len(held) + n:04}", title, today()) for n, title in enumerate(titles)]


def parts(mail: mailbox.MaildirMessage) -> list[tuple[str, str]]:
    """Return the text and the file name of what a mail holds; its own words have no name."""
    held = [part for part in mail.walk() if not part.is_multipart()]
    payloads: list[Any] = [part.get_payload(decode=True) for part in held]
    return [(payload.decode(), part.get_filename("")) for payload, part in zip(payloads, held, strict=True)]


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(40):
        while not condition():  # noqa: ASYNC110 nobody tells
            await asyncio.sleep(0.02)


@asynccontextmanager
async def post_office(folder: Path) -> AsyncIterator[Post]:
    """Serve the platform as ``paperwire run`` does, the feed's first poll over."""
    days: dict[Any, list[Any]] = {today() - timedelta(days=back): [] for back in range(8)}
    async with feed_server(days, todays_list_is_open) as feed, wiring.core(config(folder, feed.url)) as core:
        [platform] = await platforms.connect(core)
        async with working(core, [platform]) as work:
            serving = asyncio.create_task(platform.serve(events_for(core, platform, work.deliverers[0].pace)))
            await until(lambda: work.collectors[0].next_poll)
            yield Post(folder, feed, core, work)
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


async def test_it_answers_and_posts_what_was_subscribed_once(tmp_path, adapter):
    async with post_office(tmp_path) as post:
        assert "robots" in await post.asked("subscribe robots")
        assert "robots" in await post.asked("subscribe robots", LIST)
        post.publish("Robots that learn")
        await until(lambda: len(post.came(ANN)) == len(post.came(LIST)) == 2)
        await asyncio.sleep(0.3)  # polled again, and nothing comes twice
        assert ["Robots that learn" in mail for mail in post.came(LIST)] == [False, True]
        assert [len(post.came(one)) for one in (ANN, LIST)] == [2, 2]


async def test_a_post_whose_answer_was_lost_is_looked_up_and_stands_there_once(tmp_path, adapter, monkeypatch):
    send, lost = adapter.Mailboxes.send, []

    async def losing(self, chat, message, marker=""):
        ref = await send(self, chat, message, marker)
        if marker and not lost:
            lost.append(ref)
            raise OutcomeUnknown("no answer came back")
        return ref

    monkeypatch.setattr(adapter.Mailboxes, "send", losing)
    async with post_office(tmp_path) as post:
        await post.asked("subscribe robots")
        post.publish("Robots that learn")
        await until(lambda: post.work.deliverers[0].counts["doubts_there"])
        assert (len(lost), len(post.came(ANN))) == (1, 2)
        assert await post.core.store.waiting() == 0


async def test_posts_keep_the_pace_that_it_declares(tmp_path, adapter, monkeypatch):
    send, times = adapter.Mailboxes.send, []

    async def timed(self, chat, message, marker=""):
        times.extend([time.monotonic()] if marker else [])
        return await send(self, chat, message, marker)

    monkeypatch.setattr(adapter.Mailboxes, "send", timed)
    async with post_office(tmp_path) as post:
        await post.asked("subscribe robots")
        post.publish("Robots one", "Robots two", "Robots three")
        await until(lambda: len(times) == 3)
        assert all(after - before >= 0.2 for before, after in pairwise(times))


async def test_who_subscribed_in_a_chat_that_is_lost_is_told_once(tmp_path, adapter):
    async with post_office(tmp_path) as post:
        await post.asked("subscribe robots", LIST)
        post.close(LIST)
        post.publish("Robots one", "Robots two")
        await until(lambda: post.came(ANN))
        await asyncio.sleep(0.3)
        [told] = post.came(ANN)
        assert told.startswith("I cannot post any more in a chat where you follow something: the mailbox is closed.")
        assert await post.core.store.waiting() == 2


async def test_what_only_the_asker_may_read_goes_to_their_own_mailbox(tmp_path, adapter):
    async with post_office(tmp_path) as post:
        post.write("/papers alert robots", LIST)
        await until(lambda: post.came(ANN))
        assert "#1 robots" in post.came(ANN)[0]
        assert post.came(LIST) == []


async def test_a_file_is_handed_over(tmp_path, adapter):
    async with post_office(tmp_path) as post:
        await post.asked("subscribe robots")
        assert "1 subscription" in await post.asked("export opml")
        assert post.files(ANN) == ["subscriptions.opml"]


async def test_an_answer_that_cannot_be_written_leaves_the_next_ones_alone(tmp_path, adapter):
    (tmp_path / ANN).touch()  # a file where the mailbox belongs
    async with post_office(tmp_path) as post:
        post.write("status")
        await until(lambda: not len(mailbox.Maildir(tmp_path / "inbox")))
        assert "Status" in await post.asked("status", LIST)


async def test_somebody_who_writes_too_fast_is_told_to_wait(tmp_path, adapter):
    async with post_office(tmp_path) as post:
        for _ in range(25):
            post.write("status")
        await until(lambda: not len(mailbox.Maildir(tmp_path / "inbox")))
        assert len(post.came(ANN)) == 21


async def test_check_looks_at_it(tmp_path, adapter, capsys):
    await jobs.check(config(tmp_path))
    assert f"ok    mailbox: mailboxes in {tmp_path}\n" in capsys.readouterr().out


def test_every_file_that_the_page_names_stands_there():
    named = re.findall(
        r"`((?:bot|adapters|tests|docs)/[\w/]+\.\w+)`", (DOCS / "adding-a-platform.md").read_text("utf-8")
    )
    made = "adapters/mailbox/platform.py"
    assert len(named) > 15
    assert {name for name in named if not (DOCS.parent / name).is_file()} == {made}
