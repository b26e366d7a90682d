import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.wire import links


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("", "start"),
        ("alerts", "alerts"),
        ("p_2403_03950", "paper 2403.03950"),
        ("p_cs__0112017", "paper cs/0112017"),
        ("p_cs-AI__0112017", "start"),
        ("p_2403", "start"),
        ("p_", "start"),
        ("a_cmw", "alert rl"),
        ("a_", "start"),
        ("a_%%%", "start"),
        ("a_cm", "alert r"),
        ("a_CgpybQ", "start"),
        ("x" * 65, "start"),
        ("unsubscribe 1", "start"),
    ],
)
def test_a_code_opens_what_it_names_and_nothing_else(code, line):
    assert links.line(code) == line


@given(st.from_regex(r"\d{4}\.\d{4,5}", fullmatch=True))
def test_a_papers_code_leads_back_to_it(id):
    if id.isascii():
        assert links.line(links.paper_code(id)) == f"paper {id}"


@given(st.text(st.characters(categories=("L", "N", "P", "Zs"), exclude_characters="\u00a0"), min_size=1, max_size=60))
def test_an_alerts_code_leads_back_to_its_query_or_is_none(query):
    code = links.alert_code(query)
    assert code == "" or re.fullmatch(r"[A-Za-z0-9_-]{1,64}", code)
    if code and query.isprintable():
        assert links.line(code) == f"alert {query}"


def test_a_query_too_long_for_a_code_has_none():
    assert links.alert_code("x" * 47) == ""
    assert len(links.alert_code("x" * 46)) == 64
