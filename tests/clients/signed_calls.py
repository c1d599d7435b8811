"""Private calls as Kraken's documentation describes them, signed here and by nothing else.

For what a client's own throttling or parsing would hide: the exact count of calls until the first
refusal, status codes, headers. What always holds: nonces grow, calls go one after the other.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
import urllib.parse
from typing import Any

import requests

from simulator import Key


class SignedCalls:
    """One key, one connection."""

    def __init__(self, rest: str, key: Key) -> None:
        self._rest = rest
        self._key = key
        self._session = requests.Session()
        self._nonce = time.time_ns()

    def post(self, endpoint: str, **parameters: str) -> requests.Response:
        """The whole answer to one call, headers and all."""
        self._nonce += 1
        path = f"/0/private/{endpoint}"
        body = urllib.parse.urlencode({"nonce": self._nonce, **parameters})
        headers = {
            "API-Key": self._key.key,
            "API-Sign": self._signature(path, body),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return self._session.post(self._rest + path, data=body, headers=headers, timeout=10)

    def call(self, endpoint: str, **parameters: str) -> dict[str, Any]:
        """The envelope of one call."""
        return self.post(endpoint, **parameters).json()

    def result(self, endpoint: str, **parameters: str) -> Any:
        """The result of one call that must succeed."""
        answer = self.call(endpoint, **parameters)
        assert answer["error"] == [], (endpoint, answer)
        return answer["result"]

    def _signature(self, path: str, body: str) -> str:
        digest = hashlib.sha256((str(self._nonce) + body).encode()).digest()
        secret = base64.b64decode(self._key.secret)
        return base64.b64encode(hmac.digest(secret, path.encode() + digest, "sha512")).decode()
