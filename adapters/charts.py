"""Draws charts with matplotlib, in a process of its own: it takes a second and 80 MB that the bot does not keep.

    python -m adapters.charts < {"title": ..., "bars": [[label, number], ...]}    writes a PNG

Without matplotlib (the extra ``charts``) there is no picture, and nothing else is missing.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence
from importlib.util import find_spec

from bot.ports.chart import Bar

log = logging.getLogger(__name__)

PATIENCE = 15
"""Seconds that a drawing may take; the very first one makes matplotlib's list of fonts."""
LABELS = 13
"""Labels that fit below the bars."""


async def chart(title: str, bars: Sequence[Bar]) -> bytes:
    """Return the bars as a PNG of 1,000 by 500 pixels; see bot.ports.Chart."""
    if find_spec("matplotlib") is None:
        return b""
    order = json.dumps({"title": title, "bars": [[bar.label, bar.number] for bar in bars]}).encode()
    drawing = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__), stdin=PIPE, stdout=PIPE, stderr=DEVNULL
    )
    try:
        picture, _ = await asyncio.wait_for(drawing.communicate(order), PATIENCE)
    except TimeoutError:
        drawing.kill()
        await drawing.wait()
        log.warning("a chart was given up after %d s", PATIENCE)
        return b""
    return picture if drawing.returncode == 0 else b""


def draw(title: str, bars: Sequence[tuple[str, int]]) -> bytes:
    """Return the PNG."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(10, 5), dpi=100, layout="constrained")
    axes = figure.add_subplot()
    axes.bar(range(len(bars)), [number for _, number in bars], color="#4f7cac")
    step = -(-len(bars) // LABELS)
    axes.set_xticks(range(0, len(bars), step), [label for label, _ in bars[::step]], rotation=30, ha="right")
    axes.set_title(title.replace("$", r"\$"), loc="left")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()


if __name__ == "__main__":
    wanted = json.load(sys.stdin)
    sys.stdout.buffer.write(draw(wanted["title"], [(label, number) for label, number in wanted["bars"]]))
