//! Why the engine does what it does on a pair: what was wished, each rule with what it compares,
//! the arithmetic of the size, what holds entries back, and why each order exists. Looking changes
//! nothing.

use serde::Serialize;
use trading_types::{
    Amount, ClientOrderId, NewOrder, OrderKind, OrderQuantity, Pair, Price, Quantity, Side,
    Timestamp, VenueStatus,
};

pub use crate::desk::{EntryOutcome, LastEntry, LastWish};
use crate::{
    desk::{Desk, Goal},
    engine::Engine,
    order::{Order, Role},
    order_life::OrderState,
    orders::{Request, Tracked},
    position::ExitReason,
    report::BlockCause,
    risk::{RiskRefusal, RuleRow, explain_entry},
    sizing::SizeRefusal,
    strategy::{Exits, Wish},
};

/// Everything that is to be said of a pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Which.
    pub pair: Pair,
    /// Of which moment.
    pub time: Timestamp,
    /// What would come of the last wish if it were uttered now.
    pub verdict: Verdict,
    /// The last candle of the strategy's, and its wish.
    pub last_wish: Option<LastWish>,
    /// The last entry that was wanted, and what came of it.
    pub last_entry: Option<LastEntry>,
    /// The arithmetic of the size of an entry now.
    pub size: SizeExplanation,
    /// Every rule for that entry. Where no size is right, for one of the smallest quantity.
    pub rules: Vec<RuleRow>,
    /// Why everything is halted.
    pub halted: Option<String>,
    /// Why the pair is halted.
    pub pair_halted: Option<String>,
    /// What keeps entries of the pair from being made.
    pub blocks: Vec<BlockCause>,
    /// What the venue takes, and what it takes of the pair.
    pub status: (VenueStatus, VenueStatus),
    /// What is held, and what is to become of it.
    pub position: PositionExplanation,
    /// Live orders of the pair, and why each exists.
    pub orders: Vec<OrderExplanation>,
}

/// What would come of a wish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The balances are not known yet: the strategy only warms up.
    BalancesUnknown,
    /// The strategy has seen no candle yet.
    NoWish,
    /// It wishes to leave everything as it is.
    WishesNothing,
    /// It wishes to hold nothing.
    WishesFlat,
    /// This row of wishes has had its entry; it has to wish to be flat before the next.
    SignalUsed,
    /// Something is still held or ordered; the signal waits for its end.
    Busy,
    /// No size is right.
    SizeRefused(SizeRefusal),
    /// A rule refuses it.
    Refused(RiskRefusal),
    /// An order would be sent.
    Enters,
}

/// How large an entry would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SizeExplanation {
    /// Each figure, in the order it is worked out.
    pub steps: Vec<SizeStep>,
    /// What it comes to, cap included.
    pub size: Option<OrderQuantity>,
    /// Why no size is right.
    pub refusal: Option<SizeRefusal>,
}

/// A figure on the way to a size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SizeStep {
    /// What it is.
    pub name: &'static str,
    /// The figure.
    pub value: String,
}

/// What is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PositionExplanation {
    /// Base asset.
    pub quantity: Amount,
    /// What of it an order can sell.
    pub sellable: Option<Quantity>,
    /// What it cost per unit.
    pub average_price: Option<Price>,
    /// What it is worth per unit.
    pub mark: Option<Price>,
    /// What is to become of it.
    pub goal: String,
    /// Since when it has been without the stop it wants.
    pub unprotected_since: Option<Timestamp>,
}

/// A live order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrderExplanation {
    /// Our name for it.
    pub order: ClientOrderId,
    /// Why it was placed.
    pub role: Role,
    /// Where it is in its life.
    pub state: OrderState,
    /// Buy or sell.
    pub side: Side,
    /// Its kind and prices.
    pub kind: OrderKind,
    /// How much.
    pub quantity: OrderQuantity,
    /// How much of it has traded.
    pub traded: Quantity,
    /// Why it exists and what is under way, in words.
    pub why: String,
}

impl Engine {
    /// Why the engine does what it does on a pair; nothing for a pair that is not traded.
    pub fn explain(&self, pair: Pair, now: Timestamp) -> Option<Explanation> {
        let at = self.desks.iter().position(|desk| desk.rules.pair == pair)?;
        let desk = &self.desks[at];
        let size = self.explain_size(at, now);
        let rules = self.explain_rules(at, &size, now);
        let live = self.orders.live_ids().into_iter().filter_map(|id| self.orders.live(id));
        let on_pair = live.filter(|it| it.order.request.pair == pair);
        let here = self.blocks.iter().filter(|(_, at)| at.is_none_or(|at| at == pair));
        Some(Explanation {
            pair,
            time: now,
            verdict: self.verdict(desk, &size, &rules),
            last_wish: desk.last_wish,
            last_entry: desk.last_entry.clone(),
            halted: self.halted().map(ToString::to_string),
            pair_halted: self.pair_halted(pair).map(ToOwned::to_owned),
            blocks: here.map(|(cause, _)| *cause).collect(),
            status: (self.status, desk.status),
            position: PositionExplanation {
                quantity: desk.position.quantity(),
                sellable: desk.quantity_to_sell(),
                average_price: desk.position.average_price(),
                mark: desk.prices.mark(),
                goal: goal_in_words(desk.goal),
                unprotected_since: desk.unprotected_since,
            },
            orders: on_pair.map(OrderExplanation::of).collect(),
            size,
            rules,
        })
    }

    fn explain_size(&self, at: usize, now: Timestamp) -> SizeExplanation {
        let desk = &self.desks[at];
        let mut steps = Vec::new();
        let mut tell = |name, value: &dyn std::fmt::Display| {
            steps.push(SizeStep { name, value: value.to_string() });
        };
        let wish = desk.last_wish.map(|it| it.wish);
        let outcome = match (wish, desk.goal) {
            (Some(Wish::Add(spend)), _) => {
                let spend = OrderQuantity::Quote(self.spend_of(at, spend));
                self.cap_entry(at, spend, &mut tell)
            }
            (Some(Wish::BeLongOn(terms)), _) => {
                self.size_entry(at, terms, self.taker_fee_seen(at, now), &mut tell)
            }
            (Some(Wish::BeLong(exits)), _) | (_, Goal::Long(exits)) => {
                self.size_entry(at, exits.into(), self.taker_fee_seen(at, now), &mut tell)
            }
            (
                Some(Wish::Nothing | Wish::BeFlat | Wish::Keep(_)) | None,
                Goal::Flat(_) | Goal::Rest,
            ) => {
                let fee = self.taker_fee_seen(at, now);
                self.size_entry(at, Exits::default().into(), fee, &mut tell)
            }
        };
        SizeExplanation { steps, size: outcome.as_ref().ok().copied(), refusal: outcome.err() }
    }

    fn explain_rules(&self, at: usize, size: &SizeExplanation, now: Timestamp) -> Vec<RuleRow> {
        let rules = &self.desks[at].rules;
        let smallest = OrderQuantity::Base(rules.quantity_min);
        let quantity = size.size.unwrap_or(smallest);
        let id = ClientOrderId::new(self.settings.session, self.next_sequence);
        let order = NewOrder::new(id, rules.pair, Side::Buy, OrderKind::Market, quantity);
        let open = self.orders.live_on(rules.pair);
        let fee = self.taker_fee_seen(at, now);
        let mut context = self.context(at, fee, &open, now);
        // Each wish to add is a signal of its own.
        let is_added = |last: LastWish| matches!(last.wish, Wish::Add(_));
        context.signal_used &= !self.desks[at].last_wish.is_some_and(is_added);
        explain_entry(&order, &context)
    }

    fn verdict(&self, desk: &Desk, size: &SizeExplanation, rules: &[RuleRow]) -> Verdict {
        let Some(LastWish { wish, .. }) = desk.last_wish else { return Verdict::NoWish };
        let is_added = matches!(wish, Wish::Add(_));
        let first_refusal = rules.iter().find(|row| !row.passed);
        match wish {
            _ if !self.is_open() => Verdict::BalancesUnknown,
            Wish::Nothing | Wish::Keep(_) => Verdict::WishesNothing,
            Wish::BeFlat => Verdict::WishesFlat,
            _ if !is_added && desk.signal.is_used => Verdict::SignalUsed,
            _ if !is_added && !desk.is_idle() => Verdict::Busy,
            Wish::BeLong(_) | Wish::BeLongOn(_) | Wish::Add(_) => {
                match (&size.refusal, first_refusal) {
                    (Some(refusal), _) => Verdict::SizeRefused(refusal.clone()),
                    (None, Some(row)) => Verdict::Refused(row.rule),
                    (None, None) => Verdict::Enters,
                }
            }
        }
    }
}

impl OrderExplanation {
    fn of(tracked: &Tracked) -> Self {
        let Order { request, role, .. } = &tracked.order;
        Self {
            order: request.id,
            role: *role,
            state: tracked.order.state(),
            side: request.side,
            kind: request.kind,
            quantity: request.quantity,
            traded: tracked.order.quantity_traded(),
            why: why_it_exists(tracked),
        }
    }
}

fn why_it_exists(tracked: &Tracked) -> String {
    let purpose = match tracked.order.role {
        Role::Entry => "buys what the strategy wished for".to_owned(),
        Role::Stop => "limits the loss of what is held".to_owned(),
        Role::Exit(reason) => format!("sells what is held: {}", reason_in_words(reason)),
    };
    let state = match tracked.order.state() {
        OrderState::Sent => "; the venue has not answered",
        OrderState::Unknown => "; nobody knows what came of it, so it counts as live",
        OrderState::Resting
        | OrderState::Canceling
        | OrderState::Filled
        | OrderState::Canceled
        | OrderState::Expired
        | OrderState::Rejected
        | OrderState::NeverExisted => "",
    };
    let under_way = |request, what| if request == Request::Sent { what } else { "" };
    let cancel = under_way(tracked.cancel, "; its cancel is under way");
    let change = under_way(tracked.amend, "; a change is under way");
    format!("{purpose}{state}{cancel}{change}")
}

const fn reason_in_words(reason: ExitReason) -> &'static str {
    match reason {
        ExitReason::Signal => "the strategy wished to be flat",
        ExitReason::Stop => "its stop was reached, or could not be kept at the venue",
        ExitReason::TakeProfit => "its target was reached",
        ExitReason::End => "the run ends",
        ExitReason::Kill => "trading was halted",
    }
}

fn goal_in_words(goal: Goal) -> String {
    let at = |name, price: Option<Price>| price.map(|price| format!(", {name} at {price}"));
    match goal {
        Goal::Flat(reason) => format!("sell it: {}", reason_in_words(reason)),
        Goal::Long(Exits { stop, target }) => {
            let (stop, target) = (at("stop", stop), at("target", target));
            format!("hold it{}{}", stop.unwrap_or_default(), target.unwrap_or_default())
        }
        Goal::Rest => "leave it as it is".to_owned(),
    }
}
