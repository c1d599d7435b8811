//! The whole crate from outside: a market model drives a book exchange, whose candles then drive a
//! candle exchange. One account buys in both.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::time::Duration;

use exchange_simulator::{
    Audience, BookExchange, BookSettings, CandleExchange, CandleFill, CandleSettings, Delay,
    Latency, MarketModel, MarketModelSettings, PartialFills,
};
use trading_types::{
    AccountEvent, Amount, Candle, ClientOrderId, Direction, FeeSchedule, Fill, Fraction, Interval,
    MarketEvent, NewOrder, OrderKind, OrderQuantity, Pair, PairRules, PriceWatch, Side, Timestamp,
    Trigger, TriggerSource, VenueCommand, VenueEvent,
};

fn rules() -> PairRules {
    PairRules {
        pair: pair(),
        tick: "0.1".parse().unwrap(),
        lot: "0.00000001".parse().unwrap(),
        quantity_min: "0.00005".parse().unwrap(),
        cost_min: "0.5".parse().unwrap(),
        cost_decimals: 5,
        fees: FeeSchedule::kraken_spot(),
    }
}

fn pair() -> Pair {
    "BTC/USD".parse().unwrap()
}

fn spend(sequence: u64, dollars: &str) -> VenueCommand {
    let quantity = OrderQuantity::Quote(dollars.parse().unwrap());
    let id = ClientOrderId::new(1, sequence);
    VenueCommand::Place(NewOrder::new(id, pair(), Side::Buy, OrderKind::Market, quantity))
}

const HOURS: u64 = 6;
/// When the account buys, in seconds.
const BUYS_AT: u64 = 3 * 3_600;

/// Some hours in the model's market: its hourly candles, and the fills of somebody who buys for 500
/// dollars at a given time.
fn hours_at_the_book(seed: u64) -> (Vec<Candle>, Vec<Fill>) {
    let delay = |millis| Delay { min: Duration::ZERO, max: Duration::from_millis(millis) };
    let settings = BookSettings {
        rules: vec![rules()],
        latency: Latency { outbound: delay(80), inbound: delay(40) },
        intervals: vec![Interval::from_minutes(60).unwrap()],
        seed,
    };
    let model = MarketModelSettings::demo(rules(), "60000".parse().unwrap(), seed);
    let mut model = MarketModel::new(model, Timestamp::EPOCH);
    let mut exchange = BookExchange::new(settings, Timestamp::EPOCH);
    let account = exchange.open_account(&[("USD".parse().unwrap(), "1000".parse().unwrap())]);
    let buys_at = Timestamp::from_seconds(BUYS_AT).unwrap();
    let mut order = Some(spend(1, "500"));
    let (mut candles, mut fills) = (Vec::new(), Vec::new());
    while candles.len() < usize::try_from(HOURS).unwrap() {
        let model_at = model.next_event_at();
        let now = exchange.next_timeout().map_or(model_at, |at| at.min(model_at));
        exchange.handle_timeout(now);
        if now == model_at
            && let Some(event) = model.poll(now)
        {
            exchange.handle_market(&event, now);
        }
        if let Some(order) = order.take_if(|_| buys_at <= now) {
            exchange.handle(account, order, now);
        }
        while let Some((audience, event)) = exchange.poll_output() {
            match event {
                VenueEvent::Market(MarketEvent::Candle { candle, .. }) => candles.push(candle),
                VenueEvent::Account(AccountEvent::Traded(fill)) => {
                    assert_eq!(audience, Audience::Account(account));
                    fills.push(fill);
                }
                VenueEvent::Market(_) | VenueEvent::Account(_) | VenueEvent::Link(_) => (),
            }
        }
    }
    (candles, fills)
}

#[test]
fn a_seed_makes_the_same_hours_at_the_book() {
    let (candles, fills) = hours_at_the_book(1);
    assert_eq!((candles.clone(), fills.clone()), hours_at_the_book(1));
    for (candle, hour) in candles.iter().zip(0..) {
        assert_eq!(candle.check(), Ok(()));
        assert_eq!(candle.start, Timestamp::from_seconds(hour * 3_600).unwrap());
    }
    let cost: Amount = fills.iter().map(|fill| fill.cost).sum();
    let bounds = ["499.99", "500"].map(|text| text.parse::<Amount>().unwrap());
    assert!(bounds[0] < cost && cost <= bounds[1], "{cost}");
    assert!(fills.iter().all(|fill| fill.time.seconds() == BUYS_AT));
}

/// Buys at the first open and rests a stop five percent below; sells at a target four percent
/// above, of which a watch tells.
#[test]
fn candles_of_those_hours_can_be_traded_again() {
    let (candles, _) = hours_at_the_book(1);
    let mut exchange = CandleExchange::new(CandleSettings {
        rules: rules(),
        interval: Interval::from_minutes(60).unwrap(),
        balances: vec![("USD".parse().unwrap(), "1000".parse().unwrap())],
        fill: CandleFill::NextOpen,
        slippage: Fraction::from_basis_points(5),
        partial_fills: PartialFills::NONE,
        seed: 1,
    });
    let entry = candles[0].close;
    let tick = rules().tick;
    let moved = |points| {
        let part = Fraction::from_basis_points(points);
        entry.moved_by(part, trading_types::Rounding::Down)
    };
    let stop = moved(-500).round_to(tick, trading_types::Rounding::Down);
    let target = PriceWatch { pair: pair(), price: moved(400), direction: Direction::Rising };
    let (mut closes, mut fills) = (0, Vec::new());
    for candle in &candles {
        exchange.begin_candle(candle);
        while let Some((_, event)) = exchange.poll_output() {
            match event {
                VenueEvent::Market(MarketEvent::Candle { .. }) => {
                    closes += 1;
                    if closes == 1 {
                        exchange.handle(&spend(1, "500"));
                        exchange.set_watches(&[target]);
                    }
                }
                VenueEvent::Account(AccountEvent::Traded(fill)) => {
                    fills.push(fill);
                    if fill.side == Side::Buy {
                        let trigger = Trigger { price: stop, source: TriggerSource::Last };
                        exchange.handle(&VenueCommand::Place(NewOrder::new(
                            ClientOrderId::new(1, 2),
                            pair(),
                            Side::Sell,
                            OrderKind::StopLoss { trigger },
                            OrderQuantity::Base(fill.quantity),
                        )));
                    }
                }
                VenueEvent::Market(_) | VenueEvent::Account(_) | VenueEvent::Link(_) => (),
            }
        }
    }
    exchange.end();
    assert_eq!(closes, candles.len());
    assert_eq!(
        fills[0].price,
        candles[1].open.moved_by(Fraction::from_basis_points(5), trading_types::Rounding::Up,)
    );
    let statistics = exchange.statistics();
    assert_eq!(statistics.fills, fills.len() as u64);
    assert_eq!(statistics.fees, fills.iter().map(|fill| fill.fee).sum());
}
