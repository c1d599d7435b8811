"""Makes a file of ticks for the replay benchmark: `python make_ticks.py FILE [TRADES]`.

A seeded walk around 60,000: two million trades, each with the best bid and ask of its moment, a
quarter of a second apart on average. The stream of random numbers first makes minute candles that
nobody needs here, so that the ticks are the ones on which other replayers were measured.
The form of the file is told in `crates/backtester/src/tick_file.rs`.
"""

import sys

import numpy as np

SEED = 20_260_101
CANDLES = 2_100_000
TRADES = 2_000_000
TICK = 0.1
DTYPE = np.dtype([("time", "<u8"), ("received", "<u8"), ("quantity", "<i8"), ("word", "<i8")])
BID, ASK, BUYER, SELLER = 0, 1, 2, 3
LAST = 8


def skip_candles(rng):
    """Draws what the candles of the same seed draw; how much depends on their volatility."""
    steps = rng.standard_normal(CANDLES) * 0.05
    level, levels = 0.0, np.empty(CANDLES)
    for at in range(CANDLES):
        level = 0.995 * level + steps[at]
        levels[at] = level
    for _ in range(3):
        rng.standard_normal(CANDLES)
    rng.lognormal(0.5, 1.2, CANDLES)
    rng.poisson(12 * np.exp(levels))


def draw(rng):
    """Columns of all trades, in dollars and bitcoins."""
    time = 1_700_000_000_000_000_000 + np.cumsum(rng.exponential(0.25e9, TRADES).astype(np.int64) + 1)
    mid = 60_000 * np.exp(np.cumsum(rng.standard_normal(TRADES) * 0.00002))
    side = np.where(rng.random(TRADES) < 0.5, 1, -1)
    price = np.round(mid + side * 0.05, 1)
    quantity = np.round(rng.lognormal(-4, 1.5, TRADES), 8).clip(1e-5)
    bid = np.round(mid - 0.05, 1)
    ask = np.round(bid + TICK, 1)
    at_bid = np.round(rng.lognormal(-1, 1, TRADES), 8).clip(1e-5)
    at_ask = np.round(rng.lognormal(-1, 1, TRADES), 8).clip(1e-5)
    return time, side, (bid, at_bid), (ask, at_ask), (price, quantity)


def ticks(trades):
    """Three ticks for each trade: bid, ask, trade."""
    rng = np.random.default_rng(SEED)
    skip_candles(rng)
    time, side, *told = draw(rng)
    rows = np.zeros(3 * trades, DTYPE)
    kinds = (BID, ASK + LAST, LAST + np.where(side[:trades] > 0, BUYER, SELLER))
    for at, ((price, quantity), kind) in enumerate(zip(told, kinds)):
        rows["time"][at::3] = rows["received"][at::3] = time[:trades]
        rows["quantity"][at::3] = np.round(quantity[:trades] * 1e8).astype(np.int64)
        rows["word"][at::3] = np.round(price[:trades] / TICK).astype(np.int64) * 16 + kind
    return rows


def main():
    """Writes the file."""
    path = sys.argv[1]
    trades = int(sys.argv[2]) if len(sys.argv) > 2 else TRADES
    head = b"SLKTICK1" + (10**9).to_bytes(8, "little") + b"BTC/USD".ljust(24, b"\0")
    with open(path, "wb") as file:
        file.write(head.ljust(64, b"\0"))
        file.write(ticks(trades).tobytes())


if __name__ == "__main__":
    main()
