"""The bare id out of every form in which papers are named."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.words.arxiv_id import bare_id, may_exist

FORMS = """
2403.03950
2403.03950v2
 2403.03950\t
arXiv:2403.03950
arxiv:2403.03950v12
arXiv: 2403.03950 [cs.LG]
oai:arXiv.org:2403.03950v3
https://arxiv.org/abs/2403.03950
http://arxiv.org/abs/2403.03950v1
https://www.arxiv.org/abs/2403.03950
https://export.arxiv.org/abs/2403.03950v1
https://arxiv.org/pdf/2403.03950
https://arxiv.org/pdf/2403.03950v2.pdf
https://arxiv.org/pdf/2403.03950.pdf#page=3
https://arxiv.org/html/2403.03950v1#S2
arxiv.org/abs/2403.03950
https://arxiv.org/abs/2403.03950?context=cs
https://huggingface.co/papers/2403.03950
https://huggingface.co/papers/2403.03950/
huggingface.co/papers/2403.03950?utm_source=x
https://hf.co/papers/2403.03950
https://huggingface.co/api/papers/2403.03950
https://www.alphaxiv.org/abs/2403.03950
https://alphaxiv.org/overview/2403.03950v2
https://alphaxiv.org/2403.03950
https://ar5iv.labs.arxiv.org/html/2403.03950
https://ar5iv.org/abs/2403.03950
10.48550/arXiv.2403.03950
doi:10.48550/arXiv.2403.03950
https://doi.org/10.48550/arXiv.2403.03950
HTTPS://DOI.ORG/10.48550/ARXIV.2403.03950
"""


@pytest.mark.parametrize("text", [line for line in FORMS.splitlines() if line])
def test_q14_every_form_gives_the_bare_id(text):
    assert bare_id(text) == "2403.03950"


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("0704.0047", "0704.0047"),
        ("1412.6980v9", "1412.6980"),
        ("quant-ph/0201082", "quant-ph/0201082"),
        ("quant-ph/0201082v1", "quant-ph/0201082"),
        ("http://arxiv.org/abs/quant-ph/0201082v1", "quant-ph/0201082"),
        ("arXiv:cmp-lg/9404002", "cmp-lg/9404002"),
        ("math.GT/0309136", "math/0309136"),
        ("https://arxiv.org/pdf/cs/9301112", "cs/9301112"),
        ("https://doi.org/10.48550/arXiv.hep-th/9901001", "hep-th/9901001"),
        ("Quant-Ph/0201082", "quant-ph/0201082"),
    ],
)
def test_old_ids_are_ids_too(text, id):
    assert bare_id(text) == id


@pytest.mark.parametrize(
    "text",
    [
        *("rl", "3.14", "2403", "2403.039", "2403.039501", "24030.3950", "2403.03950x", "x2403.03950", "", "v1"),
        *("2403.03950 rl", "\u0662403.03950", "quant-ph/02", "file:///papers/2403.03950"),
        *("https://example.org/abs/2403.03950", "https://arxiv.org.evil.example/abs/2403.03950"),
        *("https://evilarxiv.org/abs/2403.03950", "https://arxiv.org@evil.example/abs/2403.03950"),
        *("https://huggingface.co/papers", "https://huggingface.co/papers/date/2026-08-20"),
        "https://arxiv.org/list/cs.LG/recent",
    ],
)
def test_anything_else_is_no_id(text):
    assert bare_id(text) is None


@settings(deadline=None)
@given(st.text(max_size=600))
def test_no_text_raises_and_an_id_is_its_own_form(text):
    id = bare_id(text)
    assert id is None or bare_id(id) == id


@pytest.mark.parametrize(
    ("id", "may"),
    [
        ("2403.03950", True), ("0704.0001", True), ("0703.0001", False), ("2612.00001", True), ("2701.00001", False),
        ("2413.00001", False), ("9999.99999", False), ("quant-ph/0201082", True),
    ],
)  # fmt: skip
def test_a_paper_can_only_be_of_a_month_that_was(id, may):
    assert may_exist(id, date(2026, 11, 30)) is may
