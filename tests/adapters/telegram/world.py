"""The people and chats of the stand-in: who may write where, and what stands there."""

from dataclasses import dataclass, field
from typing import Any

from tests.adapters.telegram.entities import Entity

ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


class Refused(Exception):  # noqa: N818 named for what the server does
    """An answer that is not ok: status, words and parameters as the real server gives them."""

    def __init__(self, code: int, words: str, **parameters: Any) -> None:
        super().__init__(words)
        self.code = code
        self.words = words
        self.parameters = parameters


@dataclass
class Person:
    id: int
    name: str
    language: str = "en"

    def json(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": False, "first_name": self.name.title(), "language_code": self.language}


@dataclass
class Posted:
    """A message that the bot sent, as people see it."""

    id: int
    chat: int
    text: str
    entities: tuple[Entity, ...] = ()
    rows: tuple[tuple[dict[str, str], ...], ...] = ()
    topic: int = 0
    method: str = "sendMessage"
    silent: bool = False
    preview: bool = True
    replies_to: int = 0
    file: tuple[str, bytes] | None = None
    picture: str = ""
    edits: int = 0
    raw: str = ""

    @property
    def buttons(self) -> tuple[str, ...]:
        return tuple(button["text"] for row in self.rows for button in row)


@dataclass(frozen=True)
class Toast:
    """What one person sees upon a press: words that pass or stay until closed, or an address that opens."""

    text: str = ""
    url: str = ""
    alert: bool = False


@dataclass
class Place:
    """A chat. ``bot`` is the bot's own status in it; private chats have one other member."""

    id: int
    type: str
    title: str = ""
    username: str = ""
    members: dict[int, str] = field(default_factory=dict)
    bot: str = "member"
    writable: bool = True
    forum: bool = False
    topics: dict[int, str] = field(default_factory=dict)
    moved_to: int = 0
    deactivated: bool = False
    posted: list[Posted] = field(default_factory=list)

    def json(self) -> dict[str, Any]:
        names = {"first_name": self.title} if self.type == "private" else {"title": self.title}
        if self.username:
            names["username"] = self.username
        if self.forum:
            names["is_forum"] = True  # type: ignore[assignment]
        return {"id": self.id, "type": self.type, **names}

    def check_writable(self, topic: int) -> None:
        """Raise what the real server says to a send there."""
        if self.moved_to:
            raise Refused(
                400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=self.moved_to
            )
        if self.type == "private":
            self._check_private()
        if self.deactivated:
            raise Refused(403, "Forbidden: the group chat was deleted")
        if self.bot == "kicked":
            raise Refused(403, f"Forbidden: bot was kicked from the {self.type} chat")
        if self.bot == "left":
            raise Refused(403, f"Forbidden: bot is not a member of the {self.type} chat")
        if self.type == "channel" and not (self.bot == "administrator" and self.writable):
            raise Refused(400, "Bad Request: need administrator rights in the channel chat")
        if not self.writable:
            raise Refused(400, "Bad Request: not enough rights to send text messages to the chat")
        state = self.topics.get(topic, "deleted") if topic else "open"
        if state == "deleted":
            raise Refused(400, "Bad Request: message thread not found")
        if state == "closed" and self.bot != "administrator":
            raise Refused(400, "Bad Request: TOPIC_CLOSED")

    def _check_private(self) -> None:
        words = {
            "unopened": "Forbidden: bot can't initiate conversation with a user",
            "kicked": "Forbidden: bot was blocked by the user",
            "deactivated": "Forbidden: user is deactivated",
        }
        if self.bot in words:
            raise Refused(403, words[self.bot])


def membership(status: str, *, may: bool = True) -> dict[str, Any]:
    """Return a ChatMember without its user; ``may`` is the right to write, where the status has one."""
    more: dict[str, dict[str, Any]] = {
        "creator": {"is_anonymous": False},
        "administrator": {**dict.fromkeys(_ADMINISTRATORS_MAY, False), "can_post_messages": may},
        "restricted": {**dict.fromkeys(_MEMBERS_MAY, may), "is_member": True, "until_date": 0},
        "kicked": {"until_date": 0},
    }
    return {"status": status, **more.get(status, {})}


_ADMINISTRATORS_MAY = (
    *("can_be_edited", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members"),
    *("can_promote_members", "can_change_info", "can_invite_users", "is_anonymous", "can_post_stories"),
    *("can_edit_stories", "can_delete_stories"),
)
_MEMBERS_MAY = (
    *("can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos"),
    *("can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages"),
    *("can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics"),
    *("can_react_to_messages", "can_edit_tag"),
)
