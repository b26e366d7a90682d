"""The Hugging Face feed against its stand-in over loopback, and every quirk of the feed by its number."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from adapters import http
from adapters.feeds.huggingface import HuggingFace
from adapters.pace import RequestPace
from bot.errors import ConfigError, FeedError
from bot.model import FIRST_DAY, Listing
from tests.adapters.feeds.days import FRIDAY, MONDAY, SATURDAY, TUESDAY, own_days, record, recorded
from tests.adapters.feeds.server import FeedServer, feed_server
from tests.adapters.feeds.test_pace import Ticker
from tests.support.shared import SHARED

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WEDNESDAY = TUESDAY + timedelta(days=1)


@contextlib.asynccontextmanager
async def a_feed(url: str, patience: float = 1, token: str = "", now: datetime = NOW) -> AsyncIterator[HuggingFace]:
    async with http.open_client() as client:
        yield HuggingFace(url, client, lambda: now, token, patience=patience, pace=RequestPace(spacing=0))


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with feed_server(own_days()) as server:
        yield server


@pytest.fixture
async def feed(server: FeedServer) -> AsyncIterator[HuggingFace]:
    async with a_feed(server.url) as feed:
        yield feed


def ids(listing: Listing) -> list[str]:
    return [paper.id for paper in listing.papers]


async def test_a_list_day_comes_whole_and_in_the_feeds_order(feed):
    listing = await feed.fetch(MONDAY)
    assert (listing.feed, listing.day, listing.skipped) == ("huggingface", MONDAY, 0)
    assert ids(listing) == ["2611.11001", "2611.11002", "2611.11003", "2611.11004", "2611.11005"]


async def test_a_request_says_who_asks_and_names_the_day(feed, server):
    await feed.fetch(MONDAY)
    [request] = server.requests
    assert request.path == "/api/daily_papers"
    assert request.query == {"date": "2026-11-23", "limit": "100", "p": "0"}
    assert request.headers["User-Agent"].startswith("paperwire/")


async def test_q4_a_day_not_open_yet_is_empty_when_the_feed_refuses_it(feed):
    assert await feed.fetch(WEDNESDAY) == Listing("huggingface", WEDNESDAY)


async def test_q4_a_day_not_open_yet_is_empty_when_the_feed_lists_nothing(feed, server):
    server.clock = lambda: NOW + timedelta(days=9)
    assert (await feed.fetch(WEDNESDAY)).papers == ()


async def test_q3_a_list_opens_at_half_past_nine_in_new_york(feed, server):
    server.clock = lambda: datetime(2026, 11, 24, 2, 29, tzinfo=UTC)
    before = await feed.fetch(TUESDAY)
    server.clock = lambda: datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
    assert (len(before.papers), len((await feed.fetch(TUESDAY)).papers)) == (0, 2)


async def test_q5_a_weekend_is_an_empty_list_and_no_error(feed):
    assert (await feed.fetch(SATURDAY)).papers == ()


async def test_q6_a_list_that_grows_is_read_anew(feed, server):
    whole = server.days[MONDAY]
    server.days[MONDAY] = whole[-1:]
    early = await feed.fetch(MONDAY)
    server.days[MONDAY] = whole
    late = await feed.fetch(MONDAY, early.etag)
    assert (len(early.papers), len(late.papers), late.unchanged) == (1, 5, False)


async def test_q7_votes_and_comments_that_rise_are_seen(feed, server):
    before = await feed.fetch(FRIDAY)
    server.days[FRIDAY][0]["paper"]["upvotes"] = 99
    server.days[FRIDAY][0]["numComments"] = 8
    after = await feed.fetch(FRIDAY, before.etag)
    assert [(p.upvotes, p.comments) for p in (before.papers[0], after.papers[0])] == [(32, 2), (99, 8)]


async def test_q12_more_than_a_page_is_read_to_the_end(feed, server):
    server.days[FRIDAY] = [record(f"2611.{n:05}", f"Paper {n}", FRIDAY) for n in range(250)]
    listing = await feed.fetch(FRIDAY)
    assert ids(listing) == [f"2611.{n:05}" for n in range(250)]
    assert [request.query["p"] for request in server.requests] == ["0", "1", "2"]


async def test_q12_a_paper_that_moved_to_the_next_page_meanwhile_comes_once(feed, server):
    whole = [record(f"2611.{n:05}", f"Paper {n}", FRIDAY) for n in range(150)]
    server.days[FRIDAY] = [*whole[:100], whole[99], *whole[100:]]
    assert ids(await feed.fetch(FRIDAY)) == [f"2611.{n:05}" for n in range(150)]


async def test_a_day_of_several_pages_has_no_tag_since_a_tag_speaks_of_one_page(feed, server):
    server.days[FRIDAY] = [record(f"2611.{n:05}", f"Paper {n}", FRIDAY) for n in range(101)]
    assert (await feed.fetch(FRIDAY)).etag == ""


async def test_q15_nothing_is_asked_for_before_the_archive_starts(feed, server):
    assert (await feed.fetch(FIRST_DAY - timedelta(days=1))).papers == ()
    assert server.requests == []


async def test_q1_a_record_of_another_list_day_does_not_come_under_this_one(feed, server, caplog):
    server.days[MONDAY].append(record("2611.10009", "A Friday Paper", FRIDAY))
    listing = await feed.fetch(MONDAY)
    assert "2611.10009" not in ids(listing)
    assert (len(listing.papers), listing.skipped) == (5, 0)
    assert "1 of other days" in caplog.text


async def test_q1_a_feed_that_ignores_the_day_gives_no_list_for_it(feed, server):
    server.days[SATURDAY] = server.days[FRIDAY]
    assert (await feed.fetch(SATURDAY)).papers == ()


async def test_an_unchanged_day_is_told_by_its_tag(feed):
    first = await feed.fetch(MONDAY)
    assert first.etag
    assert await feed.fetch(MONDAY, first.etag) == Listing("huggingface", MONDAY, etag=first.etag, unchanged=True)


async def test_good_records_are_kept_among_broken_ones_which_are_counted_and_logged(feed, server, caplog):
    server.faults.append("records")
    listing = await feed.fetch(MONDAY)
    assert (len(listing.papers), listing.skipped) == (5, 16)
    assert "16 records unreadable" in caplog.text


async def test_a_list_of_broken_records_alone_is_no_empty_day(feed, server):
    server.days[MONDAY] = [{"paper": {}}]
    with pytest.raises(FeedError, match="none of 1 records"):
        await feed.fetch(MONDAY)


@pytest.mark.parametrize("fault", ["500", "503", "reset", "cut"])
async def test_a_passing_fault_is_asked_over(feed, server, fault):
    server.faults.extend([fault, fault])
    assert len((await feed.fetch(MONDAY)).papers) == 5


@pytest.mark.parametrize(
    "fault", ["garbage", "html", "half", "number", "object", "nested", "huge", "packed twice", "401", "403", "500"]
)
async def test_a_lasting_fault_is_a_feed_error_and_the_next_poll_goes_on(feed, server, fault):
    server.broken = fault
    with pytest.raises(FeedError):
        await feed.fetch(MONDAY)
    server.broken = ""
    assert len((await feed.fetch(MONDAY)).papers) == 5


async def test_a_fault_is_asked_over_twice_at_most(feed, server):
    server.broken = "500"
    with pytest.raises(FeedError, match=r"127\.0\.0\.1 answers 500"):
        await feed.fetch(MONDAY)
    assert len(server.requests) == 3


@pytest.mark.parametrize("fault", ["hang", "slow"])
async def test_a_silent_feed_is_given_up_when_patience_ends(server, fault):
    server.broken, server.seconds = fault, 5
    start = time.monotonic()
    async with a_feed(server.url, patience=0.1) as feed:
        with pytest.raises(FeedError, match=r"no answer within 0\.1 s"):
            await feed.fetch(MONDAY)
    assert time.monotonic() - start < 4


async def test_a_feed_that_is_not_there_is_given_up_within_patience():
    async with feed_server({}) as server:
        gone = server.url
    start = time.monotonic()
    async with a_feed(gone, patience=0.2) as feed:
        with pytest.raises(FeedError, match="cannot be reached"):
            await feed.fetch(MONDAY)
    assert time.monotonic() - start < 4


async def test_a_429_tells_how_long_to_wait_and_nothing_is_asked_meanwhile(feed, server):
    server.remaining, server.reset = 0, 55
    with pytest.raises(FeedError) as refused:
        await feed.fetch(MONDAY)
    with pytest.raises(FeedError) as again:
        await feed.fetch(MONDAY)
    assert refused.value.retry_after == 56
    assert 55 < again.value.retry_after <= 56
    assert len(server.requests) == 1


async def test_a_429_without_rate_limit_header_waits_as_retry_after_says(feed, server):
    server.faults.append("429")
    with pytest.raises(FeedError) as refused:
        await feed.fetch(MONDAY)
    assert refused.value.retry_after == 7


async def test_no_redirect_leads_to_another_host(feed, server):
    server.faults.append("elsewhere")
    with pytest.raises(FeedError, match="another host"):
        await feed.fetch(MONDAY)


async def test_a_redirect_on_the_same_host_is_followed(feed, server):
    server.faults.append("moved")
    assert len((await feed.fetch(MONDAY)).papers) == 5


async def test_redirects_in_circles_are_an_error(feed, server):
    server.broken = "moved"
    with pytest.raises(FeedError, match="circles"):
        await feed.fetch(MONDAY)


async def test_the_token_goes_to_the_feed_and_into_no_error_or_log(server, caplog):
    caplog.set_level(logging.DEBUG)
    async with a_feed(server.url, token=" hf_very_secret ") as feed:
        await feed.fetch(MONDAY)
        server.broken = "401"
        with pytest.raises(FeedError) as refused:
            await feed.fetch(MONDAY)
    assert server.requests[0].headers["Authorization"] == "Bearer hf_very_secret"
    assert "hf_very_secret" not in caplog.text + str(refused.value) + repr(refused.value.__cause__)


async def test_a_400_for_a_past_day_is_empty_only_where_the_feed_says_why(feed, server):
    server.faults.append("400")
    with pytest.raises(FeedError, match="not JSON"):
        await feed.fetch(FRIDAY)


async def test_one_paper_comes_with_its_models_and_without_comments(feed):
    paper = await feed.paper("https://arxiv.org/abs/2611.11001v2")
    assert paper is not None
    assert (paper.id, paper.models, paper.stars, paper.day) == ("2611.11001", 3, 1203, MONDAY)


async def test_a_paper_that_is_not_indexed_is_none_and_no_error(feed):
    assert await feed.paper("2611.99999") is None


async def test_text_that_is_no_id_is_not_even_asked_for(feed, server):
    assert await feed.paper("../api/whoami") is None
    assert server.requests == []


async def test_trending_keeps_the_sites_own_order(feed, server):
    server.trending = ["2611.10003", "2611.11005", "2611.10001"]
    assert [paper.id for paper in await feed.trending()] == server.trending
    assert server.requests[0].query == {"sort": "trending", "limit": "100"}


@pytest.mark.parametrize("url", ["http://huggingface.co", "ftp://localhost", "huggingface.co", "", "https://a:b@c.org"])
def test_an_address_without_encryption_is_refused(url):
    with pytest.raises(ConfigError, match=r"^feeds\.huggingface\.url "):
        HuggingFace(url, http.open_client(), lambda: NOW)


@pytest.mark.parametrize("url", ["http://localhost:1", "http://127.0.0.9", "http://[::1]:8", "https://huggingface.co/"])
def test_https_and_this_machine_are_taken(url):
    assert not http.checked(url, "key").endswith("/")


@pytest.mark.parametrize("day", [date(2026, 11, 25), date(2030, 1, 1)])
async def test_a_future_day_is_empty_even_where_the_refusal_is_garbage(feed, server, day):
    server.faults.append("400")
    assert (await feed.fetch(day)).papers == ()


async def test_a_short_wait_is_waited_for_and_the_answer_comes(feed, server):
    server.remaining, server.reset = 0, 0
    asyncio.get_running_loop().call_later(0.3, setattr, server, "remaining", 500)
    async with a_feed(server.url, patience=3) as patient:
        assert len((await patient.fetch(MONDAY)).papers) == 5


async def test_few_remaining_requests_slow_us_down(server):
    ticker = Ticker()
    server.remaining, server.reset = 11, 100
    async with http.open_client() as client:
        feed = HuggingFace(server.url, client, lambda: NOW, pace=RequestPace(0, monotonic=ticker, sleep=ticker.sleep))
        await feed.fetch(MONDAY)
        await feed.fetch(FRIDAY)
    assert ticker.now == 1010


async def test_asking_over_prints_nothing_where_the_answers_stand(feed, server, capsys):
    server.faults.append("500")
    await feed.fetch(MONDAY)
    assert capsys.readouterr() == ("", "")


async def test_this_machine_is_asked_without_the_proxy_for_the_world_outside(server, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with a_feed(server.url) as feed:
        assert len((await feed.fetch(MONDAY)).papers) == 5


async def test_a_question_that_is_called_off_leaves_the_feed_usable(feed, server):
    server.faults.append("hang")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(feed.fetch(MONDAY), 0.05)
    assert len((await feed.fetch(MONDAY)).papers) == 5


async def test_many_at_once_are_all_answered(server):
    async with a_feed(server.url, patience=30) as feed:
        listings = await asyncio.gather(*(feed.fetch(day) for day in [MONDAY, FRIDAY, TUESDAY] * 10))
    assert [len(listing.papers) for listing in listings] == [5, 3, 2] * 10


@pytest.mark.skipif(SHARED is None, reason="the recorded days do not lie beside the project")
async def test_a_recorded_day_comes_over_the_wire_as_it_was_served():
    day = date(2026, 8, 20)
    async with feed_server({day: recorded(day)}) as server, a_feed(server.url) as feed:
        assert ids(await feed.fetch(day)) == [it["paper"]["id"] for it in recorded(day)]


@pytest.mark.parametrize("token", ["hf_ü", "hf_a\nb", "hf a"])
def test_a_token_that_no_header_can_hold_is_refused_without_showing_it(token):
    with pytest.raises(ConfigError) as refused:
        HuggingFace("https://huggingface.co", http.open_client(), lambda: NOW, token)
    assert token not in str(refused.value)


async def test_a_tag_that_no_header_can_hold_costs_a_request_and_nothing_else(feed):
    assert len((await feed.fetch(MONDAY, 'W/"ü"')).papers) == 5
