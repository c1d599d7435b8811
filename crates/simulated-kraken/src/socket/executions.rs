//! The channel `executions`: what happens to an account's orders, as reports
//! (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/executions>, read on
//! 2026-11-21).
//!
//! The invariant: a report of something that happened is a delta with the fields that recorded
//! ones have; only the first one of an order, and those of a snapshot, say all about it. The last
//! trade of an order leaves it partly filled; that it is filled is a report of its own.

use trading_types::{
    Amount, Asset, FeeCurrency, Liquidity, OrderKind, OrderQuantity, Pair, Price, Quantity,
    Rounding, Side, TimeInForce, Timestamp, TrailingOffset, TriggerSource,
};

use super::{fixed::Decimals, market::decimals, moment::Micros};
use crate::{
    json::Json,
    venue::{
        Venue,
        notice::{Execution, ExecutionKind},
        records::{OrderRecord, OrderState, TradeRecord},
    },
};

/// What stands in the field `warnings` of the answer to a subscription, as recorded.
pub(super) const WARNINGS: [&str; 4] = [
    "cancel_reason is deprecated, use reason",
    "stop_price is deprecated, use triggers.price",
    "trigger is deprecated use triggers.reference",
    "triggered_price is deprecated use triggers.last_price",
];

/// Whether a client that wants only to know what opens and closes hears of something.
pub(super) const fn opens_or_closes(kind: ExecutionKind) -> bool {
    match kind {
        ExecutionKind::New
        | ExecutionKind::Filled
        | ExecutionKind::Canceled
        | ExecutionKind::Expired => true,
        ExecutionKind::PendingNew
        | ExecutionKind::Trade
        | ExecutionKind::IcebergRefill
        | ExecutionKind::Amended
        | ExecutionKind::Status => false,
    }
}

/// What an order looks like from outside: its decimals and what its quote asset is worth.
struct View<'a> {
    order: &'a OrderRecord,
    decimals: Decimals,
    usd: Option<Price>,
}

/// The report of something that happened, still open for more fields.
pub(super) fn report(venue: &Venue, execution: &Execution) -> Json {
    let Execution { kind, order, trade, time } = execution;
    let view = View::new(venue, order);
    match kind {
        ExecutionKind::PendingNew => view.full("pending_new", "pending_new", *time),
        ExecutionKind::New | ExecutionKind::IcebergRefill => {
            view.names(View::head(*kind, view.status(), *time))
        }
        ExecutionKind::Trade => {
            let trade = trade.as_ref().expect("a trade is told with its trade");
            view.fees(view.sums(view.trade(trade, "partially_filled")), trade)
        }
        ExecutionKind::Filled | ExecutionKind::Canceled | ExecutionKind::Expired => {
            view.ended(*kind, *time)
        }
        ExecutionKind::Amended => view.amended(*time),
        ExecutionKind::Status => {
            let head = View::head(*kind, "triggered", *time);
            let triggers = view.triggers().expect("only what waits is triggered");
            view.names(head.raw("triggers", triggers))
        }
    }
}

/// An open order in a snapshot.
pub(super) fn open_order(venue: &Venue, order: &OrderRecord) -> String {
    let view = View::new(venue, order);
    let report = view.full("new", view.status(), order.opened_at);
    view.quantity_sum(report).raw("avg_price", view.average()).close()
}

/// A trade of the past in a snapshot.
pub(super) fn past_trade(venue: &Venue, order: &OrderRecord, trade: &TradeRecord) -> String {
    let view = View::new(venue, order);
    view.fees(view.trade(trade, view.status()), trade).close()
}

impl<'a> View<'a> {
    fn new(venue: &Venue, order: &'a OrderRecord) -> Self {
        let pair = order.pair();
        View { order, decimals: decimals(venue.names(), pair), usd: usd_price(venue, pair.quote) }
    }

    fn head(kind: ExecutionKind, status: &str, time: Timestamp) -> Json {
        Json::object()
            .text("timestamp", Micros(time))
            .text("order_status", status)
            .text("exec_type", name(kind))
    }

    /// The client's own name and Kraken's.
    fn names(&self, report: Json) -> Json {
        self.own_name(report).text("order_id", self.order.txid)
    }

    /// The client's text, or else its number, which is zero when it gave none.
    fn own_name(&self, report: Json) -> Json {
        let report = match &self.order.client_id {
            Some(client_id) => report.text("cl_ord_id", client_id),
            None => report.raw("order_userref", self.order.userref.unwrap_or(0)),
        };
        if self.order.order.post_only { report.raw("post_only", "true") } else { report }
    }

    const fn status(&self) -> &'static str {
        match self.order.state {
            OrderState::Closed => "filled",
            OrderState::Canceled => "canceled",
            OrderState::Expired => "expired",
            OrderState::Pending | OrderState::Open if self.order.filled.is_positive() => {
                "partially_filled"
            }
            OrderState::Pending | OrderState::Open => "new",
        }
    }

    fn full(&self, exec_type: &str, status: &str, time: Timestamp) -> Json {
        let order = &self.order.order;
        let report = Json::object().text("order_id", self.order.txid).text("symbol", order.pair);
        let report = self
            .quantity(report)
            .raw("cum_cost", self.decimals.cost(self.order.cost))
            .text("time_in_force", time_in_force(order.time_in_force))
            .text("exec_type", exec_type)
            .text("side", order.side)
            .text("order_type", order.kind.name());
        let report = self.prices(self.own_name(report));
        let report = self.times(self.contingent(report));
        report
            .text("order_status", status)
            .raw("fee_usd_equiv", self.fee_in_usd(self.order.fees))
            .text("fee_ccy_pref", fee_currency(order.fee_currency))
            .text("timestamp", Micros(time))
    }

    fn quantity(&self, report: Json) -> Json {
        let report = match self.order.quantity {
            OrderQuantity::Base(quantity) => {
                report.raw("order_qty", self.decimals.quantity(quantity))
            }
            OrderQuantity::Quote(amount) => {
                report.raw("cash_order_qty", self.decimals.cost(amount))
            }
        };
        match self.order.displayed {
            Some(displayed) => report.raw("display_qty", self.decimals.quantity(displayed)),
            None => report,
        }
    }

    fn prices(&self, report: Json) -> Json {
        let report = self.limit(report);
        let stop = self.order.trigger.unwrap_or(Price::ZERO);
        let report = report.raw("stop_price", self.decimals.price(stop));
        match (self.triggers(), source(&self.order.order.kind)) {
            (Some(triggers), Some(source)) => {
                report.raw("triggers", triggers).text("trigger", source)
            }
            _ => report,
        }
    }

    fn limit(&self, report: Json) -> Json {
        if let Some(limit) = self.order.limit {
            let report = report.text("limit_price_type", "static");
            return report.raw("limit_price", self.decimals.price(limit));
        }
        let OrderKind::TrailingStopLimit { limit_offset, .. } = self.order.order.kind else {
            return report;
        };
        // On the wire it is added to the trigger; in our words negative is worse for its owner.
        let added = match self.order.side() {
            Side::Sell => limit_offset,
            Side::Buy => Price::from_units(-limit_offset.units()),
        };
        report.text("limit_price_type", "quote").raw("limit_price", self.decimals.price(added))
    }

    /// What the order waits for.
    fn triggers(&self) -> Option<String> {
        let kind = &self.order.order.kind;
        let price = |price: Price| self.decimals.price(price);
        let (value, price_type, actual) = match kind {
            OrderKind::TrailingStop { offset, .. }
            | OrderKind::TrailingStopLimit { offset, .. } => match offset {
                TrailingOffset::Price(distance) => (price(*distance), "quote", self.order.trigger),
                TrailingOffset::Fraction(part) => (part.percent(), "pct", self.order.trigger),
            },
            OrderKind::StopLoss { .. }
            | OrderKind::StopLossLimit { .. }
            | OrderKind::TakeProfit { .. }
            | OrderKind::TakeProfitLimit { .. } => (price(self.order.trigger?), "static", None),
            OrderKind::Market | OrderKind::Limit { .. } | OrderKind::Iceberg { .. } => return None,
        };
        let status = if self.order.is_triggered { "triggered" } else { "untriggered" };
        let triggers = Json::object().raw("price", value).text("price_type", price_type);
        let triggers = triggers.text("reference", source(kind)?);
        let triggers = match actual {
            Some(actual) => triggers.raw("actual_price", price(actual)),
            None => triggers,
        };
        Some(triggers.text("status", status).close())
    }

    /// The order that is placed for each fill.
    fn contingent(&self, report: Json) -> Json {
        let Some(close) = self.order.order.close else { return report };
        let contingent = Json::object().text("order_type", close.kind.name());
        let contingent = match close.kind.trigger() {
            Some(trigger) => contingent
                .raw("trigger_price", self.decimals.price(trigger.price))
                .text("trigger_price_type", "static"),
            None => contingent,
        };
        let contingent = match close.kind.limit() {
            Some(limit) => contingent
                .raw("limit_price", self.decimals.price(limit))
                .text("limit_price_type", "static"),
            None => contingent,
        };
        report.raw("contingent", contingent.close())
    }

    fn times(&self, report: Json) -> Json {
        let report = match self.order.order.start {
            Some(start) => report.text("effective_time", Micros(start)),
            None => report,
        };
        match self.order.order.time_in_force {
            TimeInForce::GoodTilDate(end) => report.text("expire_time", Micros(end)),
            TimeInForce::GoodTilCanceled
            | TimeInForce::ImmediateOrCancel
            | TimeInForce::FillOrKill => report,
        }
    }

    fn trade(&self, trade: &TradeRecord, status: &str) -> Json {
        let liquidity = match trade.liquidity {
            Liquidity::Maker => "m",
            Liquidity::Taker => "t",
        };
        self.own_name(Json::object().text("order_id", trade.order))
            .text("exec_id", trade.id)
            .text("exec_type", "trade")
            .raw("trade_id", trade.number)
            .text("symbol", trade.pair)
            .text("side", trade.side)
            .raw("last_qty", self.decimals.quantity(trade.quantity))
            .raw("last_price", self.decimals.price(trade.price))
            .text("liquidity_ind", liquidity)
            .raw("cost", self.decimals.cost(trade.cost))
            .text("order_status", status)
            .text("order_type", trade.kind.name())
            .text("timestamp", Micros(trade.time))
    }

    /// Fees are told in quote asset, whatever they were taken in.
    fn fees(&self, report: Json, trade: &TradeRecord) -> Json {
        let fee = Json::object()
            .text("asset", trade.pair.quote)
            .raw("qty", self.decimals.cost(trade.fee_value));
        report
            .raw("fee_usd_equiv", self.fee_in_usd(trade.fee_value))
            .raw("fees", Json::array().push_raw(fee.close()).close())
    }

    fn sums(&self, report: Json) -> Json {
        self.quantity_sum(report)
            .raw("cum_cost", self.decimals.cost(self.order.cost))
            .raw("avg_price", self.average())
    }

    fn quantity_sum(&self, report: Json) -> Json {
        report.raw("cum_qty", self.decimals.quantity(self.order.filled))
    }

    /// The mean price of its trades, to the decimals of prices.
    fn average(&self) -> String {
        let decimals = u32::from(self.decimals.price);
        let most = u32::try_from(Price::DECIMALS).expect("ten decimals");
        let unit = Price::from_units(10_i64.pow(most.saturating_sub(decimals)));
        let average = self.order.average_price().unwrap_or(Price::ZERO);
        self.decimals.price(average.round_to(unit, Rounding::Down))
    }

    fn ended(&self, kind: ExecutionKind, time: Timestamp) -> Json {
        let report = self.quantity_sum(Self::head(kind, self.status(), time));
        let report = report
            .raw("cum_cost", self.decimals.cost(self.order.cost))
            .raw("fee_usd_equiv", self.fee_in_usd(self.order.fees))
            .raw("avg_price", self.average());
        let report = self.own_name(report);
        let report = match &self.order.reason {
            Some(reason) => report.text("cancel_reason", reason).text("reason", reason),
            None => report,
        };
        report.text("order_id", self.order.txid)
    }

    fn amended(&self, time: Timestamp) -> Json {
        let head = Json::object()
            .text("timestamp", Micros(time))
            .text("exec_type", "amended")
            .text("order_status", self.status());
        let reason = self.order.amends.last().and_then(|amend| amend.reason.as_deref());
        let report = self
            .quantity_sum(head)
            .text("reason", reason.unwrap_or("User requested"))
            .raw("amended", "true");
        let report = self.limit(self.quantity(report));
        let report = match self.triggers() {
            Some(triggers) => report.raw("triggers", triggers),
            None => report,
        };
        self.names(report)
    }

    fn fee_in_usd(&self, fee: Amount) -> String {
        let worth = match self.usd {
            // To eight decimals, which is more than is written.
            Some(price) => price * Quantity::floor_from(fee),
            None => fee,
        };
        self.decimals.cost(worth.round_to_decimals(self.decimals.cost, Rounding::Down))
    }
}

/// What a unit of an asset is worth in dollars, where that is not one and can be told.
fn usd_price(venue: &Venue, asset: Asset) -> Option<Price> {
    let usd: Asset = "USD".parse().expect("an asset");
    if asset == usd { None } else { venue.last_price(Pair::new(asset, usd)) }
}

const fn name(kind: ExecutionKind) -> &'static str {
    match kind {
        ExecutionKind::PendingNew => "pending_new",
        ExecutionKind::New => "new",
        ExecutionKind::Trade => "trade",
        ExecutionKind::Filled => "filled",
        ExecutionKind::IcebergRefill => "iceberg_refill",
        ExecutionKind::Canceled => "canceled",
        ExecutionKind::Expired => "expired",
        ExecutionKind::Amended => "amended",
        ExecutionKind::Status => "status",
    }
}

const fn time_in_force(time_in_force: TimeInForce) -> &'static str {
    match time_in_force {
        TimeInForce::GoodTilCanceled => "GTC",
        TimeInForce::ImmediateOrCancel => "IOC",
        TimeInForce::FillOrKill => "FOK",
        TimeInForce::GoodTilDate(_) => "GTD",
    }
}

const fn fee_currency(currency: FeeCurrency) -> &'static str {
    match currency {
        FeeCurrency::Quote => "fciq",
        FeeCurrency::Base => "fcib",
    }
}

fn source(kind: &OrderKind) -> Option<&'static str> {
    let source = match kind {
        OrderKind::TrailingStop { source, .. } | OrderKind::TrailingStopLimit { source, .. } => {
            *source
        }
        OrderKind::StopLoss { .. }
        | OrderKind::StopLossLimit { .. }
        | OrderKind::TakeProfit { .. }
        | OrderKind::TakeProfitLimit { .. } => kind.trigger()?.source,
        OrderKind::Market | OrderKind::Limit { .. } | OrderKind::Iceberg { .. } => return None,
    };
    Some(match source {
        TriggerSource::Last => "last",
        TriggerSource::Index => "index",
    })
}
