"""Who sees what a press brings: administrator, member and stranger, each kind of button, each kind of chat.

``python -m tests.presses`` writes docs/presses.md; tests/test_presses.py plays each row against the stand-ins.

What comes of a press, as letters of the table:

    toast    words for the one who pressed, that pass or are closed; nobody else sees them
    way      the way to the private chat opens, which brings the answer there
    private  a message in the private chat, and a toast that says so
    alone    a message that Slack shows to that person alone
    form     a window opens for that person
    place    the person's own answer changes where it stands
    answer   a message in the chat that is that person's own
    link     the button is a link: it opens in the one's own browser or private chat, and the bot hears nothing
"""

from pathlib import Path

PAPER = "2611.12003"
BUTTONS = {
    "read": f"similar {PAPER}",
    "save": f"save {PAPER}",
    "follow": "alert agents",
    "manage": "pause 1",
    "ask for a topic": "subscribe",
}
"""Kinds of buttons, each by a line of its kind."""
PEOPLE = ("administrator", "member", "stranger")
"""The stranger never opened the private chat, and on Slack is no member of the channel any more."""

TELEGRAM = {
    "channel": {"read": "link", "save": "link", "follow": "link", "manage": "link", "ask for a topic": "link"},
    "group": {
        "read": "private private way",
        "save": "toast",
        "follow": "toast",
        "manage": "toast",
        "ask for a topic": "toast",
    },
    "topic": {
        "read": "private private way",
        "save": "toast",
        "follow": "toast",
        "manage": "toast",
        "ask for a topic": "toast",
    },
    "private": {"read": "answer", "save": "place", "follow": "answer", "manage": "answer", "ask for a topic": "answer"},
}
SLACK = {
    "channel": {"read": "alone", "save": "alone", "follow": "alone", "manage": "alone", "ask for a topic": "form"},
    "group": {"read": "alone", "save": "alone", "follow": "alone", "manage": "alone", "ask for a topic": "form"},
    "thread": {"read": "alone", "save": "alone", "follow": "alone", "manage": "alone", "ask for a topic": "form"},
    "private": {"read": "answer", "save": "place", "follow": "answer", "manage": "answer", "ask for a topic": "form"},
}
CHANGES = {"administrator": True, "member": False, "stranger": False}
"""Who changes a Telegram group's subscriptions by a press; on Slack every member of the channel does, and what somebody
else than the maker changes is said there."""

ROWS = [
    (platform, where, button, who, (seen.split() * 3)[PEOPLE.index(who)])
    for platform, table in (("telegram", TELEGRAM), ("slack", SLACK))
    for where, kinds in table.items()
    for button, seen in kinds.items()
    for who in PEOPLE
]
DOC = Path(__file__).parents[1] / "docs" / "presses.md"


def document() -> str:
    """Return the page: a table a platform, from the rows that the tests play."""
    legend = [line.strip().split(None, 1) for line in (__doc__ or "").split("\n") if line.startswith("    ")]
    lines = [
        "# Who sees what a press brings",
        "",
        "Nothing that a reader presses is put before others. Each cell is played by `tests/test_presses.py` against the",
        "stand-ins, which also sees to it that nothing else changes in the chat; the page is written by",
        "`python -m tests.presses`. *Stranger*: somebody who never opened the private chat with the bot.",
        "",
        *(f"- **{word}**: {what}" for word, what in legend),
        "",
    ]
    for platform in ("telegram", "slack"):
        lines += [f"## {platform.title()}", "", f"| chat | button | {' | '.join(PEOPLE)} |", "|---|---|---|---|---|"]
        mine = [row for row in ROWS if row[0] == platform]
        for at in range(0, len(mine), 3):
            _, where, button, *_ = mine[at]
            cells = " | ".join(row[4] for row in mine[at : at + 3])
            lines.append(f"| {where} | {button} (`{BUTTONS[button]}`) | {cells} |")
        lines.append("")
    lines += [
        "In a Telegram group or channel only administrators change subscriptions: [Pause] by anybody else says so in its",
        "toast. On Slack every member of the channel does, and the channel is told by whom.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    DOC.write_text(document(), "utf-8")
