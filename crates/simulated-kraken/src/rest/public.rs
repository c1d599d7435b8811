//! Public calls: time, status, assets, pairs and market data.

use std::time::Duration;

use trading_types::{Pair, Timestamp};

use crate::{
    json::Json,
    kraken_error::KrakenError,
    message::{HttpAnswer, HttpRequest},
    rest::{
        asset_pairs,
        envelope::{self, Keep, Outcome},
        history, limits, market_data,
        parameters::Parameters,
        time_text,
    },
    world::World,
};

/// A call that may be carried out.
pub(crate) struct Query<'a> {
    pub(crate) world: &'a World,
    pub(crate) parameters: &'a Parameters,
    pub(crate) now: Timestamp,
    /// What the time endpoint tells, should it be asked.
    told_time: Timestamp,
}

impl Query<'_> {
    /// The one pair that is asked about.
    pub(crate) fn pair(&self) -> Result<Pair, KrakenError> {
        let text = self.parameters.required("pair")?;
        self.world.venue.names().pair(text).ok_or(KrakenError::UNKNOWN_PAIR)
    }

    /// What the answer calls a pair: its id, or what the question called it if that has a slash
    /// in it. Recorded answers of 2026 do; python-kraken-sdk's order book relies on it.
    pub(crate) fn key(&self, pair: Pair) -> &str {
        let names = self.world.venue.names();
        let asked = self.parameters.list("pair").unwrap_or_default().into_iter();
        let mut slashed = asked.filter(|text| text.contains('/'));
        let same = slashed.find(|text| names.pair(text) == Some(pair));
        same.unwrap_or_else(|| names.pair_id(pair))
    }

    /// The pairs that are asked about; all where none is named.
    pub(crate) fn pairs(&self) -> Result<Vec<Pair>, KrakenError> {
        let texts = self.parameters.list("pair")?;
        if texts.is_empty() {
            return Ok(self.world.venue.pairs().collect());
        }
        let names = self.world.venue.names();
        texts.into_iter().map(|text| names.pair(text).ok_or(KrakenError::UNKNOWN_PAIR)).collect()
    }
}

struct Row {
    name: &'static str,
    keep: Keep,
    carry_out: fn(&Query<'_>) -> Outcome,
}

#[rustfmt::skip] // A table.
const ROWS: &[Row] = &[
    Row { name: "Time",         keep: Keep::Never,      carry_out: time },
    Row { name: "SystemStatus", keep: Keep::Never,      carry_out: system_status },
    Row { name: "Assets",       keep: Keep::ForASecond, carry_out: asset_pairs::assets },
    Row { name: "AssetPairs",   keep: Keep::ForASecond, carry_out: asset_pairs::asset_pairs },
    Row { name: "Ticker",       keep: Keep::ForASecond, carry_out: market_data::ticker },
    Row { name: "Depth",        keep: Keep::ForASecond, carry_out: market_data::depth },
    Row { name: "OHLC",         keep: Keep::ForASecond, carry_out: history::ohlc },
    Row { name: "Trades",       keep: Keep::ForASecond, carry_out: history::trades },
    Row { name: "Spread",       keep: Keep::ForASecond, carry_out: history::spread },
];

/// The endpoints by name.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.name)
}

/// Answers a call of `name`, the word behind `/0/public/`.
pub(crate) fn answer(
    world: &mut World,
    name: &str,
    request: &HttpRequest,
    now: Timestamp,
) -> HttpAnswer {
    let refused = |error: KrakenError| envelope::answer(&Err(error.into()), Keep::Never);
    let is_asked = matches!(request.method.as_str(), "GET" | "POST");
    let Some(row) = ROWS.iter().find(|row| row.name == name).filter(|_| is_asked) else {
        return refused(KrakenError::UNKNOWN_METHOD);
    };
    let parameters = match Parameters::of_public(request) {
        Ok(parameters) => parameters,
        Err(unreadable) => return refused(unreadable.into()),
    };
    let text = parameters.text("pair").unwrap_or(None);
    let pair = text.and_then(|text| world.venue.names().pair(text));
    let headers = match limits::public_call(world, &request.address, (row.name, pair), now) {
        Ok(headers) => headers,
        Err(limits::Limited(answer)) => return answer,
    };
    let told_time = world.told_time(row.name, now);
    let query = Query { world, parameters: &parameters, now, told_time };
    let mut answer = envelope::answer(&(row.carry_out)(&query), row.keep);
    answer.headers.extend(headers);
    answer
}

#[expect(clippy::unnecessary_wraps, reason = "every call can be refused but this one")]
fn time(query: &Query<'_>) -> Outcome {
    let object = Json::object()
        .raw("unixtime", query.told_time.seconds())
        .text("rfc1123", time_text::rfc1123(query.told_time));
    Ok(object.close())
}

/// What is announced for the next 72 hours stands beside the status, in the words of
/// <https://docs.kraken.com/api-reference/market-data/get-maintenance-schedule> (read on
/// 2026-11-22).
#[expect(clippy::unnecessary_wraps, reason = "every call can be refused but this one")]
fn system_status(query: &Query<'_>) -> Outcome {
    let object = Json::object()
        .text("status", query.world.venue.status())
        .text("timestamp", time_text::whole_seconds(query.told_time));
    let announced = query.world.faults.conditions.announced(query.now);
    let announced: Vec<String> =
        announced.map(|(begins, ends)| maintenance(begins, ends, query.told_time)).collect();
    if announced.is_empty() {
        return Ok(object.close());
    }
    let announced = announced.join(",");
    Ok(object.raw("upcoming_maintenance", format_args!("[{announced}]")).close())
}

/// How near it is: the first row that fits. What is recommended in the last two is our guess.
#[rustfmt::skip] // A table.
const PHASES: [(u64, &str, &str); 5] = [
    (30,         "final_warning_30s", "disconnect_and_wait"),
    (5 * 60,     "imminent_5m",       "cancel_open_orders"),
    (30 * 60,    "approaching_30m",   "reduce_activity"),
    (24 * 3_600, "reminder_24h",      "continue"),
    (u64::MAX,   "announced",         "continue"),
];
/// Orders are to be canceled this long before, as in the reference's example.
const CANCEL_BEFORE: Duration = Duration::from_mins(5);

fn maintenance(begins: Timestamp, ends: Option<Timestamp>, now: Timestamp) -> String {
    let ahead = begins.since(now).as_secs();
    let (_, phase, action) =
        PHASES.iter().find(|(most, ..)| ahead <= *most).expect("the last row takes all");
    let object = Json::object()
        .raw("event_id", begins.seconds())
        .text("title", "Scheduled Maintenance - Trading Engine")
        .text("expected_start_utc", time_text::whole_seconds(begins));
    let end = ends.map(time_text::whole_seconds);
    end.into_iter()
        .fold(object, |object, end| object.text("expected_end_utc", end))
        .raw("time_to_start_s", ahead)
        .text("phase", phase)
        .raw("affected_services", r#"["spot_trading"]"#)
        .text("order_submission", "allowed")
        .text("recommended_action", action)
        .text("cancel_before_utc", time_text::whole_seconds(begins - CANCEL_BEFORE))
        .close()
}
