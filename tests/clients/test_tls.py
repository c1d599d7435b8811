"""The same over TLS: clients that check the certificate, which they are given beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ccxt
import ccxt.pro
import pytest

from conftest import options, point_at, sync_client
from simulator import Simulator


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the certificate is written to."""
    return tmp_path_factory.mktemp("tls") / "certificate.pem"


@pytest.fixture(scope="module")
def simulator(certificate: Path) -> Iterator[Simulator]:
    """A simulated Kraken that encrypts."""
    with Simulator("--limits", "off", "--tls", "--certificate", str(certificate)) as running:
        yield running


def test_the_addresses_say_so(simulator: Simulator) -> None:
    assert simulator.rest.startswith("https://")
    assert simulator.ws_public.startswith("wss://")


def test_ccxt_over_tls(
    simulator: Simulator, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    kraken = sync_client(simulator)
    kraken.session.trust_env = True
    order = kraken.create_limit_buy_order("BTC/USD", 0.01, 30_000)
    assert [one["id"] for one in kraken.fetch_open_orders()] == [order["id"]]


def test_without_the_certificate_nobody_is_trusted(simulator: Simulator) -> None:
    with pytest.raises(ccxt.NetworkError):
        sync_client(simulator).fetch_time()


async def test_ccxt_pro_over_tls(simulator: Simulator, certificate: Path) -> None:
    kraken = ccxt.pro.kraken({**options(simulator), "cafile": str(certificate)})
    point_at(kraken, simulator)
    assert (await kraken.watch_ticker("BTC/USD"))["bid"] > 0
    await kraken.close()
