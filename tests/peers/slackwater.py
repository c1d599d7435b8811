"""Runs `slackwater backtest` and reads what it writes."""

import json
import os
import subprocess

import pandas

SLACKWATER = os.environ["SLACKWATER"]


class Run:
    """The JSON, the round trips and the candles with their columns of one backtest."""

    def __init__(self, figures, trades, columns):
        self.figures, self.trades, self.columns = figures, trades, columns


def backtest(folder, market, *options, columns=()):
    """A backtest without anything left out: no order may have been refused."""
    trades, curve = folder / "trades.csv", folder / "columns.csv"
    command = [SLACKWATER, "backtest", "--data", market.path, "--pair", market.pair, "--interval", "60"]
    command += ["--json", "--trades", trades, "--columns", curve, *options]
    for text in columns:
        command += ["--column", text]
    done = subprocess.run([str(it) for it in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["candles"] == len(market.frame)
    assert figures["refused"] == 0 and figures["halted"] is None
    return Run(figures, table(trades), table(curve).set_index("time"))


def table(path):
    """A CSV file with each number as the double nearest to it."""
    frame = pandas.read_csv(path, dtype=str, keep_default_na=False)
    for name in frame.columns:
        if name == "time" or name.endswith("_time"):
            frame[name] = pandas.to_datetime(frame[name], utc=True)
        elif name not in ["side", "exit_reason"]:
            frame[name] = [float(it) if it else float("nan") for it in frame[name]]
    return frame
