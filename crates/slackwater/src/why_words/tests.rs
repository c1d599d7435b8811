//! What a person reads of an explanation.

use serde_json::json;

use super::*;

#[test]
fn every_part_has_its_line() {
    let explanation = json!({
        "pair": "BTC/USD",
        "time": "2026-01-01T00:12:00Z",
        "verdict": { "refused": "stale_price" },
        "last_wish": {
            "time": "2026-01-01T00:12:00Z",
            "candle": { "close": "60000" },
            "wish": { "BeLong": { "stop": "59000", "target": null } },
        },
        "last_entry": null,
        "size": {
            "steps": [{ "name": "equity", "value": "10000" }],
            "size": { "Base": "0.03" },
            "refusal": null,
        },
        "rules": [
            { "rule": "halted", "value": "trading", "limit": "trading", "passed": true },
            { "rule": "stale_price", "value": "70s", "limit": "60s", "passed": false },
        ],
        "halted": null,
        "pair_halted": null,
        "blocks": ["stale_data"],
        "status": ["online", "online"],
        "position": { "quantity": "0", "mark": null },
        "orders": [{
            "side": "sell", "quantity": { "Base": "0.03" }, "kind": "Market", "why": "the exit",
        }],
    });
    let expected = "\
BTC/USD at 2026-01-01T00:12:00Z
verdict   refused stale price
wish      BeLong (stop 59000) at 2026-01-01T00:12:00Z
candle    close 60000
size      equity                             10000
size      comes to Base 0.03
rule      passed  halted                   trading, limit trading
rule      REFUSED stale price              70s, limit 60s
no entry  stale data
venue     online, online
position  quantity 0
order     sell Base 0.03 Market: the exit";
    assert_eq!(why_words(&explanation).join("\n"), expected);
}

#[test]
fn a_strategy_that_has_seen_nothing() {
    let explanation = json!({ "pair": "BTC/USD", "time": "t", "last_wish": null });
    let words = why_words(&explanation).join("\n");
    assert!(words.contains("the strategy has seen no candle yet"), "{words}");
}
