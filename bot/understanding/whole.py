"""R20, R25: whole lines that mean what they say, and what the bot does not do."""

from __future__ import annotations

import re

from bot.understanding.draft import Choice

HELLO = r"(?:hi+|hello+|hey+|hallo|hola|bonjour|bonsoir|salut|ciao|moin|guten (?:morgen|tag|abend)|yo|hiya|howdy|greetings|привет|здравствуйте|你好|您好|good (?:morning|afternoon|evening|day))(?: (?:there|bot|paperwire|paper ?bot|all|everyone|everybody|team|guys|folks))?"
_MY = r"(?:(?:show|list|see|get|open|view|display|what is|what's|what are|give)(?: me)? )?(?:all )?(?:my |the |our |this chat's )?"

LINES: dict[str, str] = {
    HELLO: "start",
    r"who are you|what are you|what is this(?: bot)?|are you (?:a )?(?:bot|human|real|there|alive)|what(?:'s| is) your name|begin|get started|about(?: you)?": "start",
    r"(?:(?:hi|hey|hello)[,! ]+)?(?:are you|is this|is that|r u) (?:the |a |an |my |our )?(?:paper ?bot|bot|chat ?gpt|gpt\S*|claude|ai|llm|language model|human|robot|paperwire)\b.*": "start",
    r"(?:man|help) (?:paperwire|bot)|-{1,2}h(?:elp)?": "help",
    r"/?(?:list|ls)": "subs",
    r"latest|newest": "sort new",
    r"help (?:me )?(?:with |on |about )?(?:a |the |my )?(?:channels?|groups?)|how (?:do|can) i (?:get|add|use|have|put) (?:this|it|you|the bot) (?:in|to|into|on) (?:my|our|a|the) (?:channel|group|team)": "help in",
    r"help (?:me )?(?:with |on |about )?(?:a |the |my )?(?:digests?|schedules?|rhythms?|subscriptions?|following)": "help subscribe",
    r"help (?:me )?(?:with |on |about )?(?:the |my )?(?:quiet(?: hours)?|time ?zones?|language|length)": "help settings",
    r"(?:is|are) (?:the |this |your )?(?:bot|feed|service|you) (?:down|dead|broken|offline|asleep)\b.*": "status",
    r"what are (?:my|the|our) settings": "settings",
    r"(?:oh no|oops|ups|wait|no)[.,! ]+undo": "undo",
    r"help me|how (?:does|do) (?:this|it|you) work|how to use(?: this| it| you)?(?: bot)?|what can (?:you|i|it|this bot) (?:do|ask|type|say)(?: here)?|commands?|menu|usage|manual|instructions|hilfe|aide|ayuda|помощь|帮助|\?+|what can i do(?: here)?|i(?:'m| am) lost|i need help|can you help(?: me)?|help please|options|how do i use (?:this|you|it)(?: bot)?|what do you do|all commands|list commands|show commands": "help",
    r"how (?:do i|to|can i|do you|can you|does one) (?:subscribe|follow)(?: .*)?|how (?:do|can) i get (?:notified|notifications|new papers|a digest)|how to get (?:alerts|notifications)": "help subscribe",
    r"how (?:do i|to|can i|do you|can you) (?:unsubscribe|unfollow|stop(?: a subscription| you| it| this| that| posts| the posts)?|cancel(?: a subscription| my subscription)?)(?: from .*)?": "help unsubscribe",
    r"how (?:do i|to|can i) (?:search|look|filter|find|query)(?: for)?(?: papers?)?(?: .*)?|what (?:is the )?(?:query|search) (?:syntax|language)|search syntax|query syntax|how do i (?:exclude|leave out|combine) .*": "help query",
    r"how (?:do i|to|can i) (?:search|look|filter|find|ask)(?: for| papers)?(?: by| for| in| within)?(?: a| the)? (?:date|day|days|week|month|year)s?|what dates .*": "help dates",
    r"how (?:do i|to|can i) (?:save|bookmark)(?: .*)?": "help save",
    r"how (?:do i|to|can i) (?:export|download)(?: .*)?": "help export",
    r"how (?:do i|to|can i) (?:pause|mute|snooze)(?: .*)?": "help pause",
    r"how (?:do i|to|can i) (?:edit|change) (?:a |my )?(?:subscription|query)s?": "help edit",
    r"how (?:do i|to|can i) (?:change|set)(?: my| the)? (?:settings?|time ?zone|quiet hours|language)": "help settings",
    rf"{_MY}(?:subscriptions?|subs list|list of subscriptions|followed topics|topics(?: i follow)?|follows|following|feeds|list)|list(?: all)?|what (?:do|am|are) (?:i|we) (?:follow|following|subscribed to|subscribe to)|what does this chat follow|what is followed(?: here)?|subscriptions?|(?:show |see |list )?(?:me )?subscription #?\d+|list subs|show subs|my subs|meine abos": "subs",
    rf"{_MY}alerts|list alerts|my notifications": "alerts",
    rf"{_MY}(?:bookmarks?|reading ?list|saved(?: papers| items| articles| list)?|favou?rites|favs|library|collection|read later(?: list)?|to-?read list)|what (?:did|have) i saved?|papers i(?:'ve| have)? saved|saved papers": "saved",
    r"(?:export|download|get|give me|send)?(?: me)?(?: (?:my|the))?(?: (?:list|reading list|library|saved papers|papers|bookmarks|saved))?(?: (?:as|in|to|into))?(?: a)? ?\.?(bibtex|csv|json|opml)(?: (?:file|export|format))?(?: please)?|export (?:as |to |my )?(?:bib|\.bib)": "export {}",
    r"(?:export|download|give me|send me|get) (?:all )?my (?:data|own data)|what do you (?:know|keep|store) (?:about|of) me|gdpr|my data": "export mydata",
    r"/privacy|(?:your |the )?(?:privacy|data protection) (?:policy|statement|notice)|datenschutz(?:erklärung)?": "help privacy",
    r"(?:delete|erase|remove|forget) (?:all )?(?:my data|me|everything about me|my account)|delete my data": "forget me",
    r"what(?:'s| is) (?:my|the|your) (?:time ?zone|language|settings?)|(?:my |the |show |show me )+settings|preferences|options|config(?:uration)?|setup": "settings",
    r"(?:are you (?:ok|alive|working|online|up|running)|ping|bot status|health|is the feed (?:up|down|ok))": "status",
    r"(?:set|change|my|use|switch)?(?: my| the)? ?time ?zone(?: is| to|:|=)? (.+)": "settings timezone {}",
    r"(?:set |change |make )?(?:my )?(?:quiet|silent|silence|do not disturb|dnd|no posts|no messages|quiet hours)(?: hours)?(?: from| between|:)? (\d{1,2}(?::\d\d)?(?: ?[ap]m)?)(?: ?h)? ?(?:to|until|till|and|-|–) ?(\d{1,2}(?::\d\d)?(?: ?[ap]m)?)(?: ?h)?": "settings quiet {}-{}",
    r"(?:quiet|no posts|no messages|silent|silence|nothing|not|no|never) (?:on |at |over )?(?:the )?weekends?|quiet on saturdays and sundays": "settings quiet weekends",
    r"(?:(?:set|turn|switch|make) )?(?:the |my )?(?:quiet(?: hours)?|dnd) (?:to )?off|no quiet hours|(?:turn|switch) off (?:the |my )?quiet(?: hours)?|(?:stop|end|remove|cancel|disable) (?:the |my )?quiet hours": "settings quiet off",
    r"(?:undo that|undo last|take (?:it|that) back|revert(?: that)?|undo it|undo the last change)": "undo",
    r"(?:history|change ?log|what changed(?: here)?|who changed (?:what|that|it))": "log",
    r"(?:what(?:'?s| is)? )?(?:trending|hot)(?: now| right now| rn| papers| today's)?|what(?:'?s| is) hot rn|(?:most popular|hottest)(?: papers)?(?: now| right now)?|what(?:'?s| is) (?:trending|hot|popular)(?: now| right now)?": "trending",
    r"(?:plot|chart|graph|draw)(?: me)? (?:the )?(?:number|count|growth|trend) of (.+?)(?: papers?)?(?: (?:a|per|each|by) week| over time)?": "trends {}",
    r"today'?s (?:best|top|favou?rites)(?: papers?)?|(?:the )?best (?:of )?today": "top today",
    r"(?:the )?best (.+?) papers? of the (week|month|year)": "top {} this {}",
    r"which (?:subscriptions?|subs|topics) (?:do i have|are there|do we have|are on)": "subs",
    r"(?:daily|today'?s) (?:papers?|list|feed|digest)|papers of the day|paper of the day|the daily|what(?:'s| is) new(?: today)?|anything new(?: today)?|today'?s|front page|new today": "today",
    r"(?:acronyms?|abbreviations?|list acronyms|what do the acronyms mean)": "help acronyms",
}  # fmt: skip
"""R20: a line, from its beginning to its end, and the line of the grammar that it means."""

_THANKS = r"(?:thanks?|grazie|obrigad[oa]|arigatou?|thank you|thx|ty|cheers|danke|merci|gracias|спасибо|谢谢|much appreciated|great|nice|cool|awesome|perfect|good bot|well done|good job|ok|okay|got it|nice one|lol|haha|wow|bravo|amazing|vielen dank|herzlichen dank)(?:,? (?:bcp|beaucoup|mille fois|dir|ihnen|euch|schön|schoen|sehr|viel(?:mals)?|super|toll|prima|bien|muchas|mil|you|a lot|so much|very much|bot|again|that (?:helps?|helped|is great|was quick)|job|work|then|great|thanks|all|this is great))*"
_BYE = r"(?:gn|good ?night|see you|see u|bye)[, ]+(?:see (?:you|u) )?(?:tmrw|tomorrow|later|soon|monday)|gn|(?:bye|goodbye|see you|good night|ciao ciao|cya|later|bye bye|tschüss|au revoir)(?: (?:bot|all|later|soon))?"
_YES = r"(?:yes|y|yep|sure)"
_NO = r"/?(?:no|n|nope|nah|never ?mind|forget it|cancel|abort)"

_SIGNS = r"\u2600-\u27bf\U0001f300-\U0001faff\ufe0f\u200d"
KIND: dict[str, str] = {
    _THANKS: "You are welcome.",
    rf"(?:(?:{_THANKS})[,.! ]+)?(?:{_BYE})": "Goodbye. I go on posting what this chat follows.",
    _NO: "All right, nothing is open now. “help” says what I can do.",
    _YES: "I have no question open. “help” says what I can do.",
    r"how are you(?: doing)?(?: today)?|what's up|sup|how(?:'s| is) it going": "I am well, and reading new papers. “today” shows them.",
    r"you(?:'re| are) welcome|no problem|np|my pleasure|no worries": "Good. “today” shows the newest papers.",
    r"i love you|(?:you(?:'re| are)|ur|u r) (?:great|awesome|the best|nice|cool|amazing)": "That is kind. “today” shows the newest papers.",
    r"sorry|my bad|oops|nvm|never ?mind|forget it|wtf|wth|omg|test(?:ing)?(?: test)?|asdf+|hm+|uh+|\.{2,}": "I am here. “help” says what I can do.",
    rf"[{_SIGNS}\s]*👋[{_SIGNS}\s]*": "Hello. “help” says what I can do.",
    rf"[{_SIGNS}\s.!,;]+": "Good. “today” shows the newest papers.",
}
"""Small talk, and the short word it gets."""

Refusal = tuple[str, tuple[Choice, ...]]

CANNOT: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    r"(?:e-?mail|mail|text|sms|whatsapp|fax|call|phone) me\b(?: (.*))?|(?:send|get)(?: me)?(?: .*)? (?:by|via|through|to my) (?:e-?mail|mail|sms|whatsapp)(?: .*)?":
        ("I send no e-mail: I post here. “subscribe ocr daily at 09:00” brings a digest into this chat.", ()),
    r"(?:speak|talk|answer|reply|write|respond)(?: to me)?(?: in)? (?:german|french|spanish|chinese|russian|italian|japanese|korean|deutsch|hindi|portuguese|arabic|dutch|polish|turkish)|sprich(?:st du)? deutsch|parle[zs]?(?:[- ]vous)? fran[cç]ais|habla(?:s|me)?(?: en)? español|говори по-русски|说中文|(?:change|set|switch)(?: the)? language (?:to )?(?!en)(?:\w+)|(?:auf )?deutsch bitte":
        ("I speak English only; words of time and of asking I understand in some other languages too.", (("Help", "help"),)),
    r"(?:send|post|forward|share|publish)(?: me)? (.+?) (?:to|in|into|with) (?:#|@|my |our )?([\w-]+)(?: channel| group)?":
        ("I post only where I am asked: type the line in that channel, or share an answer from there.", ()),
    r"(?:summari[sz]e|translate|explain|review|read|rate|critique|compare)(?: (?:all|the|these|this|that|it|them|my))+(?: papers?| results?| list)?(?: .*)?|(?:summari[sz]e|translate) (?:.+ )?(?:papers|articles|results)\b.*|(?:(?:give|send|write|make|get)(?: (?:me|us))? )?(?:an? |the )?(?:short |brief |quick )?summar(?:y|ies) of (?:.+ )?(?:papers|articles)\b.*":
        ("I write no summaries of my own; a paper's card has the feed's one-line summary and its abstract.", (("Today", "today"),)),
    r"(?:next|previous|last|prev) page|next|more results?|show more|page (?:two|down|up)|previous|back|go back|continue|the next ones":
        ("Of which list? [More] under a list leads on; “rl page 2” asks for a page.", ()),
    r"(?:the )?(?:first|second|third|last|next) (?:one|paper|result)|(?:open|show) (?:the )?(?:first|second|third|last|#?\d)(?: one| paper)?|number \d+":
        ("Of which list? Each paper of a list has a button with its number.", ()),
    r"(?:tell me a joke|joke|sing|write (?:me )?(?:a|an|some) .*|what(?:'s| is) the (?:weather|time)(?: .*)?|who (?:made|built|wrote|created) (?:you|this)(?: bot)?|what time is it|play .*|order .*pizza.*|do my homework|who am i|what day is it)":
        ("That is beyond me: I find papers and post new ones.", (("Help", "help"), ("Today", "today"))),
    r"is there (?:an? )?(?:api|rest api|app|web ?site|web interface|rss(?: feed)?)(?: for (?:this|it|you))?|do you have (?:an? )?(?:api|app|web ?site|rss(?: feed)?)":
        ("I am only here, in chats: type what to look for, or follow it. “export json” hands over your list.", (("Help", "help"),)),
    r"who (?:works|is working|publishes|writes|researches|does research) (?:on|about) .+":
        ("I rank no people; “papers by <name>” and “papers from <place>” find theirs.", ()),
    r"(?:remind|wake) me\b.*|set (?:a |an )?(?:reminder|alarm|timer).*":
        ("I keep no reminders. “save 2403.03950” puts a paper on your reading list.", (("My list", "saved"),)),
    r"(?:upvote|like|vote for|downvote|star) (?:this|that|it|the paper|this paper)":
        ("Votes are given on the paper's page, not here.", ()),
    r"(?:who|what|which papers?) (?:cites?|cited) .*|citations?(?: of| for)? .*|papers? (?:citing|that cite) .*|(?:most|highly) cited(?: papers?)?(?: .*)?|h-?index .*|impact factor .*":
        ("I know no citations. “similar <id>” finds papers near to one.", ()),
    r"(?:what is|what's|define|explain|meaning of|what does|whats) (?:a |an |the )?.+ (?:mean|stand for)":
        ("I explain no terms; “help acronyms” says what acronyms stand for.", (("Acronyms", "help acronyms"),)),
}  # fmt: skip
"""R25: what the bot does not do, as a whole line; the words that say so, and the nearest that it does."""

_LINES = [(re.compile(form, re.IGNORECASE), said) for form, said in LINES.items()]
_KIND = [(re.compile(form, re.IGNORECASE), said) for form, said in KIND.items()]
_CANNOT = [(re.compile(form, re.IGNORECASE), said) for form, said in CANNOT.items()]
_EMOJI = re.compile(rf"[{_SIGNS}]+")


def bare(line: str) -> str:
    """Return the line as whole lines are looked for: without emoji, closing signs and please."""
    words = " ".join(_EMOJI.sub(" ", line).split())
    stripped = re.sub(
        r"(?:[\s,]+(?:please|pls|plz|bot))+$|^(?:please|pls|plz|kindly|can you|could you)\s+",
        "",
        words.rstrip(" .!,;"),
        flags=re.IGNORECASE,
    )
    return stripped.rstrip("?") if stripped.strip("?") else stripped


def fixed(line: str) -> str:
    """Return the line of the grammar that a fixed whole line means, "" where it is none."""
    for form, said in _LINES:
        if found := form.fullmatch(line):
            return said.format(*(part for part in found.groups() if part)) if found.groups() else said
    return ""


def kind(line: str) -> str:
    """Return the short word that small talk gets, "" where it is none; a line without words comes as it is."""
    return next((said for form, said in _KIND if form.fullmatch(line)), "")


def cannot(line: str) -> Refusal | None:
    """Return why a whole line cannot be done, and buttons for the nearest that can."""
    for form, (words, choices) in _CANNOT:
        if form.fullmatch(line):
            return words, tuple(Choice(label, to) for label, to in choices)
    return None
