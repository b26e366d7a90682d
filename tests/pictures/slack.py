"""What stands in the stand-in workspace, as Slack shows it on a telephone, 430 pixels wide; App Home has 600."""

import base64
import re
from html import escape
from typing import Any

from tests.adapters.slack.reader import unescape
from tests.adapters.slack.stage import SlackStage
from tests.adapters.slack.world import Json

STYLE = """<style>body{background:#fff;width:%dpx;font:15px/21px 'Noto Sans','DejaVu Sans',sans-serif;color:#1d1c1d}
.top{border-bottom:1px solid #ddd;padding:9px 14px;font-weight:700}.m{padding:7px 14px}.who{font-weight:700}
.app{background:#e6e6e6;font-size:10px;padding:0 3px;border-radius:2px;margin-left:4px;color:#555}
.eye{font-size:12px;color:#6b6a6b}.sec{margin:3px 0;white-space:pre-wrap;display:flex;gap:8px}.sec>div:first-child{flex:1}
.ctx{font-size:12px;line-height:17px;color:#616061;white-space:pre-wrap;margin:2px 0}.act{display:flex;flex-wrap:wrap;
gap:7px;margin:6px 0}.key{border:1px solid #bbb;border-radius:5px;padding:2px 11px;font-size:13px;font-weight:600}
.head{font-weight:800;font-size:18px;margin:8px 0 3px}.rule{border-top:1px solid #ddd;margin:9px 0}a{color:#1264a3}
.pick{border:1px solid #999;border-radius:5px;padding:5px 10px;color:#555;font-size:14px}pre{background:#f7f7f7;
border:1px solid #ddd;border-radius:4px;padding:6px;font:12px/17px 'DejaVu Sans Mono',monospace;white-space:pre-wrap;
margin:0}code{background:#f4f4f4;color:#b0203c;font:13px 'DejaVu Sans Mono',monospace}.win{border:1px solid #bbb;
border-radius:9px;margin:10px;padding:4px 16px 12px}.lab{font-weight:700;margin:9px 0 3px}.small{font-size:12px;color:#666}
.press{font-size:12px;color:#777;padding:4px 14px}img{width:370px;border-radius:6px;border:1px solid #ddd}</style>"""


class Film:
    """One window, from top to bottom."""

    def __init__(self, stage: SlackStage, title: str, width: int = 432) -> None:
        self.stage, self.width = stage, width
        self.body = STYLE % width + f"<div class='top other'>{escape(title)}</div>"

    async def say(self, line: str, where: Any = "channel", who: str = "ann") -> None:
        """Type ``/papers <line>``, and show what came of it."""
        self._add(f"<div class=m><span class=who>{escape(who)}</span><br>/papers {escape(line)}</div>")
        await self.watch(self.stage.command(line, where, who), where, who)

    async def press(self, label: str, where: Any = "channel", who: str = "ann") -> None:
        """Press the newest button of that name."""
        self.note(f"{who} presses [{label}]")
        await self.watch(self.stage.button(label, where, who), where, who)

    async def watch(self, doing: Any, where: Any = "channel", who: str = "ann") -> None:
        """Do it, and show the messages that are new or changed for that person."""
        before = [dict(one) for one in self.stage.messages(where, who)]
        await doing
        for one in self.stage.messages(where, who):
            if one not in before:
                self.show(one)

    def show(self, message: Json) -> None:
        """Show one message of the bot."""
        alone = "<div class=eye>👁 Only visible to you</div>" if message.get("only") else ""
        words = (
            drawn(message["blocks"])
            if message.get("blocks")
            else f"<div class=sec>{mrkdwn(message.get('text', ''))}</div>"
        )
        files = "".join(_picture(self.stage.slack.uploads[file["id"]]) for file in message.get("files", ()))
        name = "<span class=who>papers</span><span class=app>APP</span>"
        self._add(f"<div class=m>{alone}{name}{words}{files}</div>", "answer")

    def view(self, view: Json) -> None:
        """Show the tab, or a window."""
        inside = drawn(view["blocks"])
        if view["type"] == "home":
            self._add(f"<div class=m>{inside}</div>", "answer")
            return
        keys = "".join(
            f"<span class=key>{escape(view[name]['text'])}</span>" for name in ("close", "submit") if view.get(name)
        )
        head = f"<div class=head>{escape(view['title']['text'])}</div>"
        self._add(f"<div class=win>{head}{inside}<div class=act>{keys}</div></div>", "answer")

    def note(self, words: str) -> None:
        """Show a line between the messages."""
        self._add(f"<div class=press>{escape(words)}</div>")

    def _add(self, html: str, kind: str = "other") -> None:
        self.body += f"<div class={kind}>{html}</div>"


def _picture(file: Json) -> str:
    content = base64.b64encode(file["content"]).decode()
    name = escape(str(file.get("title") or file.get("name")))
    return f"<img src='data:image/png;base64,{content}'>" if name.endswith(".png") else f"File <b>{name}</b>"


def drawn(blocks: list[Json]) -> str:
    """Return the blocks as HTML."""
    return "".join(_DRAWN[block["type"]](block) for block in blocks)


def mrkdwn(raw: str) -> str:
    """Return marked text as HTML."""
    pieces = []
    for n, run in enumerate(raw.split("```")):
        pieces.append(f"<pre>{_plain(run)}</pre>" if n % 2 else _styled(run))
    return "".join(pieces)


def _styled(run: str) -> str:
    html = re.sub(r"<(https?://[^|>]+)\|([^>]*)>", lambda link: f"\x02{link[2]}\x03", run)
    html = re.sub(r"<!date\^[^|]*\|([^>]*)>", r"\1", html)
    html = re.sub(r"<[@#!]?([^|>]+)(?:\|([^>]*))?>", lambda one: f"\x02{one[2] or one[1]}\x03", html)
    html = re.sub(r"(?<!\w)\*([^*\n]+)\*(?!\w)", "\x04\\1\x05", html)
    html = re.sub(r"(?<!\w)_([^_\n]+)_(?!\w)", r"\1", html)
    html = re.sub(r"`([^`\n]+)`", "\x06\\1\x07", _plain(html))
    for sign, tag in zip("\x02\x03\x04\x05\x06\x07", ("<a>", "</a>", "<b>", "</b>", "<code>", "</code>"), strict=True):
        html = html.replace(sign, tag)
    return html


def _plain(text: str) -> str:
    return escape(unescape(text))


def _words(text: Json) -> str:
    return mrkdwn(text["text"]) if text["type"] == "mrkdwn" else escape(text["text"])


def _element(one: Json) -> str:
    if one["type"] in ("mrkdwn", "plain_text"):
        return _words(one)
    if one["type"] == "button":
        return f"<span class=key>{escape(one['text']['text'])}{' ↗' if one.get('url') else ''}</span>"
    if one["type"] == "overflow":
        return "<span class=key>⋯</span>"
    if one["type"] == "image":
        return "🖼"
    chosen = one.get("initial_option") or {}
    words = chosen.get("text", {}).get("text") or one.get("initial_conversation") or one.get("initial_time")
    words = words or one.get("initial_value") or (one.get("placeholder") or {}).get("text", "")
    return f"<span class=pick>{escape(str(words))}{' ▾' if 'select' in one['type'] else ''}</span>"


def _section(block: Json) -> str:
    beside = f"<div>{_element(block['accessory'])}</div>" if block.get("accessory") else ""
    return f"<div class=sec><div>{_words(block['text'])}</div>{beside}</div>"


def _input(block: Json) -> str:
    hint = f"<div class=small>{escape(block['hint']['text'])}</div>" if block.get("hint") else ""
    return f"<div class=lab>{escape(block['label']['text'])}</div>{_element(block['element'])}{hint}"


_DRAWN = {
    "section": _section,
    "input": _input,
    "context": lambda block: f"<div class=ctx>{' '.join(map(_element, block['elements']))}</div>",
    "actions": lambda block: f"<div class=act>{''.join(map(_element, block['elements']))}</div>",
    "header": lambda block: f"<div class=head>{_words(block['text'])}</div>",
    "divider": lambda _: "<div class=rule></div>",
}
