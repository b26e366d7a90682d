"""The stand-in reads tags and links as the real server does: its words from tdlib, MessageEntity.cpp."""

import pytest

from tests.adapters.telegram.entities import Entity, ParseError, parse_html, read


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("é<p>", 'Unsupported start tag "p" at byte offset 2'),
        ("<b>a", "Can't find end tag corresponding to start tag b"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=x/y>a</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_markup_that_telegram_refuses_is_refused_in_its_words(html, words):
    with pytest.raises(ParseError) as refused:
        parse_html(html)
    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("a &lt;b&gt; &amp;&quot;&#39;&#x41; &nbsp;", "a <b> &\"'A &nbsp;", ()),
        ("<b>π🧠</b>x", "π🧠x", (Entity("bold", 0, 3),)),
        ('<a href="https://x.org/?a=1&amp;b">t</a>', "t", (Entity("text_link", 0, 1, "https://x.org/?a=1&b"),)),
        ('<a href="javascript:x">t</a>', "t", ()),
        ("<blockquote expandable>q</blockquote>", "q", (Entity("blockquote", 0, 1),)),
        ("<b></b>x", "x", ()),
    ],
)
def test_markup_that_telegram_takes_is_taken(html, text, entities):
    assert read(html) == (text, entities)


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("@durov a@durov", ["mention"]),
        ("see /papers and/or x", ["bot_command"]),
        ("#rl #2 C#", ["hashtag"]),
        ("$TSLA $1 $pi", ["cashtag"]),
        ("see evil.com.", ["url"]),
        ("http://evil.zzz/x", ["url"]),
        ("v2.0 e.g. this", []),
        ("me@evil.com", ["email"]),
        ('<a href="https://x.org">@durov evil.com</a>', ["text_link"]),
        ("<pre>@durov evil.com</pre>", ["pre"]),
    ],
)
def test_what_telegram_links_by_itself(text, types):
    assert [entity.type for entity in read(text)[1]] == types
