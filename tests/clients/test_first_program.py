"""The first program anybody writes runs unchanged, under Kraken's limits."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from conftest import StartSimulator
from signed_calls import SignedCalls

PROGRAM = Path(__file__).with_name("first_program.py")


def test_the_first_program_buys_and_bids(start_simulator: StartSimulator) -> None:
    simulator = start_simulator(
        "--limits", "documented", "--tier", "starter", "--balance", "USD=5000"
    )
    key = simulator.key()
    environment = {
        **os.environ,
        "KRAKEN_KEY": key.key,
        "KRAKEN_SECRET": key.secret,
        "KRAKEN_URL": simulator.rest,
    }
    run = subprocess.run(
        [sys.executable, PROGRAM], env=environment, capture_output=True, text=True, timeout=50
    )
    assert run.returncode == 0, run.stderr
    said = dict(line.split(": ") for line in run.stdout.splitlines())
    assert said["free USD"] == "5000.0"
    account = SignedCalls(simulator.rest, simulator.key("no-ip-list"))
    bought = account.result("QueryOrders", txid=said["bought"])[said["bought"]]
    assert (bought["status"], bought["vol_exec"]) == ("closed", "0.00200000")
    resting = account.result("OpenOrders")["open"]
    assert list(resting) == [said["bid"]]
    assert resting[said["bid"]]["descr"]["ordertype"] == "limit"
    assert simulator.statistics()["private_rejected_rate"] == 0
