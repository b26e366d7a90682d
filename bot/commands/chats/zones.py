"""Time zones as people name them: a town with or without its country, an IANA name, an offset from UTC."""

from __future__ import annotations

import difflib
import re
from functools import cache
from zoneinfo import available_timezones

from bot.errors import QueryError
from bot.language.words.text import fold

TOWNS = {
    "Africa/Johannesburg": "cape town, pretoria, stellenbosch",
    "Africa/Nairobi": "kampala, addis ababa",
    "America/Chicago": "austin, urbana, champaign, dallas, houston, madison, minneapolis, st louis, cst, cdt",
    "America/Denver": "boulder, salt lake city, los alamos, mst, mdt",
    "America/Los_Angeles": (
        "berkeley, caltech, cupertino, irvine, menlo park, mountain view, oakland, palo alto, pasadena, portland, "
        "redmond, san diego, san francisco, san jose, santa barbara, santa clara, seattle, sf, silicon valley, "
        "stanford, la, pst, pdt, pacific time"
    ),
    "America/New_York": (
        "amherst, ann arbor, atlanta, baltimore, boston, brooklyn, cambridge ma, cambridge usa, college park, "
        "columbus, durham, harvard, ithaca, miami, mit, new haven, new york city, ny, nyc, "
        "philadelphia, pittsburgh, princeton, "
        "providence, washington, washington dc, dc, edt, eastern time"
    ),
    "America/Toronto": "kingston ontario, london ontario, montreal, ottawa, quebec, waterloo",
    "America/Edmonton": "calgary",
    "America/Sao_Paulo": "brasilia, campinas, rio, rio de janeiro",
    "America/Argentina/Buenos_Aires": "argentina",
    "Asia/Dubai": "abu dhabi, uae",
    "Asia/Ho_Chi_Minh": "hanoi, ho chi minh city, saigon, vietnam",
    "Asia/Jakarta": "bandung",
    "Asia/Jerusalem": "beer sheva, haifa, rehovot, technion, tel aviv",
    "Asia/Karachi": "islamabad, lahore, pakistan",
    "Asia/Kolkata": (
        "ahmedabad, bangalore, bengaluru, chennai, delhi, gurgaon, hyderabad, india, kanpur, kharagpur, mumbai, "
        "new delhi, pune"
    ),
    "Asia/Riyadh": "jeddah, kaust, thuwal",
    "Asia/Seoul": "busan, daejeon, kaist, korea, south korea, kst",
    "Asia/Shanghai": (
        "beijing, changsha, chengdu, china, guangzhou, hangzhou, hefei, nanjing, shenzhen, suzhou, tianjin, tsinghua, "
        "wuhan, xian"
    ),
    "Asia/Taipei": "hsinchu, taiwan",
    "Asia/Tokyo": "fukuoka, jst, kyoto, nagoya, osaka, sendai, tsukuba, yokohama",
    "Australia/Sydney": "canberra",
    "Europe/Amsterdam": "delft, eindhoven, groningen, leiden, netherlands, rotterdam, the hague, utrecht",
    "Europe/Berlin": (
        "aachen, bonn, cologne, darmstadt, dresden, dusseldorf, frankfurt, frankfurt am main, freiburg, "
        "germany, gottingen, hamburg, "
        "hannover, heidelberg, karlsruhe, koln, leipzig, munchen, munich, nuremberg, saarbrucken, "
        "stuttgart, tubingen"
    ),
    "Europe/Brussels": "antwerp, belgium, ghent, leuven",
    "Europe/Copenhagen": "aarhus, denmark",
    "Europe/Helsinki": "espoo, finland",
    "Europe/Kyiv": "kharkiv, lviv, ukraine",
    "Europe/Lisbon": "porto",
    "Europe/London": (
        "birmingham, bristol, bst, cambridge, edinburgh, england, glasgow, leeds, manchester, oxford, scotland, uk, "
        "united kingdom, york"
    ),
    "Europe/Madrid": "barcelona, bilbao, granada, seville, spain, valencia",
    "Europe/Oslo": "norway, trondheim",
    "Europe/Paris": "bordeaux, cest, france, grenoble, lille, lyon, marseille, nice, palaiseau, saclay, toulouse",
    "Europe/Prague": "brno, czechia",
    "Europe/Rome": "bologna, florence, genoa, italy, milan, milano, naples, padua, pisa, roma, turin, trento",
    "Europe/Stockholm": "gothenburg, linkoping, lund, malmo, sweden, uppsala",
    "Europe/Vienna": "austria, graz, klosterneuburg, linz, wien",
    "Europe/Warsaw": "krakow, wroclaw",
    "Europe/Zurich": "basel, bern, epfl, eth, geneva, lausanne, lugano, switzerland",
    "Pacific/Auckland": "new zealand, wellington",
    "UTC": "utc, gmt, z",
}
"""Towns and other words that people of the field name and that give no time zone its own name."""

LANDS = {
    "America/": (
        "usa, us, united states, america, canada, brazil, brasil, mexico, argentina, al, az, ca, california, co, ct, "
        "dc, fl, ga, georgia, il, illinois, in, ma, massachusetts, md, mi, michigan, mn, nc, nj, new jersey, nm, ny, "
        "new york, oh, ohio, on, ontario, or, oregon, pa, pennsylvania, qc, quebec, ri, tx, texas, ut, va, wa, wi"
    ),
    "Europe/": (
        "uk, england, scotland, united kingdom, great britain, france, germany, deutschland, italy, italia, spain, "
        "switzerland, schweiz, austria, netherlands, belgium, denmark, sweden, norway, finland, poland, czechia, "
        "czech republic, portugal, ireland, greece, hungary, ukraine, russia, turkey"
    ),
    "Asia/": (
        "india, china, japan, korea, south korea, taiwan, israel, vietnam, indonesia, uae, saudi arabia, pakistan, "
        "iran, thailand"
    ),
    "Australia/": "australia",
    "Africa/": "south africa, kenya, egypt, nigeria",
}
"""Countries and states that may stand behind a town, by the zones that the town can have then."""

NOT_OURS = {"Factory", "localtime"}
"""Names that say nothing of a place."""
OFFSET = re.compile(r"(?:utc|gmt)?\s*([+-])\s*(\d{1,2})(?::?(\d\d))?")
EAST, WEST = 14, 12
"""Hours of the fixed zones Etc/GMT-14 to Etc/GMT+12, whose signs are turned round."""
NEAR = 0.75


def zone_named(name: str) -> str:
    """Return the IANA name of the zone that somebody means; raises QueryError with the nearest name."""
    wanted = _folded(name)
    found = _offset(wanted) or _known().get(wanted) or _in_its_land(wanted)
    if found:
        return found
    near = difflib.get_close_matches(wanted, _known(), 1, NEAR)
    nearest = near[0].title() if near else ""
    reason = f"I know no time zone “{name}”. Name a large town, such as Paris, or an offset, such as UTC+2."
    raise QueryError(reason, nearest=nearest)


def shown(zone: str) -> str:
    """Return the zone as people write it: Etc/GMT-2 is UTC+2."""
    fixed = re.fullmatch(r"Etc/GMT([+-])(\d+)", zone)
    return f"UTC{'-' if fixed[1] == '+' else '+'}{fixed[2]}" if fixed else zone


def _folded(name: str) -> str:
    """Return the name without accents, case and punctuation; an offset keeps its sign."""
    folded = re.sub("[.'’]", "", fold(name.strip()))
    if OFFSET.fullmatch(folded):
        return folded
    return " ".join(re.sub(r"[\s_,()-]+", " ", folded).split())


def _offset(wanted: str) -> str:
    match = OFFSET.fullmatch(wanted)
    if match is None:
        return ""
    hours = int(match[2])
    if int(match[3] or 0) or hours > (EAST if match[1] == "+" else WEST):
        raise QueryError("An offset is whole hours, from UTC-12 to UTC+14. Name a town for any other.")
    return f"Etc/GMT{'-' if match[1] == '+' else '+'}{hours}" if hours else "UTC"


def _in_its_land(wanted: str) -> str:
    """Return the zone of a town with its country behind it, "" where the two do not fit."""
    for zones, lands in LANDS.items():
        for land in lands.split(", "):
            town = wanted.removesuffix(f" {land}")
            if town != wanted and (found := _known().get(town, "")).startswith(zones):
                return found
    return ""


@cache
def _known() -> dict[str, str]:
    """Return the zone by each name that is known: its own, its town's, and those of TOWNS."""
    zones = sorted(available_timezones() - NOT_OURS)
    towns = {_folded(zone.rpartition("/")[2]): zone for zone in zones if "/" in zone and not zone.startswith("Etc/")}
    more = {town: zone for zone, towns in TOWNS.items() for town in towns.split(", ")}
    return towns | {_folded(zone): zone for zone in zones} | more
