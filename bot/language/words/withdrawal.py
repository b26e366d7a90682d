"""Whether an abstract or an author's comment says that the paper is withdrawn: info.arxiv.org/help/withdraw.html."""

from __future__ import annotations

import re

_PAPER = r"(?:paper|article|manuscript|submission|preprint|version|work|report|note|thesis|entry|document)"
_GONE = r"(?:temporarily |now |already |hereby )?(?:withdrawn|retracted)\b"
_SAID = re.compile(
    rf"\bthis (?:arxiv |first |current |old )?{_PAPER} (?:has (?:now )?been|was|is|is being) {_GONE}"
    rf"|^\W*(?:(?:the|our) )?(?:{_PAPER} )?(?:has been |was |is )?{_GONE}"
    r"(?:$|[.:;,!)\]]| (?:by|due|because|as|for|since)\b)"
    rf"|^\W*(?:we|the authors?|i) (?:have |has )?(?:decided to )?withdr[ae]wn? this {_PAPER}\b",
    re.IGNORECASE,
)


def says_withdrawn(text: str) -> bool:
    """Return whether the text tells of its own paper's withdrawal; papers about withdrawals do not."""
    return _SAID.search(text) is not None
