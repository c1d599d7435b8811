"""Candles that every program gets: Kraken's own where they are there, and made-up ones that everybody has."""

import pathlib
import zipfile

import numpy
import pandas

REAL = pathlib.Path(__file__).parents[3] / "shared/data/kraken-ohlcvt/Kraken_OHLCVT_sample.zip"
COLUMNS = ["time", "Open", "High", "Low", "Close", "Volume", "Trades"]
HOUR = 3600
# Prices of the pairs used here have at most this many decimals, so this many units are whole numbers.
UNITS = 10**5


class Market:
    """Hourly candles of a pair as a table, and as the file that `slackwater` reads."""

    def __init__(self, name, pair, tick, frame, path):
        self.name, self.pair, self.tick = name, pair, tick
        self.frame, self.path = frame, path
        self.bars = {time: bar for bar, time in enumerate(frame.index)}

    def __repr__(self):
        return self.name

    def between(self, begin, end):
        """The same file, of which only the candles from one to the other are asked for."""
        return Market(self.name, self.pair, self.tick, self.frame.loc[begin:end], self.path)

    def units(self, column):
        """Prices as whole numbers, still in doubles: sums of them are exact."""
        scaled = self.frame[column] * UNITS
        whole = scaled.round()
        assert ((scaled - whole).abs() < 1e-3).all()
        return whole


def table(text):
    """Numbers of Kraken's CSV, each the double nearest to what is written."""
    rows = [[float(field) for field in line.split(",")] for line in text.splitlines()]
    frame = pandas.DataFrame(rows, columns=COLUMNS)
    frame.index = pandas.to_datetime(frame.pop("time"), unit="s", utc=True)
    return frame


def real(kraken, pair, tick):
    """A market of Kraken's archive."""
    text = zipfile.ZipFile(REAL).read(f"{kraken}_60.csv").decode()
    return Market(f"real {pair}", pair, tick, table(text), REAL)


def walk(folder, seed, candles=4_000):
    """A seeded walk of BTC/USD with holes: a quiet one whose averages tie, a middling and a wild one."""
    wild = {1: 0.002, 2: 0.01, 3: 0.03}[seed]
    chance = numpy.random.default_rng(seed)
    price, rows = 2_000, []
    for hour in range(candles):
        gap = int(chance.integers(-15, 16)) if chance.random() < 0.3 else 0
        opened = max(price + gap, 200)
        moves = chance.normal(0, wild * opened, 4).round().astype(int)
        closed = max(opened + int(moves[0]), 200)
        high = max(opened, closed) + abs(int(moves[1]))
        low = max(min(opened, closed) - abs(int(moves[2])), 100)
        price = closed
        if chance.random() < 0.03:
            continue
        prices = ",".join(f"{value / 10:.1f}" for value in (opened, high, low, closed))
        volume = f"{chance.integers(1, 10**9) / 10**6:.6f}"
        rows.append(f"{1_577_836_800 + HOUR * hour},{prices},{volume},{int(chance.integers(1, 99))}")
    text = "\n".join(rows) + "\n"
    path = folder / f"walk-{seed}" / "XBTUSD_60.csv"
    path.parent.mkdir()
    path.write_text(text)
    return Market(f"walk {seed}", "BTC/USD", 0.1, table(text), path)
