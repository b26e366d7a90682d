"""R22: the usual phrases of how often, and what each means."""

_DIGEST = r"(?: (?:as )?(?:a )?(?:digest|summary|report|roundup|newsletter|update|email|overview|mail))?s?"
_ONCE = r"(?:once|one time|1 ?x|1 time)"
_NO = r"(?:except|excluding|but not|but no|not|no|without)"
KINDS = {
    r"(?:twice|two times|2 ?x) (?:a|per|each|every) day|twice daily": "daily",
    rf"(?:as |in )?(?:a |one )?daily{_DIGEST}|{_ONCE} (?:a|per|every|each) day|{_ONCE} daily|on a daily basis|every ?day|each day|per day|(?<!in )a day|every 24 hours|every single day|(?:einmal )?täglich|jeden tag|(?:einmal )?(?:am|pro) tag|tous les jours|chaque jour|une fois par jour|quotidien|cada d[ií]a|todos los d[ií]as|una vez al d[ií]a|(?:a )?diario|diariamente|каждый день|ежедневно|каждое утро|每天|每日": "daily",
    r"(?:every|each|in the) (?:morning|night|noon|evening|afternoon)|mornings|evenings|jeden (?:morgen|abend)|chaque matin|tous les matins|cada mañana|todas las mañanas": "daily",
    rf"(?:on |every |each |during )?(?:weekdays?|working days?|work ?days?|business days?)|(?:from )?(?:mon(?:day)?)(?: to | ?- ?| through )fri(?:day)?s?|(?:daily,? |every day,? )?{_NO}(?: on| at)? (?:the )?weekends?|during the week|werktags|unter der woche|jours ouvrables|en semaine|entre semana": "weekdays",
    rf"(?:as |in )?(?:a |one )?weekly{_DIGEST}|{_ONCE} (?:a|per|every|each) week|on a weekly basis|(?:every|each|per) week|every (?:7|seven) days|wöchentlich|jede woche|einmal (?:die|pro) woche|une fois par semaine|una vez (?:a la|por) semana|todas las semanas|semanalmente|chaque semaine|toutes les semaines|cada semana|semanal|hebdomadaire|каждую неделю|еженедельно|раз в неделю|每周|每星期": "weekly",
    rf"(?:as |in )?(?:a |one )?monthly{_DIGEST}|{_ONCE} (?:a|per|every|each) month|on a monthly basis|(?:every|each|per) month|(?:monthly )?(?:on |every )(?:the )?(?:1st|first)(?: day)?(?: of (?:the|each|every) month)?|monthly (?:the )?(?:1st|first)|(?:the )?(?:1st|first)(?: day)? of (?:the|each|every) month|monatlich|jeden monat|chaque mois|tous les mois|cada mes|mensual|каждый месяц|ежемесячно|每月": "monthly",
    r"immediately|instantly|(?<!all )at once|right away|straight away|as they (?:appear|come)(?: out| in)?|when(?:ever)? (?:(?:it|they|something|one|new ones?) (?:appears?|comes? out|(?:is|are) (?:published|out|new|listed))|published|available)|as (?:soon as )?(?:it|they) (?:appears?|(?:is|are|come|comes|get|gets) (?:out|in|up|published|listed))|as soon as possible|each time|in real[ -]?time|live|sofort|immédiatement|ahora mismo|without delay": "now",
    r"every (?:other|second|2nd|2|two) days?": "every 2 days",
    r"every (?:third|3rd) days?": "every 3 days",
    r"every (?:third|3rd) weeks?": "every 3 weeks on mon",
    r"(?:every (?:other|second|2|two) weeks?|fortnightly|every fortnight|once a fortnight|alle zwei wochen)": "every 2 weeks on mon",
    r"hourly|each hour|once an hour|stündlich": "every 1 hour",
}
"""Usual phrases, without their hour."""
ASKS = {
    rf"(?:daily|every ?day|weekdays|every weekday),? {_NO}(?: on)? (?:the )?(?:public |bank |national )?holidays": ("I know no holidays. How often?", ("daily at 09:00", "weekdays at 09:00")),
    r"(?:twice|two times|2 times|2x) (?:a|per|each|every) week": ("On which two days?", ("weekly on mon,thu at 09:00", "weekly on tue,fri at 09:00")),
    r"(?:three times|3 times|thrice|3x) (?:a|per|each|every) week": ("On which days?", ("weekly on mon,wed,fri at 09:00",)),
    r"(?:twice|two times|2 times|2x) (?:a|per|each|every) (?:day)|twice daily": ("At which hours?", ("daily at 09:00,17:00", "daily at 08:00,20:00")),
    r"(?:three|3|four|4|several|multiple|many|a few|few) times (?:a|per|each|every) day": ("At which hours?", ("daily at 09:00,13:00,17:00", "every 4 hours")),
    r"(?:four|4|five|5|several|multiple|a few|few) times (?:a|per|each|every) week": ("On which days?", ("weekdays at 09:00",)),
    r"every (?:\d+|[a-z]+|half an?|half) ?(?:minutes?|mins?|hour and a half|seconds?|hour)": ("The shortest rhythm is an hour.", ("every 1 hour", "now")),
    r"bi-?weekly|semi-?weekly": ("Twice a week, or every two weeks?", ("weekly on mon,thu at 09:00", "every 2 weeks on mon at 09:00")),
    r"bi-?monthly|(?:twice|two times) a month|every (?:two|2|other) months": ("How often?", ("every 2 weeks on mon at 09:00", "monthly at 09:00")),
    r"(?:every (?:few|couple of|several) (?:days|weeks)|regularly|from time to time|sometimes|occasionally|often|periodically|on weekends?|at (?:the )?weekends?|every weekend)": ("How often?", ("daily at 09:00", "weekly on mon at 09:00")),
    r"(?:yearly|annually|every year|once a year|quarterly|every quarter)": ("So rarely I post nothing. How often?", ("monthly at 09:00", "weekly on mon at 09:00")),
}  # fmt: skip
"""Phrases that lack a part, or have two meanings."""
HOURS = {
    "noon": "12:00",
    "midday": "12:00",
    "midnight": "00:00",
    "mittag": "12:00",
    "midi": "12:00",
    "six": "06:00",
    "seven": "07:00",
    "eight": "08:00",
    "nine": "09:00",
    "ten": "10:00",
    "lunch": "12:00",
    "lunchtime": "12:00",
}
PARTS = {
    "morning": "",
    "evening": " at 18:00",
    "night": " at 21:00",
    "afternoon": " at 15:00",
    "noon": " at 12:00",
    "lunch": " at 12:00",
}
