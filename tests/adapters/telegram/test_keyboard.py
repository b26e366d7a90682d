import pytest

from adapters.telegram.wire.keyboard import keyboard, pressed
from bot.message import Action


def test_a_press_sends_the_line_and_whether_it_replaces():
    row = (Action("Card", "paper 2403.03950"), Action("More", "rl today page 2", replaces=True))
    [[card, more]] = keyboard((row,)).inline_keyboard
    assert pressed(card.callback_data) == ("paper 2403.03950", False)
    assert pressed(more.callback_data) == ("rl today page 2", True)


def test_a_short_name_of_a_long_line_stays_as_it_is():
    [[button, more]] = keyboard(((Action("Card", "~k7"), Action("More", "~k8", replaces=True)),)).inline_keyboard
    assert pressed(button.callback_data) == ("~k7", False)
    assert pressed(more.callback_data) == ("~k8", True)


def test_a_full_line_fits_with_its_mark():
    [[button]] = keyboard(((Action("More", "π" * 30, replaces=True),),)).inline_keyboard
    assert len(button.callback_data.encode()) == 61


def test_long_rows_are_split_evenly():
    row = tuple(Action(str(n), f"paper {n}") for n in range(1, 11))
    assert [len(row) for row in keyboard((row,)).inline_keyboard] == [5, 5]


def test_no_buttons_are_no_keyboard():
    assert keyboard(()) is None
    assert keyboard(((),)) is None


def test_a_page_opens_instead_of_sending_a_line():
    [[button]] = keyboard(((Action("PDF", url="https://arxiv.org/pdf/2403.03950"),),)).inline_keyboard
    assert (button.url, button.callback_data) == ("https://arxiv.org/pdf/2403.03950", None)


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        (("Preview", "At once instead", "Undo"), [3]),
        (("Stop #2", "Preview", "Daily instead", "Undo"), [2, 2]),
        (("Subscribe rl", "Subscribe agents", "Subscribe diffusion"), [1, 2]),
        (("Pause #1", "Daily #1", "Preview #1", "Stop #1"), [4]),
        (("Pause #10", "Daily #10", "Preview #10", "Stop #10"), [2, 2]),
        (("a" * 50, "b"), [1, 1]),
        (("通过分类训练价值函数", "扩展深度强化学习模型"), [2]),
        (("通过分类训练价值函数以扩展", "深度强化学习"), [1, 1]),
    ],
)
def test_a_row_whose_labels_a_phone_would_cut_is_split(labels, shown):
    rows = keyboard((tuple(Action(label, f"find {n}") for n, label in enumerate(labels)),)).inline_keyboard
    assert [len(row) for row in rows] == shown
