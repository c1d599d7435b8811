//! What holds whatever the candles are and whatever the caller does.

use proptest::prelude::*;
use trading_types::{FeeCurrency, Liquidity, OrderQuantity, Price, Quantity};

use super::*;

/// What the caller does when it hears something: place one of its orders, cancel, amend, or
/// nothing.
#[derive(Clone, Debug)]
enum Whim {
    Place(NewOrder),
    Cancel(u64),
    Amend(u64, Price),
    Watch(Price, Direction),
    CancelAll,
    Nothing,
}

fn any_price() -> impl Strategy<Value = Price> {
    (900_i64..=1_100).prop_map(|tenths| Price::from_units(tenths * 1_000_000_000))
}

fn any_order() -> impl Strategy<Value = NewOrder> {
    let trigger = || any_price().prop_map(|at| last(&at.to_string()));
    let kind = prop_oneof![
        4 => Just(OrderKind::Market),
        4 => any_price().prop_map(|price| OrderKind::Limit { price }),
        3 => trigger().prop_map(|trigger| OrderKind::StopLoss { trigger }),
        1 => trigger().prop_map(|trigger| OrderKind::TakeProfit { trigger }),
        1 => (trigger(), any_price())
            .prop_map(|(trigger, price)| OrderKind::StopLossLimit { trigger, price }),
        1 => Just(trailing(0, Side::Sell, "1", "3").kind),
        1 => Just(trailing(0, Side::Sell, "1", "2%").kind),
    ];
    let side = prop_oneof![Just(Side::Buy), Just(Side::Sell)];
    let quantity = (1_i64..=60).prop_map(|hundredths| Quantity::from_units(hundredths * 1_000_000));
    let time = prop_oneof![
        5 => Just(TimeInForce::GoodTilCanceled),
        1 => Just(TimeInForce::ImmediateOrCancel),
        1 => Just(TimeInForce::FillOrKill),
    ];
    (side, kind, quantity, time, prop::bool::weighted(0.3)).prop_map(
        |(side, kind, quantity, time_in_force, in_base)| {
            let all = OrderQuantity::Base(quantity);
            let fee_currency = if in_base { FeeCurrency::Base } else { FeeCurrency::Quote };
            let order = NewOrder::new(id(0), pair(), side, kind, all);
            NewOrder { time_in_force, fee_currency, ..order }
        },
    )
}

fn any_whim() -> impl Strategy<Value = Whim> {
    let direction = prop_oneof![Just(Direction::Rising), Just(Direction::Falling)];
    prop_oneof![
        6 => any_order().prop_map(Whim::Place),
        2 => (0_u64..99).prop_map(Whim::Cancel),
        2 => (0_u64..99, any_price()).prop_map(|(which, price)| Whim::Amend(which, price)),
        2 => (any_price(), direction).prop_map(|(price, direction)| Whim::Watch(price, direction)),
        1 => Just(Whim::CancelAll),
        6 => Just(Whim::Nothing),
    ]
}

/// Four prices in any order, of which the extremes are high and low.
fn any_candle() -> impl Strategy<Value = String> {
    [any_price(), any_price(), any_price(), any_price()].prop_map(|mut prices| {
        let (open, close) = (prices[0], prices[1]);
        prices.sort_unstable();
        format!("{open} {} {} {close}", prices[3], prices[0])
    })
}

/// An exchange, and the whims of its caller.
struct Play {
    exchange: CandleExchange,
    whims: std::vec::IntoIter<Whim>,
    placed: u64,
    /// What was heard, and what the caller then did.
    heard: Vec<(Timestamp, VenueEvent)>,
    /// The numbers of the orders that were placed in the range of the present candle.
    ranged: Vec<ClientOrderId>,
    /// Whether candles in which nothing can happen are passed in one step, and how many were.
    passes: bool,
    at_once: u64,
}

impl Play {
    fn new(seed: u64, fill: CandleFill, whims: Vec<Whim>) -> Self {
        let exchange = CandleExchange::new(CandleSettings {
            rules: rules(),
            interval: Interval::from_minutes(60).unwrap(),
            balances: vec![(asset("USD"), amount("150")), (asset("BTC"), amount("1.3"))],
            fill,
            slippage: Fraction::ZERO,
            partial_fills: PartialFills { probability: fraction("0.3"), pieces_max: 3 },
            seed,
        });
        let (heard, ranged) = (Vec::new(), Vec::new());
        let (whims, placed) = (whims.into_iter(), 0);
        Self { exchange, whims, placed, heard, ranged, passes: false, at_once: 0 }
    }

    fn candle(&mut self, candle: &Candle) -> Result<(), TestCaseError> {
        self.ranged.clear();
        if self.passes && self.exchange.is_at_rest() {
            self.exchange.pass_candles(std::slice::from_ref(candle));
            self.at_once += 1;
            let close = candle.start + self.exchange.interval;
            let event = MarketEvent::Candle { pair: pair(), candle: *candle };
            self.heard.push((close, VenueEvent::Market(event)));
            self.react();
        } else {
            self.exchange.begin_candle(candle);
        }
        while let Some((time, event)) = self.exchange.poll_output() {
            if let VenueEvent::Account(AccountEvent::Traded(fill)) = &event {
                // Only a limit that the open gapped through fills at a price that never was.
                let was_there = candle.low <= fill.price && fill.price <= candle.high;
                prop_assert!(was_there || fill.liquidity == Liquidity::Maker);
                let late = self.ranged.contains(&fill.order) && fill.liquidity == Liquidity::Maker;
                prop_assert!(!late, "a limit placed in the range filled in it");
            }
            self.heard.push((time, event));
            self.react();
            self.check()?;
        }
        Ok(())
    }

    fn react(&mut self) {
        let command = match self.whims.next() {
            None | Some(Whim::Nothing) => return,
            Some(Whim::Watch(price, direction)) => {
                let watch = PriceWatch { pair: pair(), price, direction };
                return self.exchange.set_watches(&[watch]);
            }
            Some(Whim::Place(mut order)) => {
                self.placed += 1;
                order.id = id(self.placed);
                if self.exchange.is_in_range() {
                    self.ranged.push(order.id);
                }
                VenueCommand::Place(order)
            }
            Some(Whim::Cancel(which)) => VenueCommand::Cancel(id(which % (self.placed + 1))),
            Some(Whim::Amend(which, limit)) => VenueCommand::Amend(Amendment {
                order: id(which % (self.placed + 1)),
                quantity: None,
                limit: Some(limit),
                trigger: None,
            }),
            Some(Whim::CancelAll) => VenueCommand::CancelAll,
        };
        self.exchange.handle(&command);
    }

    /// What orders hold is what is held.
    fn check(&self) -> Result<(), TestCaseError> {
        for (asset, balance) in self.exchange.balances() {
            let orders = self.exchange.open_orders().filter(|order| order.pays_with() == asset);
            prop_assert_eq!(balance.held, orders.map(OpenOrder::hold).sum::<Amount>());
            prop_assert!(Amount::ZERO <= balance.free());
        }
        Ok(())
    }

    /// Balances are what was told.
    fn check_balances(&self) -> Result<(), TestCaseError> {
        let mut ledger = BTreeMap::new();
        for (_, event) in &self.heard {
            let VenueEvent::Account(event) = event else { continue };
            if let AccountEvent::Balances(balances) = event {
                ledger.extend(balances.iter().copied());
            }
            if let AccountEvent::Traded(fill) = event {
                let (base, quote) = match fill.side {
                    Side::Buy => (Amount::from(fill.quantity), -fill.cost),
                    Side::Sell => (-Amount::from(fill.quantity), fill.cost),
                };
                *ledger.entry(fill.pair.base).or_default() += base;
                *ledger.entry(fill.pair.quote).or_default() += quote;
                *ledger.entry(fill.fee_asset).or_default() -= fill.fee;
            }
        }
        for (asset, balance) in self.exchange.balances() {
            prop_assert_eq!(balance.total, ledger[&asset]);
        }
        Ok(())
    }
}

fn play(candles: &[String], whims: &[Whim], chance: (u64, bool)) -> Result<Play, TestCaseError> {
    play_passing(candles, whims, chance, false)
}

fn play_passing(
    candles: &[String],
    whims: &[Whim],
    (seed, at_close): (u64, bool),
    passes: bool,
) -> Result<Play, TestCaseError> {
    let fill = if at_close { CandleFill::Close } else { CandleFill::NextOpen };
    let mut play = Play { passes, ..Play::new(seed, fill, whims.to_vec()) };
    for (number, prices) in (0..).zip(candles) {
        play.candle(&candle(number * HOUR, prices))?;
    }
    Ok(play)
}

proptest! {
    #![proptest_config(quick())]

    #[test]
    fn money_adds_up_whatever_happens(
        candles in prop::collection::vec(any_candle(), 1..20),
        whims in prop::collection::vec(any_whim(), 0..60),
        (seed, at_close) in any::<(u64, bool)>(),
    ) {
        let mut played = play(&candles, &whims, (seed, at_close))?;
        played.check_balances()?;
        let times: Vec<Timestamp> = played.heard.iter().map(|(time, _)| *time).collect();
        prop_assert!(times.is_sorted(), "time does not run backward");
        played.exchange.handle(&VenueCommand::CancelAll);
        prop_assert!(played.exchange.balances().iter().all(|(_, it)| it.held.is_zero()));
    }

    #[test]
    fn a_candle_that_is_passed_is_the_same_as_one_that_is_walked(
        candles in prop::collection::vec(any_candle(), 1..20),
        whims in prop::collection::vec(any_whim(), 0..30),
        chance in any::<(u64, bool)>(),
    ) {
        let walked = play(&candles, &whims, chance)?;
        let passed = play_passing(&candles, &whims, chance, true)?;
        prop_assert_eq!(&walked.heard, &passed.heard);
        prop_assert_eq!(walked.exchange.statistics(), passed.exchange.statistics());
        prop_assert_eq!(walked.exchange.balances(), passed.exchange.balances());
        if whims.is_empty() {
            prop_assert_eq!(passed.at_once, candles.len() as u64 - 1, "all but the first");
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_history(
        candles in prop::collection::vec(any_candle(), 1..20),
        whims in prop::collection::vec(any_whim(), 0..60),
        (seed, at_close) in any::<(u64, bool)>(),
    ) {
        let one = play(&candles, &whims, (seed, at_close))?;
        let other = play(&candles, &whims, (seed, at_close))?;
        prop_assert_eq!(one.heard, other.heard);
        prop_assert_eq!(one.exchange.statistics(), other.exchange.statistics());
    }
}
