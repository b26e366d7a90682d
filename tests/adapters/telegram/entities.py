"""Telegram's own reading of a text, as the real server does it (tdlib, MessageEntity.cpp): tags, then what it links.

Written from the rules, not from our drawing code, so that the two check each other.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any


class ParseError(Exception):
    """The server's words after "can't parse entities: "."""


@dataclass(frozen=True)
class Entity:
    type: str
    offset: int
    length: int
    url: str = ""


_TYPES = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]+)|#(?P<dec>[0-9]+)|(?P<name>[a-zA-Z]+));?")
_SPACE = " \t\r\n\0\v"
MOST_ENTITIES = 100


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(html: str) -> tuple[str, tuple[Entity, ...]]:
    """Return text and entities, or raise ParseError with the server's words."""
    out: list[Any] = []
    entities: list[Any] = []
    stack: list[Any] = []
    at = length = 0
    while at < len(html):
        if html[at] == "&":
            char, at = _reference(html, at)
        elif html[at] == "<":
            if html[at + 1 : at + 2] == "/":
                at = _end_tag(html, at, stack, entities, length, "".join(out))
            else:
                at, opened = _start_tag(html, at)
                stack.append((*opened, length, len("".join(out))))
            continue
        else:
            char, at = html[at], at + 1
        out.append(char)
        length += units(char)
    if stack:
        raise ParseError(f"Can't find end tag corresponding to start tag {stack[-1][0]}")
    return "".join(out), tuple(sorted(entities, key=lambda entity: (entity.offset, -entity.length)))


def _reference(html: str, at: int) -> tuple[str, int]:
    found = _REFERENCE.match(html, at)
    if not found:
        return "&", at + 1
    if found["name"]:
        char = _NAMED.get(found["name"], "")
    else:
        code = int(found["hex"], 16) if found["hex"] else int(found["dec"])
        char = chr(code) if 0 < code < 0x10FFFF and len(found.group().rstrip(";")) < 10 else ""
    return (char, found.end()) if char else ("&", at + 1)


def _place(html: str, at: int) -> int:
    return len(html[:at].encode())


def _start_tag(html: str, begin: int) -> tuple[int, tuple[str, str]]:
    at = begin + 1
    while at < len(html) and html[at] not in _SPACE + ">":
        at += 1
    if at == len(html):
        raise ParseError(f"Unclosed start tag at byte offset {_place(html, begin)}")
    name, argument, is_spoiler = html[begin + 1 : at].lower(), "", False
    if name not in _TYPES:
        raise ParseError(f'Unsupported start tag "{name}" at byte offset {_place(html, begin)}')
    while True:
        while at < len(html) and html[at] in _SPACE:
            at += 1
        if at == len(html):
            raise ParseError(f"Unclosed start tag at byte offset {_place(html, begin)}")
        if html[at] == ">":
            break
        attribute, value, at = _attribute(html, at, begin, name)
        if (name, attribute) == ("a", "href"):
            argument = value
        is_spoiler |= name == "span" and attribute == "class" and value == "tg-spoiler"
    if name == "span" and not is_spoiler:
        raise ParseError(f'Tag "span" must have class "tg-spoiler" at byte offset {_place(html, begin)}')
    return at + 1, (name, argument)


def _attribute(html: str, at: int, begin: int, tag: str) -> tuple[str, str, int]:
    start = at
    while at < len(html) and html[at] not in _SPACE + "=>":
        at += 1
    name = html[start:at]
    if not name:
        raise ParseError(f'Empty attribute name in the tag "{tag}" at byte offset {_place(html, begin)}')
    if (tag, name) == ("blockquote", "expandable") and html[at : at + 1] != "=":
        return name, "", at
    while at < len(html) and html[at] in _SPACE:
        at += 1
    if html[at : at + 1] != "=":
        where = _place(html, begin)
        raise ParseError(
            f'Expected equal sign in declaration of an attribute of the tag "{tag}" at byte offset {where}'
        )
    at += 1
    quote = html[at : at + 1]
    if quote not in ("'", '"') or not quote:
        token = re.compile(r"[A-Za-z0-9.-]*").match(html, at)
        assert token
        if html[token.end() : token.end() + 1] not in (*_SPACE, ">"):
            raise ParseError(f"Unexpected end of name token at byte offset {_place(html, at)}")
        return name, token.group().lower(), token.end()
    at += 1
    value = []
    while at < len(html) and html[at] != quote:
        char, at = _reference(html, at) if html[at] == "&" else (html[at], at + 1)
        value.append(char)
    if at + 1 >= len(html):
        raise ParseError(f"Unclosed start tag at byte offset {_place(html, begin)}")
    return name, "".join(value), at + 1


def _end_tag(html: str, begin: int, stack: list, entities: list, length: int, text: str) -> int:
    if not stack:
        raise ParseError(f"Unexpected end tag at byte offset {_place(html, begin)}")
    at = begin + 2
    while at < len(html) and html[at] not in _SPACE + ">":
        at += 1
    found = html[begin + 2 : at].lower()
    while at < len(html) and html[at] in _SPACE:
        at += 1
    if html[at : at + 1] != ">":
        raise ParseError(f"Unclosed end tag at byte offset {_place(html, begin)}")
    name, argument, offset, start = stack.pop()
    if found and found != name:
        raise ParseError(
            f'Unmatched end tag at byte offset {_place(html, begin)}, expected "</{name}>", found "</{found}>"'
        )
    if length > offset:
        url = _checked(argument or text[start:]) if name == "a" else ""
        if name != "a" or url:
            entities.append(Entity(_TYPES[name], offset, length - offset, url))
    return at + 1


def _checked(url: str) -> str:
    """A bad address loses its entity silently."""
    return url if re.fullmatch(r"(https?|tg|ton)://[^\s<>]+", url, re.IGNORECASE) else ""


def cleaned(text: str) -> str:
    """The server's clean_input_string: control characters to spaces, carriage returns and direction marks gone."""
    text = text.replace("\r", "")
    text = re.sub(r"[\x00-\x09\x0b-\x1f]", " ", text)
    return re.sub("[\u2028-\u202e\u0333\u033f\u030a]", "", text)


TLDS = frozenset(
    [
        "com",
        "org",
        "net",
        "io",
        "ai",
        "ru",
        "de",
        "fr",
        "uk",
        "dev",
        "app",
        "co",
        "me",
        "ly",
        "xyz",
        "info",
        "biz",
        "tv",
        "us",
        "eu",
        "md",
        "py",
        "sh",
        "rs",
        "so",
        "to",
        "in",
        "it",
        "is",
        "at",
        "be",
        "by",
        "cc",
        "id",
        "im",
        "la",
        "li",
        "ml",
        "ms",
        "my",
        "no",
        "pl",
        "pt",
        "re",
        "se",
        "sk",
        "st",
        "su",
        "us",
        "vc",
        "ws",
        "zip",
        "mov",
        "new",
        "page",
        "how",
        "bot",
        "chat",
        "link",
        "site",
        "online",
        "top",
        "club",
        "рф",
        "中国",
        "भारत",
        "ไทย",
        "xn--p1ai",
    ]
)
_LETTER = r"[^\W\d_]"
_HASH = r"[\w\u200c\u00b7\u0d80-\u0dff]"


def linked(text: str) -> list[tuple[str, int, int]]:
    """Return (type, start, end) in code points of what the server finds by itself."""
    found = [("mention", *m.span()) for m in re.finditer(r"(?<!\w)@[A-Za-z0-9_]{2,32}(?!\w)", text)]
    found += [
        ("bot_command", *m.span())
        for m in re.finditer(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])", text)
    ]
    found += [
        ("hashtag", *m.span())
        for m in re.finditer(rf"(?<!{_HASH})#{_HASH}{{1,256}}(?!{_HASH}*#)", text)
        if re.search(_LETTER, m.group())
    ]
    found += [
        ("cashtag", *m.span()) for m in re.finditer(r"(?<![$\w\u200c])\$(?:1INCH|[A-Z]{1,8})(?![$\w\u200c])", text)
    ]
    found += [("url", *m.span()) for m in re.finditer(r"(?i)(?:tg|ton)://[a-z0-9_-]{1,253}", text)]
    return sorted({*found, *_urls(text)})


def _urls(text: str):
    for dot in re.finditer(r"\.", text):
        begin, end = dot.start(), dot.end()
        while begin and _in_domain(text[begin - 1]):
            begin -= 1
        while end < len(text) and _in_domain(text[end]):
            end += 1
        host = text[begin:end].strip(".")
        path = re.compile(r'(?::\d{1,5})?[/?#][^\s<>"«»\u2000-\u200b\u200e\u200f\u2016-\u206f]*').match(text, end)
        end = begin + len(text[begin : path.end()].rstrip(".:;,('?!`")) if path else end
        last = host.rpartition(".")[2].lower()
        protocol = re.search(r"(?i)(?:https?|ftp)://$", text[:begin])
        if "." in host and (protocol or last in TLDS):
            if begin and text[begin - 1] == "@":
                yield "email", begin, end
            elif protocol or not (begin and re.match(r"[\w/#@]", text[begin - 1])):
                yield "url", protocol.start() if protocol else begin, end


def _in_domain(char: str) -> bool:
    if char < "\u00c0":
        return char in ".-_~" or (char.isascii() and char.isalnum())
    if "\u2000" <= char <= "\u206f":
        return char in "\u200c\u200d" or "\u2010" <= char <= "\u2015"
    return unicodedata.category(char)[0] != "Z"


def read(html: str) -> tuple[str, tuple[Entity, ...]]:
    """Return the text as people get it, with the entities of the tags and those that the server adds."""
    text, tagged = parse_html(cleaned(html))
    tagged = tagged[:MOST_ENTITIES]
    taken = [(e.offset, e.offset + e.length) for e in tagged if e.type in ("text_link", "pre", "code")]
    added = []
    for type, start, end in linked(text):
        offset, length = units(text[:start]), units(text[start:end])
        if not any(offset < until and since < offset + length for since, until in taken):
            added.append(Entity(type, offset, length, text[start:end] if type == "url" else ""))
    return _trimmed(text, (*tagged, *added))


def _trimmed(text: str, entities: tuple[Entity, ...]) -> tuple[str, tuple[Entity, ...]]:
    lead = units(text) - units(text.lstrip())
    text = text.strip()
    kept = [Entity(e.type, max(e.offset - lead, 0), e.length, e.url) for e in entities]
    return text, tuple(e for e in kept if e.offset < units(text))


def part(text: str, entity: Entity) -> str:
    """Return the words an entity covers."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le", "replace")
