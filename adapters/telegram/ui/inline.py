"""Inline mode: ``@bot rl this week`` in any chat gives papers to choose from."""

from __future__ import annotations

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.error import BadRequest, TelegramError

from adapters.telegram import draw
from adapters.telegram.connect import Client
from adapters.telegram.inbound import Search
from adapters.telegram.wire import foreign, links
from bot.message import Item, Message

PAGE = 50
"""The most results that one answer may hold (tdlib/telegram-bot-api, MAX_INLINE_QUERY_RESULT_COUNT)."""

CACHE_SECONDS = 30


def line(search: Search) -> str:
    """Return the line that an inline query stands for; nothing typed yet shows the latest list."""
    text = " ".join(search.text.split()) or "today"
    verb = "" if text.split()[0].lower() == "trending" else "find "  # nothing typed here may change anything
    return f"{verb}{text} top {PAGE} page {search.page}"


async def show(client: Client, search: Search, message: Message) -> bool:
    """Answer the inline query with the papers of ``message``; return False where it came too late."""
    items = [block for block in message.blocks if isinstance(block, Item)][:PAGE]
    more = str(search.page + 1) if len(items) == PAGE else ""
    try:
        await client.answer_inline_query(
            search.id,
            [_result(item, client.username) for item in items],
            cache_time=CACHE_SECONDS,
            is_personal=True,
            next_offset=more,
            button=_follow(search) if items else _NOTHING,
        )
    except BadRequest:
        return False  # "query is too old": the person typed on, and the next query is on its way
    except TelegramError:
        return False
    return True


_NOTHING = InlineQueryResultsButton("No papers. Ask me in private", start_parameter=links.NOTHING)
"""Words that find nothing are offered no alert."""


def _follow(search: Search) -> InlineQueryResultsButton | None:
    """Return the button above the results: from asking to following is one press."""
    code = links.alert_code(" ".join(search.text.split()))
    return InlineQueryResultsButton("Alert me to new ones", start_parameter=code) if code else None


def _result(item: Item, username: str) -> InlineQueryResultArticle:
    words = InputTextMessageContent(
        draw.item_html(_bare(item)), parse_mode="HTML", link_preview_options=LinkPreviewOptions(is_disabled=True)
    )
    code = links.paper_code(item.id)
    card = [[InlineKeyboardButton("Details", url=links.opening(username, code))]] if code else []
    about = " · ".join(filter(None, (item.authors, item.facts)))
    return InlineQueryResultArticle(
        id=item.id[:64],
        title=foreign.cut(foreign.clean(item.title).strip(), 200) or item.id,
        input_message_content=words,
        description=foreign.cut(foreign.clean(about), 200) or None,
        thumbnail_url=item.picture or None,
        reply_markup=InlineKeyboardMarkup(card) if card else None,
    )


def _bare(item: Item) -> Item:
    return Item(item.id, item.title, item.url, 0, item.authors, item.facts, item.summary, keywords=item.keywords)
