"""Ours and the peer in one run: `python compare.py TICKS_FILE [--fills-only]`.

Prints a line of JSON for each strategy; ends with 1 when a count of fills differs or ours is not at
least one and a half times as fast. With `--fills-only` ours is not optimized, and only fills count.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
RATIO_MIN = 1.5
LINE = re.compile(r"(?P<strategy>[a-z ]+), whole +(?P<fills>\d+) fills .* (?P<cpu>[\d.]+) s CPU")


def ours(ticks, profile):
    """Fills and CPU seconds of each strategy, from our benchmark."""
    command = ["cargo", "bench", "--profile", profile, "-p", "backtester", "--bench", "replay_speed"]
    command += ["--", ticks]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = (LINE.match(line) for line in text.splitlines())
    return {it["strategy"]: (int(it["fills"]), float(it["cpu"])) for it in found if it}


def peers(ticks):
    """The same from hftbacktest."""
    command = [sys.executable, str(HERE / "hftbacktest_replay.py"), ticks]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = [json.loads(line) for line in text.splitlines()]
    return {row["strategy"]: (row["fills"], row["cpu_s"]) for row in rows}


def compare_fills(our, peer):
    """Ends here, with 0 when all counts of fills are the same."""
    for strategy, (fills, _) in peer.items():
        print(json.dumps({"strategy": strategy, "fills": our[strategy][0], "peer_fills": fills}))
    fills = [{strategy: row[0] for strategy, row in rows.items()} for rows in (our, peer)]
    sys.exit(0 if fills[0] == fills[1] and peer else 1)


def main():
    """Measures ours before and after the peer, and takes the slower."""
    ticks = str(Path(sys.argv[1]).resolve())
    if sys.argv[2:] == ["--fills-only"]:
        compare_fills(ours(ticks, "dev"), peers(ticks))
    before, peer, after = ours(ticks, "bench"), peers(ticks), ours(ticks, "bench")
    is_good = set(before) == set(peer) and bool(peer)
    for strategy, (fills, cpu) in peer.items():
        our_fills, our_cpu = max(before[strategy], after[strategy])
        ratio = cpu / our_cpu
        is_good = is_good and our_fills == fills and ratio >= RATIO_MIN
        print(json.dumps({"strategy": strategy, "fills": our_fills, "peer_fills": fills,
                          "cpu_s": our_cpu, "peer_cpu_s": cpu, "ratio": round(ratio, 2)}))
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
