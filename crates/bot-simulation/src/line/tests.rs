//! A tiny client of a few lines, written by hand, drives the line against the simulated Kraken.

use std::time::Duration;

use bot_machine::{Answer, Call};
use exchange_simulator::Prng;
use kraken_protocol::{
    limits::TradingAction,
    scheduler::TradingPath,
    stream::{
        book::BookDepth,
        session::{AccountReport, LinkChange, SocketCommand},
        subscription::Subscription,
    },
};
use simulated_kraken::{
    AccountSettings, Boundary, DecayMode, Input, LimitProfile, Settings, SimulatedKraken, Tier,
};
use trading_types::{
    ClientOrderId, Interval, NewOrder, OrderKind, OrderQuantity, Side, TimeInForce,
};

use super::*;
use crate::{
    market::{self, Market, MarketOptions},
    net::{Net, NetOptions},
    tally::Tally,
};

pub(crate) struct Small {
    pub(crate) kraken: SimulatedKraken,
    net: Net,
    market: Market,
    pub(crate) line: Line,
    tally: Tally,
    pub(crate) now: Timestamp,
    pub(crate) told: Vec<BotInput>,
}

pub(crate) fn calm_net() -> NetOptions {
    NetOptions {
        delay: (Duration::from_millis(5), Duration::from_millis(40)),
        spikes: 0,
        spike_max: Duration::ZERO,
        lost_requests: 0,
        lost_answers: 0,
        never_sent: 0,
        reset_every: Duration::ZERO,
        hang_every: Duration::ZERO,
        outage_every: Duration::ZERO,
        outage_max: Duration::ZERO,
    }
}

impl Small {
    pub(crate) fn new(pairs: usize, net: NetOptions) -> Self {
        let now: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        let markets = MarketOptions {
            pairs,
            book_every: Duration::from_secs(30),
            trade_every: Duration::from_secs(20),
            volatility: 6_000,
            shock_every: Duration::ZERO,
            shock_max: 0,
        };
        let balances = ["USD 100000", "BTC 1"].map(|text| {
            let (asset, amount) = text.split_once(' ').unwrap();
            (asset.parse().unwrap(), amount.parse().unwrap())
        });
        let settings = Settings {
            seed: 1,
            tier: Tier::Starter,
            limits: LimitProfile::Documented,
            refused_calls_count: true,
            decay: DecayMode::Continuous,
            boundary: Boundary::Reached,
            markets: market::settings(&markets),
            accounts: vec![AccountSettings { name: String::new(), balances: balances.into() }],
            history: Duration::ZERO,
            faults: Vec::new(),
        };
        let kraken = SimulatedKraken::new(settings, now);
        let parts = LineParts {
            key: &kraken.keys()[0],
            names: PairNames::recorded(),
            pairs: market::rules(&markets).into_iter().map(|(rules, _)| rules.pair).collect(),
            scheduler: SchedulerSettings::default(),
            known_fills: KnownFills::default(),
            kept: Kept::default(),
            seed: 3,
            first_number: 0,
        };
        let line = Line::new(parts, now);
        Self {
            net: Net::new(net, Prng::from_seed(2), now),
            market: Market::new(markets, Prng::from_seed(3), now),
            kraken,
            line,
            tally: Tally::default(),
            now,
            told: Vec::new(),
        }
    }

    pub(crate) fn run_for(&mut self, length: Duration) {
        let end = self.now + length;
        loop {
            self.settle();
            let times = [
                self.kraken.next_timeout(),
                self.net.next_at(),
                self.market.next_at(),
                self.line.next_timeout(),
            ];
            let next = times.into_iter().flatten().min().unwrap_or(end);
            if end < next {
                self.now = end;
                return;
            }
            self.now = next.max(self.now + Duration::from_nanos(1));
            let now = self.now;
            self.market.handle_timeout(&mut self.kraken, &mut self.tally, now);
            self.kraken.handle_timeout(now);
            let kraken = &mut self.kraken;
            while let Some(arrival) =
                self.net.poll(now, &mut self.tally, |input: Input| kraken.handle(input, now))
            {
                self.line.arrived(&arrival, now);
            }
            if self.line.next_timeout().is_some_and(|due| due <= now) {
                self.line.handle_timeout(now);
            }
        }
    }

    fn settle(&mut self) {
        let now = self.now;
        while let Some(output) = self.kraken.poll_output() {
            self.net.told(output, &mut self.tally, now);
        }
        while let Some(out) = self.line.poll_net() {
            match out {
                ToNet::Request { id, request } => {
                    self.net.request((id, request), &mut self.tally, now);
                }
                ToNet::Dial { id, kind } => self.net.dial((id, kind), &mut self.tally, now),
                ToNet::Frame { id, text } => self.net.frame(id, text, &mut self.tally, now),
                ToNet::HangUp { id } => self.net.hang_up(id, &mut self.tally, now),
            }
        }
        while let Some(told) = self.line.poll_told() {
            self.told.push(told);
        }
    }

    pub(crate) fn start(&mut self) {
        self.call(1, Call::KeyInfo);
        self.run_for(Duration::from_secs(5));
        self.line.execute(BotOutput::AdmitKey { last_nonce: 0 }, self.now);
        let private = vec![(Subscription::Executions, None), (Subscription::Balances, None)];
        let minute = Interval::from_minutes(1).unwrap();
        let each = |pair: &Pair| {
            [
                (Subscription::Book { pair: *pair, depth: BookDepth::Ten }, None),
                (Subscription::Trades { pair: *pair }, None),
                (Subscription::Candles { pair: *pair, interval: minute }, None),
            ]
        };
        let public = self.line.pairs.iter().flat_map(each).collect();
        for (socket, subscriptions) in
            [(SocketKind::Private, private), (SocketKind::Public, public)]
        {
            self.line.execute(BotOutput::OpenSocket { socket, subscriptions }, self.now);
        }
    }

    fn call(&mut self, call: u64, what: Call) {
        self.line.execute(BotOutput::Call { call, what, lane: Lane::Resolve }, self.now);
    }
}

fn order(pair: Pair, sequence: u64, now: Timestamp) -> NewOrder {
    let kind = OrderKind::Market;
    let quantity = OrderQuantity::Base("0.001".parse().unwrap());
    let mut order = NewOrder::new(ClientOrderId::new(7, sequence), pair, Side::Buy, kind, quantity);
    order.time_in_force = TimeInForce::GoodTilCanceled;
    order.deadline = Some(now + Duration::from_secs(5));
    order
}

#[test]
fn it_subscribes_and_trades() {
    let mut small = Small::new(1, calm_net());
    small.start();
    small.run_for(Duration::from_mins(3));
    let pair = small.line.pairs[0];
    let order = order(pair, 1, small.now);
    let action = TradingAction::PlaceImmediate(order.id);
    let work = Work::Trading { pair, action, path: TradingPath::Socket };
    let command = SocketCommand::Place(order);
    let output = BotOutput::Command { request: 1, command, work, lane: Lane::Place };
    assert!(small.line.execute(output, small.now).is_none());
    small.run_for(Duration::from_secs(10));
    small.call(2, Call::Balances);
    small.run_for(Duration::from_secs(10));

    let told = |is_it: fn(&BotInput) -> bool| small.told.iter().filter(|it| is_it(it)).count();
    let ups = told(|it| matches!(it, BotInput::Link { change: LinkChange::Up, .. }));
    assert_eq!(ups, 2, "{:?}", small.told);
    assert!(0 < told(|it| matches!(it, BotInput::Quote { quote: Some(_), .. })));
    assert!(2 <= told(|it| matches!(it, BotInput::Candle { .. })));
    assert!(0 < told(|it| matches!(it, BotInput::Account(AccountReport::Order(_)))));
    let placed = |it: &BotInput| {
        matches!(
            it,
            BotInput::Answer(answer) if matches!(answer.outcome, Outcome::Placed { .. })
        )
    };
    assert_eq!(small.told.iter().filter(|it| placed(it)).count(), 1);
    let balances = small.told.iter().find_map(|it| {
        let BotInput::Answered { call: 2, result: Ok(Answer::Balances(balances)), .. } = it else {
            return None;
        };
        Some(balances)
    });
    let truth = small.kraken.true_balances(0);
    for balance in balances.expect("an answer") {
        assert_eq!(balance.total, truth[&balance.asset]);
    }
    assert_eq!(small.kraken.true_trades(0).count(), 1);
    assert_eq!(small.kraken.refused_for_rate(), 0);
}
