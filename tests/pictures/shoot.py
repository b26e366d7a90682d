"""A page of HTML as a small PNG, by the chromium of the system; and how many pixels high each answer on it is."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

NO_CHROMIUM = "pictures are drawn by chromium, which is not here: install your system's package of that name"
TALLEST = 5200
NARROWEST = 500
"""Pixels that chromium gives a window at least; narrower pages are cut out of it."""
MARK = (254, 1, 254)
"""The colour of the line at the left edge beside each answer, by which its height is read off the picture."""
COLOURS = 40
FRAME = f"""<!doctype html><meta charset=utf-8><style>
*{{box-sizing:border-box}}body{{margin:0;overflow-wrap:anywhere}}
.answer{{border-left:2px solid rgb{MARK};overflow:hidden}}.other{{border-left:2px solid transparent;overflow:hidden}}
</style>"""


def chromium() -> str:
    """Return the program; raises SystemExit with what to do where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        raise SystemExit(NO_CHROMIUM)
    return found


def shoot(program: str, body: str, width: int, file: Path) -> list[int]:
    """Write the page as a PNG; return the heights of its answers, from top to bottom."""
    with tempfile.TemporaryDirectory() as folder:
        page, raw = Path(folder) / "page.html", Path(folder) / "page.png"
        page.write_text(FRAME + body, "utf-8")
        size = f"--window-size={max(width, NARROWEST)},{TALLEST}"
        flags = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/chrome")
        command = [program, *flags, size, f"--screenshot={raw}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        picture = Image.open(raw).convert("RGB").crop((0, 0, width, TALLEST))
    empty = Image.new("RGB", picture.size, picture.getpixel((width - 1, TALLEST - 1)))
    seen = ImageChops.difference(picture, empty).getbbox() or (0, 0, 1, 1)
    picture = picture.crop((0, 0, width, seen[3] + 10))
    heights = _runs([picture.getpixel((0, y)) == MARK for y in range(picture.height)])
    picture.crop((2, 0, width, picture.height)).quantize(COLOURS).save(file, optimize=True)
    return heights


def _runs(marked: list[bool]) -> list[int]:
    heights, run = [], 0
    for is_marked in [*marked, False]:
        if not is_marked and run:
            heights.append(run)
        run = run + 1 if is_marked else 0
    return heights
