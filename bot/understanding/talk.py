"""R25: talk that is no question for papers: of a list shown before, of a subscription without its number, of the bot.

Nothing that was shown before is remembered, so such a line is never searched for: it is said what to type instead.
"""

from __future__ import annotations

import re

from bot.understanding.draft import Choice, Context, Reading

Said = tuple[str, tuple[tuple[str, str], ...]]

_NTH = r"(?:(?:the |no\.? ?|nr\.? ?|number |#)*(?:first|second|third|fourth|fifth|last|next|other|\d{1,2}(?:st|nd|rd|th)?))(?: one| paper| result)?"
_SUBS = (("Subscriptions", "subs"),)

ALONE: dict[str, Said] = {
    r"when(?:'s| is| does| do| will) (?:the |my )?(?:next (?:one|digest|post|update)|digest|weekly|daily)\b.*":
        ("“subs” shows what is followed and when it comes.", _SUBS),
    # Of a list that was shown
    r"(?:and|what about|how about)(?: for| on| from)? (today|yesterday|(?:this|last) (?:week|month|year)|\w+day)":
        ("Of what? I remember no list: type the words and the days, as in “rl yesterday”.", (("Of everything", "{}"),)),
    r"(?:(?:the )?same|now|again|and now)(?: thing| list| question| search)?,?(?: but)?(?: only)? (?:for|with|on|about|in) (.+)":
        ("I remember no list: type the words and the days anew.", (("{}", "{}"),)),
    r"(?:only|just|keep)(?: show)?(?: me)? (?:the ones|those|the papers) (?:with|that have|from|by|about|on) .+|(?:without|no|minus|except) (?:the|those) .+ (?:papers|ones)|(?:sort|order|filter|group) (?:them|it|this|these|those)\b.*|(?:accepted|published|presented) (?:at|in) \S+(?: \d{4})?":
        ("I remember no list: type its words with the condition, as in “rl this week upvotes>=20”.", ()),
    r"(?:only |just )?(?:the )?(?:short|long|short(?:er)?|longer|easy|easier|good|better|interesting|newer|older) ones(?: only)?":
        ("I remember no list: type its words with the condition, as in “rl this week upvotes>=20”.", ()),
    r"(?:un-?save|save|bookmark|keep|why|similar|abstract|open|share|explain|describe|more about|details of)(?: to)?(?: (?:this|that|it|this one|that one|(?:this|that|the) paper|these|them))(?: (?:for me|for later|to my list))*|what (?:does|do) (?:this|that|it|the)(?: paper)? (?:say|do|mean)":
        ("Of which paper? Reply to its card, or type its id or its title: “save 2403.03950”.", (("My list", "saved"),)),
    r"go|go ahead|let'?s go|go on":
        ("Go where? “today” lists the newest papers, “find go” those on the word.", (("Today", "today"), ("Find “go”", "find go"))),
    # Of how much comes
    r"(?:(?:this is|there are|that'?s|these are|you (?:send|post)|i get|i am getting|it'?s|way|far) )*too (?:many|much|often|frequent)(?: (?:messages|posts|papers|notifications|updates|pings|mails?|alerts|stuff|spam|noise))?(?: (?:here|a day|per day|every day|for me))?|(?:send |post )?(?:fewer|less) (?:messages|posts|notifications|updates|papers|noise|often)|(?:don'?t|do not|dont|stop) (?:send(?:ing)?|post(?:ing)?)(?: me| us)? so (?:many|much|often).*|(?:stop )?spam(?:ming)?(?: me| us)?":
        ("For fewer posts: “edit 2 max 3” lets #2 post three a day, “edit 2 weekly” gathers them, “pause 2 2w” holds them.", _SUBS),
    r"(?:be |stay |keep )?(?:quiet|silent)(?: please)? (?:at|by|over|during the) night|no (?:posts|messages|notifications) at night|(?:don'?t|do not|dont) (?:post|send|disturb|wake)(?: me| us)?(?: anything)? at night":
        ("At which hours? Posts of those hours wait until they are over.", (("22:00-07:00", "settings quiet 22:00-07:00"), ("20:00-08:00", "settings quiet 20:00-08:00"))),
    r"(?:change|set|move|make|put|shift) (?:the |my |our )?(?:time|hour|digest time|delivery time|schedule)(?: to| at)? .+":
        ("Of which subscription? “edit 2 daily at 18:00” changes the hours of #2.", _SUBS),
    r"more":
        ("Of which list? [More] under a list leads on; “rl page 2” asks for a page.", ()),
    rf"(?!last$)(?:(?:show|give|open|get|save|bookmark|explain|read|details of|abstract of|pdf of|who wrote|authors of|summari[sz]e)(?: me)? )?{_NTH}(?:(?:,| and| &)+ {_NTH})*(?: please)?|(?:remove|delete|unsave|drop) {_NTH} (?:from|of|on) (?:my |the )?(?:saved|list|reading|bookmarks|library).*":
        ("Of which list? Each paper of a list has a button with its number; “save 2403.03950” works anywhere.", (("My list", "saved"),)),
    r"(?:can (?:you|u|i) )?(?:give|get|send|show|have)?(?: me)?(?: the| its| a)?(?: pdf| code| github| project)(?: link| page| url| version)?|tl;?dr|who else did (?:this|that|it)|(?:what|which) (?:data ?sets?|models?|method|code) (?:did |do |does )?(?:they|it|he|she) (?:use|used|train).*|(?:does|do|did|can|is) (?:it|they|this|that) (?:beat|use|work|have|outperform|better|need|run)\b.*|who (?:wrote|made|did) (?:this|that|it)|(?:translate|summari[sz]e) (?:the|this|its|that) (?:abstract|paper).*":
        ("Of which paper? Type its id or its title, or reply to its card.", ()),
    r"(?:subscribe|follow|post|send|put|alert) .+ (?:in|to|into|on) (?:my|our|the|this) channel\b.*":
        ("Which channel? Its name stands first: “in @mychannel subscribe rl”.", ()),
    r"have i (?:already )?saved .+":
        ("I do not search within your list; here it is.", (("My list", "saved"),)),
    r"(?:exit|quit|logout|:q!?|:wq!?|q)": ("There is nothing to leave here.", (("Help", "help"),)),
}  # fmt: skip
"""Words of asking alone, from the beginning of a line to its end, with the words and the buttons that answer them; {} is
what the line names. The first that fits is taken."""

FORMS: dict[str, Said] = {
    r"(?:what was|where is|which was|find) (?:that|the) (?:paper|one|post) (?:that )?(?:u|you|we|i) .+|the one (?:with|about|on|where|that) .+":
        ("I do not know which one: search for words of its title or abstract, with the days.", ()),
    # Of a subscription without its number
    r"(?:can (?:you|u) |could you |please )?(?:make|change|move|set|put|shift) it\b.*|.+ instead(?: please)?|actuall?y,? .+ (?:better|please)|(?:send|put|move|make|set|change|give)(?: me)? (?:the|my|our) (?:\w+ )?digests?\b.*|digest (?:hour|time|day)s? .+|(?:daily|weekdays|weekly|mondays?)\b.* only\b.*,.+":
        ("Of which subscription? “edit 2 daily at 18:00” changes the hours of #2, “edit 2 rl agents” its words.", _SUBS),
    r"(?:add|put|include) .+ (?:to|into|in) (?:the |my |our )(?:.+ )?(?:one|digest|subscription|topic|list of topics)|(?:take|leave|throw) out .+|.*\b(?:cancel|stop|keep|delete) the (?:other|first|second|last)(?: one)?":
        ("Of which subscription? “edit 2 rl agents” changes the words of #2, “unsubscribe 2” stops it.", _SUBS),
    r"(?:a |the |my )?(?:digests?|newsletter|round-?up)(?: of| on| about| for|:)? (.+)":
        ("A digest comes daily or weekly. Which?", (("Daily", "subscribe {} daily at 09:00"), ("Weekly", "subscribe {} weekly on mon at 09:00"))),
    r"(?:what|which)(?: exactly)? (?:does|do|is|did) (?:my |the )?(?:subscription|sub|alert)\b.*|why (?:did|do|does|am) i (?:get|got|see|receive|getting)\b.*|send me (?:the|my) (?:weekly|daily|digest|monthly)\b.*":
        ("“subs” shows what is followed and when it comes; “why 2403.03950” says why a paper was posted.", _SUBS),
    r"(?:copy|move|transfer|migrate|import) (?:all )?(?:my|the|our|this|these) .+ (?:to|into|from) .+":
        ("I move nothing between chats: subscribe there and stop here; “export opml” hands them over as a file.", _SUBS),
    r"which (?:one )?(?:is|are|was|grows?) (?:growing|rising|more popular|bigger|faster|hotter)(?: faster)?[,:]? (.+) or (.+)|compare the (?:growth|trends?) of (.+) and (.+)":
        ("“trends rl vs agents” shows the papers a week of each.", (("trends {} vs {}", "trends {} vs {}"),)),
    # Of the bot
    r"i(?:'?m| am) in ([a-z]+(?: [a-z]+)?)|(?:my|our) (?:time ?zone|zone|city|town) is ([a-z]+(?: [a-z]+)?)":
        ("Is that this chat's time zone?", (("settings timezone {}", "settings timezone {}"),)),
    r"what time .*\b(?:here|it is|is it)\b.*|which time ?zone\b.*":
        ("“settings” shows this chat's time zone.", (("Settings", "settings"),)),
    r"(?:where|how often|when|from where) (?:do|does|are|is) (?:you|u|the bot|the papers|papers|it)\b.*|do you (?:cover|include|have|read|know|index|support|search) (?:arxiv|biorxiv|medrxiv|pubmed|ssrn|acl|openreview|ieee|semantic scholar|google scholar)\b.*":
        ("“status” says which feeds I read, and when they were last read; there are no others.", (("Status", "status"),)),
    r"(?:who|what) (?:can|does|do) .*\b(?:see|know|read|store)\b.*|is (?:this|it) (?:private|public|safe|free)\b.*":
        ("A chat's subscriptions are seen by all who are in it, alerts and saved papers by you alone.", (("Privacy", "help privacy"),)),
    r"(?:please )?(?:ignore|forget|disregard|override) (?:all |any |the |your )*(?:previous|prior|above|earlier)? ?(?:instructions?|rules?|prompts?)\b.*|.*\bsystem prompt\b.*|pretend .+|act as .+":
        ("I am no language model and follow fixed rules: I find papers and post new ones.", (("Help", "help"),)),
    r"(?:please |pls |can you )?(?:write|draft|compose|generate)(?: me| us)? (?:a|an|the|my|our|some)\b.*":
        ("I write no texts: I find papers.", (("Help", "help"),)),
    r"(?:all |any |the )*papers? (?:citing|that cite|which cite|cited by) .+|how (?:many|often)(?: \w+)? (?:citations?|references|cited)\b.*|how many (?:citations?|references) .+":
        ("I know no citations. “similar <id>” finds papers near to one.", ()),
    r"\S+ (?:best paper|outstanding paper|best student paper)(?: awards?)?|.*\b(?:award|oral|spotlight) (?:winning )?papers? (?:at|of) \S+.*":
        ("I know no awards of meetings. Type a title, or the meeting's name to find papers that speak of it.", ()),
    r"you(?:'re| are)? (?:useless|stupid|dumb|wrong|broken|bad|annoying|terrible)\b.*|wtf\b.*|(?:these|those|the|your) (?:results?|papers?|answers?) (?:are|is|make) .*\b(?:bad|wrong|useless|nonsense|rubbish|no sense|irrelevant|off)\b.*|no,? (?:i|we) (?:meant?|asked|want(?:ed)?|said)\b.*":
        ("Sorry. Type the words to find; -word leaves one out, and quotes keep words together.", (("How to search", "help query"),)),
}  # fmt: skip
"""The same of lines with other words too: they are talk only where no paper has all of the words."""

_ALONE = [(re.compile(form, re.IGNORECASE), said) for form, said in ALONE.items()]
_FORMS = [(re.compile(form, re.IGNORECASE), said) for form, said in FORMS.items()]

_TALKS = re.compile(
    r"\b(?:i|i'?m|i'?ve|i'?d|im|me|my|mine|u|ur|your|you'?re|we|us|our|he|she|pls|plz|please|thx|thanks|lol|btw|wtf|omg|hi|hey|hello|bye|gn|tmrw|sth|smth|any1|anyone|somebody|dont|don't|cant|can't|doesn't|it's|whats|what's|"
    r"instead|bot|digests?|subs|subscriptions?|subscribe|unsubscribe|everybody|ich|mir|wieso|warum|keine|je|des|les|pour|quoi|hoy|para|que|как|что|мне)\b|[\u4e00-\u9fff]{6}",
)
"""Words of talk, as they are typed: in lower case."""
_LITTLE_WORDS = (
    "a about all also am an and any anything are as at be been but by can could did do does else ever for from "
    "get give go good had has have how if in is it its just know last like look make me month more most need "
    "new not now of ok on only one or other out paper papers please post posted read really recent see send "
    "show so some something still tell than that the their them then there these they thing things think this "
    "those to today too up use want was way week well were what when where which who why will with would year "
    "yes you here there"
)
_LITTLE = frozenset(_LITTLE_WORDS.split())


def answered(line: str, context: Context) -> Reading | None:
    """Return what is said to a line of talk, or None where it is none."""
    if said := _said(line, _ALONE):
        return said
    said = _said(line, _FORMS)
    words = " ".join(re.findall(r"[^\W_]+", line.lower()))
    return None if said is None or context.facts.finds(words) else said


def _said(line: str, forms: list[tuple[re.Pattern[str], Said]]) -> Reading | None:
    for form, (words, choices) in forms:
        if found := form.fullmatch(line):
            parts = [part for part in found.groups() if part]
            named = tuple(Choice(label.format(*parts), to.format(*parts)) for label, to in choices)
            return Reading(words=words, choices=named)
    return None


def is_talk(words: str) -> bool:
    """Return whether somebody speaks to the bot: a title has few such words, and those begin with capitals."""
    return bool(_TALKS.search(words)) and '"' not in words


def subject(words: str) -> str:
    """Return the words of a line of talk that may be its subject, "" where more than a few are left."""
    left = [word for word in re.findall(r"[\w+#*][\w+#*.-]*", words) if not _is_little(word)]
    return " ".join(left) if 0 < len(left) < 5 else ""  # noqa: PLR2004 more are no subject


def _is_little(word: str) -> bool:
    return word.lower() in _LITTLE or bool(_TALKS.fullmatch(word.lower())) or len(word) < 2  # noqa: PLR2004
