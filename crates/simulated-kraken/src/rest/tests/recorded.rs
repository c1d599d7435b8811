//! Requests that ccxt was recorded to send, signed and sent here: what it says is understood.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Client, get, parse};
use crate::{fixture, message::HttpRequest};

const ROOT: &str = "https://api.kraken.com";

/// What is refused, and with which words: the account has no margin and its key no funding, and
/// the order that one request cancels is not there.
const REFUSED: [(&str, &str, &str); 6] = [
    ("Margin stopLossPrice order (type 2)", "AddOrder", NO_POSITION),
    ("Margin takeProfitPrice order (type 2)", "AddOrder", NO_POSITION),
    ("Margin trailing order", "AddOrder", NO_POSITION),
    ("Margin trailing limit order", "AddOrder", NO_POSITION),
    ("cancel open trailing percent order", "CancelOrder", "EOrder:Unknown order"),
    // Two requests of the same name.
    ("Fetch deposit", "DepositStatus", "EGeneral:Permission denied"),
];
const NO_POSITION: &str = "EOrder:Reduce only:No position exists";

/// Recorded data by its name; nothing, and a word about it, where there is none.
#[expect(clippy::print_stdout, reason = "says that it passed over what is not there")]
#[expect(clippy::disallowed_methods, reason = "a test reads its recorded data")]
pub(super) fn recorded(name: &str) -> Option<Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/fixtures/");
    let path = format!("{folder}{name}");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("no {name} here: passed over");
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

/// A world with the pairs that were recorded, at prices of those days.
pub(super) fn client_of_those_days() -> Client {
    let mut settings = fixture::settings();
    let markets = [
        ("BTC/USDT", "45000"),
        ("BTC/USD", "45000"),
        ("LTC/USDT", "70"),
        ("LTC/USD", "70"),
        ("ETH/USDT", "2500"),
        ("XRP/USD", "0.5"),
    ];
    settings.markets = markets.map(|(pair, price)| fixture::still(pair, price)).into();
    let more = ["USDT 100000", "LTC 100"].map(|text| {
        let (asset, amount) = text.split_once(' ').unwrap();
        (asset.parse().unwrap(), amount.parse().unwrap())
    });
    settings.accounts[0].balances.extend(more);
    Client::new(settings)
}

/// The request as it was recorded, signed with our key and a nonce of ours, which the body holds
/// already: Kraken looks at neither of them when it reads the rest.
fn request(client: &mut Client, nonce: u64, path: &str, form: &str) -> HttpRequest {
    let rest: Vec<&str> = form.split('&').filter(|part| !part.starts_with("nonce=")).collect();
    let body = [vec![format!("nonce={nonce}").as_str()], rest].concat().join("&");
    client.signed_as(path, &nonce.to_string(), &body, "application/x-www-form-urlencoded")
}

#[test]
fn recorded_requests_are_understood() {
    let Some(file) = recorded("ccxt_request_kraken.json") else { return };
    let mut refused: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut nonce = 0;
    for case in file["methods"].as_object().unwrap().values().filter_map(Value::as_array) {
        for row in case {
            nonce += 1;
            let mut client = client_of_those_days();
            let address = row["url"].as_str().unwrap().strip_prefix(ROOT).unwrap();
            let (path, query) = address.split_once('?').unwrap_or((address, ""));
            let request = match row["output"].as_str() {
                Some(form) => request(&mut client, nonce, path, form),
                None => get(path, query),
            };
            let answer = parse(&client.send(request));
            if let Some(error) = answer["error"][0].as_str() {
                let name = path.rsplit('/').next().unwrap().to_owned();
                let about = row["description"].as_str().unwrap().to_owned();
                refused.insert((about, name), error.to_owned());
            }
        }
    }
    assert_eq!(nonce, 35);
    let expected = REFUSED.iter().map(|(about, name, error)| {
        (((*about).to_owned(), (*name).to_owned()), (*error).to_owned())
    });
    assert_eq!(refused, expected.collect());
}
