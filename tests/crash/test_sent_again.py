"""Two worker processes on one PostgreSQL: what Slack or Telegram send again, to another of them, does nothing twice."""

import asyncio

import psycopg

from tests.crash.pair import AGAIN, answers, event, open_pair, until_answered, update


async def test_what_is_sent_again_to_another_worker_is_answered_once(tmp_path):
    async with open_pair(tmp_path) as (scene, first, second):
        await asyncio.gather(first.begin(), second.begin())

        body = event(scene, "subscribe zebras")
        assert await first.hear_event(body) == 200
        assert await second.hear_event(body, **AGAIN) == 200
        body = event(scene, "subscribe yaks")
        assert await asyncio.gather(first.hear_event(body), second.hear_event(body, **AGAIN)) == [200, 200]

        told = update(scene, "subscribe xerus")
        assert await first.hear_at_last(told) == 200
        assert await second.hear_at_last(told) == 200
        told = update(scene, "subscribe wombats")
        statuses = await asyncio.gather(first.hear(told), second.hear(told))
        assert 200 in statuses
        assert set(statuses) <= {200, 503}
        assert [await first.hear_at_last(told), await second.hear_at_last(told)] == [200, 200]

        # A person's lines are answered in turn: whatever else these two had to say, they said it before this.
        for worker, word in ((first, "voles"), (second, "vipers")):
            await worker.hear_event(event(scene, f"subscribe {word}"))
            assert await worker.hear_at_last(update(scene, f"subscribe {word}")) == 200
            await until_answered(scene, word, 2)
        assert {word: len(answers(scene, word)) for word in ONCE} == dict.fromkeys(ONCE, 1)
        with psycopg.connect(scene.database) as connection:
            lines = [line for (line,) in connection.execute("SELECT line FROM change")]
            kept = [text for (text,) in connection.execute("SELECT text FROM subscription")]
        for word in ONCE:
            assert (sum(word in line for line in lines), kept.count(word)) == (1, 1), word
        assert await asyncio.gather(first.end(), second.end()) == [0, 0]


ONCE = ("zebras", "yaks", "xerus", "wombats")
