//! What holds whatever the market and the bot do.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// What may happen.
#[derive(Clone, Debug)]
enum Step {
    Place { is_buy: bool, is_market: bool, ticks: i64, lots: i64 },
    Cancel(u64),
    Trade { is_buy: bool, ticks: i64, lots: i64 },
    Book { middle: i64, lots: Vec<i64> },
    Lost,
    Kept,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let ticks = 900..1_100_i64;
    let one = prop_oneof![
        4 => (any::<bool>(), prop::bool::weighted(0.3), ticks.clone(), 1..50_i64).prop_map(
            |(is_buy, is_market, ticks, lots)| Step::Place { is_buy, is_market, ticks, lots }),
        1 => (1..30_u64).prop_map(Step::Cancel),
        4 => (any::<bool>(), ticks.clone(), 1..100_i64)
            .prop_map(|(is_buy, ticks, lots)| Step::Trade { is_buy, ticks, lots }),
        4 => (ticks, prop::collection::vec(1..40_i64, 6))
            .prop_map(|(middle, lots)| Step::Book { middle, lots }),
        1 => Just(Step::Lost),
        1 => Just(Step::Kept),
    ];
    prop::collection::vec(one, 1..60)
}

fn tick(ticks: i64) -> Price {
    Price::from_units(ticks * 1_000_000_000)
}

fn lot(lots: i64) -> Quantity {
    Quantity::from_units(lots * 1_000_000)
}

fn side(is_buy: bool) -> Side {
    if is_buy { Side::Buy } else { Side::Sell }
}

/// Plays steps; says what was filled, and at which market.
fn play(steps: &[Step]) -> (PaperVenue, Vec<BotInput>) {
    let mut case = Case::new();
    let (mut said, mut number) = (Vec::new(), 0);
    for step in steps {
        match step {
            Step::Place { is_buy, is_market, ticks, lots } => {
                number += 1;
                let kind = match is_market {
                    true => OrderKind::Market,
                    false => OrderKind::Limit { price: tick(*ticks) },
                };
                let mut wanted = order(number, side(*is_buy), kind, "1");
                wanted.quantity = OrderQuantity::Base(lot(*lots));
                case.place(wanted);
            }
            Step::Cancel(number) => {
                let id = OrderName::Ours(ClientOrderId::new(1, *number));
                let command = SocketCommand::Cancel(vec![id]);
                case.tell(PaperEvent::Command { request: 8, command });
            }
            Step::Trade { is_buy, ticks, lots } => {
                let (price, quantity) = (tick(*ticks), lot(*lots));
                let (time, taker_side) = (at(case.now), side(*is_buy));
                let trade = Trade { time, price, quantity, taker_side };
                case.tell(PaperEvent::Trade { pair: pair(), trade });
            }
            Step::Book { middle, lots } => {
                let level = |ticks, lots| BookLevel { price: tick(ticks), quantity: lot(lots) };
                let bids = (1..).zip(&lots[..3]).map(|(n, lots)| level(middle - n, *lots));
                let asks = (1..).zip(&lots[3..]).map(|(n, lots)| level(middle + n, *lots));
                let (bids, asks) = (bids.collect(), asks.collect());
                let bids_and_asks = BookUpdate { is_snapshot: true, bids, asks };
                case.tell(PaperEvent::Book { pair: pair(), bids_and_asks });
            }
            Step::Lost => case.tell(PaperEvent::BookLost(pair())),
            Step::Kept => {
                let kept = case.venue.state.to_bytes();
                said.extend(case.said());
                let state = PaperState::from_bytes(&kept).unwrap();
                case.venue = PaperVenue::restore(state, at(case.now));
                case.tell(PaperEvent::Open);
            }
        }
        said.extend(case.said());
    }
    (case.venue, said)
}

proptest! {
    /// What the account has is what it began with and what its trades say.
    #[test]
    fn balances_conserve(steps in steps()) {
        let (venue, said) = play(&steps);
        let mut expected: BTreeMap<Asset, Amount> = settings().balances.into_iter().collect();
        for fill in said.iter().filter_map(fill_of) {
            let base = Amount::from(fill.quantity);
            let (base, quote) = match fill.side {
                Side::Buy => (base, -fill.cost),
                Side::Sell => (-base, fill.cost),
            };
            for (asset, change) in
                [(fill.pair.base, base), (fill.pair.quote, quote), (fill.fee_asset, -fill.fee)]
            {
                let balance = expected.entry(asset).or_default();
                *balance += change;
            }
        }
        for (asset, total) in venue.balances() {
            prop_assert_eq!(expected.get(&asset).copied().unwrap_or_default(), total);
        }
    }

    /// No fill without evidence: in the step before it the market traded at its price or beyond, or
    /// a book showed who would trade there.
    #[test]
    fn nothing_fills_without_evidence(steps in steps()) {
        let mut seen: Vec<(i64, Side)> = vec![(1_000, Side::Buy), (990, Side::Buy),
            (1_010, Side::Sell), (1_020, Side::Sell)];
        for end in 1..=steps.len() {
            match &steps[end - 1] {
                // Somebody who bought there would have bought of us.
                Step::Trade { is_buy, ticks, .. } => seen.push((*ticks, side(*is_buy))),
                Step::Book { middle, .. } => seen.extend((1..=3).flat_map(|n| {
                    [(middle - n, Side::Buy), (middle + n, Side::Sell)]
                })),
                Step::Place { .. } | Step::Cancel(_) | Step::Lost | Step::Kept => {}
            }
        }
        let (_, said) = play(&steps);
        for fill in said.iter().filter_map(fill_of) {
            let is_met = seen.iter().any(|(ticks, other)| {
                *other != fill.side && match fill.side {
                    Side::Buy => tick(*ticks) <= fill.price,
                    Side::Sell => fill.price <= tick(*ticks),
                }
            });
            prop_assert!(is_met, "{:?}", fill);
        }
    }

    /// The same inputs, the same outputs.
    #[test]
    fn the_same_happens_twice(steps in steps()) {
        let once = format!("{:?}", play(&steps).1);
        prop_assert_eq!(once, format!("{:?}", play(&steps).1));
    }
}
