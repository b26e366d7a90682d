"""R3, R4: what greets, what thanks, what papers are called, and lines that plainly ask for them."""

from __future__ import annotations

import re

GREETINGS = r"hi|hello|hey|hallo|hola|bonjour|bonsoir|guten (?:morgen|tag|abend)|buen(?:os|as) (?:días|dias|tardes|noches)|good (?:morning|evening|afternoon)|yo|привет|ok|okay|ok so|so|dear|please|pls|plz|kindly|bitte"
THANKS = r"(?:many )?thanks?|thank you(?: (?:so|very) much)?|thx|ty|cool|great|nice|perfect|awesome"
NAMES = r"bot|paperwire|paper ?bot|there|everyone|guys|folks|team"

NOUN = r"(?:papers?|papiers|veröffentlichungen|publicaciones|публикации|articles?|pre-?prints?|publications?|works?|research|literature|studies|arbeiten|artikel|artículos?|articulos?|статьи|статьях|статей|articles|trabajos)"
PLAIN = r"(?:papers?|stuff|papiers|articles?|pre-?prints?|publications?|artikel|artículos|статьи)"
PREPOSITION = (
    r"(?:(?:of|on|about|to) the topics?(?: of)?|about|abt|on|of|regarding|concerning|covering|related to|relating to|relevant to|dealing with|discussing|around|in|for|with|that (?:use|are about|deal with|mention|discuss)|using|mentioning|sur (?:les?|la)|sobre (?:el|la|los|las)|über (?:die|das|den)|"
    r"(?:which|that) (?:is|are) about|über|ueber|zu|zum thema|sur|sobre|de|про|о|об|по)"
)  # fmt: skip
ORDERS = {
    r"(?:most )?(?:new|newest|latest|recent|fresh|most recent|neue|neueste|nouveaux|derniers|nuevos|[uú]ltimos|recientes|новые|последние)": {"sort": "new"},
    r"(?:the )?(?:best|top(?:[- ]rated)?|popular|most popular|most upvoted|most liked|most voted|highest[- ]rated|highest voted|great|good)": {"verb": "top"},
    r"(?:hot|hottest|trending)": {"verb": "trending"},
    r"(?:(?:(?:make|compile|create) )?(?:an? |the )?(?:list|collection|number) of|any|all|all the|the|les|los|las|die|des|de la|an?|some|more|other|interesting|relevant|cool|nice|available|published|existing|key|important|my|your|these|those|scientific|academic|few|research(?= (?:papers?|articles?)\b)|daily(?= papers?\b))": {},
}  # fmt: skip
"""What stands before papers, and what it means."""

COMMAS = re.compile(r"([,;])(?:\s*[,;])+")
"""Several side by side say no more than one."""
_PLAIN_ASKING = re.compile(
    rf"^(?:with (?:open )?code|\d{{1,4}}\+ (?:upvotes|votes|likes|stars|comments))$|^(?:.*\b)?{NOUN}\s+(?:about|on|of|regarding)\b|^(?:{GREETINGS}|show me|find me|give me|tell me|any|is there|what|i am|i'm|(?:can|may|could) (?:i|you))\b|^(?:by|from|author)\b|\bplease$|^(?:with (?:open )?code|(?:over )?\d{1, 4}\+ (?:upvotes|votes|likes|stars|comments))$|^(?:(?:the|all|get|see|latest|new|recent|best|top|popular|hot|trending|daily) )*{NOUN}(?: of| from)?$",
    re.IGNORECASE,
)


def asks_plainly(words: str) -> bool:
    """Return whether the words ask for papers, whatever text of the archive may hold them."""
    return bool(_PLAIN_ASKING.search(words))


_SIGN = re.compile(r"(?<=\S)\s+(?:but )?(?:not|no|except|excluding|without)$", re.IGNORECASE)


def without_sign(words: str) -> str:
    """Return the words before a minus word at their end, "" where there is none: days behind it would be the opposite."""
    return _SIGN.sub("", words) if _SIGN.search(words) else ""
