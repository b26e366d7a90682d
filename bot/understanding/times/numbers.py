"""Numbers as people write them."""

_UP_TO_TWENTY = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
NUMBERS = {word: number for number, word in enumerate(_UP_TO_TWENTY)} | {"a": 1, "an": 1, "dozen": 12, "thirty": 30}
"""Numbers in words."""


def number(word: str) -> int | None:
    """Return the number in figures or in words up to twenty."""
    return int(word) if word.isdecimal() and len(word) < 6 else NUMBERS.get(word)  # noqa: PLR2004
