"""Whether an abstract or an author's comment says that the paper is withdrawn: info.arxiv.org/help/withdraw.html."""

from __future__ import annotations

import re

_PAPER = r"(?:paper|article|manuscript|submission|preprint|version|work|report|note|thesis|entry|document)"
_BEEN = r"(?:has (?:now |since |already )?been|was|is|is being)"
_GONE = r"(?:temporarily |now |already |hereby )?(?:withdrawn|withdrwan|retracted|removed by (?:the )?arxiv)\b"
_NOT_ELSEWHERE = r"(?! from (?!(?:the )?arxiv))"
_BEGUN = r"^\W*(?:\d[^.:]{0,80}\b(?:pages?|figures?|tables?)\W+|arxiv admin note\W+)?"
"""Where a text begins, or a comment goes on behind the pages and figures that it counts."""
_SENTENCE = r"(?:^[^\w\"'“‘`]*|[.:;,!?)\]\d] |(?<![\w\"'“‘`])(?=(?-i:T)))"
"""Where a sentence begins: not in quotes, nor behind "whether" or "when"."""

_THIS = rf"{_SENTENCE}this (?:arxiv |first |current |old )?{_PAPER} {_BEEN} {_GONE}{_NOT_ELSEWHERE}"
_THE = (
    rf"{_BEGUN}(?:(?:the|our) )?{_PAPER} (?:{_BEEN} )?{_GONE}"
    r"(?:$|[.:;,!)\]]| (?:by|due|because|as|for|since|from (?:the )?arxiv)\b)"
)
_BARE = (
    rf"{_BEGUN}{_GONE}(?:\W*$|[.:;!)\]]|,? by (?:author|(?:the|its|one of the) authors?)\b"
    r"|,? (?:by|due|because|as|for|since|see|superseded|replaced|please|administrators)\b[^,.;]*(?:[.;]|$|, see\b))"
    r"|[,.;] (?-i:Withdrawn|Retracted) by (?:the )?authors?\W*$"
)
"""The word alone and why, without a main clause: not "Withdrawn for quality reasons, many data sets stay in use"."""
_WE = (
    r"^\W*(?:we|the authors?|i) (?:(?:have|has|are|am|hereby|would|like|wish|want|decided|to) )*"
    rf"(?:withdr[ae]wn?|withdrawing|retract(?:ed|ing)?) (?:this|the) {_PAPER}\b{_NOT_ELSEWHERE}"
)
_NOTICE = r"^\W*(?:paper |article )?(?:withdrawal|retraction)(?: notice)?(?:$|[.:])"
_SAID = re.compile(f"{_THIS}|{_THE}|{_BARE}|{_WE}|{_NOTICE}", re.IGNORECASE)


def says_withdrawn(text: str) -> bool:
    """Return whether the text tells of its own paper's withdrawal; papers about withdrawals do not."""
    return _SAID.search(text) is not None
