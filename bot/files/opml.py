"""Subscriptions as OPML: each as the Atom feed that arXiv makes of a search, for people who read feeds as well."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from bot.language.queries.nodes import And, Leaf, Node, Not, Or
from bot.language.queries.parse import parse
from bot.model import Subscription

_API = "https://export.arxiv.org/api/query"
"""info.arxiv.org/help/api/user-manual.html; search_query has the fields below, AND, OR and ANDNOT."""
_FIELDS = {"title": "ti", "abstract": "abs", "author": "au", "cat": "cat"}
_ANYWHERE = ("keyword", "org")
"""Fields that arXiv has not: their words are looked for anywhere."""
_NEWEST = {"sortBy": "submittedDate", "sortOrder": "descending", "max_results": "50"}


def opml(title: str, groups: Mapping[str, Sequence[Subscription]]) -> str:
    """Return an OPML 2.0 document with an outline for each group that has subscriptions.

    arXiv knows no votes and no keywords of a feed: such clauses are left out, so its feed may bring more. A
    subscription of which nothing is left has no feed.
    """
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = title
    body = ET.SubElement(root, "body")
    for name, held in groups.items():
        group = ET.SubElement(body, "outline", {"text": name, "title": name}) if held else body
        for subscription in held:
            words = _clean(subscription.text)
            ET.SubElement(group, "outline", {"text": words, "title": words, **_feed(subscription)})
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _feed(subscription: Subscription) -> dict[str, str]:
    wanted = "" if subscription.trending else _search(parse(subscription.text, most=0).tree)
    return {"type": "rss", "xmlUrl": f"{_API}?{urlencode({'search_query': wanted, **_NEWEST})}"} if wanted else {}


def _clean(words: str) -> str:
    """Return the words without characters that XML has not: w3.org/TR/xml/#charsets."""
    return re.sub("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]", "\ufffd", words)


def _search(node: Node) -> str:
    """Return what of the query arXiv can search for; "" for nothing."""
    match node:
        case Leaf(shown=shown):
            return _clause(shown)
        case And(parts):
            wanted = [found for part in parts if not isinstance(part, Not) and (found := _search(part))]
            # Where a part of it is left out, less would be excluded than was said, and papers wanted would not come.
            unwanted = [_search(part.part) for part in parts if isinstance(part, Not) and _is_whole(part.part)]
            return " ANDNOT ".join([" AND ".join(map(_inside, wanted)), *map(_inside, unwanted)]) if wanted else ""
        case Or(parts):
            ways = [_search(part) for part in parts]
            return " OR ".join(map(_inside, ways)) if all(ways) else ""
    return ""


def _is_whole(node: Node) -> bool:
    """Return whether arXiv can search for all of it."""
    match node:
        case Leaf(shown=shown):
            return bool(_clause(shown))
        case And(parts) | Or(parts):
            return all(map(_is_whole, parts)) and bool(_search(node))
        case Not(part):
            return _is_whole(part)
    return False


def _inside(search: str) -> str:
    return f"({search})" if " OR " in search or " AND" in search else search


def _clause(shown: str) -> str:
    name, colon, words = shown.partition(":")
    if not colon or name not in (*_FIELDS, *_ANYWHERE):
        name, words = "", shown
    words = words.lstrip("=")
    field = _FIELDS.get(name, "all")
    if words.endswith('"*'):  # arXiv has no phrase that ends early
        return " AND ".join(f"{field}:{word}" for word in re.findall(r"[^\s\"]+", words[:-1].replace('"', "") + "*"))
    words = words.replace('"', "")
    if not name and any(sign in words for sign in "<>=:"):  # counts, and what has: asks for
        return ""
    quote = '"' if re.search(r"[\s-]", words) else ""
    return f"{field}:{quote}{words}{quote}"
