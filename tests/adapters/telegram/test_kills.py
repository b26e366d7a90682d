"""However often the process is killed, no line that somebody typed stays unanswered."""

import os
from pathlib import Path

from tests.adapters.telegram.stage import ANN, BOB, populate, until
from tests.adapters.telegram.standin import bot_api
from tests.support import prepared

KILLS = 3
LINES = 40  # 20 of each person, as many as may wait


async def test_a_killed_process_loses_no_line_and_keeps_each_chats_order(tmp_path):
    file = tmp_path / "answered"
    file.touch()
    async with bot_api() as server:
        populate(server)
        for number in range(LINES):
            who = server.people[(ANN, BOB)[number % 2]]
            server.say(server.places[who.id], who, f"{number}")
        for kill in range(KILLS):
            process = await _start(server.url, file)
            enough = LINES * (kill + 1) // (KILLS + 2)
            await until(lambda enough=enough: len(_answered(file)) >= enough)
            process.kill()
            await process.wait()
        process = await _start(server.url, file)
        await server.updates.until_confirmed()
        process.terminate()
        await process.wait()
    answered = _answered(file)
    for who in (ANN, BOB):
        numbers = [int(line.split()[1]) for line in answered if line.startswith(f"{who} ")]
        first = list(dict.fromkeys(numbers))
        assert first == sorted(first) == [n for n in range(LINES) if (ANN, BOB)[n % 2] == who]


def _answered(file):
    return file.read_text().splitlines()


async def _start(url, file):
    return await prepared.begin(("-m", "tests.adapters.telegram.killed", url, str(file)), os.environ, Path.cwd())
