"""R10: words of time in German, French, Spanish, Russian and Chinese, as the English ones that they mean."""

from __future__ import annotations

import re

PHRASES: dict[str, str] = {
    # English
    "last night": "yesterday", "2day": "today", "yday": "yesterday",
    # German
    "heute": "today", "gestern": "yesterday", "vorgestern": "day before yesterday", "diese woche": "this week",
    "letzte woche": "last week", "vorige woche": "last week", "diesen monat": "this month", "wochenende": "weekend",
    "letzten monat": "last month", "dieses jahr": "this year", "letztes jahr": "last year", "morgen": "tomorrow",
    "heute morgen": "today", "von heute": "today", "von gestern": "yesterday", "d'hier": "yesterday", "de ayer": "yesterday",
    "d'aujourd'hui": "today", "de hoy": "today", "heute früh": "today", "nächste woche": "next week", "übermorgen": "tomorrow",
    "in dieser woche": "this week", "am wochenende": "weekend", "dieser woche": "this week",
    "anfang des monats": "this month", "anfang des jahres": "this year", "anfang der woche": "this week",
    "in der letzten woche": "last week", "der letzten woche": "last week", "im letzten monat": "last month",
    # French
    "aujourd'hui": "today", "hier": "yesterday", "avant-hier": "day before yesterday", "cette semaine": "this week",
    "la semaine dernière": "last week", "semaine dernière": "last week", "ce mois-ci": "this month", "demain": "tomorrow",
    "ce mois": "this month", "le mois dernier": "last month", "mois dernier": "last month", "ce matin": "today",
    "cette année": "this year", "l'année dernière": "last year", "l'an dernier": "last year", "ce week-end": "weekend",
    "la semaine derniere": "last week", "semaine derniere": "last week", "cette annee": "this year",
    "la semaine prochaine": "next week", "le début du mois": "this month", "le début de l'année": "this year",
    "le début de la semaine": "this week",
    # Spanish
    "hoy": "today", "ayer": "yesterday", "anteayer": "day before yesterday", "esta semana": "this week",
    "la semana pasada": "last week", "semana pasada": "last week", "este mes": "this month", "mañana": "tomorrow",
    "el mes pasado": "last month", "mes pasado": "last month", "este año": "this year", "esta mañana": "today",
    "el año pasado": "last year", "año pasado": "last year", "fin de semana": "weekend", "antes de ayer": "day before yesterday",
    "última semana": "past week", "la última semana": "past week", "último mes": "past month", "el último mes": "past month",
    "la próxima semana": "next week", "la proxima semana": "next week", "el fin de semana": "weekend",
    # Russian
    "сегодня": "today", "вчера": "yesterday", "позавчера": "day before yesterday", "на этой неделе": "this week",
    "на прошлой неделе": "last week", "сегодня утром": "today", "вчерашние": "yesterday", "сегодняшние": "today",
    "начала месяца": "this month", "начала года": "this year", "начала недели": "this week", "в этом месяце": "this month", "в прошлом месяце": "last month",
    "в этом году": "this year", "в прошлом году": "last year", "за неделю": "past week", "за месяц": "past month",
    "за год": "past year", "за последнюю неделю": "past week", "за последний месяц": "past month", "завтра": "tomorrow",
    "за вчера": "yesterday", "за сегодня": "today", "эта неделя": "this week", "прошлая неделя": "last week",
    "за выходные": "weekend", "за прошлую неделю": "last week", "за эту неделю": "this week", "на следующей неделе": "next week",
    # Chinese
    "今天": "today", "今日": "today", "昨天": "yesterday", "昨日": "yesterday", "前天": "day before yesterday",
    "本周": "this week", "这周": "this week", "这个星期": "this week", "上周": "last week", "上个星期": "last week",
    "本月": "this month", "这个月": "this month", "上个月": "last month", "上月": "last month", "今年": "this year",
    "去年": "last year", "最近一周": "past week", "过去一周": "past week", "最近一个月": "past month", "明天": "tomorrow",
    "周末": "weekend",
}  # fmt: skip
"""Whole phrases; those of more than one word stand there as they are typed."""

WORDS: dict[str, str] = {
    **dict.fromkeys(("seit", "depuis", "desde", "ab", "dès", "с"), "since"),
    **dict.fromkeys(("vor", "avant", "antes", "до"), "before"),
    **dict.fromkeys(("nach", "après", "después", "после"), "after"),
    **dict.fromkeys(("bis", "jusqu'au", "jusqu'à", "hasta"), "until"),
    **dict.fromkeys(("im", "am", "en", "au", "в", "во", "el", "le"), "on"),
    **dict.fromkeys(("vom", "von", "du", "del"), "of"),
    **dict.fromkeys(("letzten", "letzter", "letzte", "dernier", "derniers", "dernières", "últimos", "últimas"), "last"),
    **dict.fromkeys(("vergangenen", "vergangene", "vergangener", "pasado", "pasada", "последние", "последних"), "last"),
    **dict.fromkeys(("прошлую", "прошлый", "прошлое", "прошлого"), "last"),
    **dict.fromkeys(("tag", "tage", "tagen", "jour", "jours", "día", "días", "dias", "дней", "дня", "день"), "days"),
    **dict.fromkeys(("wochen", "semaines", "semanas", "недели", "недель", "неделю"), "weeks"),
    **dict.fromkeys(("monate", "monaten", "meses", "месяца", "месяцев"), "months"),
    **dict.fromkeys(("jahre", "jahren", "ans", "años", "лет"), "years"),
    **dict.fromkeys(("ein", "eine", "einen", "einem", "einer", "un", "une", "una"), "a"),
    **dict.fromkeys(("zwei", "deux", "dos", "два", "две"), "2"), **dict.fromkeys(("drei", "trois", "tres", "три"), "3"),
    **dict.fromkeys(("vier", "quatre", "cuatro", "четыре"), "4"), **dict.fromkeys(("fünf", "cinq", "cinco", "пять"), "5"),
    "sechs": "6", "sieben": "7", "siete": "7", "acht": "8", "zehn": "10", "dix": "10", "diez": "10", "назад": "ago", "ces": "these",
    **dict.fromkeys(("kw", "kalenderwoche", "semaine", "semana", "cw"), "week"),
    "за": "over", "der": "the", "den": "the", "die": "the", "les": "the", "los": "the", "las": "the", "de": "of",
    "des": "of the", "monats": "month", "monat": "month", "jahres": "year", "woche": "week", "zu": "to", "zum": "to", "und": "and", "et": "and", "y": "and", "и": "and", "zwischen": "between", "entre": "between",
}  # fmt: skip
"""Words beside a number, a weekday or a month."""

_MONTHS = {
    "january": "januar jänner janvier enero январь января январе",
    "february": "februar février fevrier febrero февраль февраля феврале",
    "march": "märz maerz mars marzo март марта марте",
    "april": "avril abril апрель апреля апреле",
    "may": "mai mayo май мая мае",
    "june": "juni juin junio июнь июня июне",
    "july": "juli juillet julio июль июля июле",
    "august": "août aout agosto август августа августе",
    "september": "septembre septiembre сентябрь сентября сентябре",
    "october": "oktober octobre octubre октябрь октября октябре",
    "november": "novembre noviembre ноябрь ноября ноябре",
    "december": "dezember décembre decembre diciembre декабрь декабря декабре",
}
_WEEKDAYS = {
    "monday": "montag montags lundi lundis lunes понедельник понедельника",
    "tuesday": "dienstag dienstags mardi mardis martes вторник вторника",
    "wednesday": "mittwoch mittwochs mercredi mercredis miércoles miercoles среда среду среды",
    "thursday": "donnerstag donnerstags jeudi jeudis jueves четверг четверга",
    "friday": "freitag freitags vendredi vendredis viernes пятница пятницу пятницы",
    "saturday": "samstag samstags sonnabend samedi samedis sábado sabado суббота субботу субботы",
    "sunday": "sonntag sonntags dimanche dimanches domingo воскресенье воскресенья",
}
NAMES = {
    word: english for table in (_MONTHS, _WEEKDAYS) for english, several in table.items() for word in several.split()
}

# The words that stand in other languages elsewhere than in English, each translated: "il y a" is "il and a".
_LAST_BEHIND = re.compile(rf"\b({'|'.join(_WEEKDAYS)}|weeks?|months?|years?) last$")
_NUMBER_BEFORE = re.compile(r"\b(\w+) last (?=(?:day|week|month|year)s$)")
_BEFORE_NOW = re.compile(r"^(?:before|hace|il and a) (\w+ (?:hour|day|week|month|year)s?)$")


def english(phrase: str) -> str:
    """Return the phrase (small letters) in English where all of it is words of time, else as it is."""
    if phrase in PHRASES:
        return PHRASES[phrase]
    words = phrase.split(" ")
    for at in range(1, len(words)):  # "seit letzter woche", "since" in front of a phrase
        if " ".join(words[at:]) in PHRASES:
            return f"{' '.join(WORDS.get(word, word) for word in words[:at])} {PHRASES[' '.join(words[at:])]}"
    return _ordered(" ".join(NAMES.get(word) or WORDS.get(word, word) for word in words))


def _ordered(words: str) -> str:
    """Return the words in the order of English: ``last friday``, ``last 3 days``, ``3 days ago``."""
    words = _LAST_BEHIND.sub(r"last \1", words)
    words = _NUMBER_BEFORE.sub(r"last \1 ", words)
    return _BEFORE_NOW.sub(r"\1 ago", words)
