"""The certificates of the world outside."""

from __future__ import annotations

import ssl
from functools import cache

import httpx


@cache
def trust() -> ssl.SSLContext:
    """Return the certificates that our clients trust, read once in a process: it takes 16 ms or more."""
    return httpx.create_ssl_context()
