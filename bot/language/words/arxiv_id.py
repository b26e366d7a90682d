"""The key of a paper: its bare arXiv id, read out of whatever people and feeds write."""

from __future__ import annotations

import re
from datetime import date, timedelta

_ID = r"(?P<new>[0-9]{4}\.[0-9]{4,5})|(?P<archive>[a-z][a-z-]*)(?:\.[a-z]{2})?/(?P<old>[0-9]{7})"
"""``2403.03950`` and, until March 2007, ``quant-ph/0201082``: info.arxiv.org/help/arxiv_identifier.html.

The month is not checked: the feed is the authority on what exists. The subject class of an old id
(``math.GT/0309136``) is no part of its key.
"""

_BEFORE = r"""
    (?:oai:)?arxiv(?:\.org)?:\s*
  | (?:https?://)?(?:(?:www|export|browse)\.)?arxiv\.org/(?:abs|pdf|html|format|src|e-print|ps)/
  | (?:https?://)?(?:www\.)?(?:huggingface|hf)\.co/(?:api/)?papers/
  | (?:https?://)?(?:www\.)?alphaxiv\.org/(?:[a-z]+/)?
  | (?:https?://)?ar5iv(?:\.labs\.arxiv)?\.org/(?:abs|html)/
  | (?:doi:\s*|(?:https?://)?(?:dx\.|www\.)?doi\.org/)?10\.48550/arxiv\.
"""

_AFTER = r"(?:v[0-9]+)?(?:\.pdf)?/?(?:[?\#].*|\s*\[[a-z.-]+\])?"

_FORM = re.compile(rf"(?:{_BEFORE})?(?:{_ID}){_AFTER}", re.ASCII | re.IGNORECASE | re.VERBOSE | re.DOTALL)

_LONGEST = 500
"""Characters of the longest text that is looked at; the longest address with an id in use is far shorter."""


_VERSION = re.compile(r"v([0-9]{1,4})$", re.ASCII)


def version(text: str) -> int:
    """Return the version that an id or address ends with, 0 for none."""
    found = _VERSION.search(text.strip())
    return int(found[1]) if found and bare_id(text) else 0


def may_exist(id: str, today: date) -> bool:
    """Return whether there can be a paper of that id: a new one begins with a year and month from April 2007 on."""
    is_month = re.match(r"[0-9]{2}(?:0[1-9]|1[0-2])\.", id) is not None
    return "/" in id or (
        is_month and "0704" <= id[:4] <= f"{today + timedelta(days=1):%y%m}"
    )  # a day begins in the east


def bare_id(text: str) -> str | None:
    """Return the id without version that ``text`` is or points to, or None where it is neither.

    Takes an id with or without version, ``arXiv:`` and ``doi`` forms, and the addresses of a paper on arXiv,
    Hugging Face, alphaXiv and ar5iv. Old ids come back in small letters.
    """
    found = _FORM.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if found is None:
        return None
    return found["new"] or f"{found['archive'].lower()}/{found['old']}"
