"""Draws charts with matplotlib, in a process of its own, which takes a second and 80 MB and goes after a while.

    python -m adapters.charts 120    reads {"title": ..., "series": [[name, [[label, number], ...]], ...]}, one a line

It writes each as a PNG behind its length, and ends where nothing is asked for so many seconds.

Without matplotlib (the extra ``charts``) there is no picture, and nothing else is missing.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import select
import struct
import sys
import textwrap
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bot.ports.chart import Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes

log = logging.getLogger(__name__)

PATIENCE = 30
"""Seconds that a drawing may take; the very first one makes matplotlib's list of fonts."""
KEPT = 120
"""Seconds that the process waits for the next drawing, which it then makes in a fifth of a second."""
_LENGTH = struct.Struct(">I")
LABELS = 6
"""Labels that fit below the numbers in letters of that size."""
NUMBERED = 16
"""Bars up to which each has its number above it; more are read off the scale."""
SIZE = 21
"""Points of the letters: 29 pixels, which are 10 on a telephone that shows the picture 400 wide."""
LINES = (("#1f5fa8", "-", "o"), ("#b3541e", "--", "s"), ("#3d6b35", ":", "^"))
"""Colour, stroke and mark of each line: any of the three tells them apart."""


class Charts:
    """Draws one chart after the other; see bot.ports.Chart."""

    def __init__(self, kept: float = KEPT) -> None:
        """``kept``: seconds that the process waits for the next drawing."""
        self._kept = kept
        self._turn = asyncio.Lock()
        self._drawing: Process | None = None

    async def __call__(self, title: str, series: Sequence[Series]) -> bytes:
        """Return the numbers as a PNG of 1,200 by 900 pixels; b"" where nothing here can draw."""
        if find_spec("matplotlib") is None:
            return b""
        told = [[one.name, [[bar.label, bar.number] for bar in one.bars]] for one in series]
        order = json.dumps({"title": title, "series": told}).encode() + b"\n"
        async with self._turn:
            picture = b""
            try:
                picture = await asyncio.wait_for(self._drawn(order), PATIENCE)
            except TimeoutError:
                log.warning("a chart was given up after %d s", PATIENCE)
            finally:
                if not picture:
                    await self.close()  # its late picture would be taken for the next one
        return picture

    async def close(self) -> None:
        """End the process."""
        drawing, self._drawing = self._drawing, None
        if drawing:
            with suppress(ProcessLookupError):
                drawing.kill()
            await drawing.wait()

    async def _drawn(self, order: bytes) -> bytes:
        """Return what is drawn; a process that ended since the last one, as it does after a while, is begun anew."""
        for is_last in (self._drawing is None, True):
            self._drawing = self._drawing or await self._begun()
            try:
                return await _asked(self._drawing, order)
            except (asyncio.IncompleteReadError, ConnectionError):
                await self.close()
                if is_last:
                    break
        return b""

    async def _begun(self) -> Process:
        found = os.pathsep.join(filter(None, sys.path))  # the other process imports from where this one does
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", __name__, str(self._kept)), stdin=PIPE, stdout=PIPE, stderr=DEVNULL,
            env={**os.environ, "PYTHONPATH": found},
        )  # fmt: skip


async def _asked(drawing: Process, order: bytes) -> bytes:
    """Return the picture. Raises IncompleteReadError or ConnectionError where the process ends before."""
    assert drawing.stdin
    assert drawing.stdout
    drawing.stdin.write(order)
    await drawing.stdin.drain()
    (length,) = _LENGTH.unpack(await drawing.stdout.readexactly(_LENGTH.size))
    return await drawing.stdout.readexactly(length)


def serve(kept: float) -> None:
    """Draw what standard input asks for, until it ends or asks nothing for ``kept`` seconds."""
    while select.select([sys.stdin], [], [], kept)[0] and (line := sys.stdin.readline()):
        wanted = json.loads(line)
        picture = draw(wanted["title"], wanted["series"])
        sys.stdout.buffer.write(_LENGTH.pack(len(picture)) + picture)
        sys.stdout.buffer.flush()


Numbers = Sequence[tuple[str, Sequence[tuple[str, int]]]]
"""Names, each with its labels and numbers."""


def draw(title: str, series: Numbers) -> bytes:
    """Return the PNG."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"font.size": SIZE, "text.parse_math": False, "axes.titleweight": "bold"}):
        figure = Figure(figsize=(12, 9), dpi=100, layout="constrained")
        axes = figure.add_subplot()
        axes.set_title("\n".join(textwrap.wrap(title, 48)[:2]), loc="left", fontsize=SIZE + 3, pad=24)
        axes.spines[["top", "right"]].set_visible(False)
        (_bars if len(series) == 1 else _lines)(axes, series)
        labels = [label for label, _ in series[0][1]]
        step = -(-len(labels) // LABELS)
        axes.set_xticks(range(0, len(labels), step), labels[::step])
        file = io.BytesIO()
        figure.savefig(file, format="png")
    return file.getvalue()


def _bars(axes: Axes, series: Numbers) -> None:
    numbers = [number for _, number in series[0][1]]
    bars = axes.bar(range(len(numbers)), numbers, color=LINES[0][0])
    if len(numbers) <= NUMBERED:
        axes.bar_label(bars, padding=4)
        axes.spines["left"].set_visible(False)
        axes.set_yticks([])
    else:
        _whole_numbers(axes)


def _lines(axes: Axes, series: Numbers) -> None:
    """Draw each series as a line with its name at its end, the names apart from each other."""
    most = max(number for _, points in series for _, number in points) or 1
    for (_, points), (colour, stroke, mark) in zip(series, LINES, strict=False):
        axes.plot([number for _, number in points], stroke, color=colour, marker=mark, linewidth=4, markersize=12)
    lowest: float = -most
    for place in sorted(range(len(series)), key=lambda at: series[at][1][-1][1]):
        name, points = series[place]
        lowest = max(points[-1][1], lowest + most * 0.07)
        label = textwrap.shorten(name, 18, placeholder=" …")
        axes.annotate(label, (len(points) - 1, lowest), (18, 0), textcoords="offset points", va="center",
                      color=LINES[place][0], weight="bold")  # fmt: skip
    axes.set_ylim(bottom=0)
    _whole_numbers(axes)


def _whole_numbers(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.grid(axis="y", alpha=0.3)


if __name__ == "__main__":
    serve(float(sys.argv[1]))
