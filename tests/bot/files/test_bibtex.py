"""BibTeX that other programs read, whatever a title, a name or a script is."""

import itertools
import re
from datetime import UTC, datetime

import bibtexparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string

from bot.files import names, tex
from bot.files.bibtex import bibtex
from bot.model import Paper

DAY = datetime(2026, 11, 20, tzinfo=UTC)
HOSTILE = st.lists(
    st.sampled_from(["a", "B", " ", "{", "}", "$", "\\", "_", "%", "#", "&", "~", "^", "@", ",", "=", '"', "\n", "é",
                     "世", "😀", "\u0301", "\ud800", "\\input{x}", "\\write18", " and ", "\\'", "Jr."]), max_size=12,
).map("".join)  # fmt: skip


def a_paper(number=1, title="Scaling laws", *authors):
    return Paper(f"2611.{number:05}", title, authors=authors or ("Ann Example",), published=DAY)


def keys(papers):
    return re.findall(r"(?m)^@misc\{(.*),$", bibtex(papers))


@given(st.lists(st.tuples(HOSTILE, st.lists(HOSTILE, max_size=3)), min_size=1, max_size=3))
@settings(deadline=None)
def test_every_reader_finds_every_entry(drawn):
    papers = [a_paper(n, title, *authors) for n, (title, authors) in enumerate(drawn)]
    written = bibtex(papers)
    written.encode()
    assert list(parse_string(written, "bibtex").entries) == keys(papers)
    assert [entry["ID"] for entry in bibtexparser.loads(written).entries] == keys(papers)


@given(HOSTILE)
def test_nothing_of_a_title_is_carried_out(title):
    shown = tex.shown(title)
    assert not re.search(r"\\(?:input|write|csname|begin|def)", shown)
    assert not re.search(r"(?<!\\)[%#&]", shown)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Training on 10^5 tokens", r"Training on 10\^{}5 tokens"),
        ("A^* planning", r"A\^{}* planning"),
        ("Under_score 50% #1 x^2 ~ y", r"Under\_score 50\% \#1 x\^{}2 \~{} y"),
        ("$x^2$ and $\\frac{a}{b_1}$", "$x^2$ and $\\frac{a}{b_1}$"),
        ("$a^b^c$", r"a\^{}b\^{}c"),
        ("costs $5 and $6 each", r"costs \$5 and \$6 each"),
        ("\\input{/etc/passwd}x \\write18{rm}", "x write18rm"),
        ("é Ø ế", r"{\'{e}} {\O} {\'{\^{e}}}"),
        ("a\nb\u2028c\ud800", "a b c"),
        ("世界", "世界"),
    ],
)
def test_a_title_for_tex(title, shown):
    if title == "$a^b^c$":
        assert "$a^b^c$" not in tex.shown(title)
    else:
        assert tex.shown(title) == shown


def test_a_key_is_the_papers_alone():
    papers = [a_paper(n, title) for n, title in enumerate(["Scaling laws", "Scaling up", "Scaling", "Scaling laws"])]
    alone = [keys([paper])[0] for paper in papers]
    assert len(set(alone)) == len(papers)
    for some in itertools.permutations(papers):
        assert keys(some) == [alone[papers.index(paper)] for paper in some]


@given(st.lists(st.text(max_size=8), unique=True, max_size=5), HOSTILE, HOSTILE)
def test_keys_are_ascii_and_differ_whatever_the_papers_are(ids, title, author):
    written = keys([Paper(id, title, authors=(author,)) for id in ids])
    assert len({key.lower() for key in written}) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9.-]+", key) for key in written)


@pytest.mark.parametrize(
    ("name", "written", "last", "first"),
    [
        ("Henry M. Example, Jr.", "{Example}, Jr., Henry M.", ["{Example}"], ["Henry"]),
        ("Example Labs, Inc.", "{Example Labs, Inc.}", ["{Example Labs, Inc.}"], []),
        ("Smith, John, Jr., PhD", "{Smith}, {Jr., PhD}, John", ["{Smith}"], ["John"]),
        ("José de la Cruz, III", r"{de la Cruz}, III, Jos{\'{e}}", ["{de la Cruz}"], [r"Jos{\'{e}}"]),
        ("Li, Wei", "Li, Wei", ["Li"], ["Wei"]),
        ("Research AND Development Lab", "{Research AND Development Lab}", ["{Research AND Development Lab}"], []),
        ("others", "{others}", ["{others}"], []),
        (r"Nguy\~ên Example", r"Nguy{\~{\^{e}}}n Example", ["Example"], [r"Nguy{\~{\^{e}}}n"]),
        (r"Pat St\ütz", r"Pat St{\"{u}}tz", [r"St{\"{u}}tz"], ["Pat"]),
        (r"O\'{}Neill, Ann", "O'Neill, Ann", ["O'Neill"], ["Ann"]),
        (r"A. {van der Berg}", "A. van der Berg", ["Berg"], ["A."]),
        ("李 明", "{李 明}", ["{李 明}"], []),
        ("a, b, c, d", "{a, b, c, d}", ["{a, b, c, d}"], []),
        ("Ann Lee", "Ann Lee", ["Lee"], ["Ann"]),
        ("Sammy Davis Jr.", "{Davis}, Jr., Sammy", ["{Davis}"], ["Sammy"]),
        ("John Smith III", "{Smith}, III, John", ["{Smith}"], ["John"]),
        ("Davis Jr., Sammy", "{Davis}, Jr., Sammy", ["{Davis}"], ["Sammy"]),
        ("Davis, Sammy Jr", "{Davis}, Jr, Sammy", ["{Davis}"], ["Sammy"]),
        ("José de la Cruz II", r"{de la Cruz}, II, Jos{\'{e}}", ["{de la Cruz}"], [r"Jos{\'{e}}"]),
        ("Venktesh V", "Venktesh V", ["V"], ["Venktesh"]),
        ("Kimi Team", "{Kimi Team}", ["{Kimi Team}"], []),
        ("Google DeepMind", "{Google DeepMind}", ["{Google DeepMind}"], []),
        ("The ATLAS Collaboration", "{The ATLAS Collaboration}", ["{The ATLAS Collaboration}"], []),
        ("The TRACK-TBI Investigators", "{The TRACK-TBI Investigators}", ["{The TRACK-TBI Investigators}"], []),
        ("Qingyao Ai", "Qingyao Ai", ["Ai"], ["Qingyao"]),
    ],
)
def test_a_name_is_read_as_one_person(name, written, last, first):
    assert names.written(name) == written
    entries = parse_string(bibtex([a_paper(1, "x", name, "Bob Last")]), "bibtex").entries.values()
    people = next(iter(entries)).persons["author"]
    assert (len(people), people[0].last_names, people[0].first_names) == (2, last, first)


@pytest.mark.parametrize(
    "name", ["Henry M. Example, Jr.", "Henry M. Example Jr.", "Example Jr., Henry", "Henry Example III", "Example, H."]
)
def test_a_key_begins_with_the_family_name(name):
    assert keys([a_paper(1, "Junior", name)]) == ["example2026junior-2611.00001"]
