//! Prices, plain and relative, good and bad.

use super::{Place, PriceForm, Way};

fn form() -> PriceForm {
    PriceForm {
        pair: "BTC/USD".parse().unwrap(),
        id: "XXBTZUSD".to_owned(),
        decimals: 1,
        tick: "0.5".parse().unwrap(),
        last: Some("30000.5".parse().unwrap()),
    }
}

fn price(text: &str, place: Place, sense: Way) -> Result<String, String> {
    let form = form();
    let price = form.read(text, place).and_then(|stated| form.resolve(stated, sense, form.last));
    price.map(|price| price.to_string()).map_err(|error| error.to_string())
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(price(text, Place::Primary, Way::Below).as_deref(), Ok(expected), "{text}");
}

#[track_caller]
fn refused(text: &str, primary: &str) {
    assert_eq!(price(text, Place::Primary, Way::Below), Err(primary.to_owned()), "{text}");
}

#[track_caller]
fn refused_secondary(text: &str, secondary: &str) {
    assert_eq!(price(text, Place::Secondary, Way::Below), Err(secondary.to_owned()), "{text}");
}

#[test]
fn prices() {
    check("37500", "37500");
    check("37500.5", "37500.5");
    check("37500.50000", "37500.5");
    check("0.5", "0.5");
    check("+100", "30100.5");
    check("-0.5", "30000");
    check("#100", "29900.5");
    assert_eq!(price("#100", Place::Primary, Way::Above).as_deref(), Ok("30100.5"));
    // 30000.5 × 1.015 = 30450.5075, cut to the tick.
    check("+1.5%", "30450.5");
    check("-1.5%", "29550");
    check("#0.001%", "30000");
    check("+1000%", "330005.5");
    check("-99%", "300");
}

#[test]
fn what_is_no_price() {
    let argument = "EGeneral:Invalid arguments:price";
    let exponent = "EOrder:Invalid price:Invalid price argument.";
    for text in
        ["abc", "0", "0.0", "--5", "+", "#", "%", "5%", "+%", "+abc%", "+1001%", "+0", "1,5"]
    {
        refused(text, argument);
    }
    for text in [" 5", "5 ", ".", ".5", "1.", "1.5.5", "é", "+-5", "99999999999999999999"] {
        refused(text, argument);
    }
    refused("6.4e-7", exponent);
    refused("1E5", exponent);
    refused(
        "37500.25",
        "EOrder:Invalid price:XXBTZUSD price can only be specified up to 1 decimals.",
    );
    refused("+0.01", "EOrder:Invalid price:XXBTZUSD price can only be specified up to 1 decimals.");
    refused("37500.1", "EOrder:Tick size check failed");
    refused("-30000.5", "EOrder:Invalid price");
}

#[test]
fn secondary_prices() {
    let argument = "EOrder:Invalid price:Invalid secondary price argument";
    refused_secondary("abc", argument);
    refused_secondary("6.4e-7", argument);
    refused_secondary("0", argument);
    refused_secondary("1.1", "EOrder:Tick size check failed");
}

#[test]
fn without_a_last_price_nothing_is_relative() {
    let form = PriceForm { last: None, ..form() };
    let stated = form.read("+5", Place::Primary).unwrap();
    assert!(form.resolve(stated, Way::Above, None).is_err());
}
