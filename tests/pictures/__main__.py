"""Plays every scene and writes its pictures, and the page that shows them: ``make pictures``.

``python -m tests.pictures a_list a_card`` plays those scenes alone and leaves the page as it is.
"""

import asyncio
import sys
from pathlib import Path

from tests.pictures.scenes import SCENES
from tests.pictures.shoot import chromium, shoot

DOCS = Path(__file__).parents[2] / "docs"
PICTURES = DOCS / "pictures"
BEFORE = {
    name: heights
    for line in (PICTURES / "before" / "heights.tsv").read_text("utf-8").splitlines()
    for name, heights in [line.split("\t")]
}
"""The heights of the same scenes' answers as version 225de5d sent them; their pictures lie in the same folder."""
HEAD = """# Pictures

What the program sends, drawn by `make pictures`: scripted scenes are played through the real adapters and core against
the stand-ins, and shown as a telephone with Telegram (390 pixels wide) or Slack (430), App Home (600) and a terminal
show them. Fonts and paddings only come near the real clients; texts, marks and buttons are exactly those that were sent.
Papers are those of the bundled sample; the numbers of the trends are made up. On the left is what the version of
28 November (225de5d) sent in the same scenes, as far as it had the buttons; heights are of the answers, in pixels.

"""


def main() -> None:
    """Draw the scenes that are named, or all of them."""
    program, names = chromium(), sys.argv[1:]
    PICTURES.mkdir(exist_ok=True)
    page = []
    for number, (name, (title, play)) in enumerate(SCENES.items(), 1):
        if names and name not in names:
            continue
        page.append(f"## {number}. {title[:1].upper()}{title[1:]}\n\n")
        for picture, film in asyncio.run(play()).items():
            file = PICTURES / f"{picture}.png"
            heights = shoot(program, film.body, film.width, file)
            told = ", ".join(map(str, heights))
            page.append(_shown(picture, told))
            print(f"{name:16} {picture:16} {told:30} {file.stat().st_size // 1000} kB", flush=True)
    if not names:
        (DOCS / "pictures.md").write_text(HEAD + "".join(page).rstrip() + "\n", "utf-8")


def _shown(picture: str, heights: str) -> str:
    """Return the picture beside the one of before, with both heights."""
    head = f"| `{picture}` before: {BEFORE[picture]} | now: {heights} |\n| --- | --- |\n"
    return head + f"| ![before](pictures/before/{picture}.png) | ![now](pictures/{picture}.png) |\n\n"


main()
