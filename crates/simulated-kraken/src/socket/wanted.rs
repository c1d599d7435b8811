//! What a client wants to subscribe to
//! (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/book> and its neighbors, read
//! on 2026-11-21).
//!
//! The invariant: whatever a request leaves out is Kraken's default, and the answer says which.

use std::borrow::Cow;

use simulated_limits::Level3Depth;
use trading_types::{Interval, Pair};

use super::{
    connection::Taste,
    fields::{Fields, missing},
    refused::Refused,
    topic::{BOOK_DEPTHS, EventTrigger, LEVEL3_DEPTHS, Topic},
};
use crate::{json::Json, kraken_error::KrakenError, message::Door};

/// What can be subscribed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    Book,
    Level3,
    Ticker,
    Trade,
    Ohlc,
    Instrument,
    Status,
    Heartbeat,
    Executions,
    Balances,
}

impl Channel {
    pub(super) const ALL: [Self; 10] = [
        Self::Book,
        Self::Level3,
        Self::Ticker,
        Self::Trade,
        Self::Ohlc,
        Self::Instrument,
        Self::Status,
        Self::Heartbeat,
        Self::Executions,
        Self::Balances,
    ];

    /// Kraken's name for it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Book => "book",
            Self::Level3 => "level3",
            Self::Ticker => "ticker",
            Self::Trade => "trade",
            Self::Ohlc => "ohlc",
            Self::Instrument => "instrument",
            Self::Status => "status",
            Self::Heartbeat => "heartbeat",
            Self::Executions => "executions",
            Self::Balances => "balances",
        }
    }

    /// Whether Kraken's private host has it.
    const fn is_behind(self, door: Door) -> bool {
        match (door, self) {
            (Door::Public, _)
            | (
                Door::Private,
                Self::Executions | Self::Balances | Self::Level3 | Self::Status | Self::Heartbeat,
            ) => true,
            (
                Door::Private,
                Self::Book | Self::Ticker | Self::Trade | Self::Ohlc | Self::Instrument,
            ) => false,
        }
    }

    /// A snapshot is sent unless the client does not want one; of trades only if it does.
    const fn has_snapshot(self) -> bool {
        !matches!(self, Self::Trade)
    }
}

/// What a client wants.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    pub(super) channel: Channel,
    pub(super) symbols: Vec<Cow<'a, str>>,
    pub(super) snapshot: bool,
    pub(super) depth: u16,
    interval: Interval,
    trigger: EventTrigger,
    pub(super) snap_orders: bool,
    pub(super) snap_trades: bool,
    pub(super) taste: Taste,
}

const FIELDS: &[&str] = &[
    "channel",
    "symbol",
    "snapshot",
    "depth",
    "interval",
    "event_trigger",
    "token",
    "snap_orders",
    "snap_trades",
    "snapshot_trades",
    "order_status",
    "ratecounter",
    "rate_counter",
    "users",
    "rebased",
    "include_tokenized_assets",
    "execution_venue",
    "asset_class",
];

const DEPTH_DEFAULT: i64 = 10;
const INTERVAL_DEFAULT: i64 = 1;

impl<'a> Wanted<'a> {
    /// Reads the parameters of `subscribe` or `unsubscribe`.
    pub(super) fn read(fields: &Fields<'a>, method: &str, door: Door) -> Result<Self, Refused> {
        fields.only(&[FIELDS], method)?;
        let name = fields.needed_text("channel")?;
        let channel = Channel::ALL.into_iter().find(|channel| channel.name() == name);
        let channel = channel.filter(|channel| channel.is_behind(door));
        let channel = channel.ok_or(Refused::UNSUPPORTED_EVENT)?;
        // The old fields of executions are still understood.
        let snapshot = fields.flag("snapshot", channel.has_snapshot())?;
        let snap_trades = fields.flag("snapshot_trades", false)?;
        let tells_counter = fields.flag("rate_counter", false)?;
        Ok(Self {
            channel,
            symbols: symbols(fields, channel)?,
            snapshot,
            depth: depth(fields, channel)?,
            interval: interval(fields)?,
            trigger: trigger(fields)?,
            snap_orders: fields.flag("snap_orders", snapshot)?,
            snap_trades: fields.flag("snap_trades", snap_trades)?,
            taste: Taste {
                is_brief: !fields.flag("order_status", true)?,
                tells_counter: fields.flag("ratecounter", tells_counter)?,
            },
        })
    }

    /// The depth, for the limit on `level3`.
    pub(super) const fn level3_depth(&self) -> Level3Depth {
        match self.depth {
            ..=10 => Level3Depth::Ten,
            11..=100 => Level3Depth::Hundred,
            101.. => Level3Depth::Thousand,
        }
    }

    /// The topic that this is about, for a pair; nothing for a channel that has no pairs.
    pub(super) fn topic(&self, pair: Pair) -> Option<Topic> {
        match self.channel {
            Channel::Book => Some(Topic::Book(pair, self.depth)),
            Channel::Level3 => Some(Topic::Level3(pair, self.depth)),
            Channel::Ticker => Some(Topic::Ticker(pair, self.trigger)),
            Channel::Trade => Some(Topic::Trade(pair)),
            Channel::Ohlc => Some(Topic::Ohlc(pair, self.interval)),
            Channel::Instrument
            | Channel::Status
            | Channel::Heartbeat
            | Channel::Executions
            | Channel::Balances => None,
        }
    }

    /// The parameters as answers repeat them, in the order of recorded ones.
    pub(super) fn parameters(&self) -> Json {
        let result = Json::object().text("channel", self.channel.name());
        match self.channel {
            Channel::Book | Channel::Level3 => result.raw("depth", self.depth),
            Channel::Ticker => result.text("event_trigger", self.trigger.name()),
            Channel::Ohlc => result.raw("interval", self.interval.minutes()),
            Channel::Trade
            | Channel::Instrument
            | Channel::Status
            | Channel::Heartbeat
            | Channel::Executions
            | Channel::Balances => result,
        }
    }

    /// The answer to a `subscribe` to something that has pairs.
    pub(super) fn accepted(&self, pair: Pair) -> String {
        let result = self.parameters().raw("snapshot", self.snapshot).text("symbol", pair);
        if self.channel == Channel::Ohlc {
            warn(result, &["timestamp is deprecated, use interval_begin"]).close()
        } else {
            result.close()
        }
    }
}

/// Adds the field `warnings`.
pub(super) fn warn(result: Json, warnings: &[&str]) -> Json {
    result.raw("warnings", warnings.iter().fold(Json::array(), Json::push_text).close())
}

fn symbols<'a>(fields: &Fields<'a>, channel: Channel) -> Result<Vec<Cow<'a, str>>, Refused> {
    let symbols = fields.texts("symbol")?.unwrap_or_default();
    let needs_pair = match channel {
        Channel::Book | Channel::Level3 | Channel::Ticker | Channel::Trade | Channel::Ohlc => true,
        Channel::Instrument
        | Channel::Status
        | Channel::Heartbeat
        | Channel::Executions
        | Channel::Balances => false,
    };
    if symbols.is_empty() && needs_pair { Err(missing("symbol")) } else { Ok(symbols) }
}

fn depth(fields: &Fields<'_>, channel: Channel) -> Result<u16, Refused> {
    let known: &[u16] = if channel == Channel::Level3 { &LEVEL3_DEPTHS } else { &BOOK_DEPTHS };
    let depth = fields.integer("depth")?.unwrap_or(DEPTH_DEFAULT);
    let found = known.iter().copied().find(|known| i64::from(*known) == depth);
    found.ok_or_else(|| KrakenError::fixed("Subscription depth not supported").into())
}

/// Candles of twelve hours are in the archives alone.
fn interval(fields: &Fields<'_>) -> Result<Interval, Refused> {
    let minutes = fields.integer("interval")?.unwrap_or(INTERVAL_DEFAULT);
    let known = u32::try_from(minutes).ok().filter(|minutes| *minutes != 720);
    let interval = known.and_then(|minutes| Interval::from_minutes(minutes).ok());
    interval.ok_or_else(|| KrakenError::fixed("Subscription ohlc interval not supported").into())
}

fn trigger(fields: &Fields<'_>) -> Result<EventTrigger, Refused> {
    match fields.text("event_trigger")?.as_deref() {
        None | Some("trades") => Ok(EventTrigger::Trades),
        Some("bbo") => Ok(EventTrigger::Bbo),
        Some(_) => Err(KrakenError::invalid("event_trigger").into()),
    }
}
