//! Values of options as they are typed. What is refused is tested through the program.

use simulated_kraken::{Fault, Probability};

use super::{parse_balance, parse_fault, parse_market};

#[test]
fn faults() {
    assert_eq!(parse_fault("lost_answer"), Ok((Fault::LostAnswer, Probability::ALWAYS)));
    let rare = "0.001".parse().unwrap();
    assert_eq!(parse_fault("disconnect=0.001"), Ok((Fault::Disconnect, rare)));
    for fault in Fault::all() {
        assert_eq!(parse_fault(fault.name()).unwrap().0, fault);
    }
}

#[test]
fn markets() {
    for text in ["BTC/USD", "XBTUSD", "xbt/usd"] {
        let (rules, price) = parse_market(text).unwrap();
        assert_eq!((rules.pair.to_string().as_str(), price), ("BTC/USD", None));
    }
    let (rules, price) = parse_market("SOL/EUR=150.5").unwrap();
    assert_eq!(
        (rules.pair.to_string().as_str(), price),
        ("SOL/EUR", Some("150.5".parse().unwrap()))
    );
}

#[test]
fn balances() {
    for (text, asset, amount) in [
        ("USD=1000", "USD", "1000"),
        ("xbt=0.00000001", "BTC", "0.00000001"),
        ("XDG=5", "DOGE", "5"),
    ] {
        let expected = (asset.parse().unwrap(), amount.parse().unwrap());
        assert_eq!(parse_balance(text), Ok(expected), "{text}");
    }
}
