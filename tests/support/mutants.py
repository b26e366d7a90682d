"""How hypothesis looks for examples while mutants are tried (``-p tests.support.mutants``): always the same ones, none shrunk."""

from hypothesis import Phase, settings

settings.register_profile("mutants", derandomize=True, database=None, phases=(Phase.explicit, Phase.generate))
settings.load_profile("mutants")
