//! Every built-in strategy inside an engine that is saved and restored: nobody can tell it from one
//! that never stopped.

use std::time::Duration;

use trading_engine::{
    Engine, EngineSettings, Input, JournalHeader, Keep, KillLimits, Output, RiskLimits, Sizing,
    Strategy, StrategySpec,
};
use trading_types::{
    AccountEvent, Amount, CancelReason, Candle, FeeSchedule, Fill, Fraction, Interval, Liquidity,
    MarketEvent, NewOrder, OrderQuantity, PairRules, Price, Side, Timestamp, VenueCommand,
    VenueEvent,
};

use crate::{BUILT_IN, dca, from_spec};

const CANDLES: u64 = 400;
/// Where the run is cut: while warming up, soon after, late.
const CUTS: [u64; 4] = [0, 13, 150, 399];

fn header(spec: StrategySpec) -> JournalHeader {
    let fees = FeeSchedule::flat(Fraction::from_basis_points(40), Fraction::from_basis_points(25));
    let rules = PairRules {
        pair: "BTC/USD".parse().unwrap(),
        tick: "0.1".parse().unwrap(),
        lot: "0.00000001".parse().unwrap(),
        quantity_min: "0.0001".parse().unwrap(),
        cost_min: "0.5".parse().unwrap(),
        cost_decimals: 5,
        fees,
    };
    let settings = EngineSettings {
        session: 1,
        quote: rules.pair.quote,
        interval: Interval::from_minutes(60).unwrap(),
        pairs: vec![rules],
        sizing: Sizing::AllIn,
        slippage: Fraction::ZERO,
        risk: RiskLimits::unlimited(),
        kill: KillLimits::default(),
        stop_deadline: Duration::from_secs(10),
        order_deadline: trading_engine::ORDER_DEADLINE,
    };
    JournalHeader { settings, strategies: vec![spec] }
}

fn strategies(header: &JournalHeader) -> Vec<Box<dyn Strategy>> {
    vec![from_spec(&header.strategies[0], header.settings.pairs[0].tick).unwrap()]
}

/// Swings of different lengths, so that every strategy has something to do.
fn candle(hour: u64) -> Candle {
    let wave = |length: u64, height: u64| {
        let phase = hour % length;
        phase.min(length - phase) * 2 * height / length
    };
    let tenths = 5_000 + wave(97, 2_000) + wave(23, 700) + wave(7, 300);
    let close = Price::from_units(i64::try_from(tenths).unwrap() * 1_000_000_000);
    let start = Timestamp::from_seconds(hour * 3_600).unwrap();
    let volume = Amount::from_units(10_i128.pow(18));
    Candle { start, open: close, high: close, low: close, close, volume, trades: 1 }
}

/// A run, whose orders are filled at the close as soon as they are placed.
struct Run {
    engine: Engine,
    last: Price,
    stops: Vec<NewOrder>,
    outputs: Vec<Output>,
}

impl Run {
    fn tell(&mut self, event: VenueEvent, now: Timestamp) {
        self.engine.handle(&Input::Venue(event), now);
        while let Some(output) = self.engine.poll_output() {
            self.outputs.push(output.clone());
            if let Output::Command(command) = output {
                self.obey(command, now);
            }
        }
    }

    fn obey(&mut self, command: VenueCommand, now: Timestamp) {
        match command {
            VenueCommand::Place(order) if order.kind.waits_for_trigger() => {
                let accepted =
                    AccountEvent::Accepted { order: order.id, venue_order: "O".parse().unwrap() };
                self.stops.push(order);
                self.tell(VenueEvent::Account(accepted), now);
            }
            VenueCommand::Place(order) => self.fill(&order, now),
            VenueCommand::Cancel(order) => {
                self.stops.retain(|stop| stop.id != order);
                let reason = CancelReason::Requested;
                let canceled = AccountEvent::Canceled { order, reason };
                self.tell(VenueEvent::Account(canceled), now);
            }
            VenueCommand::Amend(_) | VenueCommand::CancelAll => {
                panic!("nothing asks for {command:?}")
            }
        }
    }

    fn fill(&mut self, order: &NewOrder, now: Timestamp) {
        let quantity = match order.quantity {
            OrderQuantity::Base(quantity) => quantity,
            OrderQuantity::Quote(spend) => spend.quantity_at(self.last),
        };
        let fill = Fill {
            order: order.id,
            trade: format!("T{}", order.id.sequence()).parse().unwrap(),
            pair: order.pair,
            side: order.side,
            price: self.last,
            quantity,
            cost: self.last * quantity,
            fee: Amount::ZERO,
            fee_asset: order.pair.quote,
            liquidity: Liquidity::Taker,
            time: now,
        };
        self.tell(VenueEvent::Account(AccountEvent::Traded(fill)), now);
        let completed = AccountEvent::Completed { order: order.id };
        if matches!(order.quantity, OrderQuantity::Quote(_)) {
            self.tell(VenueEvent::Account(completed), now);
        }
    }

    fn candle(&mut self, hour: u64) {
        let candle = candle(hour);
        let now = candle.start + Duration::from_hours(1);
        self.last = candle.close;
        let reached = |stop: &NewOrder| {
            stop.kind.trigger().is_some_and(|trigger| candle.close <= trigger.price)
        };
        if let Some(at) = self.stops.iter().position(reached) {
            let stop = self.stops.remove(at);
            assert_eq!(stop.side, Side::Sell);
            self.fill(&stop, now);
        }
        let pair = "BTC/USD".parse().unwrap();
        self.tell(VenueEvent::Market(MarketEvent::Candle { pair, candle }), now);
    }
}

/// Runs `spec`, cut at this candle, and gives the state at the end and all outputs.
fn run(spec: &StrategySpec, cut: Option<u64>) -> (String, Vec<Output>) {
    let header = header(spec.clone());
    let engine = Engine::new(&header, strategies(&header), Keep::Hash).unwrap();
    let mut run = Run { engine, last: Price::ZERO, stops: Vec::new(), outputs: Vec::new() };
    let cash = ("USD".parse().unwrap(), "1000".parse().unwrap());
    run.tell(VenueEvent::Account(AccountEvent::Balances(vec![cash])), Timestamp::EPOCH);
    for hour in 0..CANDLES {
        if cut == Some(hour) {
            let saved = run.engine.save();
            run.engine = Engine::restore(&header, strategies(&header), Keep::Hash, &saved).unwrap();
        }
        run.candle(hour);
    }
    (run.engine.state_hash(), run.outputs)
}

#[test]
fn every_strategy_goes_on_where_it_stopped() {
    let exits = [("stop", "6%"), ("take_profit", "2.5*atr(14)")];
    for built_in in BUILT_IN {
        let with_exits: &[_] = if built_in.name == dca::BUILT_IN.name { &[] } else { &exits };
        for settings in [&[], with_exits] {
            let settings = settings.iter().map(|(name, value)| {
                let (name, value): (&str, &str) = (name, value);
                (name.to_owned(), value.to_owned())
            });
            let spec =
                StrategySpec { name: built_in.name.to_owned(), settings: settings.collect() };
            let steady = run(&spec, None);
            let placed = |it: &&Output| matches!(it, Output::Command(VenueCommand::Place(_)));
            let orders = steady.1.iter().filter(placed).count();
            assert!(2 < orders, "{spec:?} placed {orders} orders, too few to be a test");
            for cut in CUTS {
                assert!(run(&spec, Some(cut)) == steady, "{spec:?} cut at {cut}");
            }
        }
    }
}
