"""Starts `slackwater simulate` as a child process, and knows where it listens and who may enter.

What always holds: when the `with` block ends the child has ended too, and what it said on stderr
is in the error of whoever asks for it.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import tempfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

READY_SECONDS = 30
END_SECONDS = 10
ROOT = Path(__file__).resolve().parents[2]


def binary() -> str:
    """Where `slackwater` was built to; `tests/clients/run` says so in the environment."""
    target = os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target"))
    return os.environ.get("SLACKWATER", f"{target}/debug/slackwater")


@dataclass(frozen=True)
class Key:
    """A key that the simulated Kraken gave out."""

    name: str
    key: str
    secret: str
    permissions: tuple[str, ...]


class Simulator:
    """A running `slackwater simulate`."""

    def __init__(self, *arguments: str) -> None:
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        command = [binary(), "simulate", "--json", "--listen", "127.0.0.1:0", *arguments]
        self._child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self._stderr)
        ready = self._ready_line()
        self.rest: str = ready["rest"]
        self.ws_public: str = ready["ws_public"]
        self.ws_private: str = ready["ws_private"]
        self._keys = {key["name"]: _key(key) for key in ready["keys"]}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _ready_line(self) -> dict[str, Any]:
        stdout = self._child.stdout
        assert stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            line = stdout.readline() if selector.select(READY_SECONDS) else b""
        if not line:
            self.stop()
            raise RuntimeError(f"slackwater simulate did not become ready: {self.stderr()}")
        ready = json.loads(line)
        assert ready["ready"] is True, ready
        return ready

    def stop(self) -> int:
        """Ends the child as Ctrl-C would, and returns its exit status."""
        self._child.terminate()
        try:
            return self._child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            return self._child.wait()
        finally:
            if self._child.stdout is not None:
                self._child.stdout.close()

    def stderr(self) -> str:
        """What the child has said so far."""
        self._stderr.seek(0)
        return self._stderr.read().decode(errors="replace")

    def key(self, name: str = "trade") -> Key:
        """The key of this name."""
        return self._keys[name]

    def statistics(self) -> dict[str, Any]:
        """What `/simulator/stats` says."""
        with urllib.request.urlopen(f"{self.rest}/simulator/stats", timeout=10) as answer:
            return json.load(answer)


def _key(described: dict[str, Any]) -> Key:
    return Key(
        name=described["name"],
        key=described["key"],
        secret=described["secret"],
        permissions=tuple(described["permissions"]),
    )
