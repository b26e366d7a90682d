"""Answers as a terminal of some width shows them: the adapter's own colours and lines, as text of a page."""

import io
from html import escape

from rich.console import Console as Rich
from rich.terminal_theme import MONOKAI

from adapters.console import draw
from adapters.console.platform import CHAT, Me
from bot.ports.asker import Answer

STYLE = """<style>body{background:#0c0c0c;color:#d9d9d9;width:%dpx}pre{font:14px/18px 'DejaVu Sans Mono',monospace;
margin:0;padding:6px 10px;white-space:pre}a{color:inherit}.in{color:#59c7c7;font-weight:700}</style>"""
CELL = 8.43
"""Pixels of a character in letters of that size."""


class Film:
    """One window of so many columns."""

    def __init__(self, answer: Answer, columns: int) -> None:
        self.columns, self.width = columns, int(columns * CELL) + 26
        self._answer = answer
        self.body = STYLE % self.width

    async def say(self, line: str) -> None:
        """Type a line, and show its answer."""
        self.body += f"<div class=other><pre class=in>› {escape(line)}</pre></div>"
        console = Rich(record=True, width=self.columns, file=io.StringIO(), force_terminal=True)
        console.print(draw.styled(await self._answer(CHAT, Me(), line), console), soft_wrap=True)
        html = console.export_html(theme=MONOKAI, inline_styles=True, code_format="{code}")
        self.body += f"<div class=answer><pre>{html}</pre></div>"

    def printed(self, text: str) -> None:
        """Show what the program printed by itself."""
        self.body += f"<div class=other><pre>{escape(text)}</pre></div>"
