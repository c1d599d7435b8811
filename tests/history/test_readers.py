"""pandas, Polars, DuckDB and pyarrow read the parts of the history store, and see the numbers of the CSV."""

import os
import pathlib
import random
import subprocess
from decimal import Decimal

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.ipc
import pytest

SLACKWATER = os.environ["SLACKWATER"]
START = 1_514_764_800  # 2018-01-01
REAL = pathlib.Path(__file__).parents[3] / "shared/data/kraken-ohlcvt/Kraken_OHLCVT_sample.zip"


def made_up_candles(count):
    """Hourly candles with as many decimals as the store keeps, and holes."""
    chance = random.Random(7)
    rows = []
    for hour in range(count):
        if chance.random() < 0.1:
            continue
        low = chance.randrange(1, 10**15)
        prices = sorted(low + chance.randrange(10**12) for _ in range(4))
        opened, closed = chance.sample(prices[1:3], 2)
        numbers = [opened, prices[3], prices[0], closed]
        prices = [Decimal(number).scaleb(-10) for number in numbers]
        volume = Decimal(chance.randrange(10**24)).scaleb(-14)
        rows.append((START + 3600 * hour, *prices, volume, chance.randrange(10**6)))
    return rows


def made_up_trades(count):
    chance = random.Random(8)
    nanos = START * 10**9
    rows = []
    for number in range(1, count + 1):
        nanos += chance.randrange(10**12)
        price = Decimal(chance.randrange(1, 10**15)).scaleb(-10)
        volume = Decimal(chance.randrange(10**14)).scaleb(-8)
        rows.append((nanos, price, volume, chance.choice("bs"), chance.choice("ml"), number))
    return rows


def plain(number):
    return format(number, "f")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store with candles and trades, and the rows that are in it."""
    folder = tmp_path_factory.mktemp("history")
    candles, trades = made_up_candles(2_000), made_up_trades(3_000)
    lines = [f"{t},{','.join(map(plain, numbers))},{count}" for t, *numbers, count in candles]
    (folder / "XBTUSD_60.csv").write_text("\n".join(lines) + "\n")
    names = "price,volume,timestamp,type,ordertype,misc"
    lines = [
        f"{plain(price)},{plain(volume)},{nanos // 10**9}.{nanos % 10**9:09},{side},{kind},,{number}"
        for nanos, price, volume, side, kind, number in trades
    ]
    (folder / "XBTUSD.csv").write_text("\n".join([names, *lines]) + "\n")
    data = folder / "data"
    subprocess.run([SLACKWATER, "data", "import", folder, "--data-dir", data], check=True)
    return data / "store", candles, trades


def parts(root, series):
    return sorted((root / "BTC-USD" / series).glob("*.arrow"))


def nanoseconds(times):
    return [int(time.value) for time in times]


def read_pyarrow(path):
    table = pyarrow.ipc.open_file(pyarrow.memory_map(str(path))).read_all()
    table.validate(full=True)
    columns = {name: table[name].to_pylist() for name in table.column_names}
    times = table["time"]
    assert times.type == pyarrow.timestamp("ns", "UTC")
    return columns | {"time": times.cast(pyarrow.int64()).to_pylist()}


def read_pandas(path):
    frame = pandas.read_feather(path)
    columns = {name: frame[name].tolist() for name in frame.columns}
    return columns | {"time": nanoseconds(frame["time"])}


def read_polars(path):
    frame = polars.read_ipc(path)
    columns = {name: frame[name].to_list() for name in frame.columns}
    return columns | {"time": frame["time"].cast(polars.Int64).to_list()}


def read_duckdb(path):
    part = pyarrow.ipc.open_file(str(path)).read_all()  # DuckDB finds it by its name.
    assert part.num_rows
    relation = duckdb.sql("select * exclude (time), epoch_ns(time) as time from part")
    return dict(zip(relation.columns, map(list, zip(*relation.fetchall()))))


READERS = [read_pyarrow, read_pandas, read_polars, read_duckdb]


def together(read, paths):
    columns = {}
    for path in paths:
        for name, values in read(path).items():
            columns.setdefault(name, []).extend(values)
    return columns


@pytest.mark.parametrize("read", READERS)
def test_candles_are_those_of_the_csv(store, read):
    root, candles, _ = store
    columns = together(read, parts(root, "60"))
    assert columns["time"] == [row[0] * 10**9 for row in candles]
    for place, name in enumerate(["open", "high", "low", "close", "volume", "trades"], start=1):
        assert columns[name] == [row[place] for row in candles], name
    assert all(isinstance(value, Decimal) for value in columns["close"][:10])


@pytest.mark.parametrize("read", READERS)
def test_trades_are_those_of_the_csv(store, read):
    root, _, trades = store
    columns = together(read, parts(root, "trades"))
    assert columns["time"] == [row[0] for row in trades]
    assert columns["price"] == [row[1] for row in trades]
    assert columns["volume"] == [row[2] for row in trades]
    assert columns["side"] == [{"b": 1, "s": -1}[row[3]] for row in trades]
    assert columns["order"] == [{"m": 1, "l": 2}[row[4]] for row in trades]
    assert columns["id"] == [row[5] for row in trades]


def test_many_parts_are_one_table(store):
    root, candles, _ = store
    frame = polars.scan_ipc(root / "BTC-USD/60/*.arrow").collect()
    assert frame.height == len(candles)
    total = frame["volume"].sum()
    assert total == sum(row[5] for row in candles)


def test_an_exported_file_is_read_too(store, tmp_path):
    root, candles, _ = store
    out = tmp_path / "all.arrow"
    export = ["data", "export", "--pair", "BTC/USD", "--out", out, "--data-dir", root.parent]
    subprocess.run([SLACKWATER, *export], check=True)
    assert read_polars(out)["close"] == [row[4] for row in candles]


@pytest.mark.skipif(not REAL.is_file(), reason="Kraken's own archive is not there")
def test_krakens_candles_are_those_of_its_csv(tmp_path):
    import zipfile

    subprocess.run([SLACKWATER, "data", "import", REAL, "--data-dir", tmp_path], check=True)
    text = zipfile.ZipFile(REAL).read("XBTUSD_60.csv").decode()
    rows = [line.split(",") for line in text.splitlines()]
    for read in READERS:
        columns = together(read, parts(tmp_path / "store", "60"))
        assert columns["time"] == [int(row[0]) * 10**9 for row in rows]
        assert columns["close"] == [Decimal(row[4]) for row in rows]
        assert columns["volume"] == [Decimal(row[5]) for row in rows]
