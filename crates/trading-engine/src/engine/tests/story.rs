//! A venue without sense, which answers open orders at random but never lies about quantities, and
//! the story of an engine that meets it.

use std::time::Duration;

use proptest::{prelude::*, sample::Index};
use trading_types::{
    AccountEvent, Amendment, Asset, BookLevel, CancelReason, Candle, ClientOrderId, Fill,
    LinkEvent, MarketEvent, NewOrder, OrderQuantity, Pair, Price, Quantity, Quote, Refusal, Side,
    Timestamp, Trade, VenueCommand, VenueEvent, VenueStatus,
};

use super::{NO_KILL, ONE, PLAIN, Script, header, long};
use crate::{
    engine::Engine,
    journal::{JournalHeader, Keep},
    kill_switch::{KillLimits, KillReason},
    report::{BlockCause, Input, OperatorCommand, Output},
    risk::RiskLimits,
    settings::StrategySpec,
    sizing::{RiskFraction, Sizing},
    strategy::{Exits, Strategy as Decides, Wish},
    terms::Terms,
    test_values::{amount, fill, lots, pair, percent, price, rules, usd},
};

/// What is seen of a market.
#[derive(Clone, Copy, Debug)]
pub(super) enum Seen {
    Candle,
    Trade,
    Quote,
}

/// What a venue says of an account.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Accept(Index),
    Fill(Index, i64),
    Cancel(Index),
    Expire(Index),
    Reject(Index),
    /// The answer to an order is lost; whether the order arrived is the venue's secret.
    Unclear(Index, bool),
    /// A look-up proves that a lost order never arrived.
    Prove,
    Amend(bool),
    RejectCancel(Index),
    Deposit,
    Recount,
}

/// What happens next. Which order of several it happens to is left to chance.
#[derive(Clone, Debug)]
pub(super) enum Turn {
    Market(Seen, i64),
    Account(Act),
    Disconnect,
    Status(VenueStatus, bool),
    Block(BlockCause, bool),
    Unblock(BlockCause, bool),
    Cap(Option<i64>),
    Halt,
    Resume,
    HaltPair,
    ResumePair,
    Trip,
    Wait(u64),
}

pub(super) fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let one = || any::<Index>();
    let cause = || prop_oneof![Just(BlockCause::Rung), Just(BlockCause::LinkDown)];
    let status = prop_oneof![
        3 => Just(VenueStatus::Online),
        1 => Just(VenueStatus::PostOnly),
        1 => Just(VenueStatus::LimitOnly),
        1 => Just(VenueStatus::CancelOnly),
        1 => Just(VenueStatus::Maintenance),
    ];
    let seen = prop_oneof![6 => Just(Seen::Candle), 3 => Just(Seen::Trade), 1 => Just(Seen::Quote)];
    let market = (seen, 500..1_500_i64).prop_map(|(seen, tenths)| Turn::Market(seen, tenths));
    let orders = prop_oneof![
        6 => one().prop_map(Act::Accept),
        6 => (one(), 1..200_i64).prop_map(|(one, part)| Act::Fill(one, part)),
        3 => one().prop_map(Act::Cancel),
        1 => one().prop_map(Act::Expire),
        1 => one().prop_map(Act::Reject),
        2 => (one(), any::<bool>()).prop_map(|(one, arrived)| Act::Unclear(one, arrived)),
        1 => Just(Act::Prove),
        2 => any::<bool>().prop_map(Act::Amend),
        1 => one().prop_map(Act::RejectCancel),
    ];
    let account = prop_oneof![20 => orders, 1 => Just(Act::Deposit), 1 => Just(Act::Recount)];
    let people = prop_oneof![
        1 => (cause(), any::<bool>()).prop_map(|(cause, here)| Turn::Block(cause, here)),
        2 => (cause(), any::<bool>()).prop_map(|(cause, here)| Turn::Unblock(cause, here)),
        1 => prop::option::of(1..200_i64).prop_map(Turn::Cap),
        1 => Just(Turn::Halt),
        2 => Just(Turn::Resume),
        1 => Just(Turn::HaltPair),
        1 => Just(Turn::ResumePair),
        1 => Just(Turn::Trip),
    ];
    let venue = prop_oneof![
        2 => Just(Turn::Disconnect),
        3 => (status, any::<bool>()).prop_map(|(status, here)| Turn::Status(status, here)),
        2 => prop_oneof![Just(1_u64), Just(15), Just(4_000), Just(90_000)].prop_map(Turn::Wait),
    ];
    let turn =
        prop_oneof![10 => market, 20 => account.prop_map(Turn::Account), 1 => people, 2 => venue];
    prop::collection::vec(turn, 1..120)
}

pub(super) fn wishes() -> impl Strategy<Value = Vec<Wish>> {
    let wish = prop_oneof![
        Just(Wish::Nothing),
        Just(PLAIN),
        Just(long("60", None)),
        Just(long("80", Some("120"))),
        Just(Wish::BeFlat),
        Just(Wish::Add(amount("25"))),
        (50..140_i64, 1..120_i64).prop_map(|(trail, part)| {
            let part = percent(&part.to_string());
            let exits = Exits { stop: Some(price("60")), target: None };
            Wish::BeLongOn(Terms { exits, trail: Some(price(&trail.to_string())), part })
        }),
        (50..140_i64).prop_map(|trail| Wish::Keep(Some(price(&trail.to_string())))),
        Just(Wish::Keep(None)),
    ];
    prop::collection::vec(wish, 0..60)
}

/// How entries are sized and what may be lost.
pub(super) fn sizings() -> impl Strategy<Value = (Sizing, KillLimits)> {
    let risk = Sizing::Risk(RiskFraction::new(percent("1")).unwrap());
    let (target, candles) = (percent("50"), 3);
    let sizing = prop_oneof![
        Just(ONE),
        Just(risk),
        Just(Sizing::AllIn),
        Just(Sizing::Volatility { target, candles }),
        Just(Sizing::Kelly { cap: percent("40"), trades_min: 1 }),
    ];
    let some = KillLimits { drawdown: Some(percent("30")), ..NO_KILL };
    let daily = KillLimits { daily_loss: Some(percent("20")), ..some };
    let all = KillLimits { consecutive_losses: Some(3), weekly_loss: Some(percent("25")), ..daily };
    (sizing, prop_oneof![Just(some), Just(all)])
}

pub(super) fn ether() -> Pair {
    "ETH/USD".parse().unwrap()
}

/// Two pairs, and limits that are reached now and then.
pub(super) fn two_pairs((sizing, kill): (Sizing, KillLimits)) -> JournalHeader {
    let mut header = header(sizing, kill);
    let mut ether = rules();
    ether.pair = self::ether();
    header.settings.pairs = vec![rules(), ether];
    header.settings.risk = RiskLimits {
        position_value_max: amount("600"),
        entries_per_hour_max: 6,
        order_quantity_max: lots("2"),
        order_value_max: amount("250"),
        move_per_minute: percent("150"),
        orders_per_day_max: 40,
        cancels_per_day_max: 20,
        ..header.settings.risk
    };
    let spec = || StrategySpec { name: "script".to_owned(), settings: Vec::new() };
    header.strategies = vec![spec(), spec()];
    header
}

pub(super) fn two_scripts(wishes: &[Wish]) -> Vec<Box<dyn Decides>> {
    let half = wishes.len() / 2;
    let script = |wishes: &[Wish]| Box::new(Script { wishes: wishes.to_vec(), seen: 0 });
    vec![script(&wishes[..half]), script(&wishes[half..])]
}

/// A venue without sense: it answers open orders at random, but never lies about quantities.
pub(super) struct RandomVenue {
    pub(super) open: Vec<(NewOrder, Quantity)>,
    lost: Vec<ClientOrderId>,
    amended: Option<Amendment>,
    balances: Vec<(Asset, trading_types::Amount)>,
    last: i64,
    trades: u64,
}

impl RandomVenue {
    fn new() -> Self {
        let balances = Vec::new();
        Self { open: Vec::new(), lost: Vec::new(), amended: None, balances, last: 1_000, trades: 0 }
    }

    fn obey(&mut self, command: &VenueCommand) {
        match command {
            VenueCommand::Place(order) => {
                let quantity = match order.quantity {
                    OrderQuantity::Base(quantity) => quantity,
                    OrderQuantity::Quote(spend) => spend.quantity_at(self.price()),
                };
                self.open.push((order.clone(), quantity));
            }
            VenueCommand::Amend(amendment) => self.amended = Some(*amendment),
            // Left to chance: a venue may be slow to cancel.
            VenueCommand::Cancel(_) | VenueCommand::CancelAll => {}
        }
    }

    pub(super) fn price(&self) -> Price {
        Price::from_units(self.last * 1_000_000_000)
    }

    /// The input a turn is, if there is something it can happen to.
    fn input(&mut self, turn: &Turn) -> Option<Input> {
        let operator = |command| Some(Input::Operator(command));
        let at = |is_here: bool| is_here.then(pair);
        let event = match *turn {
            Turn::Market(seen, tenths) => {
                self.last = tenths;
                VenueEvent::Market(self.market(seen))
            }
            Turn::Disconnect => VenueEvent::Link(LinkEvent::Disconnected),
            Turn::Status(status, false) => VenueEvent::Link(LinkEvent::Status(status)),
            Turn::Status(status, true) => {
                VenueEvent::Link(LinkEvent::PairStatus { pair: pair(), status })
            }
            Turn::Block(cause, here) => {
                return operator(OperatorCommand::Block { cause, pair: at(here) });
            }
            Turn::Unblock(cause, here) => {
                return operator(OperatorCommand::Unblock { cause, pair: at(here) });
            }
            Turn::Cap(tens) => {
                let value = tens.map(|tens| amount(&(tens * 10).to_string()));
                return operator(OperatorCommand::CapEntries { value });
            }
            Turn::Halt => return operator(OperatorCommand::Halt { reason: "test".to_owned() }),
            Turn::Resume => return operator(OperatorCommand::Resume { reason: "on".to_owned() }),
            Turn::HaltPair => {
                let reason = "test".to_owned();
                return operator(OperatorCommand::HaltPair { pair: pair(), reason });
            }
            Turn::ResumePair => {
                let reason = "on".to_owned();
                return operator(OperatorCommand::ResumePair { pair: pair(), reason });
            }
            Turn::Trip => {
                let reason = KillReason::RejectStorm { rejects: 3 };
                return operator(OperatorCommand::Trip { reason });
            }
            Turn::Wait(_) => return Some(Input::Timeout),
            Turn::Account(ref act) => VenueEvent::Account(self.account(act)?),
        };
        Some(Input::Venue(event))
    }

    fn account(&mut self, act: &Act) -> Option<AccountEvent> {
        Some(match act {
            Act::Accept(one) => {
                let (order, _) = self.one(*one)?;
                let venue_order = "OSIM".parse().unwrap();
                AccountEvent::Accepted { order: order.id, venue_order }
            }
            Act::Fill(one, hundredths) => AccountEvent::Traded(self.fill(*one, *hundredths)?),
            Act::Cancel(one) => {
                let order = self.remove(*one)?;
                AccountEvent::Canceled { order, reason: CancelReason::Venue }
            }
            Act::Expire(one) => AccountEvent::Expired { order: self.remove(*one)? },
            Act::Reject(one) => {
                let order = self.remove(*one)?;
                AccountEvent::Rejected { order, refusal: Refusal::RateLimited }
            }
            Act::Unclear(one, true) => AccountEvent::Unclear { order: self.one(*one)?.0.id },
            Act::Unclear(one, false) => {
                let order = self.remove(*one)?;
                self.lost.push(order);
                AccountEvent::Unclear { order }
            }
            Act::Prove => AccountEvent::NeverExisted { order: self.lost.pop()? },
            Act::Amend(true) => {
                let amendment = self.amended.take()?;
                let open = self.open.iter_mut().find(|(it, _)| it.id == amendment.order);
                let (order, left) = open?;
                let OrderQuantity::Base(was) = order.quantity else { return None };
                let now = amendment.quantity.unwrap_or(was).max(was - *left);
                *left = *left + now - was;
                order.quantity = OrderQuantity::Base(now);
                AccountEvent::Amended(amendment)
            }
            Act::Amend(false) => {
                let order = self.amended.take()?.order;
                AccountEvent::AmendRejected { order, refusal: Refusal::RateLimited }
            }
            Act::RejectCancel(one) => {
                let order = self.one(*one)?.0.id;
                AccountEvent::CancelRejected { order, refusal: Refusal::RateLimited }
            }
            Act::Deposit => AccountEvent::Moved { asset: usd(), change: amount("10") },
            Act::Recount => AccountEvent::Balances(self.balances.clone()),
        })
    }

    fn one(&self, one: Index) -> Option<&(NewOrder, Quantity)> {
        (!self.open.is_empty()).then(|| one.get(&self.open))
    }

    fn remove(&mut self, one: Index) -> Option<ClientOrderId> {
        let at = (!self.open.is_empty()).then(|| one.index(self.open.len()))?;
        Some(self.open.remove(at).0.id)
    }

    fn market(&self, seen: Seen) -> MarketEvent {
        let (close, start) = (self.price(), Timestamp::EPOCH);
        let pair = if self.last % 3 == 0 { ether() } else { pair() };
        let level = |price| BookLevel { price, quantity: lots("1") };
        match seen {
            Seen::Candle => {
                let (open, high, low, volume, trades) = (close, close, close, amount("1"), 1);
                let candle = Candle { start, open, high, low, close, volume, trades };
                MarketEvent::Candle { pair, candle }
            }
            Seen::Quote => {
                let spread = Price::from_units(1_000_000_000);
                let quote = Quote { bid: level(close), ask: level(close + spread) };
                MarketEvent::Quote { pair, quote }
            }
            Seen::Trade => {
                let (taker_side, quantity) = (Side::Buy, lots("1"));
                let trade = Trade { time: start, price: close, quantity, taker_side };
                MarketEvent::Trade { pair, trade }
            }
        }
    }

    fn fill(&mut self, one: Index, hundredths: i64) -> Option<Fill> {
        let last = self.price().to_string();
        let at = (!self.open.is_empty()).then(|| one.index(self.open.len()))?;
        let (order, left) = &mut self.open[at];
        let wanted = Quantity::from_units(hundredths * 1_000_000);
        let quantity = wanted.min(*left);
        self.trades += 1;
        let text = quantity.to_string();
        let made = fill(order.id.sequence(), self.trades, order.side, &last, &text);
        let made = Fill { pair: order.pair, ..made };
        *left -= quantity;
        if left.is_zero() {
            self.open.remove(at);
        }
        quantity.is_positive().then_some(made)
    }
}

/// A run: what went in and when, and what came out for each.
pub(super) struct Story {
    pub(super) engine: Engine,
    pub(super) venue: RandomVenue,
    pub(super) now: Timestamp,
    pub(super) inputs: Vec<(Input, Timestamp)>,
    pub(super) outputs: Vec<Vec<Output>>,
}

impl Story {
    pub(super) fn new(header: &JournalHeader, wishes: &[Wish]) -> Self {
        let engine = Engine::new(header, two_scripts(wishes), Keep::Bytes).unwrap();
        let (venue, now) = (RandomVenue::new(), Timestamp::EPOCH);
        let mut story = Self { engine, venue, now, inputs: Vec::new(), outputs: Vec::new() };
        let balances = AccountEvent::Balances(vec![(usd(), amount("1000"))]);
        story.tell(Input::Venue(VenueEvent::Account(balances)), 1);
        story
    }

    /// Plays a turn; nothing when there is nothing it can happen to.
    pub(super) fn play(&mut self, turn: &Turn) -> Option<Vec<Output>> {
        self.venue.balances = self.engine.balances().collect();
        let input = self.venue.input(turn)?;
        let seconds = if let Turn::Wait(seconds) = turn { *seconds } else { 1 };
        Some(self.tell(input, seconds))
    }

    /// The pair of an order that was placed in this story.
    pub(super) fn pair_of(&self, order: ClientOrderId) -> Pair {
        let placed = self.outputs.iter().flatten().find_map(|output| match output {
            Output::Command(VenueCommand::Place(placed)) if placed.id == order => Some(placed.pair),
            Output::Command(_) | Output::Report(_) => None,
        });
        placed.expect("a command names an order that was placed")
    }

    pub(super) fn tell(&mut self, input: Input, seconds: u64) -> Vec<Output> {
        self.now = self.now + Duration::from_secs(seconds);
        let outputs = told(&mut self.engine, &input, self.now);
        for output in &outputs {
            if let Output::Command(command) = output {
                self.venue.obey(command);
            }
        }
        self.inputs.push((input, self.now));
        self.outputs.push(outputs.clone());
        outputs
    }
}

/// What an engine says to an input.
pub(super) fn told(engine: &mut Engine, input: &Input, now: Timestamp) -> Vec<Output> {
    engine.handle(input, now);
    std::iter::from_fn(|| engine.poll_output()).collect()
}
