//! `slackwater size`: the position calculator's answers and its refusals.

use serde_json::{Value, json};

use crate::bench::{Bench, Outcome};

const ASK: &str = "size --equity 10000 --risk 1% --entry 50000 --stop 49000 --pair BTC/USD \
                   --fee 0.40/0.25";

fn ask(typed: &str) -> Outcome {
    Bench::new().run(typed)
}

#[test]
fn the_answer_counts_both_fees() {
    let json = ask(&format!("{ASK} --json")).done().json();
    let expect = json!({
        "quantity": "0.07163323", "notional": "3581.6615", "risk_amount": "99.99998908",
        "risk_percent": 0.999_999_890_8, "stop_distance": "1000", "fees": "28.36675908",
        "refused": null,
    });
    let percent = |it: &Value| it["risk_percent"].as_f64().expect("a number");
    assert!((percent(&json) - percent(&expect)).abs() < 1e-9, "{json}");
    for key in ["quantity", "notional", "risk_amount", "stop_distance", "fees", "refused"] {
        assert_eq!(json[key], expect[key], "{key}");
    }
    assert_eq!(json.as_object().map(serde_json::Map::len), Some(7), "{json}");
}

#[test]
fn the_answer_for_reading() {
    let outcome = ask(ASK).done();
    for words in ["buy            0.07163323 BTC", "3581.6615 USD", "99.99998908 USD", "~1.000 %"] {
        assert!(outcome.stdout.contains(words), "{outcome:?}");
    }
}

#[test]
fn one_percent_and_kraken_are_what_is_meant_when_nothing_is_said() {
    let short = "size --equity 10000 --entry 50000 --stop 49000 --pair BTC/USD --json";
    let long = format!("{short} --risk 1% --fee kraken --slippage 0%");
    assert_eq!(ask(short).done().json(), ask(&long).done().json());
}

#[test]
fn slippage_and_more_risk_change_the_answer() {
    let quantity = |more: &str| {
        let json = ask(&format!("{} {more} --json", ASK.replace("--risk 1% ", ""))).done().json();
        json["quantity"].as_str().and_then(|it| it.parse::<f64>().ok()).expect("a quantity")
    };
    let usual = quantity("");
    assert!(quantity("--slippage 0.1%") < usual);
    assert!(quantity("--risk 0.5%") < usual);
    assert!(usual < quantity("--risk 2% --i-accept-more-risk"));
}

/// The answer is no: status 1, and still one JSON document.
#[track_caller]
fn check_refused(more: &[(&str, &str)], reason: &str) {
    let typed = more.iter().fold(ASK.to_owned(), |typed, (from, to)| typed.replace(from, to));
    let outcome = ask(&format!("{typed} --json"));
    assert_eq!((outcome.status, outcome.stderr.as_str()), (Some(1), ""), "{outcome:?}");
    let json = outcome.json();
    assert!(json["refused"].as_str().is_some_and(|it| it.contains(reason)), "{json}");
    for key in ["quantity", "notional", "risk_amount", "risk_percent", "stop_distance", "fees"] {
        assert!(json[key].is_null(), "{key}: {json}");
    }

    let outcome = ask(&typed);
    assert_eq!((outcome.status, outcome.stdout.as_str()), (Some(1), ""), "{outcome:?}");
    assert!(outcome.stderr.starts_with("refused: "), "{outcome:?}");
    assert!(outcome.stderr.contains(reason), "{outcome:?}");
}

#[test]
fn refusals() {
    let stop = |to| [("--stop 49000", to)];
    check_refused(&stop("--stop 51000"), "the stop 51000 is above the entry 50000");
    check_refused(&stop("--stop 50000"), "the stop 50000 is at the entry");
    check_refused(&stop("--stop 0"), "the stop price 0 is not above zero");
    check_refused(&stop("--stop -1"), "the stop price -1 is not above zero");
    check_refused(&[("--entry 50000", "--entry 0")], "the entry price 0 is not above zero");
    let equity = |to| [("--equity 10000", to)];
    check_refused(&equity("--equity 1"), "below the pair's minimum of 0.0001");
    check_refused(&equity("--equity 0"), "the equity 0 is not above zero");
    check_refused(&equity("--equity -5"), "the equity -5 is not above zero");
    let risk = |to| [("--risk 1%", to)];
    check_refused(&risk("--risk 1.01%"), "a risk of 1.01 % is above the ceiling of 1 %");
    check_refused(&risk("--risk 0%"), "a risk of 0 % is not above zero");
    check_refused(&risk("--risk -1%"), "a risk of -1 % is not above zero");
    let accepted = risk("--risk 10.1% --i-accept-more-risk");
    check_refused(&accepted, "a risk of 10.1 % is above the ceiling of 10 %");
}

#[test]
fn a_risk_above_the_ceiling_comes_with_how_to_accept_it() {
    let outcome = ask(&ASK.replace("--risk 1%", "--risk 2%"));
    assert!(outcome.stderr.contains("--i-accept-more-risk"), "{outcome:?}");
}
