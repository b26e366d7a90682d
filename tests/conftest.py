"""On which engines the tests run; see tests/support/engines.py."""

import pytest

BOTH = (
    "tests/storage/test_store.py",
    "tests/storage/test_outbox.py",
    "tests/storage/test_stopped.py",
    "tests/storage/test_search.py",
    "tests/bot/commands/test_forgetting.py",
    "tests/bot/commands/test_history.py",
    "tests/bot/commands/test_keeping.py",
    "tests/bot/commands/test_leftovers.py",
    "tests/bot/delivery/test_caps.py",
    "tests/bot/delivery/test_sender.py",
)
"""Files whose tests run on both engines."""


def pytest_generate_tests(metafunc):
    if metafunc.definition.nodeid.startswith(BOTH) and not metafunc.definition.get_closest_marker("sqlite"):
        both = (pytest.param("sqlite", id=pytest.HIDDEN_PARAM), pytest.param("postgresql", id="postgresql"))
        metafunc.parametrize("engine", both, indirect=True, scope="module")


@pytest.fixture(autouse=True, scope="module")
def engine(request):
    """The engine's name."""
    name = getattr(request, "param", "sqlite")
    if name == "sqlite":
        yield name
        return
    from tests.support import engines

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
