"""The manifests ask for what the program uses, and say the same in both modes."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from adapters.slack.install.installs import SCOPES
from adapters.slack.install.membership import CAME, LEFT
from adapters.slack.transport.web import EVENTS, REDIRECT
from adapters.slack.ui import form, modal, save_shortcut
from bot.language.words.arxiv_id import bare_id

ROOT = Path(__file__).parents[3]
HEARD = {"app_mention", "message.im", "app_home_opened", "link_shared", "app_uninstalled", "tokens_revoked"}


def manifest(name: str) -> Any:
    return yaml.safe_load((ROOT / "slack" / name).read_text())


@pytest.fixture(params=["manifest.yaml", "manifest-http.yaml"])
def either(request: pytest.FixtureRequest) -> Any:
    return manifest(request.param)


def test_the_rights_are_those_an_installation_asks_for_and_each_has_its_reason(either: Any) -> None:
    asked = either["oauth_config"]["scopes"]["bot"]
    assert tuple(asked) == SCOPES
    reasons = (ROOT / "docs" / "slack.md").read_text()
    readme = (ROOT / "README.md").read_text()
    assert [scope for scope in asked if f"`{scope}`" not in reasons or f"`{scope}`" not in readme] == []


def test_the_readmes_link_makes_the_app_of_the_manifest() -> None:
    readme = (ROOT / "README.md").read_text()
    link = next(line for line in readme.splitlines() if line.startswith("[slack-app]: ")).partition(": ")[2]
    assert json.loads(parse_qs(urlsplit(link).query)["manifest_json"][0]) == manifest("manifest.yaml")


def test_every_event_is_listened_to_and_every_listener_has_its_event(either: Any) -> None:
    assert set(either["settings"]["event_subscriptions"]["bot_events"]) == HEARD | set(LEFT) | CAME


def test_the_shortcuts_are_those_that_are_heard(either: Any) -> None:
    shortcuts = {shortcut["callback_id"]: shortcut["type"] for shortcut in either["features"]["shortcuts"]}
    assert shortcuts == {modal.SHORTCUT: "global", save_shortcut.SHORTCUT: "message"}
    assert form.SUBMIT not in shortcuts


def test_every_domain_carries_papers(either: Any) -> None:
    forms = {"arxiv.org": "abs/2403.03950", "huggingface.co": "papers/2403.03950", "alphaxiv.org": "abs/2403.03950"}
    forms["doi.org"] = "10.48550/arXiv.2403.03950"
    domains = either["features"]["unfurl_domains"]
    assert {bare_id(f"https://{domain}/{forms[domain]}") for domain in domains} == {"2403.03950"}
    assert len(domains) <= 5


def test_texts_are_within_slacks_limits(either: Any) -> None:
    about, features = either["display_information"], either["features"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 174 <= len(about["long_description"]) <= 4000
    assert all(len(s["name"]) <= 24 and len(s["description"]) <= 150 for s in features["shortcuts"])
    assert features["slash_commands"][0]["command"] == "/papers"


def test_the_modes_differ_in_nothing_but_the_way_in() -> None:
    socket, http = manifest("manifest.yaml"), manifest("manifest-http.yaml")
    assert socket["settings"].pop("socket_mode_enabled") is True
    assert http["settings"].pop("socket_mode_enabled") is False
    addresses = {
        http["features"]["slash_commands"][0].pop("url"),
        http["settings"]["event_subscriptions"].pop("request_url"),
        http["settings"]["interactivity"].pop("request_url"),
    }
    assert addresses == {f"https://paperwire.example{EVENTS}"}
    assert http["oauth_config"].pop("redirect_urls") == [f"https://paperwire.example{REDIRECT}"]
    assert socket == http


def test_no_manifest_holds_a_token() -> None:
    assert not re.search(r"xox|xapp-", (ROOT / "slack" / "manifest.yaml").read_text())
