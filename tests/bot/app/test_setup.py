"""``paperwire init`` in a real terminal, against the platforms' stand-ins."""

import asyncio
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

from tests.adapters.slack.standin import StandIn, serving
from tests.adapters.slack.world import workspace
from tests.adapters.telegram.stage import populate
from tests.adapters.telegram.standin import TOKEN, bot_api
from tests.support.program import OURS

BOT, APP = "xoxb-one", "xapp-one"


def _hear_ctrl_c() -> None:
    """Undo what a shell does to whatever it runs in the background, this suite for one."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Talk:
    """A pseudo-terminal in which init asks."""

    def __init__(self, folder: Path, **env: str) -> None:
        self._ours, its = pty.openpty()
        clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "init"], stdin=its, stdout=its, stderr=its, cwd=folder,
            env={**clean, **env, "TERM": "dumb"}, start_new_session=True,
            preexec_fn=_hear_ctrl_c,  # noqa: PLW1509 nothing is locked here
        )  # fmt: skip
        os.close(its)
        os.set_blocking(self._ours, False)
        self.shown = ""

    async def answer(self, question: str, *keys: str) -> str:
        """Wait for the question and type; return what was shown up to it."""
        said = await self._until(question)
        for key in keys:
            os.write(self._ours, f"{key}\n".encode())
        return said

    async def ended(self) -> int:
        async with asyncio.timeout(60):  # on whatever machine
            while self.process.poll() is None:
                self._read()
                await asyncio.sleep(0.02)
        self._read()
        os.close(self._ours)
        return self.process.returncode

    async def _until(self, words: str) -> str:
        async with asyncio.timeout(60):  # on whatever machine
            while not (found := re.search(words, self.shown, re.DOTALL)):
                assert self.process.poll() is None, self.shown
                self._read()
                await asyncio.sleep(0.02)
        said, self.shown = self.shown[: found.end()], self.shown[found.end() :]
        return said

    def _read(self) -> None:
        try:
            self.shown += os.read(self._ours, 1 << 16).decode("utf-8", "replace")
        except OSError:  # nothing to read yet, or the program has ended
            return


async def test_what_is_asked_is_checked_and_written_for_its_owner_alone(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# mine\nOTHER='kept as it is'\n")
    async with bot_api() as telegram, serving(StandIn()) as slack:
        populate(telegram)
        slack.team(workspace())
        slack.scopes = tuple(scope for scope in slack.scopes if scope != "im:write")
        talk = Talk(tmp_path, PAPERWIRE_TELEGRAM__API_URL=telegram.url, PAPERWIRE_SLACK__API_URL=slack.url)
        shown = await talk.answer("TELEGRAM_BOT_TOKEN .*?: ", "1:wrong")
        shown += await talk.answer("Telegram rejects.*?once more.*?TELEGRAM_BOT_TOKEN .*?: ", TOKEN)
        shown += await talk.answer("ok: @paperwire_bot; inline mode on; in groups it hears commands")
        shown += await talk.answer("SLACK_BOT_TOKEN .*?: ", APP)
        shown += await talk.answer("SLACK_APP_TOKEN .*?: ", BOT)
        shown += await talk.answer("are swapped.*?once more.*?SLACK_BOT_TOKEN .*?: ", BOT)
        shown += await talk.answer("SLACK_APP_TOKEN .*?: ", APP)
        shown += await talk.answer("lacks im:write.*?once more.*?SLACK_BOT_TOKEN .*?: ", "")
        shown += await talk.answer("SLACK_APP_TOKEN .*?: ", "")
        shown += await talk.answer("Keep what was rejected.*?: ", "y")
        shown += await talk.answer("Time zone.*?: ", "Atlantis")
        shown += await talk.answer("I know no time zone.*?Time zone.*?: ", "Berlin")
        assert await talk.ended() == 0
    assert not re.search(f"{TOKEN}|{BOT}$|{APP}$", shown + talk.shown, re.MULTILINE)
    env = tmp_path / ".env"
    assert env.stat().st_mode & 0o777 == 0o600
    written = env.read_text()
    assert written.startswith("# mine\nOTHER='kept as it is'\n")
    assert sorted(re.findall(r"(?m)^(\w+)='?(.*?)'?$", written)) == sorted([
        ("OTHER", "kept as it is"), ("TELEGRAM_BOT_TOKEN", TOKEN), ("SLACK_BOT_TOKEN", BOT), ("SLACK_APP_TOKEN", APP),
        ("PAPERWIRE_BOT__TIMEZONE", "Europe/Berlin"),
    ])  # fmt: skip
    assert not (tmp_path / ".env.new").exists()


async def test_a_value_is_never_overwritten_unasked_and_ctrl_c_writes_nothing(tmp_path: Path) -> None:
    before = f"TELEGRAM_BOT_TOKEN={TOKEN}\n"
    (tmp_path / ".env").write_text(before)
    async with bot_api() as telegram:
        populate(telegram)
        kept = Talk(tmp_path, PAPERWIRE_TELEGRAM__API_URL=telegram.url)
        await kept.answer("is set already. Replace it.*?: ", "")
        await kept.answer("ok: @paperwire_bot.*?SLACK_BOT_TOKEN .*?: ", "")
        await kept.answer("SLACK_APP_TOKEN .*?: ", "")
        await kept.answer("Time zone.*?: ", "")
        assert (await kept.ended(), "nothing was written" in kept.shown) == (0, True)
        left = Talk(tmp_path, PAPERWIRE_TELEGRAM__API_URL=telegram.url)
        await left.answer("Replace it.*?: ", "y")
        await left.answer("TELEGRAM_BOT_TOKEN .*?: ")
        left.process.send_signal(2)
        assert (await left.ended(), "paperwire: stopped" in left.shown, "Traceback" in left.shown) == (130, True, False)
    assert (tmp_path / ".env").read_text() == before


def test_without_a_terminal_it_says_what_to_set(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "init"], cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr.count("\n"), ended.stdout) == (2, 1, "")
    assert "TELEGRAM_BOT_TOKEN" in ended.stderr
    assert not list(tmp_path.iterdir())
