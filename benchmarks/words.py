"""Write the tables of bot/language/words that come from packages: ``make words``.

plurals.txt holds what inflect (MIT) knows of plurals that no rule makes, spellings.txt what breame (Apache-2.0) knows
of British spellings: only what ours.txt does not say already, so that both stay short. The two packages are tools of
this command alone, and no dependencies.
"""

import importlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.language.words import stems

CUT = {
    "si_sb_ies_ie": 1, "si_sb_oes_oe": 1, "si_sb_ches_che": 1, "si_sb_xes_xe": 1, "si_sb_sses_sse": 1,
    "si_sb_ves_ve": 1, "si_sb_uses_use": 1,
}  # fmt: skip
"""Lists of inflect that hold plurals, and by how many letters their singulars are shorter."""
ENDINGS = (
    ("pl_sb_C_is_ides_complete", "is", "ides"), ("pl_sb_C_a_ata_list", "a", "ata"), ("pl_sb_U_a_ae_list", "a", "ae"),
    ("pl_sb_C_a_ae_list", "a", "ae"), ("pl_sb_C_en_ina_list", "en", "ina"), ("pl_sb_U_um_a_list", "um", "a"),
    ("pl_sb_C_um_a_list", "um", "a"), ("pl_sb_U_us_i_list", "us", "i"), ("pl_sb_C_us_i_list", "us", "i"),
    ("pl_sb_C_us_i_list", "us", "uses"), ("pl_sb_C_us_us", "us", "uses"), ("pl_sb_U_on_a_list", "on", "a"),
    ("pl_sb_U_ex_ices_list", "ex", "ices"), ("pl_sb_U_ix_ices_list", "ix", "ices"),
    ("pl_sb_C_ex_ices_list", "ex", "ices"), ("pl_sb_C_ix_ices_list", "ix", "ices"),
)  # fmt: skip
"""Lists of inflect that hold singulars, their ending and that of their plurals."""
KEPT = ("pl_sb_singular_s_complete", "pl_sb_uninflected_s_complete")
"""Lists of inflect that hold words that only look like plurals."""

# Plurals that are everyday words of their own, or of two singulars; American words that mean something else too (a
# gage, a ton, a filter, Prolog); and plurals of spellings.
LEFT_OUT = frozenset(
    {
        "media", "stamina", "agenda", "opera", "mania", "sera", "lumina", "bases", "axes", "ellipses", "trivia",
        "arcana", "insignia", "genii", "penes", "candida", "specie", "species", "aria", "arias", "taxes", "infinity",
        "lore", "roma", "kine", "annexes", "atlantes", "atmas", "carmina", "organa", "mythoi", "gauge", "gauged",
        "gauges", "gauging", "tonne", "tonnes", "philtre", "philtres", "prologue", "prologues", "gryphon", "gryphons",
        "axe", "battleaxe", "buses", "busing", "gases", "minibuses", "groyne", "groynes", "storey", "storeys", "cheque",
        "cheques", "chequebook", "chequebooks", "bevvy", "bevvies", "pouffe", "biassed", "biassing", "tyre", "tyres",
        "appal", "sheikh", "phoney", "draught", "draughts", "waggon",
    }
)  # fmt: skip


def main() -> None:
    """Write both tables anew."""
    inflect = vars(importlib.import_module("inflect"))
    breame = vars(importlib.import_module("breame.data.spelling_constants"))
    known = stems.WordTable(dict(stems.read(stems.FOLDER / "ours.txt", "plurals")))
    _write("plurals.txt", "plural = singular", "inflect 7.6 (MIT)", plurals(inflect), known)
    known = stems.WordTable(dict(stems.read(stems.FOLDER / "ours.txt", "spellings")))
    told = breame["BRITISH_ENGLISH_SPELLINGS"].items()
    # A plural is folded before its spelling is.
    british = ((one, other) for one, other in told if stems.singular(one) == one and stems.singular(other) == other)
    _write("spellings.txt", "British = American", "breame 0.1.2 (Apache-2.0)", british, known)


def plurals(inflect: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (plural, singular); a word that only looks like a plural as its own singular."""
    yield from ((plural, plural[:-cut]) for name, cut in CUT.items() for plural in inflect[name])
    yield from ((plural, plural[:-2] + "is") for plural in inflect["si_sb_es_is"])
    for name, one, many in ENDINGS:
        yield from ((word.removesuffix(one) + many, word) for word in inflect[name] if word.endswith(one))
    yield from ((plural, one) for one, forms in inflect["pl_sb_irregular"].items() for plural in forms.split("|"))
    yield from ((word, word) for name in KEPT for word in inflect[name])


def _write(name: str, told: str, source: str, pairs: Iterable[tuple[str, str]], known: stems.WordTable) -> None:
    """Write the pairs of plain words that ``known`` does not say."""
    plain = {one: other for one, other in pairs if f"{one}{other}".isascii() and f"{one}{other}".islower()}
    words = {one: other for one, other in plain.items() if one.isalpha() and other.isalpha()}
    kept = {one: other for one, other in words.items() if is_new(one, other, known)}
    head = f"# {told}\n#\n# From {source} by `make words`. What ours.txt says of a word counts before it.\n\n"
    lines = "".join(f"{one} = {other}\n" for one, other in sorted(kept.items()))
    (stems.FOLDER / name).write_text(head + lines, encoding="utf-8")
    print(f"{name}: {len(kept)} lines")


def is_new(one: str, other: str, known: stems.WordTable) -> bool:
    """Return whether the pair says more than the table and its endings do."""
    if LEFT_OUT & {one, other} or one in known.pairs:
        return False
    is_plural_of_s = other.endswith("s") and one == f"{other}es"
    return one == other or is_plural_of_s or known.of(one) != known.of(other)


if __name__ == "__main__":
    main()
