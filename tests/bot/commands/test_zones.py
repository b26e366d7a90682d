"""Time zones and quiet hours as people type them."""

from zoneinfo import ZoneInfo

import pytest

from bot.commands.chats import zones
from bot.commands.chats.chat_settings import CHANGES
from bot.errors import QueryError
from bot.model import Settings
from tests.support.house import open_house

NAMED = """\
Berlin = Europe/Berlin
europe/berlin = Europe/Berlin
america/port-au-prince = America/Port-au-Prince
Zürich = Europe/Zurich
São Paulo = America/Sao_Paulo
Montréal = America/Toronto
Paris, France = Europe/Paris
London UK = Europe/London
San Francisco, CA = America/Los_Angeles
Seoul, South Korea = Asia/Seoul
NYC = America/New_York
Washington, D.C. = America/New_York
St. Louis = America/Chicago
Xi'an = Asia/Shanghai
Cambridge = Europe/London
Cambridge, MA = America/New_York
London, Ontario = America/Toronto
Bengaluru = Asia/Kolkata
Ho Chi Minh City = Asia/Ho_Chi_Minh
UTC+2 = Etc/GMT-2
gmt-5 = Etc/GMT+5
+02:00 = Etc/GMT-2
UTC+0 = UTC
Etc/GMT-2 = Etc/GMT-2
"""


@pytest.mark.parametrize("line", NAMED.splitlines())
def test_a_town_a_zone_and_an_offset_are_understood(line):
    name, _, zone = line.rpartition(" = ")
    assert zones.zone_named(name) == zone


@pytest.mark.parametrize("zone", sorted(zones.TOWNS))
def test_every_zone_of_the_table_exists(zone):
    assert ZoneInfo(zone)


@pytest.mark.parametrize("name", ["factory", "localtime", "Mars", "Paris, Texas", "UTC+15", "UTC-13", "UTC+5:30", ""])
def test_what_names_no_place_is_refused(name):
    with pytest.raises(QueryError) as refused:
        zones.zone_named(name)
    assert not refused.value.nearest


def test_an_offset_is_shown_as_people_write_it_and_can_be_sent_back():
    assert [zones.shown(zone) for zone in ("Etc/GMT-2", "Etc/GMT+5", "Europe/Paris")] == [
        "UTC+2",
        "UTC-5",
        "Europe/Paris",
    ]
    assert zones.zone_named(zones.shown("Etc/GMT-2")) == "Etc/GMT-2"


async def test_a_typo_is_answered_with_the_nearest_town_and_a_button_for_it():
    async with open_house("telegram") as house:
        [refused] = await house.stage.type("settings timezone Berlinn", "private")
        assert "Did you mean: settings timezone Berlin" in refused.text
        await house.stage.press("Yes", "private")
        assert (await house.store.settings(house.stage.chat("private"))).timezone == "Europe/Berlin"


@pytest.mark.parametrize(
    "typed", ["22:00-07:00", "22-7", "10pm-7am", "10 pm to 7 am", "22.00 – 7.00", "22 until 07:00"]
)
def test_quiet_hours_are_read_as_people_write_them(typed):
    assert CHANGES["quiet"](Settings(), typed).quiet == "22:00-07:00"


def test_noon_and_midnight_are_twelve():
    assert CHANGES["quiet"](Settings(), "12am-12pm").quiet == "00:00-12:00"


@pytest.mark.parametrize("typed", ["25-7", "22:60-7", "13pm-7am", "0am-7am", "22", "22-22:00", "night"])
def test_other_hours_are_refused(typed):
    with pytest.raises(QueryError):
        CHANGES["quiet"](Settings(), typed)
