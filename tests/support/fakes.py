"""Fakes that work: a platform in memory, with faults on demand."""

import asyncio
from collections import defaultdict, deque

from bot.errors import OutcomeUnknown
from bot.message import Message, Text
from bot.model import Chat, Listing
from bot.ports.platform import Traits


class FakeFeed:
    """A feed whose lists are given as values; a day can be an error."""

    name = "huggingface"
    title = "Hugging Face"

    def __init__(self):
        self.days = {}
        self.asked = []

    async def fetch(self, day, etag=""):
        self.asked.append(day)
        answer = self.days.get(day, ())
        if isinstance(answer, Exception):
            raise answer
        return Listing(self.name, day, tuple(answer))

    async def paper(self, id):
        listed = [paper for papers in self.days.values() for paper in papers]
        return next((paper for paper in listed if paper.id == id), None)

    async def resources(self, id):
        return ()

    async def trending(self):
        return ()


class FakePlatform:
    """A platform in memory: ``shown`` is what stands in each chat, oldest first.

    ``faults`` holds, for each chat (or None for any), what the next sends meet: an error to raise before anything
    arrives, ``LOST`` (it arrives, the answer is lost), ``DROPPED`` (it never arrives, and nobody says so), ``BUG`` or
    ``LATE_BUG`` (the adapter breaks, before it arrived or after). ``history`` is what ``find`` can say: "exact",
    "none", or a number of looks that a message takes to be found.
    """

    def __init__(self, name="slack", accounts=("T1",), history="exact"):
        self.name = name
        self.accounts = accounts
        self.history = history
        self.shown = defaultdict(list)
        self.markers = defaultdict(dict)
        self.faults = defaultdict(deque)
        self.sends = []
        self.finds = []
        self.now = None
        """The platform's own clock, where set: nothing stands there that is younger."""
        self.gate = None
        """An asyncio.Event that sends wait for, where set."""

    traits = Traits()
    routes = ()

    async def serve(self, events):
        await asyncio.Event().wait()

    async def private(self, account, person):
        return Chat(self.name, account, person)

    async def close(self):
        return None

    def size(self, message):
        return 1

    async def send(self, chat, message, marker=""):
        self.sends.append((chat, marker))
        if self.gate is not None:
            await self.gate.wait()
        await asyncio.sleep(0)
        faults = self.faults[chat] or self.faults[None]
        fault = faults.popleft() if faults else None
        if isinstance(fault, Exception):
            raise fault
        if fault == BUG:
            raise ZeroDivisionError("secret text of a message")
        if fault == DROPPED:
            raise OutcomeUnknown("no answer")
        self.shown[chat].append(message)
        self.markers[chat][marker] = 0
        if fault == LATE_BUG:
            raise ZeroDivisionError("secret text of a message")
        if fault == LOST:
            raise OutcomeUnknown("no answer")
        return str(len(self.shown[chat]))

    async def find(self, chat, marker, since):
        self.finds.append((chat, marker, since))
        faults = self.faults["find"]
        if faults:
            raise faults.popleft()
        if self.history == "none":
            return "unknowable"
        if marker not in self.markers[chat] or (self.now and since > self.now()):
            return "absent"
        self.markers[chat][marker] += 1
        lag = 0 if self.history == "exact" else self.history
        return "there" if self.markers[chat][marker] > lag else "absent"

    def texts(self, chat: Chat) -> list[str]:
        return ["\n".join(block.text for block in message.blocks) for message in self.shown[chat]]


LOST, DROPPED, BUG, LATE_BUG = "lost", "dropped", "bug", "late bug"


async def compose(delivery):
    """Draw a delivery as its ids, the subscriptions it answers, and whether it may be a repeat."""
    words = [" ".join(paper.id for paper in delivery.papers)]
    words += [" ".join(f"#{one.number}" for one in delivery.subscriptions)]
    words += ["may be a repeat"] if delivery.doubtful else []
    return Message((Text("\n".join(words)),))
