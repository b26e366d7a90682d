"""Where installations are kept: a tiny store of named secrets, and the lock on it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import ConfigError

SHORTEST = 16
"""Characters that a secret key has at least."""


class Vault(Protocol):
    """Bytes under (kind, key). What is past its ``expires`` is not there. Raises StoreError only."""

    async def put(self, kind: str, key: str, value: bytes, expires: datetime | None = None) -> None:
        """Keep ``value``, in place of what was there."""

    async def get(self, kind: str, key: str, now: datetime) -> bytes | None:
        """Return what is kept, None where nothing is."""

    async def take(self, kind: str, key: str, now: datetime) -> bytes | None:
        """Return what is kept and forget it: of two takers one gets None."""

    async def delete(self, kind: str, key: str) -> None:
        """Forget it; nothing happens where nothing is kept."""

    async def all_of(self, kind: str, now: datetime) -> Mapping[str, bytes]:
        """Return all that is kept of that kind by its keys, in their order."""


class Memory:
    """A Vault for as long as the process lives."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[bytes, datetime | None]] = {}

    async def put(self, kind: str, key: str, value: bytes, expires: datetime | None = None) -> None:
        """Keep ``value``."""
        self._kept[kind, key] = (value, expires)

    async def get(self, kind: str, key: str, now: datetime) -> bytes | None:
        """Return what is kept."""
        value, expires = self._kept.get((kind, key), (None, None))
        return value if expires is None or now < expires else None

    async def take(self, kind: str, key: str, now: datetime) -> bytes | None:
        """Return what is kept and forget it."""
        value = await self.get(kind, key, now)
        self._kept.pop((kind, key), None)
        return value

    async def delete(self, kind: str, key: str) -> None:
        """Forget it."""
        self._kept.pop((kind, key), None)

    async def all_of(self, kind: str, now: datetime) -> Mapping[str, bytes]:
        """Return all that is kept of that kind."""
        of_kind = sorted(key for of, key in self._kept if of == kind)
        return {key: value for key in of_kind if (value := await self.get(kind, key, now)) is not None}


class Lock:
    """Encrypts and decrypts with PAPERWIRE_SECRET_KEY; several keys, by commas, are tried in turn: the first is new."""

    def __init__(self, secret_key: str) -> None:
        secrets = [secret.strip() for secret in secret_key.split(",") if secret.strip()]
        if not secrets or min(map(len, secrets)) < SHORTEST:
            raise ConfigError(f"PAPERWIRE_SECRET_KEY must have at least {SHORTEST} characters: openssl rand -base64 32")
        self._fernet = MultiFernet([Fernet(_key(secret)) for secret in secrets])

    def close(self, plain: bytes) -> bytes:
        """Return ``plain`` encrypted and signed."""
        return self._fernet.encrypt(plain)

    def open(self, closed: bytes) -> bytes | None:
        """Return what was closed, None where it was closed with another key or is damaged."""
        try:
            return self._fernet.decrypt(closed)
        except InvalidToken:
            return None


def _key(secret: str) -> bytes:
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"paperwire slack installations").derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
