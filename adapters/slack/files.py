"""Files and pictures: the three steps of docs.slack.dev/messaging/working-with-files#uploading_files."""

from __future__ import annotations

from adapters.slack.install.accounts import Account
from bot.message import File

ALT = 1000
"""Characters of a picture's words for screen readers: docs.slack.dev/reference/methods/files.getUploadURLExternal."""


async def hand_over(account: Account, channel: str, file: File, thread: str = "") -> None:
    """Put ``file`` into the channel or its thread.

    Raises as AsyncWebClient does, and whatever comes of an answer of Slack's that the library cannot read.
    """
    await account.client.files_upload_v2(
        channel=channel,
        filename=file.name,
        title=file.name,
        content=file.content,
        alt_txt=file.alt[:ALT] or None,
        thread_ts=thread or None,
    )
