"""On which engines the tests run, and how many at once; see tests/support/engines.py.

``PAPERWIRE_TEST_ENGINE=postgresql`` runs on that engine every test that opens a store through there.
"""

import gc
import os

import pytest

from tests.support import compiled, laws

ALWAYS = os.environ.get("PAPERWIRE_TEST_ENGINE", "")
BOTH = (
    "tests/storage/test_store.py",
    "tests/storage/test_outbox.py",
    "tests/storage/test_stopped.py",
    "tests/storage/test_retention.py",
    "tests/bot/delivery/test_digest_plans.py",
    "tests/storage/test_search.py",
    "tests/bot/commands/test_forgetting.py",
    "tests/bot/commands/test_history.py::test_every_change_can_be_taken_back",
    "tests/bot/commands/test_history.py::test_what_is_stopped_and_brought_back",
)
"""Tests that run on both engines in the everyday suite, those of commands there on one platform."""
PLATFORM = "terminal"


def pytest_configure():
    gc.disable()
    laws.load()
    compiled.share()


def pytest_xdist_auto_num_workers():
    """Two more than there are processors: many tests wait for another process, a server or a clock."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_finish():
    """Collect no garbage until all tests are read, none of what is there by then, and from then on less often.

    A worker holds 400 MB of modules and tests: to look through them was a quarter of the suite's processor time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


def pytest_sessionfinish():
    """Collect the garbage of the tests once: pytest does so ten times at its end, and Python twice more."""
    gc.collect()
    gc.freeze()


def pytest_generate_tests(metafunc):
    if metafunc.definition.nodeid.startswith(BOTH) and not ALWAYS and not _is_sqlites(metafunc.definition):
        both = (pytest.param("sqlite", id=pytest.HIDDEN_PARAM), pytest.param("postgresql", id="postgresql"))
        metafunc.parametrize("engine", both, indirect=True, scope="module")


def _is_sqlites(item):
    return item.get_closest_marker("sqlite") is not None


def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if not _is_repeated(item)]


def _is_repeated(item):
    """Return whether the test runs on that engine on another platform too, or is about SQLite and not asked for."""
    values = item.callspec.params if hasattr(item, "callspec") else {}
    is_other = values.get("engine") == "postgresql" and values.get("platform", PLATFORM) != PLATFORM
    return is_other or (ALWAYS == "postgresql" and _is_sqlites(item))


@pytest.fixture(autouse=True, scope="module")
def engine(request):
    """The engine's name."""
    name = getattr(request, "param", ALWAYS or "sqlite")
    if name == "sqlite":
        yield name
        return
    from tests.support import engines, postgres

    postgres.skip_where_missing()
    with engines.on(name):
        yield name


@pytest.fixture(autouse=True)
def _databases(engine):
    if engine == "sqlite":
        yield
        return
    from tests.support import engines

    with engines.borrowed():
        yield
