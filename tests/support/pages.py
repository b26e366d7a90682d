"""The code that a page of docs shows, to be run as it stands there."""

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"


def blocks(page: str) -> list[str]:
    """Return the page's blocks of Python, in order."""
    return re.findall(r"^```python\n(.*?)^```$", (DOCS / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)


def as_module(code: str, name: str) -> ModuleType:
    """Return the code as the module of that name, which other code can import from now on."""
    module = ModuleType(name)
    sys.modules[name] = module
    exec(compile(code, name, "exec"), module.__dict__)
    return module


def within(code: str, module: ModuleType, **more: Any) -> dict[str, Any]:
    """Return the names after the code was run as if it stood at the end of the module, which stays as it is."""
    names = {**module.__dict__, **more}
    exec(compile(f"from __future__ import annotations\n{code}", module.__name__, "exec"), names)
    return names
