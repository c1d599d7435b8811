"""The markets, each made or read once."""

import pytest

import markets

SEEDS = [1, 2, 3]
REAL_PAIRS = [("XBTUSD", "BTC/USD", 0.1), ("ETHUSD", "ETH/USD", 0.01)]


def pytest_report_header():
    if markets.REAL.is_file():
        return f"markets: Kraken's candles of BTC/USD and ETH/USD, and {len(SEEDS)} made-up ones"
    return f"markets: {len(SEEDS)} made-up ones; Kraken's archive is not there"


def market_names():
    names = [("walk", seed) for seed in SEEDS]
    if markets.REAL.is_file():
        names += [("real", pair) for pair in REAL_PAIRS]
    return names


@pytest.fixture(scope="session", params=market_names(), ids=lambda it: f"{it[0]}-{str(it[1])[:9]}")
def market(request, tmp_path_factory):
    kind, what = request.param
    if kind == "real":
        return markets.real(*what)
    return markets.walk(tmp_path_factory.mktemp("walk"), what)
