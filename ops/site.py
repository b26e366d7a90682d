"""Pages of the site that README already is: ``make docs`` cuts them out of it, so that nothing is told twice.

A hook of mkdocs: mkdocs.org/user-guide/configuration/#hooks. ``python -m ops.site FOLDER`` looks through a built site
for what a browser would load from others.
"""

import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]

CUT = {
    "index.md": ("Paperwire", "What people type"),
    "telegram.md": ("Telegram in five steps",),
    "architecture.md": ("How it is built",),
}
"""Each page's sections of README, the first of them its title."""

BESIDE = {"slack.md": "Slack in five steps"}
"""A page of docs/ that begins with a section of README."""


def sections() -> dict[str, str]:
    """Return README's sections by their headings, links written as from docs/."""
    readme = (ROOT / "README.md").read_text("utf-8")
    parts = re.split(r"^##? (.+)\n", readme, flags=re.MULTILINE)[1:]
    return {heading: _from_docs(text) for heading, text in zip(parts[::2], parts[1::2], strict=True)}


def pages() -> dict[str, str]:
    """Return the pages that are cut out of README whole."""
    cut = sections()
    return {
        name: f"# {first}\n{cut[first]}" + "".join(f"\n## {one}\n{cut[one]}" for one in more) + _named_links()
        for name, (first, *more) in CUT.items()
    }


def beside(name: str, markdown: str) -> str:
    """Return a page of docs/ with README's section behind its title, and its links as within the site."""
    if name in BESIDE:
        title, _, rest = markdown.partition("\n")
        markdown = f"{title}\n{sections()[BESIDE[name]]}\n{rest}" + _named_links()
    return markdown.replace("](../slack/", "](slack/")


def _from_docs(text: str) -> str:
    text = re.sub(r"^\[[\w-]+\]: .*\n", "", text, flags=re.MULTILINE)
    return text.replace("](docs/decisions)", "](decisions/storage.md)").replace("](docs/", "](")


def _named_links() -> str:
    """Return where the links lead that README names at its end."""
    named = re.findall(r"^\[[\w-]+\]: .*\n", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    return "\n" + "".join(named)


def on_files(files: Any, config: Any) -> Any:
    """Add the pages that are cut out of README, and the manifests that docs/slack.md links to."""
    from mkdocs.structure.files import File  # type: ignore[import-not-found] # installed by make docs alone

    made = pages() | {f"slack/{file.name}": file.read_text("utf-8") for file in (ROOT / "slack").glob("*.yaml")}
    for name, content in made.items():
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Return the page as the site has it."""
    return beside(page.file.src_uri, markdown)


OUTSIDE = re.compile(r"""<(?:script|img|iframe|source|video)\b[^>]*\bsrc=["']?(?:https?:)?//[^\s"'>]+"""
                     r"""|<link\b(?=[^>]*rel=["']?(?:stylesheet|preconnect|preload|icon))[^>]*href=["']?(?:https?:)?//[^\s"'>]+"""
                     r"""|@import\s+(?:url\()?["']?(?:https?:)?//[^\s"')]+""")  # fmt: skip


def outside(text: str) -> list[str]:
    """Return what a page or a sheet of styles lets a browser load from others."""
    return OUTSIDE.findall(text)


def main(folder: Path) -> int:
    """Print what the site loads from others; return 1 where there is anything."""
    files = [file for ending in ("html", "css") for file in folder.rglob(f"*.{ending}")]
    found = [f"{file}: {one}" for file in files for one in outside(file.read_text("utf-8"))]
    sys.stdout.write("".join(f"{line}\n" for line in found) or f"{len(files)} files load nothing from others\n")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
