"""What a chat is posted when several papers are owed at once."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot import views
from bot.deliveries import Delivery
from bot.message import Item, Message, Text
from bot.model import Chat, Paper, Resource, Schedule, Subscription

TODAY = date(2026, 11, 23)
PAPERS = tuple(Paper(f"2611.0000{n}", f"Title {n}", authors=("Ada Lovelace",), day=TODAY) for n in range(1, 6))


def following(number: int, text: str) -> Subscription:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    return Subscription(Chat("telegram", "bot1", "1"), text, text, now, Schedule(), number=number)


RL, LONG = following(1, "rl"), following(2, '"reward model" OR rlhf upvotes>=10')


def posted(*subscriptions: Subscription, answers: tuple = (), digest: bool = False) -> Message:
    chat = Chat("telegram", "bot1", "1")
    ids = tuple(range(1, len(PAPERS) + 1))
    return views.post(Delivery(ids, chat, PAPERS, subscriptions, "m", digest=digest, answers=answers), TODAY)


def facts(message: Message) -> list[str]:
    return [block.facts.replace(views.NBSP, " ") for block in message.blocks if isinstance(block, Item)]


def test_a_roll_up_names_with_each_paper_what_it_answers() -> None:
    answers = tuple(zip([paper.id for paper in PAPERS], [(RL,), (LONG,), (RL, LONG), (RL,), (LONG,)], strict=True))
    message = posted(RL, LONG, answers=answers)
    ends = [said.rpartition(" · ")[2] for said in facts(message)]
    assert ends == ["#1 rl", "#2", "#1 rl, #2", "#1 rl", "#2"]
    last = message.blocks[-1]
    assert isinstance(last, Text)
    assert last.text == '#1 rl  #2 "reward model" OR rlhf upvotes>=10'


def test_a_roll_up_of_one_subscription_names_it_once() -> None:
    assert facts(posted(RL, answers=tuple((paper.id, (RL,)) for paper in PAPERS))) == ["A. Lovelace"] * len(PAPERS)


def test_a_header_tells_two_digests_apart_in_a_notification() -> None:
    assert posted(RL, digest=True).summary == "rl · 5 new · Mon 23 Nov"
    assert posted(LONG, digest=True).summary == '"reward model" OR rlhf upvotes>=10 · 5 new · Mon 23 Nov'
    named = replace(LONG, name="feedback")
    assert posted(named, digest=True).summary == "feedback · 5 new · Mon 23 Nov"
    assert posted(RL, named).summary == "rl, feedback · 5 new · Mon 23 Nov"
    assert posted(RL, LONG).summary == 'rl, "reward model" OR rlhf upvotes>=10 · 5 new · Mon 23 Nov'


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (999, "999"),
        (1234, "1.2k"),
        (9949, "9.9k"),
        (9950, "10k"),
        (999_499, "999k"),
        (999_500, "1.0M"),
        (15_300_000, "15M"),
    ],
)
def test_a_number_is_said_in_a_few_signs(number: int, said: str) -> None:
    assert views.short(number) == said


def test_a_card_says_a_single_sentence_once() -> None:
    one, two = (views.card(Paper("1", "T", abstract), TODAY) for abstract in ("We map it.", "We map it. Well."))
    assert ((one.summary, one.abstract), two.abstract) == (("We map it.", ""), "We map it. Well.")


def test_a_card_names_what_belongs_to_a_paper_and_does_not_say_its_buttons_again() -> None:
    resources = (
        Resource("model", 3, (), "https://a.example/m"),
        Resource("Space", 1, ("org/demo",), "https://a.example/s"),
    )
    card = views.card_message(PAPERS[0], TODAY, resources=resources)
    assert card.blocks[1:] == (Text("1 Space: org/demo"),)
    assert [action.label for action in card.actions[-1]] == ["3 models", "1 Space"]


def test_days_of_a_digest_are_written_as_everywhere() -> None:
    papers = (PAPERS[0], replace(PAPERS[1], day=date(2026, 11, 20)))
    delivery = Delivery((1, 2), Chat("telegram", "bot1", "1"), papers, (RL,), "m", digest=True)
    assert views.post(delivery, TODAY).summary == "rl · 2 new · 20-23 Nov"
