//! Random histories of a market: what the properties are checked on.

use proptest::prelude::*;
use trading_types::{
    Amendment, ConditionalClose, FeeCurrency, Fraction, OrderKind, OrderQuantity, Price, Quantity,
    SelfTradePrevention, TrailingOffset, Trigger, TriggerSource,
};

use super::*;

/// One thing that happens.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Place {
        account: AccountId,
        order: NewOrder,
    },
    /// Of the `which`-th order placed so far, counted around.
    Cancel {
        account: AccountId,
        which: u64,
    },
    Amend {
        account: AccountId,
        which: u64,
        quantity: Option<Quantity>,
        limit: Option<Price>,
    },
    CancelAll {
        account: AccountId,
    },
    /// Changes what an iceberg order shows.
    Display {
        account: AccountId,
        which: u64,
        displayed: Quantity,
    },
    Index {
        index: Option<Price>,
    },
    /// The venue does something to an account by itself.
    Act {
        account: AccountId,
        which: u64,
        act: Act,
    },
    Book {
        side: Side,
        level: BookLevel,
        is_snapshot: bool,
    },
    Trade {
        side: Side,
        price: Price,
        quantity: Quantity,
    },
    Wait {
        millis: u64,
    },
}

/// What the venue does by itself.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    Cancel,
    Expire,
    Withdraw,
}

/// Few prices, so that orders meet.
pub(super) fn any_price() -> impl Strategy<Value = Price> {
    (190_i64..=210).prop_map(|halves| Price::from_units(halves * 5_000_000_000))
}

/// Few quantities, so that places are filled exactly.
pub(super) fn any_quantity() -> impl Strategy<Value = Quantity> {
    (1_i64..=30).prop_map(|tenths| Quantity::from_units(tenths * 10_000_000))
}

pub(super) fn any_side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Buy), Just(Side::Sell)]
}

fn any_account() -> impl Strategy<Value = AccountId> {
    (0_u32..3).prop_map(AccountId)
}

fn any_prevention() -> impl Strategy<Value = SelfTradePrevention> {
    use SelfTradePrevention::{CancelBoth, CancelNewest, CancelOldest};
    prop_oneof![Just(CancelNewest), Just(CancelOldest), Just(CancelBoth)]
}

fn any_time_in_force() -> impl Strategy<Value = TimeInForce> {
    use TimeInForce::{FillOrKill, GoodTilCanceled, ImmediateOrCancel};
    prop_oneof![4 => Just(GoodTilCanceled), 1 => Just(ImmediateOrCancel), 1 => Just(FillOrKill)]
}

/// Market and limit orders, with every flag that concerns matching.
pub(super) fn plain_order() -> impl Strategy<Value = NewOrder> {
    let kind = prop_oneof![
        1 => Just(OrderKind::Market),
        6 => any_price().prop_map(|price| OrderKind::Limit { price }),
    ];
    let flags = (any_time_in_force(), any_prevention(), prop::bool::weighted(0.15));
    (any_side(), kind, any_quantity(), flags).prop_map(|(side, kind, quantity, flags)| {
        let mut order = NewOrder::new(id(0), pair(), side, kind, OrderQuantity::Base(quantity));
        (order.time_in_force, order.self_trade, order.post_only) = flags;
        let immediate = order.time_in_force != TimeInForce::GoodTilCanceled;
        order.post_only &= kind.limit().is_some() && !immediate;
        order
    })
}

/// Plain orders, some of which hide most of what they are.
pub(super) fn shy_order() -> impl Strategy<Value = NewOrder> {
    (plain_order(), 1_i64..=15, prop::bool::weighted(0.4)).prop_map(|(order, parts, is_shy)| {
        let OrderQuantity::Base(all) = order.quantity else { panic!("plain orders only") };
        let (true, OrderKind::Limit { price }) = (is_shy, order.kind) else { return order };
        // In tenths, as the whole: places are then filled exactly.
        let tenths = (all.units() / 10_000_000 + parts - 1) / parts;
        let kind =
            OrderKind::Iceberg { price, displayed: Quantity::from_units(tenths * 10_000_000) };
        NewOrder { kind, ..order }
    })
}

fn any_source() -> impl Strategy<Value = TriggerSource> {
    prop_oneof![Just(TriggerSource::Last), Just(TriggerSource::Index)]
}

/// What a fill may bring.
fn any_close() -> impl Strategy<Value = Option<ConditionalClose>> {
    let trigger =
        || (any_price(), any_source()).prop_map(|(price, source)| Trigger { price, source });
    let kind = prop_oneof![
        any_price().prop_map(|price| OrderKind::Limit { price }),
        trigger().prop_map(|trigger| OrderKind::StopLoss { trigger }),
        trigger().prop_map(|trigger| OrderKind::TakeProfit { trigger }),
    ];
    prop::option::weighted(0.2, kind.prop_map(|kind| ConditionalClose { kind }))
}

/// Every kind of order that is simulated.
pub(super) fn any_order() -> impl Strategy<Value = NewOrder> {
    let trigger =
        || (any_price(), any_source()).prop_map(|(price, source)| Trigger { price, source });
    let kind = prop_oneof![
        trigger().prop_map(|trigger| OrderKind::StopLoss { trigger }),
        trigger().prop_map(|trigger| OrderKind::TakeProfit { trigger }),
        (trigger(), any_price())
            .prop_map(|(trigger, price)| OrderKind::StopLossLimit { trigger, price }),
        (trigger(), any_price())
            .prop_map(|(trigger, price)| OrderKind::TakeProfitLimit { trigger, price }),
        Just(trailing(0, Side::Sell, "1", "1.5").kind),
        any_source().prop_map(|source| {
            let OrderKind::TrailingStop { offset, .. } = trailing(0, Side::Sell, "1", "2%").kind
            else {
                unreachable!("it trails")
            };
            OrderKind::TrailingStop { offset, source }
        }),
    ];
    let waiting = (plain_order(), kind).prop_map(|(order, kind)| {
        let post_only = order.post_only && kind.limit().is_some();
        NewOrder { kind, post_only, ..order }
    });
    let spending = (5_i128..400).prop_map(|dollars| spend(0, &dollars.to_string()));
    let dated = (plain_order(), 1_001_u64..1_200).prop_filter_map(
        "a market order has no end date",
        |(order, end)| {
            let time_in_force = TimeInForce::GoodTilDate(seconds(end));
            order.kind.limit()?;
            Some(NewOrder { time_in_force, ..order })
        },
    );
    let order = prop_oneof![5 => shy_order(), 3 => waiting, 1 => spending, 1 => dated];
    let start = prop::option::weighted(0.1, 1_001_u64..1_200);
    (order, prop::bool::weighted(0.3), any_close(), start).prop_map(
        |(mut order, in_base, close, start)| {
            order.fee_currency = if in_base { FeeCurrency::Base } else { FeeCurrency::Quote };
            order.close = close;
            order.start = start.map(seconds);
            order
        },
    )
}

/// Numbers near zero, near the largest, and any.
fn strange_number() -> impl Strategy<Value = i64> {
    prop_oneof![
        any::<i64>(),
        (-3_i64..30).prop_map(|tenths| tenths * 1_000_000_000),
        (0_i64..300_000_000).prop_map(|whole| whole * 10_000_000_000),
        (0_u32..64).prop_map(|bits| i64::MAX >> bits),
    ]
}

/// Orders of every kind with numbers that no sane client sends.
pub(super) fn strange_order() -> impl Strategy<Value = NewOrder> {
    let numbers = (strange_number(), strange_number(), strange_number(), any::<i128>());
    let choices = (0_u8..9, any_side(), any_source(), any::<[bool; 6]>());
    (numbers, choices).prop_map(|((one, two, three, spend), (kind, side, source, flags))| {
        let price = Price::from_units(one);
        let trigger = Trigger { price: Price::from_units(two), source };
        let limit_offset = price;
        let offset = if flags[0] {
            TrailingOffset::Price(trigger.price)
        } else {
            TrailingOffset::Fraction(Fraction::from_units(two))
        };
        let kind = match kind {
            0 => OrderKind::Market,
            1 => OrderKind::Limit { price },
            2 => OrderKind::StopLoss { trigger },
            3 => OrderKind::StopLossLimit { trigger, price },
            4 => OrderKind::TakeProfit { trigger },
            5 => OrderKind::TakeProfitLimit { trigger, price },
            6 => OrderKind::TrailingStop { offset, source },
            7 => OrderKind::TrailingStopLimit { offset, source, limit_offset },
            _ => OrderKind::Iceberg { price, displayed: Quantity::from_units(two) },
        };
        let quantity = if flags[1] {
            OrderQuantity::Quote(Amount::from_units(spend))
        } else {
            OrderQuantity::Base(Quantity::from_units(three))
        };
        let fee_currency = if flags[2] { FeeCurrency::Base } else { FeeCurrency::Quote };
        let order = NewOrder::new(id(0), pair(), side, kind, quantity);
        let close = flags[4].then_some(ConditionalClose { kind });
        let start = flags[5].then_some(Timestamp::from_nanos(three.unsigned_abs()));
        NewOrder { fee_currency, post_only: flags[3], close, start, ..order }
    })
}

/// A history in which the orders come from `order`.
pub(super) fn history(
    order: impl Strategy<Value = NewOrder> + 'static,
) -> impl Strategy<Value = Vec<Step>> {
    let level = (any_price(), 0_i64..=30).prop_map(|(price, tenths)| BookLevel {
        price,
        quantity: Quantity::from_units(tenths * 10_000_000),
    });
    let change = (prop::option::of(any_quantity()), prop::option::of(any_price()));
    let step = prop_oneof![
        12 => (any_account(), order).prop_map(|(account, order)| Step::Place { account, order }),
        3 => (any_account(), 0_u64..99)
            .prop_map(|(account, which)| Step::Cancel { account, which }),
        4 => (any_account(), 0_u64..99, change).prop_map(|(account, which, (quantity, limit))| {
            Step::Amend { account, which, quantity, limit }
        }),
        1 => any_account().prop_map(|account| Step::CancelAll { account }),
        3 => (any_account(), 0_u64..99, any_quantity())
            .prop_map(|(account, which, displayed)| Step::Display { account, which, displayed }),
        1 => prop::option::of(any_price()).prop_map(|index| Step::Index { index }),
        6 => (any_side(), level, prop::bool::weighted(0.05))
            .prop_map(|(side, level, is_snapshot)| Step::Book { side, level, is_snapshot }),
        4 => (any_side(), any_price(), any_quantity())
            .prop_map(|(side, price, quantity)| Step::Trade { side, price, quantity }),
        2 => (0_u64..30_000).prop_map(|millis| Step::Wait { millis }),
    ];
    prop::collection::vec(step, 1..80)
}

/// A history of everything there is, the acts of the venue included.
pub(super) fn full_history() -> impl Strategy<Value = Vec<Step>> {
    let act = prop_oneof![Just(Act::Cancel), Just(Act::Expire), Just(Act::Withdraw)];
    let acts =
        prop::collection::vec((any_account(), 0_u64..99, act, any::<prop::sample::Index>()), 0..8);
    (history(any_order()), acts).prop_map(|(mut steps, acts)| {
        for (account, which, act, at) in acts {
            steps.insert(at.index(steps.len()), Step::Act { account, which, act });
        }
        steps
    })
}

/// The orders of a history get their numbers; what refers to an order gets one that was placed.
pub(super) fn number(steps: &mut [Step]) {
    let mut placed = 0;
    for step in steps {
        match step {
            Step::Place { order, .. } => {
                placed += 1;
                order.id = id(placed);
            }
            Step::Cancel { which, .. }
            | Step::Amend { which, .. }
            | Step::Display { which, .. }
            | Step::Act { which, .. } => {
                *which = *which % (placed + 1) + 1;
            }
            Step::CancelAll { .. }
            | Step::Index { .. }
            | Step::Book { .. }
            | Step::Trade { .. }
            | Step::Wait { .. } => {}
        }
    }
}

impl Floor {
    /// Lets one step happen.
    pub(super) fn step(&mut self, step: &Step) {
        let now = self.now;
        match step.clone() {
            Step::Place { account, order } => {
                self.exchange.handle(account, VenueCommand::Place(order), now);
            }
            Step::Cancel { account, which } => {
                self.exchange.handle(account, VenueCommand::Cancel(id(which)), now);
            }
            Step::Amend { account, which, quantity, limit } => {
                let change = Amendment { order: id(which), quantity, limit, trigger: None };
                self.exchange.handle(account, VenueCommand::Amend(change), now);
            }
            Step::CancelAll { account } => {
                self.exchange.handle(account, VenueCommand::CancelAll, now);
            }
            Step::Display { account, which, displayed } => {
                let order = id(which);
                let change = Amendment { order, quantity: None, limit: None, trigger: None };
                self.exchange.amend_displayed(account, &change, displayed, now);
            }
            Step::Index { index } => self.exchange.set_index(pair(), index, now),
            Step::Act { account, which, act } => self.act(account, which, act),
            Step::Book { side, level, is_snapshot } => {
                let (bids, asks) = match side {
                    Side::Buy => (vec![level], Vec::new()),
                    Side::Sell => (Vec::new(), vec![level]),
                };
                let update = BookUpdate { is_snapshot, bids, asks };
                self.exchange.handle_market(&MarketEvent::Book { pair: pair(), update }, now);
            }
            Step::Trade { side, price, quantity } => {
                let trade = Trade { time: now, price, quantity, taker_side: side };
                self.exchange.handle_market(&MarketEvent::Trade { pair: pair(), trade }, now);
            }
            Step::Wait { millis } => {
                self.now = now + std::time::Duration::from_millis(millis);
                self.exchange.handle_timeout(self.now);
            }
        }
    }

    fn act(&mut self, account: AccountId, which: u64, act: Act) {
        let (exchange, now) = (&mut self.exchange, self.now);
        // A refusal is an answer, too.
        let _ = match act {
            Act::Cancel => exchange.cancel_by_venue(account, id(which), now),
            Act::Expire => exchange.expire(account, id(which), now),
            Act::Withdraw => exchange.withdraw(account, asset("USD"), amount("7.5"), now),
        };
    }
}
