"""What a person sees of a Slack message: its text without markup, its links, its pings, its buttons.

A reading of docs.slack.dev/messaging/formatting-message-text of its own, written without the adapter's.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.support.stages import Shown

TOKEN = re.compile(r"<([^<>\n]*)>")
BARE = re.compile(r"https?://[^\s<>|]+")
FORMATS = {"*": "bold", "_": "italic", "~": "strike"}
UNSEEN = "\u2060"


@dataclass
class Read:
    """Text as shown, with what Slack made of it."""

    text: str = ""
    links: list[str] = field(default_factory=list)
    pings: list[str] = field(default_factory=list)
    styles: list[tuple[str, str]] = field(default_factory=list)


_EMOJI = re.compile(r":([a-z0-9_'+-]+):")


def read_mrkdwn(raw: str, *, verbatim: bool = False) -> Read:
    read = Read()
    labels: list[str] = []
    # A token stands as one unknown character while its surroundings are read; its label is read by itself.

    def label(token: re.Match[str]) -> str:
        labels.append(_token(token[1], read))
        return "\x01"

    text = TOKEN.sub(label, raw)
    if not verbatim:
        read.links += BARE.findall(unescape(TOKEN.sub("", raw)))
    for n, run in enumerate(text.split("```")):
        if n % 2:
            read.styles.append(("fence", run))
        read.text += run if n % 2 else "\n".join(_styled(line, read) for line in run.split("\n"))
    runs = iter(labels)
    read.text = re.sub("\x01", lambda _: next(runs), read.text)
    read.text = unescape(read.text).replace(UNSEEN, "")
    return read


def _token(inside: str, read: Read) -> str:
    body, _, label = inside.partition("|")
    if re.fullmatch(r"!date\^\d+\^[^|^]+", body) and label:
        return label
    if body.startswith(("!", "@")):
        read.pings.append(body)
        return f"@{label or body[1:]}"
    if body.startswith("#"):
        return f"#{label or body[1:]}"
    read.links.append(unescape(body))
    return _styled(label or body, read)


def _styled(line: str, read: Read) -> str:
    if line.lstrip().startswith("&gt;"):
        read.styles.append(("quote", line))
        line = line.lstrip()[4:]
    codes: list[str] = []

    def code(found: re.Match[str]) -> str:
        codes.append(found[1])
        read.styles.append(("code", found[1]))
        return f"\0{len(codes) - 1}\0"

    line = re.sub(r"(?<!`)`([^`]+)`(?!`)", lambda m: m[0] if _held(m) else code(m), line)
    for mark, style in FORMATS.items():
        line = _marked(line, mark, style, read)
    read.styles += [("emoji", name) for name in _EMOJI.findall(line)]
    line = _EMOJI.sub("☺", line)
    return re.sub("\0(\\d+)\0", lambda m: codes[int(m[1])], line)


def _held(found: re.Match[str]) -> bool:
    """Whether a joiner stands around the opening mark: then Slack sees no word's border there."""
    return UNSEEN in found.string[max(found.start() - 1, 0) : found.start()]


def _marked(line: str, mark: str, style: str, read: Read) -> str:
    """Take out pairs of ``mark`` that stand at word borders, the outermost first."""
    place = 0
    while (start := line.find(mark, place)) >= 0:
        place = start + 1
        before, after = line[start - 1 : start], line[start + 1 : start + 2]
        if (
            (before and (before.isalnum() or before == UNSEEN))
            or not after
            or after.isspace()
            or after in (mark, UNSEEN)
        ):
            continue
        end = _closing(line, mark, start + 2)
        if end > 0:
            inner = line[start + 1 : end]
            read.styles.append((style, unescape(inner)))
            line = line[:start] + inner + line[end + 1 :]
            place = start
    return line


def _closing(line: str, mark: str, place: int) -> int:
    while (end := line.find(mark, place)) >= 0:
        place = end + 1
        before, after = line[end - 1], line[end + 1 : end + 2]
        if (
            not before.isspace()
            and before not in (mark, UNSEEN)
            and not (after and (after.isalnum() or after == UNSEEN))
        ):
            return end
    return -1


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def read_text_object(text: dict[str, Any]) -> Read:
    if text["type"] == "plain_text":
        return Read(text["text"])
    return read_mrkdwn(text["text"], verbatim=bool(text.get("verbatim")))


def read_blocks(blocks: list[dict[str, Any]]) -> tuple[Read, tuple[str, ...]]:
    """Return what the blocks say, and the labels of their buttons."""
    whole, buttons = Read(), []
    lines = []
    for block in blocks:
        parts = [block.get("text"), *block.get("fields", []), block.get("label")]
        parts += [element for element in block.get("elements", []) if element["type"] in {"mrkdwn", "plain_text"}]
        for read in (read_text_object(part) for part in parts if part):
            lines.append(read.text)
            whole.links += read.links
            whole.pings += read.pings
            whole.styles += read.styles
        inner = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        buttons += [e["text"]["text"] for e in inner if e and e["type"] == "button"]
        buttons += [one["text"]["text"] for e in inner if e and e["type"] == "overflow" for one in e["options"]]
        whole.links += [e["url"] for e in inner if e and e["type"] == "button" and e.get("url")]
    whole.text = "\n".join(lines)
    return whole, tuple(buttons)


def shown(message: dict[str, Any]) -> Shown:
    """Return the message as a person sees it; words of the notification ping as the message itself does."""
    blocks = message.get("blocks") or []
    read, buttons = read_blocks(blocks) if blocks else (read_mrkdwn(message.get("text", "")), ())
    pings = read.pings + read_mrkdwn(message.get("text", ""), verbatim=True).pings
    files = [f"[{file['name']}]" for file in message.get("files", [])]
    return Shown("\n".join(filter(None, [read.text, *files])), tuple(read.links), buttons, tuple(pings))
