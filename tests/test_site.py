"""The site has every document, each once, and every link within it leads somewhere."""

import re
from pathlib import Path

import pytest
import yaml

from ops import site

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SITE = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
PAGES = sorted(file.relative_to(DOCS).as_posix() for file in DOCS.rglob("*.md"))


def listed(nav):
    for entry in nav:
        for where in entry.values():
            yield from listed(where) if isinstance(where, list) else [where]


def text(name):
    """A page as the site has it."""
    return site.pages()[name] if name in site.CUT else site.beside(name, (DOCS / name).read_text("utf-8"))


def test_the_site_lists_every_document_once():
    assert sorted(listed(SITE["nav"])) == sorted([*PAGES, *site.CUT])


@pytest.mark.parametrize("name", [*PAGES, *site.CUT])
def test_every_link_within_the_site_leads_somewhere(name):
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", text(name), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)\s]+)\)", prose)
    inner = [link for link in links if "://" not in link and not link.startswith("#")]
    made = {*site.CUT, *(f"slack/{file.name}" for file in (ROOT / "slack").glob("*.yaml"))}
    for link in inner:
        target = (DOCS / name).parent / link.partition("#")[0]
        assert target.exists() or link in made, link


@pytest.mark.parametrize("name", site.CUT)
def test_pages_cut_out_of_the_readme_have_their_words(name):
    page = site.pages()[name]
    assert page.startswith(f"# {site.CUT[name][0]}\n")
    assert len(page.split()) > 100
    assert "](docs/" not in page


def test_the_page_of_slack_begins_with_the_steps_of_the_readme():
    page = text("slack.md")
    assert page.index("Make the app from the manifest") < page.index("Paperwire speaks with Slack in one of two ways")


def test_the_site_asks_nobody_for_letters_or_scripts():
    assert SITE["theme"]["font"] is False
    assert SITE["strict"] is True
    assert not {"extra_css", "extra_javascript"} & set(SITE)


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ('<a href="https://arxiv.org">x</a><img src="pictures/list.png">', False),
        ('<script src="https://cdn.example/x.js"></script>', True),
        ('<img alt="x" src="//img.example/x.png">', True),
        ('<link rel="stylesheet" href="https://fonts.example/css">', True),
        ("@import url(https://fonts.example/css);", True),
    ],
)
def test_what_a_browser_would_load_from_others_is_seen(page, found):
    assert bool(site.outside(page)) == found


def test_a_folder_without_a_site_is_no_clean_site(tmp_path):
    assert site.main(tmp_path) == 1
