//! Reports and notes as people read them: a kind, what it is about, and a sentence.

use bot_machine::{Note, output::Stage};
use serde::Serialize;
use trading_engine::{OrderState, Report, Role};
use trading_types::{
    CancelReason, ClientOrderId, Fill, Liquidity, OrderQuantity, Pair, Side, Timestamp,
};

/// A report or a note in words.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) kind: &'static str,
    pub(super) pair: Option<Pair>,
    pub(super) order: Option<ClientOrderId>,
    pub(super) text: String,
}

fn words(
    kind: &'static str,
    pair: Option<Pair>,
    order: Option<ClientOrderId>,
    text: String,
) -> Words {
    Words { kind, pair, order, text }
}

/// A report in words.
pub(super) fn of_report(report: &Report) -> Words {
    let text;
    match report {
        Report::OrderPlaced { order, pair, side, role, kind, quantity } => {
            let (quantity, asset) = amount_of(*quantity, *pair);
            let (role, kind) = (role_name(*role), kind.name());
            text = format!("{side} {quantity} {asset}, {kind}, {role}");
            words("order_placed", Some(*pair), Some(*order), text)
        }
        Report::OrderFilled { fill, role } => {
            let Fill { side, quantity, price, fee, fee_asset, .. } = fill;
            let base = fill.pair.base;
            let role = role_name(*role);
            text = format!("{side} {quantity} {base} at {price}, fee {fee} {fee_asset}, {role}");
            words("order_filled", Some(fill.pair), Some(fill.order), text)
        }
        Report::OrderEnded { order, pair, role, state, reason } => {
            let (state, role) = (state_name(*state), role_name(*role));
            let reason = reason.map(|why| format!(": {}", cancel_name(why))).unwrap_or_default();
            text = format!("{role} {state}{reason}");
            words("order_ended", Some(*pair), Some(*order), text)
        }
        Report::OrderRejected { order, pair, role, refusal } => {
            text = format!("{}: {refusal}", role_name(*role));
            words("order_rejected", Some(*pair), Some(*order), text)
        }
        Report::OrderRefused { pair, side, role, refusal } => {
            text = format!("{side}, {}: {}", role_name(*role), word(refusal));
            words("order_refused", Some(*pair), None, text)
        }
        Report::SizeRefused { pair, refusal } => {
            words("size_refused", Some(*pair), None, refusal.to_string())
        }
        Report::LotClosed { pair, lot } => {
            let (base, quote) = (pair.base, pair.quote);
            text = format!("{} {base} sold, profit {} {quote}", lot.quantity, lot.profit());
            words("lot_closed", Some(*pair), Some(lot.exit_order), text)
        }
        Report::TradeClosed { pair, profit, reason } => {
            let reason = role_name(Role::Exit(*reason));
            words(
                "trade_closed",
                Some(*pair),
                None,
                format!("profit {profit} {}, {reason}", pair.quote),
            )
        }
        Report::Halted { reason } => words("halted", None, None, reason.to_string()),
        Report::Flattened => words("flattened", None, None, "nothing is held or open".to_owned()),
        Report::Resumed { reason } => words("resumed", None, None, reason.clone()),
        Report::Alarm(alarm) => words("alarm", None, None, alarm.to_string()),
        Report::Residual { pair, quantity, why } => {
            words("residual", Some(*pair), None, format!("{quantity} could not be sold: {why}"))
        }
        Report::PairHalted { pair, reason } => {
            words("pair_halted", Some(*pair), None, reason.clone())
        }
        Report::PairFlattened { pair } => {
            words("pair_flattened", Some(*pair), None, "nothing of it is held or open".to_owned())
        }
        Report::PairResumed { pair, reason } => {
            words("pair_resumed", Some(*pair), None, reason.clone())
        }
        Report::PairNotTraded { pair } => {
            words("pair_not_traded", Some(*pair), None, "nothing was done".to_owned())
        }
    }
}

/// A note in words.
pub(super) fn of_note(note: &Note) -> Words {
    let plain = |kind, text| words(kind, None, None, text);
    match note {
        Note::Started { version, dead_man } => {
            plain("started", format!("version {version}, dead-man switch: {dead_man:?}"))
        }
        Note::Stage(stage) => plain("stage", stage_name(stage)),
        Note::KeyAudited { accepted, findings } => {
            let verdict = if *accepted { "accepted" } else { "refused" };
            plain("key_audited", format!("{verdict}; {}", findings.join("; ")))
        }
        Note::Sent { request, orders, budgets } => {
            let budgets: Vec<_> =
                budgets.iter().map(|(name, used)| format!("{name} {used}")).collect();
            let (count, budgets) = (orders.len(), budgets.join(", "));
            let text = format!("request {request}, orders: {count}; {budgets}");
            words("sent", None, orders.first().copied(), text)
        }
        Note::Unclear { order, why } => words("unclear", None, Some(*order), why.clone()),
        Note::Proved { order, evidence } => words("proved", None, Some(*order), evidence.clone()),
        Note::Equity { asset, equity } => plain("equity", format!("{equity} {asset}")),
        Note::Explained { id, asset, change, what } => {
            plain("explained", format!("{what}: {change} {asset} ({id})"))
        }
        Note::AccountedTo(time) => plain("accounted_to", time.to_string()),
        Note::Operator { principal, command } => {
            plain("operator", format!("{principal}: {command}"))
        }
        Note::Alerted(alert) => plain("alerted", alert.text.clone()),
        Note::Acknowledged { alert, by } => {
            let which = alert.map_or_else(|| "all".to_owned(), |id| id.to_string());
            plain("acknowledged", format!("{which} by {by}"))
        }
        Note::DeadManSet(fires) => {
            let when = fires.map_or_else(|| "off".to_owned(), |at: Timestamp| at.to_string());
            plain("dead_man_set", when)
        }
        Note::Ended { why } => plain("ended", why.clone()),
        Note::HaltVerified => {
            plain("halt_verified", "the venue says that nothing is open".to_owned())
        }
    }
}

/// How much an order is for, as text, and of which asset.
pub(super) fn amount_of(quantity: OrderQuantity, pair: Pair) -> (String, trading_types::Asset) {
    match quantity {
        OrderQuantity::Base(quantity) => (quantity.to_string(), pair.base),
        OrderQuantity::Quote(amount) => (amount.to_string(), pair.quote),
    }
}

pub(super) const fn role_name(role: Role) -> &'static str {
    use trading_engine::ExitReason as Reason;
    match role {
        Role::Entry => "entry",
        Role::Stop => "stop",
        Role::Exit(Reason::Signal) => "exit_signal",
        Role::Exit(Reason::Stop) => "exit_stop",
        Role::Exit(Reason::TakeProfit) => "exit_take_profit",
        Role::Exit(Reason::End) => "exit_end",
        Role::Exit(Reason::Kill) => "exit_kill",
    }
}

pub(super) const fn state_name(state: OrderState) -> &'static str {
    match state {
        OrderState::Sent | OrderState::Resting | OrderState::Canceling => "open",
        OrderState::Unknown => "unknown",
        OrderState::Filled => "filled",
        OrderState::Canceled => "canceled",
        OrderState::Expired => "expired",
        OrderState::Rejected => "rejected",
        OrderState::NeverExisted => "never_existed",
    }
}

pub(super) const fn cancel_name(reason: CancelReason) -> &'static str {
    match reason {
        CancelReason::Requested => "requested",
        CancelReason::PostOnlyWouldTake => "post_only_would_take",
        CancelReason::NothingLeftToTake => "nothing_left_to_take",
        CancelReason::SelfTrade => "self_trade",
        CancelReason::InsufficientFunds => "insufficient_funds",
        CancelReason::Venue => "venue",
    }
}

pub(super) const fn liquidity_name(liquidity: Liquidity) -> &'static str {
    match liquidity {
        Liquidity::Maker => "maker",
        Liquidity::Taker => "taker",
    }
}

pub(super) const fn side_name(side: Side) -> &'static str {
    match side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    }
}

/// The word that a value without fields is in JSON.
pub(super) fn word(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).expect("a word is JSON");
    value.as_str().expect("a value without fields is a word").to_owned()
}

fn stage_name(stage: &Stage) -> String {
    match stage {
        Stage::Auditing => "auditing".to_owned(),
        Stage::Connecting => "connecting".to_owned(),
        Stage::Resolving => "resolving".to_owned(),
        Stage::Reconciling => "reconciling".to_owned(),
        Stage::Ready => "ready".to_owned(),
        Stage::Ending => "ending".to_owned(),
        Stage::Stopped { why } => format!("stopped: {why}"),
    }
}
