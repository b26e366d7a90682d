"""Answers to several lines are one message, in which each button says what it is about."""

from bot.message import Action, Item, Message, Text, joined


def a_list(query, count, *more):
    """Return a list of papers as a question is answered, with a button each."""
    papers = [Item(f"2611.{n:05}", f"{query} {n}", "https://arxiv.org", n) for n in range(1, count + 1)]
    rows = (tuple(Action(str(one.number), f"paper {one.id}") for one in papers), more)
    return Message((Text(query, "head"), *papers), rows)


def labels(message):
    return [[action.label for action in row] for row in message.actions]


def test_one_answer_stays_as_it_is():
    alone = a_list("rl", 2, Action("More", "rl page 2", replaces=True))
    assert joined([alone]) is alone


def test_lists_count_on_and_buttons_name_what_they_are_about():
    both = joined(
        [a_list("rl", 2, Action("Subscribe", "subscribe rl")), a_list("llm", 1, Action("Subscribe", "subscribe llm"))]
    )
    assert labels(both) == [["1", "2"], ["Subscribe rl"], ["3"], ["Subscribe llm"]]
    assert [block.number for block in both.blocks if isinstance(block, Item)] == [1, 2, 3]
    assert both.actions[2][0].line == "paper 2611.00001"


def test_what_no_short_line_tells_apart_is_told_by_its_place():
    long = "subscribe " + "word " * 9
    both = joined(
        [a_list("a", 0, Action("Undo", "undo 5"), Action("Subscribe", long)), a_list("b", 0, Action("Undo", "undo 6"))]
    )
    assert labels(both) == [["Undo 5", "Subscribe"], ["Undo 6"]]
    both = joined([a_list("a", 0, Action("More", "a page 2")), a_list("b", 0, Action("More", "b page 2"))])
    assert labels(both) == [["More 1"], ["More 2"]]


def test_what_does_the_same_stands_there_once():
    same = Action("Saved papers", "saved")
    both = joined([a_list("a", 0, same), a_list("b", 0, same)])
    assert labels(both) == [["Saved papers"]]


def test_no_page_of_one_list_takes_the_place_of_both():
    both = joined([a_list("a", 1, Action("More", "a page 2", replaces=True)), a_list("b", 1)])
    assert not any(action.replaces for row in both.actions for action in row)
