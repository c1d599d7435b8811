//! Small changes to texts that are ready to be sent: fields nobody has heard of, prices that
//! cannot be, a status that contradicts its trades.

use bytes::Bytes;
use exchange_simulator::Prng;
use trading_types::{Price, Timestamp};

use crate::{
    faults::{Fault, conditions::Crossing},
    message::{Answer, HttpAnswer},
    world::World,
};

/// What nobody has heard of.
const UNHEARD_OF: &str = r#""unheard_of":{"depth":[1,null,"x"]},"#;

/// Fields with which a record in an answer begins or that it has once.
const RECORD_FIELDS: [&str; 4] = [r#""refid":"#, r#""ordertxid":"#, r#""altname":"#, r#""txid":["#];

/// Endpoints that tell prices.
const PRICED: [&str; 5] = ["Ticker", "OHLC", "Trades", "Depth", "Spread"];

/// Endpoints that tell how orders ended.
const ENDED: [&str; 2] = ["ClosedOrders", "QueryOrders"];

/// How a pair is spelled while it is spelled in another way: the names of Kraken's two spellings
/// of bitcoin change places.
const RENAMED: [(&str, &str); 3] =
    [("XXBTZUSD", "BTCUSD"), ("\"XBTUSD\"", "\"BTCUSD\""), ("XBT/USD", "BTC/USD")];

/// A pair that was not there.
const NEW_PAIR: &str = concat!(
    r#""NEWUSD":{"altname":"NEWUSD","wsname":"NEW/USD","aclass_base":"currency","#,
    r#""base":"NEW","aclass_quote":"currency","quote":"ZUSD","lot":"unit","#,
    r#""pair_decimals":3,"lot_decimals":8,"cost_decimals":5,"lot_multiplier":1,"#,
    r#""leverage_buy":[],"leverage_sell":[],"fees":[[0,0.4]],"fees_maker":[[0,0.25]],"#,
    r#""fee_volume_currency":"ZUSD","margin_call":80,"margin_stop":40,"ordermin":"1","#,
    r#""costmin":"0.5","tick_size":"0.001","status":"online"},"#,
);

/// A frame that tells of a pair that was not there.
pub(super) const NEW_INSTRUMENT: &str = concat!(
    r#"{"channel":"instrument","type":"update","data":{"assets":[{"id":"NEW","#,
    r#""status":"enabled","precision":8,"precision_display":5,"borrowable":false,"#,
    r#""collateral_value":0.00}],"pairs":[{"symbol":"NEW/USD","base":"NEW","#,
    r#""quote":"USD","status":"online","qty_precision":8,"qty_increment":0.00000001,"#,
    r#""price_precision":3,"cost_precision":5,"marginable":false,"has_index":false,"#,
    r#""cost_min":0.5,"price_increment":0.001,"qty_min":1}]}}"#,
);

/// An answer on its way out.
pub(super) fn answer(world: &mut World, endpoint: &str, answer: Answer, now: Timestamp) -> Answer {
    match answer {
        Answer::Http(http) if http.status == 200 => {
            Answer::Http(spoiled(world, endpoint, http, now))
        }
        Answer::Http(_) | Answer::Nothing | Answer::Torn(_) => answer,
    }
}

fn spoiled(world: &mut World, endpoint: &str, answer: HttpAnswer, now: Timestamp) -> HttpAnswer {
    let Ok(mut text) = std::str::from_utf8(&answer.body).map(str::to_owned) else { return answer };
    if world.faults.strikes(Fault::UnknownField, endpoint) {
        text = unknown_in_answer(&text);
    }
    if PRICED.contains(&endpoint) && world.faults.strikes(Fault::BadTick, endpoint) {
        text = bad_quoted_price(&text, world.faults.how(Fault::BadTick));
    }
    let can_contradict = ENDED.contains(&endpoint) && text.contains(CLOSED);
    if can_contradict && world.faults.strikes(Fault::StatusContradicts, endpoint) {
        text = text.replacen(CLOSED, CANCELED, 1);
    }
    if let Some(crossing) = world.faults.conditions.crossing(now).filter(|_| endpoint == "Ticker") {
        text = crossed_ticker(&text, crossing);
    }
    if world.faults.conditions.is_renamed(now) {
        text = renamed(endpoint, text);
    }
    HttpAnswer { body: Bytes::from(text), ..answer }
}

const CLOSED: &str = r#""status":"closed""#;
const CANCELED: &str = r#""status":"canceled""#;

fn unknown_in_answer(text: &str) -> String {
    let mut text = insert_first(text, UNHEARD_OF);
    for field in RECORD_FIELDS {
        text = text.replace(field, &format!("{UNHEARD_OF}{field}"));
    }
    text.replace(r#""misc":"""#, r#""misc":"unheard_of""#)
}

/// A frame with a field that nobody has heard of, in itself and in what it tells.
pub(super) fn unknown_in_frame(text: &str) -> String {
    let text = insert_first(text, UNHEARD_OF);
    text.replace(r#""data":[{"#, &format!(r#""data":[{{{UNHEARD_OF}"#))
}

/// A frame on a channel that nobody has heard of.
pub(super) const UNKNOWN_CHANNEL: &str =
    r#"{"channel":"unheard_of","type":"update","data":[{"depth":[1,null,"x"]}]}"#;

/// `text` with `field` as the first one of its object.
fn insert_first(text: &str, field: &str) -> String {
    match text.strip_prefix('{') {
        Some(rest) if !rest.starts_with('}') => format!("{{{field}{rest}"),
        _ => text.to_owned(),
    }
}

/// `text` with a bad price in place of its first decimal number in quotes.
fn bad_quoted_price(text: &str, how: &mut Prng) -> String {
    let mut start = 0;
    while let Some(at) = text[start..].find(['[', ',']).map(|at| start + at + 1) {
        let quoted = text[at..].strip_prefix('"').and_then(|rest| rest.split('"').next());
        if let Some(price) = quoted.filter(|price| is_decimal(price)) {
            let (before, after) = (&text[..=at], &text[at + 1 + price.len()..]);
            return format!("{before}{}{after}", bad_price(price, how));
        }
        start = at;
    }
    text.to_owned()
}

/// A frame with a bad price in place of its first one, if it has any.
pub(super) fn bad_price_in_frame(text: &str, how: &mut Prng) -> Option<String> {
    let keys = [r#""last":"#, r#""price":"#, r#""close":"#];
    let at = keys.iter().filter_map(|key| text.find(key).map(|at| at + key.len())).min()?;
    let length = text[at..].find([',', '}'])?;
    let price = &text[at..at + length];
    if !is_decimal(price) {
        return None;
    }
    Some(format!("{}{}{}", &text[..at], bad_price(price, how), &text[at + length..]))
}

fn is_decimal(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || c == '.')
}

/// A price that cannot be.
fn bad_price(price: &str, how: &mut Prng) -> String {
    match how.below(5) {
        0 => tenfold(price),
        1 => "0".to_owned(),
        2 => format!("-{price}"),
        3 => format!("{price}e3"),
        _ => {
            let whole = price.split('.').next().unwrap_or(price);
            let digits = "123456789".chars().cycle().take(30_usize.saturating_sub(whole.len()));
            format!("{whole}.{}", digits.collect::<String>())
        }
    }
}

fn tenfold(price: &str) -> String {
    let units = price.parse::<Price>().map_or(0, |price| i128::from(price.units()));
    i64::try_from(units * 10)
        .map_or_else(|_| format!("{price}0"), |units| Price::from_units(units).to_string())
}

/// A `Ticker` answer whose bid and ask cannot be.
fn crossed_ticker(text: &str, crossing: Crossing) -> String {
    let (bid, ask) = (r#""b":["#, r#""a":["#);
    match crossing {
        Crossing::Crossed => swapped(text, bid, ask),
        Crossing::WithoutSpread => copied(text, bid, ask, &[']']),
    }
}

/// A `ticker` frame whose bid and ask cannot be.
pub(super) fn crossed_frame(text: &str, crossing: Crossing) -> String {
    let (bid, ask) = (r#""bid":"#, r#""ask":"#);
    match crossing {
        Crossing::Crossed => swapped(text, bid, ask),
        Crossing::WithoutSpread => copied(text, bid, ask, &[',', '}']),
    }
}

/// An answer on the socket that was given when its clock showed `shown`.
pub(super) fn answered_at(text: &str, shown: Timestamp) -> String {
    let shown = Timestamp::from_nanos(shown.nanos() / 1_000 * 1_000);
    let set = |text: &str, key: &str| match text.split_once(key) {
        Some((before, after)) => {
            let rest = after.find('"').map_or("", |end| &after[end..]);
            format!("{before}{key}{shown}{rest}")
        }
        None => text.to_owned(),
    };
    set(&set(text, r#""time_in":""#), r#""time_out":""#)
}

/// `text` with the first value after `source`, which ends at one of `ends`, after `target` too.
fn copied(text: &str, source: &str, target: &str, ends: &[char]) -> String {
    let value_after = |key: &str| {
        let at = text.find(key)? + key.len();
        Some(at..at + text[at..].find(ends)?)
    };
    match (value_after(source), value_after(target)) {
        (Some(from), Some(to)) => {
            format!("{}{}{}", &text[..to.start], &text[from], &text[to.end..])
        }
        _ => text.to_owned(),
    }
}

fn swapped(text: &str, one: &str, other: &str) -> String {
    let aside = "\u{0}";
    text.replace(one, aside).replace(other, one).replace(aside, other)
}

/// An answer with a pair spelled in another way, and in the list of pairs one that was not there.
fn renamed(endpoint: &str, text: String) -> String {
    let text = RENAMED.into_iter().fold(text, |text, (old, new)| text.replace(old, new));
    match endpoint {
        "AssetPairs" => {
            let start = r#""result":{"#;
            text.replacen(start, &format!("{start}{NEW_PAIR}"), 1)
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests;
