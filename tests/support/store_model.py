"""The outbox in plain Python: what the store must do, said as simply as can be, without a database."""

from dataclasses import dataclass, field, replace

ROLLED = 4
"""Posts of one poll that go out together."""
RANK = ("pending", "held", "doubtful", "sending", "skipped", "sent")
"""How far a row got."""


@dataclass
class Row:
    """One paper owed to one chat. ``order`` is when it was owed, ``day`` the list day of its paper."""

    order: int
    chat: object
    paper: str
    day: object
    wishes: set
    at: object
    """The moment of the poll that brought it."""
    state: str = "pending"
    next_at: object = None
    rollup: bool = False
    attempts: int = 0
    was_doubtful: bool = False
    message: int = 0
    """The first order of the rows that go out with it, from their claim on."""

    def rests(self, now):
        """Return whether quiet hours hold it."""
        return self.next_at is not None and now < self.next_at


@dataclass
class Outbox:
    share: int
    rows: list = field(default_factory=list)
    wishes: dict = field(default_factory=dict)
    """Each subscription's id with its chat and whether it is paused."""
    stopped: dict = field(default_factory=dict)
    """The same of those that were stopped."""
    aside: dict = field(default_factory=dict)
    """Each stopped subscription's id with the rows that rested for it."""
    orders: int = 0
    paused: set = field(default_factory=set)
    waits: dict = field(default_factory=dict)
    held_until: object = None
    known: set = field(default_factory=set)
    """The chats that anything was ever kept for."""

    def owe(self, paper, day, wishes, at=None):
        running = [id for id in wishes if id in self.wishes and not self.wishes[id][1]]
        for chat in dict.fromkeys(self.wishes[id][0] for id in running):
            ids = {id for id in running if self.wishes[id][0] == chat}
            known = next((row for row in self.rows if (row.chat, row.paper) == (chat, paper)), None)
            if known is None:
                self.orders += 1
                self.rows.append(Row(self.orders, chat, paper, day, ids, at))
            elif known.state in {"pending", "held"}:
                known.wishes |= ids
                known.state = "pending"

    def heads(self, now):
        """Return what each free chat would be sent next, in reading order."""
        if self.held_until is not None and now < self.held_until:
            return {}
        chats = dict.fromkeys(row.chat for row in self.rows)
        heads = {chat: self.head(chat, now) for chat in chats}
        return {chat: head for chat, head in heads.items() if head}

    def head(self, chat, now):
        queue = [row for row in self.rows if row.chat == chat]
        waits = chat in self.waits and now < self.waits[chat]
        if chat in self.paused or waits or any(row.state == "sending" for row in queue):
            return []
        queue = [row for row in queue if row.state == "doubtful" or not row.rests(now)]
        doubtful = [row for row in queue if row.state == "doubtful"]
        if doubtful:
            doubtful = [row for row in doubtful if not row.rests(now)]
            first = min((row.message for row in doubtful), default=0)
            return self.read([row for row in doubtful if row.message == first])
        due = sorted((row for row in queue if row.state == "pending"), key=lambda row: row.order)
        if not due:
            return []
        rolled = self.rolled(due)
        if rolled or due[0].rollup:
            return self.read([row for row in due if row in rolled or row.rollup])[: self.share]
        return due[:1]

    def rolled(self, due):
        """Return the rows that become roll-ups: all of a chat far behind, or four and more of the first one's poll."""
        poll = [row for row in due if row.at == due[0].at]
        return due if len(due) > self.share else poll if len(poll) >= ROLLED else []

    @staticmethod
    def read(rows):
        return sorted(rows, key=lambda row: (row.day, row.order))

    def claim(self, chat, now):
        head = self.head(chat, now)
        queue = [row for row in self.rows if row.chat == chat and row.state == "pending" and not row.rests(now)]
        if head[0].state == "pending":
            for row in self.rolled(sorted(queue, key=lambda row: row.order)):
                row.rollup = True
        for row in head:
            row.was_doubtful = row.state == "doubtful"
            row.state = "sending"
            row.message = min(row.order for row in head)

    def settle(self, rows, state):
        for row in rows:
            row.state = state

    def there(self, rows):
        """Return those that no move took away while they were in flight: of two that bring the same, one stays."""
        return [row for row in rows if any(row is one for one in self.rows)]

    def skip(self, rows):
        """Give them up; what nobody wants any more and certainly did not arrive follows its subscriptions instead."""
        rows = self.there(rows)
        if not rows:
            return
        is_wanted = any(row.wishes & set(self.wishes) for row in rows)
        self.settle(rows, "skipped" if is_wanted or rows[0].was_doubtful else "pending")
        self.follow(rows)

    def postpone(self, rows, until, *, doubtful, failed):
        rows = self.there(rows)
        for row in rows:
            row.attempts += failed
        if rows:
            self.waits[rows[0].chat] = until
        self.settle(rows, "doubtful" if doubtful else "pending")
        self.follow(rows)

    def keep_quiet(self, rows, until):
        """Put them back untried; they and the posts that wait in the chat rest until then."""
        rows = self.there(rows)
        if not rows:
            return
        self.settle(rows, "doubtful" if rows[0].was_doubtful else "pending")
        waiting = [row for row in self.rows if row.chat == rows[0].chat and row.state == "pending"]
        for row in {id(row): row for row in (*rows, *waiting)}.values():
            row.next_at = until
        self.follow(rows)

    def recover(self):
        flying = [row for row in self.rows if row.state == "sending"]
        self.settle(flying, "doubtful")
        return len({row.message for row in flying})

    def follow(self, rows):
        for row in list(rows):
            if row.state in {"pending", "held"}:
                for id in row.wishes & set(self.stopped):
                    self.aside[id].append(replace(row, wishes={id}, next_at=None))
                row.wishes &= set(self.wishes)
                row.state = "held" if all(self.wishes[id][1] for id in row.wishes) else "pending"
                if not row.wishes:
                    self.rows.remove(row)

    def move(self, chat, to):
        """Give everything to the new address; of what both were owed, the row that got further stays, theirs if equal."""
        is_new = all(row.chat != to for row in self.rows) and to not in self.known
        if not is_new:
            self.stopped = {id: wish for id, wish in self.stopped.items() if wish[0] != chat}
        self.stopped = {id: (to if home == chat else home, paused) for id, (home, paused) in self.stopped.items()}
        if is_new:
            self.paused.discard(chat)
            self.waits |= {to: self.waits[chat]} if chat in self.waits else {}
        self.waits.pop(chat, None)
        self.paused.discard(chat)
        self.wishes = {id: (to if home == chat else home, paused) for id, (home, paused) in self.wishes.items()}
        for row in sorted((row for row in self.rows if row.chat == chat), key=lambda row: row.order):
            twin = next((one for one in self.rows if (one.chat, one.paper) == (to, row.paper)), None)
            row.chat = to
            if twin is not None:
                loser, winner = sorted((twin, row), key=lambda one: RANK.index(one.state))
                self.rows.remove(loser)
                winner.wishes |= loser.wishes
        self.known = self.known - {chat} | {to}

    def pause_wish(self, id, paused):
        self.wishes[id] = (self.wishes[id][0], paused)
        self.follow([row for row in self.rows if id in row.wishes])

    def unsubscribe(self, id):
        self.stopped[id], self.aside[id] = self.wishes.pop(id), []
        self.follow([row for row in self.rows if id in row.wishes])

    def resubscribe(self, id):
        """Bring it back; a paper that the chat was posted meanwhile stays posted, and one that rests answers it too."""
        self.wishes[id] = self.stopped.pop(id)
        for row in self.aside.pop(id):
            row.chat = self.wishes[id][0]
            twin = next((one for one in self.rows if (one.chat, one.paper) == (row.chat, row.paper)), None)
            if twin is None:
                self.rows.append(row)
            elif twin.state in {"pending", "held"}:
                twin.wishes.add(id)
        self.follow([row for row in self.rows if id in row.wishes])

    def waiting(self):
        return sum(row.state not in {"sent", "skipped"} for row in self.rows)
