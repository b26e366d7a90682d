"""Workers of the real program on one PostgreSQL, each behind an address of its own.

Slack and Telegram reach them over HTTP, as through a load balancer: the test is the balancer, and says who gets what.
"""

import asyncio
import json
import re
import signal
import socket
import sys
from contextlib import asynccontextmanager

import aiohttp

from tests.adapters.slack import reader
from tests.adapters.slack.http import SECRET as SIGNING
from tests.adapters.slack.http import Office
from tests.adapters.telegram.stage import ANN
from tests.crash.scene import open_scene, until
from tests.support import engines, postgres, prepared

SECRET = "secret-of-the-webhook_1"
AGAIN = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
PATIENCE = 60


class Worker:
    """One that is begun and stopped, any number of times; ``program``: the folder of another version's."""

    def __init__(self, scene, client, name, program=None):
        self.scene, self.program, self.said = scene, program, []
        with socket.create_server(("127.0.0.1", 0)) as free:
            address = f"http://127.0.0.1:{free.getsockname()[1]}"
        self.slack = Office(scene.slack, None, address, client)
        self.client, self.telegram = client, f"{address}/telegram/updates"
        self.environment = scene.environment() | {
            "PAPERWIRE_SERVER__PORT": address.rpartition(":")[2],
            "PAPERWIRE_STORAGE__INDEX": str(scene.folder / f"{name}.db"),
            "PAPERWIRE_TELEGRAM__MODE": "webhook",
            "PAPERWIRE_TELEGRAM__WEBHOOK_URL": "http://127.0.0.1:9/telegram/updates",
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
            "PAPERWIRE_SLACK__MODE": "http",
            "SLACK_SIGNING_SECRET": SIGNING,
            "SLACK_APP_TOKEN": "",
        }
        self.process = None

    async def begin(self):
        """Return when it is ready."""
        self.process = await self._started()
        ready = asyncio.get_running_loop().create_future()
        self.reading = asyncio.create_task(self._read(ready))
        async with asyncio.timeout(PATIENCE):
            assert await ready, "".join(self.said)

    async def _started(self):
        if not self.program:
            return await prepared.begin(("run",), self.environment, self.scene.folder)
        pipe, env = asyncio.subprocess.PIPE, self.environment | {"PYTHONPATH": str(self.program)}
        command = (sys.executable, "-m", "bot", "run")
        return await asyncio.create_subprocess_exec(*command, env=env, cwd=self.scene.folder, stderr=pipe, stdout=pipe)

    async def _read(self, ready):
        while line := (await self.process.stderr.readline()).decode():
            self.said.append(line)
            if line.startswith("ready") and not ready.done():
                ready.set_result(True)
        if not ready.done():
            ready.set_result(False)

    async def end(self, how=signal.SIGTERM):
        """Return its exit code."""
        self.process.send_signal(how)
        async with asyncio.timeout(PATIENCE):
            code = await self.process.wait()
            await self.reading
        self.process = None
        return code

    async def hear(self, update):
        """Bring it an update of Telegram's; return the status that it answers with."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        async with self.client.post(self.telegram, json=update, headers=headers) as answer:
            return answer.status

    async def hear_at_last(self, update):
        """Bring it an update until it takes it, as Telegram does: one that is ready may still be setting its webhook."""
        async with asyncio.timeout(PATIENCE):
            while (status := await self.hear(update)) == 503:  # noqa: ASYNC110 it changes in another process
                await asyncio.sleep(0.05)
        return status

    async def hear_event(self, body, **headers):
        """Bring it an event of Slack's; return the status that it answers with."""
        return (await self.slack.post(body, wait=False, **headers))[0]


def update(scene, line):
    """Return the update that tells of a line that Ann typed to the bot on Telegram."""
    updates = scene.telegram.updates
    updates.webhook = {}
    scene.telegram.say(scene.telegram.places[ANN], scene.telegram.people[ANN], line)
    return updates.waiting.pop()


def event(scene, line):
    """Return the event that tells of a line that Ann typed to the bot on Slack."""
    ann, ts = f"UANN{scene.team.id}", scene.slack.ts()
    message = {"type": "message", "channel_type": "im", "channel": scene.team.direct(ann).id, "user": ann, "ts": ts}
    told = {
        "type": "event_callback",
        "team_id": scene.team.id,
        "api_app_id": "A1",
        "event_id": scene.slack.next_id("Ev"),
    }
    return json.dumps(told | {"event": message | {"text": line}})


def answers(scene, word):
    """Return what was said to Ann with that word in it, on both platforms."""
    direct = scene.team.direct(f"UANN{scene.team.id}")
    said = [reader.shown(message).text for message in direct.messages]
    said += [posted.text for posted in scene.telegram.places[ANN].posted]
    return [text for text in said if re.search(rf"\b{word}\b", text)]


async def until_answered(scene, word, many=1):
    assert await until(lambda: len(answers(scene, word)) >= many, PATIENCE), f"{word}: {answers(scene, word)}"


@asynccontextmanager
async def open_pair(folder, program=None):
    """Yield the scene and two workers that were not begun yet, the second one of another version where one is given."""
    postgres.skip_where_missing()
    async with (
        open_scene(folder, ("telegram", "slack"), seed=0, rate=0, database=engines.bare_url()) as scene,
        aiohttp.ClientSession() as client,
    ):
        workers = Worker(scene, client, "first"), Worker(scene, client, "second", program)
        try:
            yield scene, *workers
        finally:
            for worker in workers:
                if worker.process:
                    await worker.end(signal.SIGKILL)
