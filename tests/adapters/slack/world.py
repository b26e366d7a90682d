"""The people, channels and messages of the stand-in: what a workspace is made of."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Conversation:
    """A channel, group or direct conversation; ``messages`` are everything that was ever shown there, oldest first."""

    id: str
    name: str = ""
    private: bool = False
    im: bool = False
    archived: bool = False
    members: set[str] = field(default_factory=set)
    messages: list[Json] = field(default_factory=list)

    def described(self, bot: str) -> Json:
        return {
            "id": self.id,
            "name": self.name,
            "is_im": self.im,
            "is_private": self.private,
            "is_archived": self.archived,
            "is_member": bot in self.members,
        }


@dataclass
class Workspace:
    """One team with the app installed under its own token."""

    id: str
    token: str
    bot_user: str
    bot_id: str
    name: str = "acme"
    alive: bool = True
    users: dict[str, Json] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)
    views: dict[str, Json] = field(default_factory=dict)
    unfurls: list[Json] = field(default_factory=list)
    files: dict[str, Json] = field(default_factory=dict)

    def person(self, id: str, *, admin: bool = False) -> str:
        self.users[id] = {"id": id, "team_id": self.id, "is_admin": admin, "is_owner": False, "deleted": False}
        self.users[id]["profile"] = {"display_name": "", "real_name": id[1:4].title()}
        return id

    def channel(self, id: str, name: str, *members: str, private: bool = False) -> Conversation:
        self.conversations[id] = Conversation(id, name, private, members=set(members))
        return self.conversations[id]

    def direct(self, user: str) -> Conversation:
        id = "D" + user[1:] + self.id[1:]
        return self.conversations.setdefault(id, Conversation(id, im=True, members={user, self.bot_user}))


def workspace(id: str = "T1", token: str = "xoxb-one") -> Workspace:
    """A workspace with ann (an admin), bob, a channel and a private group, the bot in both."""
    team = Workspace(id, token, f"UBOT{id}", f"B{id}")
    ann, bob = team.person(f"UANN{id}", admin=True), team.person(f"UBOB{id}")
    team.channel(f"C{id}", "papers", ann, bob, team.bot_user)
    team.channel(f"G{id}", "reading", ann, bob, team.bot_user, private=True)
    return team
