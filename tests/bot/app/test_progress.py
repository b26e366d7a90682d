"""What somebody who waits is told."""

import asyncio

from bot.app.operator import progress


async def test_a_long_wait_is_told_once_and_a_short_one_never(capsys, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0.01)
    with progress.waiting("copying"):
        await asyncio.sleep(0.1)
    with progress.waiting("looking"):
        pass
    await asyncio.sleep(0.05)
    assert capsys.readouterr() == ("", "copying ...\n")
