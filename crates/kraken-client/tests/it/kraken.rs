//! The few words in which Kraken is used, from opening to an order whose outcome is unclear.

use kraken_client::{
    Kraken, KrakenError, OpenError, OrderName, Outcome,
    calls::CallError,
    clock::{Clock, Hands},
};
use serde_json::json;
use trading_types::Pair;

use crate::{
    script::{Asked, Script},
    world::{GOOD_KEY, SECOND, key, start},
};

const PAIRS: &str = r#"{"error":[],"result":{"XXBTZUSD":{"altname":"XBTUSD","wsname":"XBT/USD",
    "aclass_base":"currency","base":"XXBT","aclass_quote":"currency","quote":"ZUSD","lot":"unit",
    "cost_decimals":5,"pair_decimals":1,"lot_decimals":8,"lot_multiplier":1,"leverage_buy":[],
    "leverage_sell":[],"fees":[[0,0.4]],"fees_maker":[[0,0.25]],"fee_volume_currency":"ZUSD",
    "margin_call":80,"margin_stop":40,"ordermin":"0.00005","costmin":"0.5","tick_size":"0.1",
    "status":"online"}}}"#;

struct Opened {
    kraken: Kraken,
    script: Script,
    hands: Hands,
}

/// Answers the next request, for which the clock may have to be turned.
async fn answer(script: &Script, hands: &Hands, path: &str, text: &str) {
    let asked = asked(script, hands).await;
    assert!(asked.path.starts_with(path), "{} is not {path}", asked.path);
    asked.answer(text);
}

async fn asked(script: &Script, hands: &Hands) -> Asked {
    loop {
        tokio::select! {
            biased;
            asked = script.asked() => return asked,
            until = hands.plan_before(hands.now() + SECOND * 2) => hands.turn_to(until),
        }
    }
}

async fn open() -> Opened {
    let script = Script::start().await;
    let (clock, hands) = Clock::by_hand(start());
    let builder = Kraken::builder().base(script.base()).clock(clock).key(key());
    let (kraken, ()) = tokio::join!(builder.open(), async {
        answer(&script, &hands, "/0/private/GetApiKeyInfo", GOOD_KEY).await;
        let time = r#"{"error":[],"result":{"unixtime":1800000100,"rfc1123":""}}"#;
        answer(&script, &hands, "/0/public/Time", time).await;
        answer(&script, &hands, "/0/public/AssetPairs", PAIRS).await;
    });
    Opened { kraken: kraken.unwrap(), script, hands }
}

impl Opened {
    async fn answer(&self, path: &str, text: &str) {
        answer(&self.script, &self.hands, path, text).await;
    }
}

#[tokio::test]
async fn a_key_that_is_refused_opens_nothing() {
    let script = Script::start().await;
    let (clock, hands) = Clock::by_hand(start());
    let builder = Kraken::builder().base(script.base()).clock(clock).key(key());
    let (kraken, ()) = tokio::join!(builder.open(), async {
        let text = GOOD_KEY.replace("\"query-funds\"", "\"query-funds\",\"withdraw-funds\"");
        answer(&script, &hands, "/0/private/GetApiKeyInfo", &text).await;
    });
    let error = kraken.unwrap_err();
    assert!(matches!(error, OpenError::Audit(_)), "{error}");
    assert!(script.is_quiet());
}

fn ticker_of(last: &str) -> String {
    format!(
        r#"{{"error":[],"result":{{"XXBTZUSD":{{"a":["45000.20000","1","1.000"],
        "b":["45000.10000","1","1.000"],"c":["{last}","0.5"],"v":["1","2"],
        "p":["45000","45001"],"t":[1,2],"l":["44000","43000"],"h":["46000","47000"],
        "o":"44500.0"}}}}}}"#
    )
}

#[tokio::test]
async fn who_asks_at_the_same_moment_shares_a_call_and_answers_are_kept() {
    let Opened { kraken, script, hands } = open().await;
    let (first, later) = (ticker_of("45000.1"), ticker_of("45001.0"));
    let (one, other, ()) = tokio::join!(
        kraken.ticker("BTC/USD"),
        kraken.ticker("XBTUSD"),
        answer(&script, &hands, "/0/public/Ticker?pair=", &first),
    );
    assert_eq!(one.unwrap().last, other.unwrap().last);
    hands.turn_to(hands.now() + SECOND * 29);
    assert_eq!(kraken.ticker("BTC/USD").await.unwrap().last, "45000.1".parse().unwrap());
    assert!(script.is_quiet());
    hands.turn_to(hands.now() + SECOND * 2);
    let (told, ()) = tokio::join!(
        kraken.ticker("BTC/USD"),
        answer(&script, &hands, "/0/public/Ticker?pair=", &later),
    );
    assert_eq!(told.unwrap().last, "45001".parse().unwrap());
}

#[tokio::test]
async fn a_question_whose_asker_went_away_is_asked_again() {
    let Opened { kraken, script, hands } = open().await;
    let ticker = ticker_of("45000.1");
    let first = tokio::select! {
        biased;
        _ = kraken.ticker("BTC/USD") => panic!("nothing was answered"),
        asked = asked(&script, &hands) => asked,
    };
    // Its answer comes when nobody waits for it any more.
    first.answer(&ticker);
    let (told, ()) = tokio::join!(
        kraken.ticker("BTC/USD"),
        answer(&script, &hands, "/0/public/Ticker?pair=", &ticker),
    );
    assert!(told.is_ok());
}

#[tokio::test]
async fn prices_and_balances() {
    let opened = open().await;
    let ticker = r#"{"error":[],"result":{"XXBTZUSD":{"a":["45000.20000","1","1.000"],
        "b":["45000.10000","1","1.000"],"c":["45000.10000","0.5"],"v":["1","2"],
        "p":["45000","45001"],"t":[1,2],"l":["44000","43000"],"h":["46000","47000"],
        "o":"44500.0"}}}"#;
    let (told, ()) = tokio::join!(
        opened.kraken.ticker("XBTUSD"),
        opened.answer("/0/public/Ticker?pair=", ticker),
    );
    assert_eq!(told.unwrap().last, "45000.1".parse().unwrap());
    let balance = r#"{"error":[],"result":{"ZUSD":{"balance":"100.0","hold_trade":"40.0"}}}"#;
    let (told, ()) =
        tokio::join!(opened.kraken.balance(), opened.answer("/0/private/BalanceEx", balance));
    let told = told.unwrap();
    assert_eq!((told.len(), told[0].spendable), (1, "60".parse().unwrap()));
    assert!(matches!(opened.kraken.ticker("NO/SUCH").await, Err(KrakenError::UnknownPair(_))));
    assert!(matches!(opened.kraken.candles("BTC/USD", 7).await, Err(KrakenError::BadInterval(_))));
}

#[tokio::test]
async fn an_order_is_placed_with_a_name_and_a_deadline_by_krakens_clock() {
    let opened = open().await;
    let kraken = &opened.kraken;
    let (outcome, asked) = tokio::join!(kraken.buy_limit("BTC/USD", "0.001", "45000"), async {
        let asked = opened.script.asked().await;
        let fields =
            [("ordertype", "limit"), ("type", "buy"), ("price", "45000"), ("volume", "0.001")];
        for (name, value) in fields {
            assert_eq!(asked.field(name), Some(value), "{}", asked.body);
        }
        // Kraken's clock was 100 s ahead; the deadline is five seconds later by that clock.
        let deadline = asked.field("deadline").unwrap().to_owned();
        assert!(deadline.starts_with("2027-01-15T08%3A01%3A4"), "{deadline}");
        let id = asked.field("cl_ord_id").unwrap().to_owned();
        asked.answer(
            r#"{"error":[],"result":{"descr":{"order":"buy"},"txid":["OABCDE-FGHIJ-KLMNOP"]}}"#,
        );
        id
    });
    let Outcome::Placed { order, venue_orders, .. } = outcome.unwrap() else { panic!() };
    assert_eq!(order.to_string(), asked);
    assert_eq!(venue_orders[0].as_str(), "OABCDE-FGHIJ-KLMNOP");
    let (canceled, ()) = tokio::join!(kraken.cancel("BTC/USD", OrderName::Ours(order)), async {
        let asked = opened.script.asked().await;
        assert_eq!(asked.field("cl_ord_id"), Some(order.to_string().as_str()));
        asked.answer(r#"{"error":[],"result":{"count":1}}"#);
    });
    canceled.unwrap();
    let (canceled, ()) = tokio::join!(
        opened.kraken.cancel_all(),
        opened.answer("/0/private/CancelAll", r#"{"error":[],"result":{"count":3}}"#),
    );
    assert_eq!(canceled.unwrap(), 3);
}

#[tokio::test]
async fn an_unclear_order_is_told_and_found_and_not_sent_again() {
    let opened = open().await;
    let (outcome, id) = tokio::join!(opened.kraken.sell_market("BTC/USD", "0.001"), async {
        let asked = opened.script.asked().await;
        assert_eq!(asked.path, "/0/private/AddOrder");
        let id = asked.field("cl_ord_id").unwrap().to_owned();
        asked.answer_with(502, "", "<html>Bad gateway</html>");
        id
    });
    let Outcome::Unclear { order, .. } = outcome.unwrap() else { panic!() };
    assert_eq!(order.to_string(), id);
    let closed = json!({"error": [], "result": {"closed": {"OABCDE-FGHIJ-KLMNOP": {
        "refid": null, "userref": null, "cl_ord_id": id, "status": "closed",
        "opentm": 1_800_000_001.5, "starttm": 0, "expiretm": 0, "closetm": 1_800_000_002.5,
        "reason": null, "vol": "0.001",
        "vol_exec": "0.001", "cost": "45.0", "fee": "0.1", "price": "45000.0", "stopprice": "0",
        "limitprice": "0", "misc": "", "oflags": "fciq",
        "descr": {"pair": "XBTUSD", "type": "sell", "ordertype": "market", "price": "0",
            "price2": "0", "leverage": "none", "close": "",
            "order": "sell 0.00100000 XBTUSD @ market"}
    }}, "count": 1}});
    let (found, ()) = tokio::join!(opened.kraken.find_order(order), async {
        opened.answer("/0/private/OpenOrders", r#"{"error":[],"result":{"open":{}}}"#).await;
        opened.answer("/0/private/ClosedOrders", &closed.to_string()).await;
    });
    assert_eq!(found.unwrap().unwrap().our_id(), Some(order));
    assert!(opened.script.is_quiet());
}

#[tokio::test]
async fn what_kraken_would_refuse_is_not_sent() {
    let opened = open().await;
    let kraken = &opened.kraken;
    let check = |outcome: Result<Outcome, KrakenError>, says: &str| {
        let error = outcome.unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    };
    check(kraken.buy_limit("BTC/USD", "0.001", "45000.05").await, "multiple of 0.1");
    check(kraken.buy_limit("BTC/USD", "0.00001", "45000").await, "no less than 0.00005");
    check(kraken.buy_limit("BTC/USD", "0.00005", "1").await, "no less than 0.5");
    check(kraken.buy_market("BTC/USD", "1e-3").await, "`1e-3` is no quantity");
    check(kraken.buy_market("BTC/USD", "-1").await, "`-1` is no quantity");
    check(kraken.buy_limit("BTC/USD", "1", "0").await, "`0` is no price");
    check(kraken.sell_market("ETH/USD", "1").await, "no pair `ETH/USD`");
    assert!(opened.script.is_quiet());
}

#[tokio::test]
async fn a_refusal_is_an_error_with_krakens_reason() {
    let opened = open().await;
    let (outcome, ()) = tokio::join!(
        opened.kraken.buy_market("BTC/USD", "0.001"),
        opened.answer("/0/private/AddOrder", r#"{"error":["EOrder:Insufficient funds"]}"#),
    );
    let error = outcome.unwrap_err();
    assert!(matches!(error, KrakenError::Call(CallError::Refused(_))), "{error}");
    assert_eq!(error.to_string(), "insufficient funds");
}

#[tokio::test]
async fn without_a_key_there_are_prices_and_no_orders() {
    let script = Script::start().await;
    let (clock, hands) = Clock::by_hand(start());
    let (kraken, ()) =
        tokio::join!(Kraken::builder().base(script.base()).clock(clock).open(), async {
            let time = r#"{"error":[],"result":{"unixtime":1800000000,"rfc1123":""}}"#;
            answer(&script, &hands, "/0/public/Time", time).await;
            answer(&script, &hands, "/0/public/AssetPairs", PAIRS).await;
        });
    let kraken = kraken.unwrap();
    let error = kraken.buy_market("BTC/USD", "0.001").await.unwrap_err().to_string();
    assert!(error.contains("there is no trade key"), "{error}");
    let pair: Pair = "BTC/USD".parse().unwrap();
    let order = kraken.order(trading_types::Side::Buy, "XXBTZUSD", "1", None).unwrap();
    assert_eq!(order.pair, pair);
}
