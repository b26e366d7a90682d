"""The arXiv feed against its stand-in over loopback, and the reading of recorded answers."""

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters import http
from adapters.feeds import arxiv_papers
from adapters.feeds.arxiv import Arxiv
from adapters.feeds.arxiv_days import submitted_between
from adapters.feeds.arxiv_papers import NEW_ALONE, Types
from adapters.pace import RequestPace
from bot.errors import ConfigError, FeedError
from bot.model import Listing
from tests.adapters.feeds.arxiv_server import ArxivServer, Submission, arxiv_server
from tests.adapters.feeds.test_pace import Ticker
from tests.support.shared import SHARED

FRIDAY, SUNDAY, MONDAY, TUESDAY = date(2026, 11, 20), date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)
SENT = datetime(2026, 11, 20, 20, tzinfo=UTC)  # on a Friday after the deadline: announced on Tuesday
NEW = Submission("2611.10001", "Offline Policies", SENT)


@pytest.fixture
async def server() -> AsyncIterator[ArxivServer]:
    async with arxiv_server(TUESDAY) as server:
        yield server


@contextlib.asynccontextmanager
async def a_feed(
    server: ArxivServer, pace: RequestPace | None = None, now: datetime = NOON, types: Types = NEW_ALONE
) -> AsyncIterator[Arxiv]:
    manners = http.Manners(patience=0.5, attempts=2, rest=600)
    async with http.open_client() as client:
        pace = pace or RequestPace(0)
        yield Arxiv(server.url, server.url, ["cs.LG", "cs.AI"], client, lambda: now, manners, pace, types=types)


@pytest.fixture
async def feed(server: ArxivServer) -> AsyncIterator[Arxiv]:
    async with a_feed(server) as feed:
        yield feed


def ids(listing: Listing) -> list[str]:
    return [paper.id for paper in listing.papers]


async def test_today_is_what_rss_announces(feed, server):
    server.announced = [(NEW, "new")]
    [paper] = (await feed.fetch(TUESDAY)).papers
    assert (paper.id, paper.title, paper.abstract, paper.day) == (NEW.id, NEW.title, NEW.abstract, TUESDAY)
    assert (paper.authors, paper.categories, paper.feed) == (NEW.authors, NEW.categories, "arxiv")
    assert paper.url == "https://arxiv.org/abs/2611.10001"
    assert server.requests[0].path == "/rss/cs.LG+cs.AI"


@pytest.mark.parametrize("type", ["cross", "replace", "replace-cross"])
async def test_cross_lists_and_new_versions_are_not_new_papers(feed, server, type):
    server.announced = [(Submission("2203.01250", "Old", SENT, version=3), type), (NEW, "new")]
    listing = await feed.fetch(TUESDAY)
    assert (ids(listing), listing.skipped) == ([NEW.id], 0)


@pytest.mark.parametrize(
    ("types", "taken"),
    [
        (Types(), ["new"]),
        (Types(cross=True), ["new", "cross"]),
        (Types(replaced=True), ["new", "replace"]),
        (Types(cross=True, replaced=True), ["new", "cross", "replace", "replace-cross"]),
    ],
)
async def test_cross_lists_and_new_versions_count_by_choice(server, types, taken):
    kinds = ["new", "cross", "replace", "replace-cross"]
    server.announced = [(Submission(f"2611.1000{n}", "Title", SENT), kind) for n, kind in enumerate(kinds)]
    async with a_feed(server, types=types) as feed:
        assert ids(await feed.fetch(TUESDAY)) == [f"2611.1000{kinds.index(kind)}" for kind in taken]


async def test_history_holds_cross_lists_by_choice(server):
    server.submissions = [
        Submission("2611.10003", "Elsewhere", SENT - timedelta(days=1, hours=3), ("stat.ML", "cs.LG"))
    ]
    for cross, found in ((False, []), (True, ["2611.10003"])):
        async with a_feed(server, types=Types(cross=cross)) as feed:
            assert ids(await feed.fetch(FRIDAY)) == found


async def test_a_paper_announced_in_two_categories_comes_once(feed, server):
    server.announced = [(NEW, "new"), (NEW, "new")]
    assert ids(await feed.fetch(TUESDAY)) == [NEW.id]


async def test_markup_in_a_title_and_affiliations_of_authors_are_read_as_people_mean_them(feed, server):
    authors = ("Ada Example (MIT, Boston)", "Bo Example (1)")
    server.announced = [(Submission("2611.10002", "Does <think>  help R&D?", SENT, authors=authors), "new")]
    [paper] = (await feed.fetch(TUESDAY)).papers
    assert (paper.title, paper.authors) == ("Does <think> help R&D?", ("Ada Example", "Bo Example"))


async def test_before_the_announcement_the_day_is_empty_and_not_yesterdays(feed, server):
    server.day, server.announced = MONDAY, [(NEW, "new")]
    assert await feed.fetch(TUESDAY) == Listing("arxiv", TUESDAY, etag=(await feed.fetch(TUESDAY)).etag)


async def test_a_weekend_is_empty_without_a_request(feed, server):
    assert (await feed.fetch(SUNDAY)).papers == ()
    assert server.requests == []


async def test_an_unchanged_announcement_is_told_by_its_tag(feed, server):
    first = await feed.fetch(TUESDAY)
    assert (await feed.fetch(TUESDAY, first.etag)).unchanged


async def test_an_earlier_day_comes_from_the_query_interface_in_order_of_submission(feed, server):
    monday = [Submission(f"2611.{n:05}", f"Paper {n}", SENT - timedelta(hours=n)) for n in range(2, 24)]
    server.submissions = [NEW, *monday]
    listing = await feed.fetch(MONDAY)
    assert ids(listing) == [f"2611.{n:05}" for n in range(23, 1, -1)]
    assert {paper.day for paper in listing.papers} == {MONDAY}
    assert server.requests[0].query["search_query"] == (
        "(cat:cs.LG OR cat:cs.AI) AND submittedDate:[202611191900 TO 202611201900]"
    )


async def test_history_holds_no_cross_lists(feed, server):
    sent = SENT - timedelta(hours=3)
    server.submissions = [
        Submission("2611.00001", "Ours", sent, ("cs.AI", "stat.ML")),
        Submission("2611.00002", "Theirs", sent, ("stat.ML", "cs.AI")),
        Submission("2611.00003", "Ours, revised", sent, version=2),
    ]
    assert ids(await feed.fetch(MONDAY)) == ["2611.00001", "2611.00003"]


async def test_history_is_read_page_by_page(feed, server):
    server.submissions = [Submission(f"2611.{n:05}", "T", SENT - timedelta(hours=3, seconds=n)) for n in range(1203)]
    assert len((await feed.fetch(MONDAY)).papers) == 1203
    assert [request.query["start"] for request in server.requests] == ["0", "1000"]


async def test_an_empty_page_that_is_not_the_last_is_asked_for_again(feed, server):
    server.submissions = [Submission("2611.00001", "T", SENT - timedelta(hours=3))]
    server.faults.extend(["empty", "empty"])
    assert ids(await feed.fetch(MONDAY)) == ["2611.00001"]


async def test_a_page_that_stays_empty_is_an_error_and_no_empty_day(feed, server):
    server.faults.extend(["empty"] * 3)
    with pytest.raises(FeedError, match="empty page"):
        await feed.fetch(MONDAY)


@pytest.mark.parametrize("fault", ["error", "error 400"])
async def test_an_error_entry_is_never_a_paper(feed, server, fault):
    server.faults.append(fault)
    with pytest.raises(FeedError, match=r"arxiv: (max_results|sortBy) must be"):
        await feed.fetch(MONDAY)


@pytest.mark.parametrize("fault", ["429", "503"])
async def test_a_busy_arxiv_is_left_alone_for_ten_minutes_on_both_hosts(feed, server, fault):
    server.faults.append(fault)
    with pytest.raises(FeedError) as refused:
        await feed.fetch(TUESDAY)
    with pytest.raises(FeedError) as again:
        await feed.paper(NEW.id)
    assert refused.value.retry_after == 600
    assert again.value.retry_after > 590
    assert len(server.requests) == 1


@pytest.mark.parametrize("fault", ["html", "garbage", "nothing", "other", "bomb", "half"])
@pytest.mark.parametrize("day", [MONDAY, TUESDAY])
async def test_a_broken_answer_is_a_feed_error_and_the_next_poll_goes_on(feed, server, fault, day):
    server.faults.append(fault)
    with pytest.raises(FeedError):
        await feed.fetch(day)
    assert (await feed.fetch(day)).papers == ()


@pytest.mark.parametrize("fault", ["500", "reset"])
async def test_a_passing_fault_is_asked_over(feed, server, fault):
    server.faults.append(fault)
    assert (await feed.fetch(TUESDAY)).day == TUESDAY


async def test_requests_keep_three_seconds_over_both_hosts(server):
    ticker = Ticker()
    async with a_feed(server, RequestPace(3, monotonic=ticker, sleep=ticker.sleep)) as feed:
        await feed.fetch(TUESDAY)
        await feed.fetch(MONDAY)
        await feed.paper(NEW.id)
    assert ticker.now == 1006


async def test_a_paper_is_found_by_any_form_of_its_id(feed, server):
    server.submissions = [NEW]
    paper = await feed.paper("https://arxiv.org/abs/2611.10001v4")
    assert paper is not None
    assert (paper.title, paper.published, paper.day) == (NEW.title, SENT, None)
    assert await feed.paper("2611.99999") is None
    assert await feed.paper("nonsense") is None
    server.faults.append("wrong id")
    assert await feed.paper("9999.99999") is None
    assert await feed.trending() == ()


@pytest.mark.parametrize("categories", [[], [""], ["cs.LG&x"], ["cs LG"], ["../rss"]])
def test_categories_that_are_none_are_refused(categories):
    with pytest.raises(ConfigError, match=r"feeds\.arxiv\.categories"):
        Arxiv("http://localhost", "http://localhost", categories, http.open_client(), lambda: NOON)


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 11, 23), datetime(2026, 11, 19, 19, tzinfo=UTC), datetime(2026, 11, 20, 19, tzinfo=UTC)),
        (date(2026, 11, 24), datetime(2026, 11, 20, 19, tzinfo=UTC), datetime(2026, 11, 23, 19, tzinfo=UTC)),
        (date(2026, 11, 26), datetime(2026, 11, 24, 19, tzinfo=UTC), datetime(2026, 11, 25, 19, tzinfo=UTC)),
        (date(2026, 7, 1), datetime(2026, 6, 29, 18, tzinfo=UTC), datetime(2026, 6, 30, 18, tzinfo=UTC)),
    ],
)
def test_a_day_announces_what_came_until_two_in_the_afternoon_of_new_york(day, first, last):
    assert submitted_between(day) == (first, last)


def test_every_moment_of_a_week_is_announced_on_one_day():
    windows = sorted(filter(None, (submitted_between(MONDAY + timedelta(days=n)) for n in range(14))))
    assert [end for _, end in windows[:-1]] == [start for start, _ in windows[1:]]


ITEM = Submission("2611.10001", "T", SENT).item("new")
RSS = "<rss xmlns:arxiv='http://arxiv.org/schemas/atom' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel>{}</channel></rss>"
DATED = "<pubDate>Tue, 24 Nov 2026 00:00:00 -0500</pubDate>"


@pytest.mark.parametrize(
    "broken",
    [
        "<item/>",
        "<item><title>T</title></item>",
        ITEM.replace("2611.10001", "x"),
        ITEM.replace("<title>T</title>", "<title> </title>"),
        ITEM.replace("<arxiv:announce_type>new</arxiv:announce_type>", "").replace("Announce Type: new", ""),
    ],
)
def test_a_broken_item_is_skipped_and_counted(broken):
    good = Submission("2611.10002", "Good\x01 one", SENT).item("new")
    announced = arxiv_papers.read_rss(RSS.format(DATED + broken + good).encode())
    assert ([paper.title for paper in announced.papers], announced.skipped) == (["Good one"], 1)


def test_the_type_is_read_from_the_description_where_its_field_is_missing():
    replaced = ITEM.replace("<arxiv:announce_type>new</arxiv:announce_type>", "").replace("Type: new", "Type: replace")
    assert arxiv_papers.read_rss(RSS.format(DATED + replaced).encode()).papers == ()


def test_a_list_that_tells_no_day_is_an_error():
    with pytest.raises(FeedError, match="tells no day"):
        arxiv_papers.read_rss(RSS.format(ITEM).encode())


@settings(deadline=None)
@given(st.text() | st.sampled_from([ITEM, DATED, "<item>", "</channel>", "&x;", "<![CDATA["]))
def test_no_document_raises_anything_but_a_feed_error(text):
    for read in (arxiv_papers.read_rss, arxiv_papers.read_atom):
        with contextlib.suppress(FeedError):
            read(RSS.format(DATED + text).encode("utf-8", "surrogatepass"))


def recorded(name: str) -> bytes:
    assert SHARED
    return (SHARED / "arxiv_raw" / name).read_bytes()


@pytest.mark.skipif(SHARED is None, reason="the recorded answers do not lie beside the project")
class TestRecorded:
    @pytest.mark.parametrize(
        ("name", "count", "total"),
        [
            ("atom_2025-10_csRO.xml", 2, 5619),
            ("atom_id_0000.0000_s0_m100.xml", 0, 0),
            ("atom_id_0808.05394_s0_m100.xml", 0, 0),
            ("atom_id_0808.05394_1707.08567_s0_m100.xml", 1, 1),
            ("atom_id_astro-ph_0601001_s0_m100.xml", 1, 1),
            ("atom_q_testing_s0_m100.xml", 100, 214_881),
        ],
    )
    def test_answers_of_both_layouts_are_read_whole(self, name, count, total):
        page = arxiv_papers.read_atom(recorded(name))
        assert (len(page.papers), page.records, page.skipped, page.total) == (count, count, 0, total)
        assert all(paper.published and paper.authors and paper.abstract and paper.categories for paper in page.papers)

    def test_the_recorded_error_is_no_paper(self):
        assert arxiv_papers.read_atom(recorded("atom_id_abc_s0_m100.xml")).papers == ()

    def test_an_old_id_is_read_without_its_version(self):
        [paper] = arxiv_papers.read_atom(recorded("atom_id_quant-ph_0201082v1_s0_m100.xml")).papers
        assert (paper.id, paper.categories[0]) == ("quant-ph/0201082", "quant-ph")
