"""Events: a platform's news for the core, joined here for every platform alike."""

from __future__ import annotations

import time

from bot.app import greeting, unreachable
from bot.app.core import Core
from bot.app.feeds.library import FeedLibrary
from bot.delivery.pace import Pace
from bot.message import Message
from bot.model import Chat
from bot.ports.asker import Answer, Asker
from bot.ports.clock import Clock
from bot.ports.observe import Observe, unobserved
from bot.ports.platform import Events, Platform


def events_for(
    core: Core, platform: Platform, pace: Pace, now: Clock | None = None, observe: Observe = unobserved
) -> Events:
    """Return what the platform is served with; ``pace`` is that of its posts."""
    now = now or core.now
    answers = core.answers.on(platform.traits)
    answer = _timed(answers, observe)
    archive = answers.over(FeedLibrary([], core.store, now))
    return Events(
        answer=_paced(answer, platform, pace) if platform.traits.answers_count else answer,
        look=archive.search if platform.traits.looks_at_letters else answers.search,
        linked=_paced(answers.linked, platform, pace) if platform.traits.answers_count else answers.linked,
        gone=lambda chat, why: unreachable.gone(core, chat, why, now()),
        back=lambda chat: unreachable.back(core, chat, now()),
        moved=lambda old, new: greeting.moved(core, old, new),
        added=lambda chat: greeting.added(core, chat, now()),
    )


def _timed(answers: Answer, observe: Observe) -> Answer:
    async def answer(chat: Chat, asker: Asker, line: str) -> Message:
        begun = time.monotonic()
        message = await answers(chat, asker, line)
        observe("answer", time.monotonic() - begun)
        return message

    return answer


def _paced(answers: Answer, platform: Platform, pace: Pace) -> Answer:
    """Return the answers, counted in the platform's pace; people go before posts."""

    async def answer(chat: Chat, asker: Asker, line: str) -> Message:
        message = await answers(chat, asker, line)
        if not message.is_empty:
            await pace.answer(chat, platform.size(message))
        return message

    return answer
