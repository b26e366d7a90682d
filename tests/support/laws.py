"""How long a law is tried: a fifth of its examples every day, the same ones, all of them by ``make laws``, new each time."""

import os

from hypothesis import HealthCheck, settings

ALL = bool(os.environ.get("PAPERWIRE_LAWS"))
MOST = 100
"""Examples of a law that names no number of its own: hypothesis's default."""
PART = 5


def of(most: int) -> int:
    """Return how many of so many examples, kills or years are tried now; one at least."""
    return most if ALL else -(-most // PART)


def load() -> None:
    """Let laws that name no number follow; a profile that was chosen on the command line stays.

    The everyday examples follow from the law's own text: the same commit is green, or is not, for everybody.
    """
    if settings.get_current_profile_name() in ("default", "ci"):
        # How long an example takes is the machine's matter: a loaded one breaks no law.
        slow = [HealthCheck.too_slow]
        how = {"max_examples": of(MOST), "deadline": None, "suppress_health_check": slow, "derandomize": not ALL}
        settings.register_profile("everyday", settings(), **how)
        settings.load_profile("everyday")
