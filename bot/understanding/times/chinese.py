"""R10: Chinese words of time, which stand against the other words, set apart and in English."""

from __future__ import annotations

import re
from calendar import month_name

from bot.model import WEEKDAYS
from bot.understanding.times.languages import PHRASES

HAN = r"[\u3400-\u9fff]"
_FIGURES = {figure: number for number, figure in enumerate("零一二三四五六七八九十")} | {
    "十一": 11,
    "十二": 12,
    "两": 2,
}
_NUMBER = "(" + "|".join(["[0-9]{1,3}", *sorted(_FIGURES, key=len, reverse=True)]) + ")"
_UNITS = {"天": "days", "日": "days", "周": "weeks", "星期": "weeks", "月": "months", "年": "years"}
_WHOLE = "|".join(sorted((key for key in PHRASES if re.match(HAN, key)), key=len, reverse=True))
_BEHIND = r"(?=的|の|\s|$|[!-~]|论文|文章|关于|有关|有|开始|以来|起)"
"""What stands behind a day of figures, which else begins a word: 五月天 is a band."""
_DAY = "|".join(
    [
        r"(?P<year>[12][0-9]{3})年(?:(?P<month_of>[0-9]{1,2})月(?:份|(?P<day_of>[0-9]{1,2})[日号])?)?" + _BEHIND,
        rf"(?P<month>{_NUMBER[1:-1]})月(?:份|(?P<day>[0-9]{{1,2}})[日号])?{_BEHIND}",
        r"(?P<which>上|这|本)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])" + _BEHIND,
        _WHOLE,
        rf"(?:最近|过去|近)的?(?P<count>{_NUMBER[1:-1]})个?(?P<unit>{'|'.join(_UNITS)})",
    ]
)
_BEGINS = re.compile(rf"^(?P<since>从|自)?(?:{_DAY})(?:开始|以来|起)?(?:的|の|以来)?\s*")
_ENDS = re.compile(rf"\s*(?<!{HAN})(?P<since>从|自)?(?:{_DAY})(?:开始|以来|起)?$")
_PLEASE = re.compile(r"^(?:请给我|给我|请|帮我找|我想看)\s*(?=\S)")
_FOLLOW = re.compile(r"^(订阅|关注)(?=\S)")


def are_words(word: str, before: list[str]) -> bool:
    """Return whether a Chinese word stands behind a Chinese query: there it is a word of it."""
    return bool(re.search(HAN, word) and re.search(HAN, " ".join(before)))


def spaced(words: str) -> str:
    """Return the line with Chinese days at its beginning, or behind a query in other letters, at its end in English.

    Behind a Chinese query they stay words of it.
    """
    words = _FOLLOW.sub(r"\1 ", _PLEASE.sub("", words) or words)
    if found := _BEGINS.match(words):
        return f"{words[found.end() :]} {_english(found)}".strip()
    if (found := _ENDS.search(words)) and not re.search(HAN, words[: found.start()]):
        return f"{words[: found.start()]} {_english(found)}".strip()
    return words


def _english(found: re.Match[str]) -> str:
    since = "since " if found["since"] else ""
    if found["year"]:
        month, day = found["month_of"], found["day_of"]
        return since + " ".join(filter(None, [day, _month(month) if month else "", found["year"]]))
    if found["month"]:
        return f"{since or 'in '}{found['day'] or ''} {_month(found['month'])}"
    if found["weekday"]:
        name = WEEKDAYS["一二三四五六日天".index(found["weekday"]) % 7 if found["weekday"] != "天" else 6]
        return f"{since}{name}{' last week' if found['which'] == '上' else ''}"
    if found["count"]:
        count, unit = _count(found["count"]), _UNITS[found["unit"]]
        return f"last {count} {unit}" if count > 1 else f"past {unit.removesuffix('s')}"
    return since + PHRASES[re.sub("^[从自]|(?:开始|以来|起)?(?:的|の)?$", "", found[0].strip())]


def _month(figure: str) -> str:
    number = _count(figure)
    return month_name[number].lower() if number <= 12 else figure  # noqa: PLR2004 months


def _count(figure: str) -> int:
    return _FIGURES.get(figure) or int(figure)
