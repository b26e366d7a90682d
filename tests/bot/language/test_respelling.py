import pytest

from bot.language.words import respelling

COMMON = {"agents": 9000, "neural": 20_000, "models": 50_000, "transformer": 30_000, "about": 60_000, "lora": 4000}
PAPERS = COMMON | {"agnews": 9, "numeral": 300, "mods": 40, "mamba": 900, "mambo": 2, "slip": 1, "abot": 3}


@pytest.mark.parametrize(
    ("word", "own", "meant"),
    [
        ("agnets", 0, "agents"),  # two letters exchanged, as likely as one changed
        ("nueral", 0, "neural"),
        ("modls", 0, "models"),
        ("abuot", 0, "about"),
        ("transfomer", 4, "transformer"),  # four papers have the slip
        ("transfomer", 6, ""),
        ("agents", 9000, ""),
        ("mambo", 2, ""),  # rare, and far from as rare as a slip
        ("lara", 1, ""),  # too short to be taken for another that stands there too
        ("lara", 0, "lora"),
        ("slipp", 0, ""),  # a single paper's own slip
        ("difusion", 0, ""),
        ("世界模型", 0, ""),
        ("", 0, ""),
    ],
)
def test_a_slip_is_the_most_frequent_word_one_letter_away(word, own, meant):
    assert respelling.meant(word, own, PAPERS) == meant


@pytest.mark.parametrize(
    ("words", "looked_at"),
    [
        (["Agnets", "agnets", "rl", "gpt4", "a" * 31, "nueral"], ("agnets", "nueral")),
        ([], ()),
        (["", " ", "\0", "c++", "i.i.d."], ()),
    ],
)
def test_short_long_and_mixed_words_are_not_looked_at(words, looked_at):
    assert respelling.looked_at(words) == looked_at


@pytest.mark.parametrize(("word", "count"), [("ab", 130), ("a", 77), ("", 26)])
def test_all_that_is_one_letter_away_is_there_but_the_word_itself(word, count):
    away = respelling.one_away(word)
    assert (word in away, len(away) <= count) == (False, True)
    assert all(abs(len(one) - len(word)) <= 1 for one in away)


@pytest.mark.parametrize(("word", "alike"), [("reinforcment", "reinforcement"), ("zzzz", ""), ("", "")])
def test_with_more_than_a_letter_wrong_the_most_alike_is_meant(word, alike):
    assert respelling.alike(word, ("reinforcement", "reinforce")) == alike
