"""The Bot API's methods, each with the checks and words of the real server."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from tests.adapters.telegram import entities
from tests.adapters.telegram.world import Place, Posted, Refused, Toast, membership

if TYPE_CHECKING:
    from tests.adapters.telegram.standin import BotApi

Asked = dict[str, Any]
Files = dict[str, tuple[str, bytes]]
Method = Callable[["BotApi", Asked, Files], Awaitable[Any]]

_NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as"
    " a current content and reply markup of the message"
)
_OLD_QUERY = "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def get_me(api: "BotApi", asked: Asked, files: Files) -> Any:
    return api.me


async def get_updates(api: "BotApi", asked: Asked, files: Files) -> Any:
    return await api.updates.get(asked | {"allowed_updates": _json(asked, "allowed_updates", api.updates.allowed)})


async def set_webhook(api: "BotApi", asked: Asked, files: Files) -> Any:
    secret = asked.get("secret_token", "")
    if len(secret) > 256:
        raise Refused(400, "Bad Request: secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise Refused(400, "Bad Request: secret token contains unallowed characters")
    api.updates.set_webhook(asked | {"allowed_updates": _json(asked, "allowed_updates", None)})
    return True


async def delete_webhook(api: "BotApi", asked: Asked, files: Files) -> Any:
    api.updates.webhook = {}
    return True


async def get_webhook_info(api: "BotApi", asked: Asked, files: Files) -> Any:
    hook = api.updates.webhook
    return {
        "url": hook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(api.updates.waiting),
    }


async def send_message(api: "BotApi", asked: Asked, files: Files) -> Any:
    text, found = _text(asked, "text", 4096, "message is too long")
    if not text:
        raise Refused(400, "Bad Request: message text is empty")
    return _post(api, asked, "sendMessage", text, found)


async def send_photo(api: "BotApi", asked: Asked, files: Files) -> Any:
    picture = asked.get("photo", "")
    if picture in api.bad_pictures:
        raise Refused(400, "Bad Request: wrong type of the web page content")
    if not files and not picture.startswith(("http://", "https://")):
        raise Refused(400, "Bad Request: wrong file identifier/HTTP URL specified")
    text, found = _text(asked, "caption", 1024, "message caption is too long")
    uploaded = next(iter(files.values()), None)
    return _post(api, asked, "sendPhoto", text, found, picture=picture, file=uploaded)


async def send_document(api: "BotApi", asked: Asked, files: Files) -> Any:
    if not files:
        raise Refused(400, "Bad Request: there is no document in the request")
    text, found = _text(asked, "caption", 1024, "message caption is too long")
    return _post(api, asked, "sendDocument", text, found, file=next(iter(files.values())))


async def edit_message_text(api: "BotApi", asked: Asked, files: Files) -> Any:
    place = _place(api, asked)
    place.check_writable(0)
    text, found = _text(asked, "text", 4096, "message is too long")
    message = next((posted for posted in place.posted if posted.id == int(asked["message_id"])), None)
    if message is None:
        raise Refused(400, "Bad Request: message to edit not found")
    if message.method != "sendMessage":
        raise Refused(400, "Bad Request: there is no text in the message to edit")
    rows = _rows(asked)
    if (message.text, message.entities, message.rows) == (text, found, rows):
        raise Refused(400, _NOT_MODIFIED)
    message.text, message.entities, message.rows, message.edits = text, found, rows, message.edits + 1
    return _json_of(api, place, message)


async def edit_message_reply_markup(api: "BotApi", asked: Asked, files: Files) -> Any:
    place = _place(api, asked)
    place.check_writable(0)
    message = next((posted for posted in place.posted if posted.id == int(asked["message_id"])), None)
    if message is None:
        raise Refused(400, "Bad Request: message to edit not found")
    rows = _rows(asked)
    if message.rows == rows:
        raise Refused(400, _NOT_MODIFIED)
    message.rows, message.edits = rows, message.edits + 1
    return _json_of(api, place, message)


async def delete_message(api: "BotApi", asked: Asked, files: Files) -> Any:
    place = _place(api, asked)
    before = len(place.posted)
    place.posted = [posted for posted in place.posted if posted.id != int(asked["message_id"])]
    if len(place.posted) == before:
        raise Refused(400, "Bad Request: message to delete not found")
    return True


async def send_chat_action(api: "BotApi", asked: Asked, files: Files) -> Any:
    _place(api, asked).check_writable(0)
    return True


async def answer_callback_query(api: "BotApi", asked: Asked, files: Files) -> Any:
    id = asked.get("callback_query_id", "")
    if id in api.acknowledged:
        raise Refused(400, _OLD_QUERY)
    if len(asked.get("text", "")) > 200:
        raise Refused(400, "Bad Request: MESSAGE_TOO_LONG")
    if "url" in asked and not re.fullmatch(rf"https://t\.me/{api.me['username']}\?start=[\w-]{{1,64}}", asked["url"]):
        raise Refused(400, "Bad Request: URL_INVALID")
    api.acknowledged.append(id)
    api.toasts[id] = Toast(asked.get("text", ""), asked.get("url", ""), _json(asked, "show_alert", default=False))
    return True


async def answer_inline_query(api: "BotApi", asked: Asked, files: Files) -> Any:
    results = _json(asked, "results", [])
    if len(results) > 50:
        raise Refused(400, "Bad Request: too many inline query results specified")
    ids = [result["id"] for result in results]
    if len(set(ids)) != len(ids):
        raise Refused(400, "Bad Request: RESULT_ID_DUPLICATE")
    if any(not 1 <= len(id.encode()) <= 64 for id in ids):
        raise Refused(400, "Bad Request: RESULT_ID_INVALID")
    if len(asked.get("next_offset", "").encode()) > 64:
        raise Refused(400, "Bad Request: NEXT_OFFSET_INVALID")
    button = _json(asked, "button", {})
    if button and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", button.get("start_parameter", "")):
        raise Refused(400, "Bad Request: START_PARAM_INVALID")
    for result in results:
        content = result["input_message_content"]
        if not result.get("title"):
            raise Refused(400, 'Bad Request: can\'t parse inline query result: Field "title" must be of type String')
        result["shown"], result["entities"] = _text(content, "message_text", 4096, "message is too long")
    waiting = api.inline_answers.pop(asked.get("inline_query_id", ""), None)
    if waiting is None or waiting.done():
        raise Refused(400, _OLD_QUERY)
    waiting.set_result(asked | {"results": results})
    return True


async def get_chat(api: "BotApi", asked: Asked, files: Files) -> Any:
    place = _place(api, asked)
    return place.json() | {"accent_color_id": 1, "max_reaction_count": 11, "accepted_gift_types": _GIFTS}


async def get_chat_member(api: "BotApi", asked: Asked, files: Files) -> Any:
    place, id = _place(api, asked), int(asked["user_id"])
    if place.type == "channel" and place.bot != "administrator":
        raise Refused(400, "Bad Request: member list is inaccessible")
    if place.bot in ("kicked", "left"):
        raise Refused(403, f"Forbidden: bot is not a member of the {place.type} chat")
    if id == api.me["id"]:
        return {"user": api.me, **membership(place.bot, may=place.writable)}
    if id not in api.people:
        raise Refused(400, "Bad Request: user not found")
    return {"user": api.people[id].json(), **membership(place.members.get(id, "left"))}


async def get_chat_administrators(api: "BotApi", asked: Asked, files: Files) -> Any:
    place = _place(api, asked)
    return [
        {"user": api.people[id].json(), **membership(status)}
        for id, status in place.members.items()
        if status in ("creator", "administrator")
    ]


async def set_my_commands(api: "BotApi", asked: Asked, files: Files) -> Any:
    menu = _json(asked, "commands", [])
    if len(menu) > 100:
        raise Refused(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
    for entry in menu:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", entry["command"]):
            raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
        if not 1 <= len(entry["description"]) <= 256:
            raise Refused(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
    api.menus[_scope(asked)] = menu
    return True


async def get_my_commands(api: "BotApi", asked: Asked, files: Files) -> Any:
    return api.menus.get(_scope(asked), [])


def _setter(name: str, most: int) -> Method:
    async def set_text(api: "BotApi", asked: Asked, files: Files) -> Any:
        if len(asked.get(name, "")) > most:
            raise Refused(400, f"Bad Request: {name} is too long")
        api.descriptions[name, asked.get("language_code", "")] = asked.get(name, "")
        return True

    return set_text


def _getter(name: str) -> Method:
    async def get_text(api: "BotApi", asked: Asked, files: Files) -> Any:
        return {name: api.descriptions.get((name, asked.get("language_code", "")), "")}

    return get_text


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "sendMessage": send_message,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "editMessageText": edit_message_text,
    "deleteMessage": delete_message,
    "sendChatAction": send_chat_action,
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "setMyDescription": _setter("description", 512),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description", 120),
    "getMyShortDescription": _getter("short_description"),
}

_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


def _json(asked: Asked, name: str, default: Any) -> Any:
    value = asked.get(name, default)
    return json.loads(value) if isinstance(value, str) else value


def _scope(asked: Asked) -> tuple[str, str]:
    return _json(asked, "scope", {"type": "default"})["type"], asked.get("language_code", "")


def _place(api: "BotApi", asked: Asked) -> Place:
    id = str(asked.get("chat_id", ""))
    if id.startswith("@"):
        found = next((p for p in api.places.values() if p.username.lower() == id[1:].lower()), None)
    else:
        found = api.places.get(int(id)) if re.fullmatch(r"-?\d+", id) else None
    if found is None:
        raise Refused(400, "Bad Request: chat not found")
    return found


def _text(asked: Asked, name: str, most: int, too_long: str) -> tuple[str, tuple[entities.Entity, ...]]:
    raw = asked.get(name, "")
    if len(raw.encode("utf-8", "surrogatepass")) > 32_768:
        raise Refused(400, "Bad Request: text is too long")
    try:
        if asked.get("parse_mode", "") == "HTML":
            text, found = entities.read(raw)
        else:
            text, found = entities.read(raw.replace("&", "&amp;").replace("<", "&lt;"))
    except entities.ParseError as error:
        raise Refused(400, f"Bad Request: can't parse entities: {error}") from error
    if entities.units(text) > most:
        raise Refused(400, f"Bad Request: {too_long}")
    return text, found


def _rows(asked: Asked) -> tuple[tuple[dict[str, str], ...], ...]:
    rows = _json(asked, "reply_markup", {}).get("inline_keyboard", [])
    for button in (button for row in rows for button in row):
        if not button.get("text", "").strip():
            raise Refused(400, "Bad Request: inline keyboard button text must be non-empty")
        if "callback_data" in button:
            if not 1 <= len(button["callback_data"].encode()) <= 64:
                raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
        elif "url" not in button:
            raise Refused(400, "Bad Request: Text buttons are unallowed in the inline keyboard")
        elif not re.match(r"(https?|tg)://\S+", button["url"]):
            raise Refused(400, "Bad Request: BUTTON_URL_INVALID")
    if sum(map(len, rows)) > 100:
        raise Refused(400, "Bad Request: reply markup is too long")
    return tuple(tuple(row) for row in rows)


def _post(
    api: "BotApi", asked: Asked, method: str, text: str, found: tuple[entities.Entity, ...], **more: Any
) -> dict[str, Any]:
    place = _place(api, asked)
    topic = int(asked.get("message_thread_id", 0))
    place.check_writable(topic)
    rows = _rows(asked)
    if api.pace:
        api.pace.check(place.id)
    preview = not _json(asked, "link_preview_options", {}).get("is_disabled", False)
    replies_to = _json(asked, "reply_parameters", {}).get("message_id", 0)
    silent = str(asked.get("disable_notification", "")).lower() == "true"
    posted = Posted(
        api.next_id(), place.id, text, found, rows, topic, method, silent, preview, replies_to,
        raw=str(asked.get("text", asked.get("caption", ""))), **more,
    )  # fmt: skip
    place.posted.append(posted)
    return _json_of(api, place, posted)


def _json_of(api: "BotApi", place: Place, posted: Posted) -> dict[str, Any]:
    message: dict[str, Any] = {"message_id": posted.id, "date": 1, "chat": place.json(), "from": api.me}
    if posted.topic:
        message |= {"message_thread_id": posted.topic, "is_topic_message": True}
    return message | {"text" if posted.method == "sendMessage" else "caption": posted.text}
