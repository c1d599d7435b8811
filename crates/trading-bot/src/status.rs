//! How the bot is, as one JSON document: what `slackwater status` shows, and what others may read.

use bot_machine::Bot;
use kraken_protocol::scheduler::Gauge;
use serde_json::{Value, json};
use trading_engine::Role;
use trading_types::{Fraction, Pair, Timestamp};

/// How far below its stop a price may open: the gap the worst case is worked out with.
const GAP: Fraction = Fraction::from_basis_points(1_000);

/// How the bot is.
pub(crate) fn status(bot: &Bot, gauges: &[Gauge]) -> Value {
    let engine = bot.engine();
    let (time, clock_error) = bot.venue_clock();
    let (durable, records) = bot.journal_progress();
    let orders: Vec<Value> = engine
        .live_orders()
        .map(|order| {
            json!({
                "order": order.request.id.to_string(),
                "pair": order.request.pair,
                "side": order.request.side,
                "kind": order.request.kind.name(),
                "quantity": order.request.quantity,
                "trigger": order.request.kind.trigger().map(|trigger| trigger.price),
                "limit": order.request.kind.limit(),
                "why": order.role,
                "state": order.state,
            })
        })
        .collect();
    let blocks: Vec<Value> =
        engine.blocks().map(|(cause, pair)| json!({ "cause": cause, "pair": pair })).collect();
    let balances: Vec<Value> = engine
        .balances()
        .map(|(asset, amount)| json!({ "asset": asset, "amount": amount }))
        .collect();
    let worst_case = engine.worst_case(GAP);
    let held = worst_case.pairs.iter().filter_map(|it| engine.position(it.pair).map(|at| (it, at)));
    let positions: Vec<Value> = held
        .filter(|(_, position)| position.quantity().is_positive())
        .map(|(at_stake, position)| {
            json!({
                "pair": at_stake.pair,
                "quantity": position.quantity(),
                "average_price": position.average_price(),
                "mark": at_stake.mark,
                "stop": at_stake.stop,
                "covered": at_stake.covered,
                "without_stop": at_stake.without_stop,
            })
        })
        .collect();
    let budgets: Vec<Value> = gauges
        .iter()
        .map(|gauge| {
            let (used, limit) = (gauge.used.to_string(), gauge.limit.to_string());
            json!({ "name": gauge.name, "used": used, "limit": limit })
        })
        .collect();
    let (dead_man, dead_man_fires) = bot.dead_man();
    json!({
        "time": time,
        "stage": bot.stage(),
        "equity": engine.equity(),
        "fees": engine.fees_in_quote(),
        "balances": balances,
        "orders": orders,
        "positions": positions,
        "worst_case": worst_case,
        "dead_man": { "choice": dead_man, "fires": dead_man_fires },
        "has_unprotected": engine.live_orders().all(|order| order.role != Role::Stop)
            && engine.holds_position(),
        "blocks": blocks,
        "halted": engine.halted().is_some(),
        "halt_reason": engine.halted().map(ToString::to_string),
        "halt_verified": bot.is_halt_verified(),
        "unknown_orders": bot.unknown_orders(),
        "budgets": budgets,
        "clock_error_ms": clock_error.map(|error| error.as_millis()),
        "journal": { "durable": durable, "records": records },
    })
}

/// Why the bot does on a pair what it does.
pub(crate) fn explain(bot: &Bot, pair: Pair, now: Timestamp) -> Value {
    let explanation = bot.engine().explain(pair, now);
    serde_json::to_value(explanation).expect("an explanation can be written")
}
