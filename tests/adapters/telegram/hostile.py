"""Words that want to be more than words, for the fuzz; PAPERWIRE_FUZZ sets how many (else see tests.support.laws)."""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.support import laws

MANY = settings(
    max_examples=int(os.environ.get("PAPERWIRE_FUZZ", "0")) or laws.of(200),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

_SNIPPETS = (
    "<b>", "</b>", "</a>", "<a href='http://evil.com'>", "<!channel>", "&lt;", "&amp;", "&#60;", "&nbsp;", "&", "<",
    ">", '"', "'", "@everyone", "@durov", "a@b.com", "http://evil.com", "https://t.me/joinchat", "tg://resolve?x=y",
    "www.evil.com", "evil.com", "bit.ly/x", "пример.рф", "例え.中国", "उदाहरण.भारत", "#hashtag", "#1", "#2a", "$TSLA",
    "$\\pi_0$", "/start", "/papers@bot", "//", "://", ".com", "@", "#", "/", ".", "*bold*", "_it_", "`code`", "[x](y)",
    "\\", "\n", "\r", "\t", "\0", "\u202e", "\u2066", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00a0",
    "e\u0301", "\ud800", "\udfff", "🧠", "👩‍🔬", "𝛑", "π₀", "漢字", "مرحبا", "A\u030a", "x" * 70, " " * 5, "1.1.1.1",
    "C++ (v2.0)", "A*",
)  # fmt: skip
hostile = st.lists(
    st.one_of(st.sampled_from(_SNIPPETS), st.text(max_size=8), st.characters(codec=None)), max_size=12
).map("".join)
"""Any text at all, with snippets that mean something to Telegram."""
