"""What stands in the stand-in's chats, as a telephone with Telegram shows it, 390 pixels wide."""

import base64
from html import escape
from typing import Any

from tests.adapters.telegram.stage import TelegramStage
from tests.adapters.telegram.world import Posted

WIDTH = 392
STYLE = """<style>body{background:#c3d4b7;width:392px;font:15px/20px 'Noto Sans','DejaVu Sans',sans-serif;color:#111}
.top{background:#4d7ba3;color:#fff;padding:8px 14px;font-weight:600;margin-left:2px}
.say{background:#e3fbd0;border-radius:14px 14px 4px 14px;padding:6px 11px;margin:7px 10px 7px auto;width:fit-content;
max-width:310px}.said{background:#fff;border-radius:14px 14px 14px 4px;padding:6px 11px;margin:7px 10px 4px 10px;
width:fit-content;max-width:352px;white-space:pre-wrap}a,.cmd{color:#1c7cba;text-decoration:none}
pre{font:13px/17px 'DejaVu Sans Mono',monospace;background:#eef2f6;margin:3px 0;padding:4px 6px;border-radius:4px;
white-space:pre-wrap}q{display:block;quotes:none;border-left:3px solid #5b9bd0;background:#eaf3fa;padding:2px 7px;
border-radius:4px;max-height:64px;overflow:hidden;font-size:14px}.keys{margin:0 10px 4px;width:352px}
.row{display:flex;gap:4px;margin-bottom:4px}.key{flex:1;background:#7d9a6f;color:#fff;border-radius:8px;padding:6px 3px;
text-align:center;font-size:14px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.toast{background:#2b3640;color:#fff;border-radius:10px;margin:8px 24px;padding:9px 13px;font-size:14px;
white-space:pre-wrap}.alert{background:#fff;color:#111;border:1px solid #aaa;margin:8px 40px}
.press{text-align:center;font-size:12px;color:#50614a;margin:5px 0}img{width:330px;border-radius:8px;display:block}
.field{background:#fff;padding:9px 14px;color:#888;margin:4px 0 0 2px}</style>"""
TAGS = {
    "bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "code": "code", "pre": "pre", "blockquote": "q",
    "expandable_blockquote": "q", "text_link": "a", "url": "a", "mention": "a", "bot_command": "a",
}  # fmt: skip


class Film:
    """One window, from top to bottom."""

    width = WIDTH

    def __init__(self, stage: TelegramStage, title: str) -> None:
        self.stage = stage
        self.body = f"{STYLE}<div class=top>{escape(title)}</div>"

    async def say(self, text: str, where: Any = "private", who: str = "ann", **more: Any) -> None:
        """Let somebody type, and show what came of it."""
        self._add(f"<div class=say>{escape(text)}</div>")
        await self.watch(self.stage.send_text(text, where, who, where == "channel", **more), where, who)

    async def press(self, label: str, where: Any = "private", who: str = "ann") -> None:
        """Let somebody press the newest button of that name."""
        self._add(f"<div class=press>{escape(who)} presses [{escape(label)}]</div>")
        before = len(self.stage.server.toasts)
        await self.watch(self.stage.press(label, where, who), where, who)
        for toast in list(self.stage.server.toasts.values())[before:]:
            words = toast.text or (f"opens {toast.url}" if toast.url else "")
            if words:
                self._add(f"<div class='toast {'alert' if toast.alert else ''}'>{escape(words)}</div>")

    async def watch(self, doing: Any, where: Any = "private", who: str = "ann") -> None:
        """Do it, and show the messages of the chat that are new or changed."""
        place = self.stage.place(where, who)
        before = {one.id: (one.edits, one.buttons) for one in place.posted}
        await doing
        for one in place.posted:
            if before.get(one.id) != (one.edits, one.buttons):
                self.show(one)

    def show(self, message: Posted) -> None:
        """Show one message of the bot."""
        rows = "".join(
            "<div class=row>"
            + "".join(f"<div class=key>{escape(key['text'])}{' ↗' if 'url' in key else ''}</div>" for key in row)
            + "</div>"
            for row in message.rows
        )
        keys = f"<div class=keys>{rows}</div>" if rows else ""
        self._add(f"<div class=said>{_file(message)}{marked(message)}</div>{keys}", "answer")

    def note(self, words: str) -> None:
        """Show a line between the messages."""
        self._add(f"<div class=press>{escape(words)}</div>")

    def _add(self, html: str, kind: str = "other") -> None:
        self.body += f"<div class={kind}>{html}</div>"


def _file(message: Posted) -> str:
    if message.file is None:
        return ""
    name, content = message.file
    if name.endswith(".png"):
        return f"<img src='data:image/png;base64,{base64.b64encode(content).decode()}'>"
    return f"File <b>{escape(name)}</b>\n"


def marked(message: Posted) -> str:
    """Return the text with its entities as tags; offsets count UTF-16 units."""
    units = message.text.encode("utf-16-le")
    tags: dict[int, list[str]] = {}
    for one in sorted(message.entities, key=lambda one: (one.offset, -one.length)):
        tag = TAGS.get(one.type)
        if tag:
            tags.setdefault(one.offset, []).append(f"<{tag}>")
            tags.setdefault(one.offset + one.length, []).insert(0, f"</{tag}>")
    cuts = sorted({0, len(units) // 2, *tags})
    html = ""
    for start, end in zip(cuts, [*cuts[1:], cuts[-1]], strict=True):
        html += "".join(sorted(tags.get(start, ()), key=lambda tag: not tag.startswith("</")))
        html += escape(units[2 * start : 2 * end].decode("utf-16-le"))
    return html.replace("</pre>\n", "</pre>").replace("</q>\n", "</q>").replace("\n<pre>", "<pre>")
