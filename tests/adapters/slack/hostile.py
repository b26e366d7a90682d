"""Messages with everything in them that a paper's authors, or a bad feed, could put there."""

from hypothesis import strategies as st

from bot.message import Action, Item, Message, Text

NASTY = (
    "<!channel>", "<!here|x>", "<@U123>", "<#C1|general>", "<https://evil.example|click>", "&lt;!channel&gt;",
    "@everyone", "@here", "*Stars*", "_x_", "~gone~", "`code`", "```fence```", ":smile:", "> quote", "A* search",
    "tau_bench", "snake_case_", "www.evil.example", "https://evil.example/?a=<b>", "a|b", "\u202eabc", "\x00", "\ud800",
    "&", "<", ">", "\n", "**", "__init__", "*_~x~_*", "漢字", "😀", "•", "1.", "*", "_", "`", "~", " ", "a" * 60,
)  # fmt: skip

pieces = st.lists(st.sampled_from(NASTY) | st.text(max_size=8), max_size=8)
line = pieces.map(" ".join) | pieces.map("".join)
long = st.builds(lambda text, times: text * times, line, st.sampled_from([1, 1, 1, 1, 40, 200]))
urls = st.sampled_from(
    ["https://huggingface.co/papers/2403.03950", "http://x/?a=1&b=<2>|3 4", "javascript:alert(1)", "", "https://[", "x"]
)

items = st.builds(
    Item,
    id=st.just("2403.03950"), title=long, url=urls, number=st.integers(0, 100), authors=long, facts=line,
    summary=long, abstract=long, keywords=long, picture=urls,
)  # fmt: skip
texts = st.builds(Text, long, st.sampled_from(["head", "plain", "note", "mono"]))
actions = st.builds(Action, label=line, line=st.text(max_size=20), url=urls, replaces=st.booleans())
messages = st.builds(
    Message,
    blocks=st.lists(items | texts, max_size=12).map(tuple),
    actions=st.lists(st.lists(actions, max_size=27).map(tuple), max_size=3).map(tuple),
    summary=line,
)
