"""R3, R4: what greets, what thanks, what papers are called, and lines that plainly ask for them."""

from __future__ import annotations

import re

GREETINGS = r"hi|hello|hey|hallo|hola|bonjour|bonsoir|guten (?:morgen|tag|abend)|buen(?:os|as) (?:días|dias|tardes|noches)|good (?:morning|evening|afternoon)|yo|привет|ok|okay|ok so|so|dear|please|pls|plz|kindly|bitte"
THANKS = r"(?:many )?thanks?|thank you(?: (?:so|very) much)?|thx|ty|cool|great|nice|perfect|awesome"
NAMES = r"bot|paperwire|paper ?bot|there|everyone|guys|folks|team"

NOUN = r"(?:papers?|papiers|articles?|pre-?prints?|publications?|works?|research|literature|studies|arbeiten|artikel|artículos?|articulos?|статьи|статьях|статей|articles|trabajos)"

_PLAIN_ASKING = re.compile(
    rf"^(?:.*\b)?{NOUN}\s+(?:about|on|of|regarding)\b|^(?:{GREETINGS}|show me|find me|give me|tell me|any|is there|what|i am|i'm|(?:can|may|could) (?:i|you))\b|^(?:by|from|author)\b|\bplease$|^(?:(?:the|all|get|see|latest|new|recent|best|top|popular|hot|trending|daily) )*{NOUN}(?: of| from)?$",
    re.IGNORECASE,
)


def asks_plainly(words: str) -> bool:
    """Return whether the words ask for papers, whatever text of the archive may hold them."""
    return bool(_PLAIN_ASKING.search(words))
