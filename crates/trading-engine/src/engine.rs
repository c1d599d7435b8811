//! The engine: four verbs around one deterministic state.
//!
//! It is told what happened ([`Engine::handle`]), says what it wants ([`Engine::poll_output`]) and
//! when it wants to be woken ([`Engine::next_timeout`]). It never asks what time it is. Every input
//! and every output goes into its journal, so that the same inputs can be shown to give the same
//! outputs, byte for byte.

mod account;
mod entry_size;
mod explain;
mod halting;
mod output_queue;
mod reading;
mod save;
mod stretch;
mod trading;
mod trailing;
mod worst_case;

pub use self::{
    explain::{
        EntryOutcome, Explanation, LastEntry, LastWish, OrderExplanation, PositionExplanation,
        SizeExplanation, SizeStep, Verdict,
    },
    reading::LiveOrder,
    save::StateError,
    stretch::Stretch,
    worst_case::{PairWorstCase, WorstCase},
};

use std::collections::{BTreeMap, BTreeSet};

use trading_types::{
    Amount, Asset, ClientOrderId, Fraction, LinkEvent, MarketEvent, Pair, Price, PriceWatch, Quote,
    Timestamp, VenueCommand, VenueEvent, VenueStatus,
};

use self::output_queue::OutputQueue;
use crate::{
    desk::Desk,
    journal::{Journal, JournalHeader, Keep},
    kill_switch::{KillReason, KillSwitch},
    ledger::Ledger,
    order_life::{OrderEvent, Race},
    orders::Orders,
    position::{ClosedLot, ExitReason, Position},
    report::{BlockCause, Input, OperatorCommand, Output, Report},
    settings::{EngineSettings, SettingsError, StrategySpec},
    strategy::Strategy,
};

/// Decides. See the module's header.
pub struct Engine {
    settings: EngineSettings,
    specs: Vec<StrategySpec>,
    desks: Vec<Desk>,
    ledger: Ledger,
    orders: Orders,
    kill: KillSwitch,
    status: VenueStatus,
    is_in_doubt: bool,
    /// What keeps entries from being made, and where.
    blocks: BTreeSet<(BlockCause, Option<Pair>)>,
    entry_value_cap: Option<Amount>,
    flattened_told: bool,
    next_sequence: u64,
    /// Counts market events: what was refused is tried again only at the next one.
    turn: u64,
    races: BTreeMap<Race, u64>,
    profit_to_judge: Option<Amount>,
    watches: Vec<PriceWatch>,
    /// Always empty, but while a sale is booked.
    lots_closed: Vec<ClosedLot>,
    outputs: OutputQueue,
    journal: Journal,
    now: Timestamp,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("now", &self.now).finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine that has seen nothing. `header` describes it and its strategies; a journal that
    /// keeps its bytes begins with it.
    pub fn new(
        header: &JournalHeader,
        strategies: Vec<Box<dyn Strategy>>,
        keep: Keep,
    ) -> Result<Self, SettingsError> {
        let settings = header.settings.clone();
        settings.check(strategies.len())?;
        let desks = settings.pairs.iter().cloned().zip(strategies);
        Ok(Self {
            desks: desks.map(|(rules, strategy)| Desk::new(rules, strategy)).collect(),
            ledger: Ledger::default(),
            orders: Orders::default(),
            kill: KillSwitch::new(settings.kill),
            status: VenueStatus::Online,
            is_in_doubt: false,
            blocks: BTreeSet::new(),
            entry_value_cap: None,
            flattened_told: false,
            next_sequence: 1,
            turn: 0,
            races: BTreeMap::new(),
            profit_to_judge: None,
            watches: Vec::new(),
            lots_closed: Vec::new(),
            outputs: OutputQueue::default(),
            journal: Journal::new(header, keep),
            now: Timestamp::EPOCH,
            specs: header.strategies.clone(),
            settings,
        })
    }

    /// Something happened. A clock that went backward is taken to stand still, unless it is said
    /// that it was set.
    pub fn handle(&mut self, input: &Input, now: Timestamp) {
        if let Input::Venue(event) = input {
            return self.handle_event(event, now);
        }
        let now = if *input == Input::TimeSet { now } else { now.max(self.now) };
        self.now = now;
        self.journal.record_input(input, now);
        match input {
            Input::Venue(_) => {}
            Input::Operator(command) => self.handle_operator(command, now),
            Input::Timeout => self.handle_unprotected(now),
            Input::TimeSet => self.set_back(now),
        }
        self.tell_flattened();
        self.refresh_watches();
    }

    /// The venue told something: [`Engine::handle`] for what need not be moved into an input.
    pub fn handle_event(&mut self, event: &VenueEvent, now: Timestamp) {
        if let VenueEvent::Market(MarketEvent::Candle { pair, candle }) = event {
            self.handle_candle(*pair, candle, now);
            return;
        }
        let now = now.max(self.now);
        self.now = now;
        self.journal.record_event(event, now);
        match event {
            VenueEvent::Market(event) => self.handle_market(event, now),
            VenueEvent::Account(event) => self.handle_account(event, now),
            VenueEvent::Link(event) => self.handle_link(event, now),
        }
        self.tell_flattened();
        self.refresh_watches();
    }

    /// No moment that is remembered lies after `now`, or nothing would grow old until then.
    fn set_back(&mut self, now: Timestamp) {
        self.kill.set_back(now);
        for desk in &mut self.desks {
            desk.set_back(now);
        }
    }

    /// The moment of the last input.
    #[inline]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// A timer is due; a call too many is harmless.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        if self.next_timeout().is_some_and(|due| due <= now) {
            self.handle(&Input::Timeout, now);
        }
    }

    /// What it wants done or known next; call until there is nothing.
    #[inline]
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop()
    }

    /// When it wants to be woken; may change after every call.
    #[inline]
    pub fn next_timeout(&self) -> Option<Timestamp> {
        let since = self.desks.iter().filter_map(|desk| desk.unprotected_since).min()?;
        Some(since + self.settings.stop_deadline)
    }

    /// What [`Engine::poll_output`] would give next, left where it is.
    #[inline]
    pub fn next_output(&self) -> Option<&Output> {
        self.outputs.front()
    }

    /// Forgets what [`Engine::next_output`] showed.
    #[inline]
    pub fn drop_output(&mut self) {
        self.outputs.drop_front();
    }

    /// Prices it wants to hear of before a candle closes; may change after every call.
    #[inline]
    pub fn watches(&self) -> &[PriceWatch] {
        &self.watches
    }

    /// What everything would be worth if sold now, in the settings' quote asset: cash, plus every
    /// position at the worse side of its market.
    #[inline]
    pub fn equity(&self) -> Amount {
        let cash = self.ledger.total(self.settings.quote);
        self.desks.iter().fold(cash, |sum, desk| sum + desk.value())
    }

    /// Whether anything that was bought is held.
    #[inline]
    pub fn holds_position(&self) -> bool {
        self.desks.iter().any(|desk| desk.position.sellable().is_positive())
    }

    /// What is owned of an asset, held by orders or not.
    pub fn balance(&self, asset: Asset) -> Amount {
        self.ledger.total(asset)
    }

    /// All balances.
    pub fn balances(&self) -> impl Iterator<Item = (Asset, Amount)> {
        self.ledger.totals()
    }

    /// Fees paid in an asset.
    pub fn fees(&self, asset: Asset) -> Amount {
        self.ledger.fees(asset)
    }

    /// Fees paid in the asset the equity is counted in.
    pub fn fees_in_quote(&self) -> Amount {
        self.ledger.fees(self.settings.quote)
    }

    /// The position on a pair.
    pub fn position(&self, pair: Pair) -> Option<&Position> {
        self.desks.iter().find(|desk| desk.rules.pair == pair).map(|desk| &desk.position)
    }

    /// Why trading is halted, if it is.
    pub const fn halted(&self) -> Option<&KillReason> {
        self.kill.latched()
    }

    /// How many orders are live.
    pub fn orders_live(&self) -> usize {
        self.orders.live_count()
    }

    /// How often each race was decided.
    pub const fn races(&self) -> &BTreeMap<Race, u64> {
        &self.races
    }

    /// The journal, to take its bytes or its hash.
    pub const fn journal(&mut self) -> &mut Journal {
        &mut self.journal
    }

    fn handle_market(&mut self, event: &MarketEvent, now: Timestamp) {
        let pair = event.pair();
        let Some(at) = self.desk_on(pair) else { return };
        self.turn += 1;
        let prices = &mut self.desks[at].prices;
        prices.heard = now;
        match event {
            // A candle has a way of its own: `handle_candle`.
            MarketEvent::Candle { .. } | MarketEvent::Book { .. } => {}
            MarketEvent::Trade { trade, .. } => {
                prices.last = Some(trade.price);
                self.remember_price(at, trade.price, now);
                self.see_price(at, trade.price, now);
            }
            MarketEvent::Reached { price, .. } => {
                prices.last = Some(*price);
                self.remember_price(at, *price, now);
                self.see_price(at, *price, now);
            }
            MarketEvent::Quote { quote, .. } => {
                prices.quote = Some(*quote).filter(Quote::is_sane);
                self.see_equity(now);
                self.pursue(at, now);
            }
        }
    }

    /// For the limit on jumps, where there is one.
    #[inline]
    fn remember_price(&mut self, at: usize, price: Price, now: Timestamp) {
        if self.limits_jumps() {
            self.desks[at].recent.add(price, now);
        }
    }

    #[inline]
    fn limits_jumps(&self) -> bool {
        self.settings.risk.move_per_minute != Fraction::MAX
    }

    fn handle_link(&mut self, event: &LinkEvent, now: Timestamp) {
        match event {
            LinkEvent::Connected => {}
            LinkEvent::Disconnected => {
                let turn = self.turn;
                for id in self.orders.live_ids() {
                    self.apply_event(id, OrderEvent::LinkLost);
                    self.orders.find(id).expect("a live order is known").lose_answers(turn);
                }
                for desk in &mut self.desks {
                    desk.prices.quote = None;
                }
            }
            LinkEvent::Status(status) => {
                let is_new = std::mem::replace(&mut self.status, *status) != *status;
                self.try_again(is_new, now);
            }
            LinkEvent::PairStatus { pair, status } => {
                let desk = self.desks.iter_mut().find(|desk| desk.rules.pair == *pair);
                let was = desk.map(|desk| std::mem::replace(&mut desk.status, *status));
                self.try_again(was.is_some_and(|was| was != *status), now);
            }
        }
    }

    /// What the venue did not take in its state of before may be taken now.
    fn try_again(&mut self, is_new: bool, now: Timestamp) {
        if is_new {
            self.turn += 1;
            for at in 0..self.desks.len() {
                self.pursue(at, now);
            }
        }
    }

    fn handle_operator(&mut self, command: &OperatorCommand, now: Timestamp) {
        match command {
            OperatorCommand::Halt { reason } => {
                self.trip(KillReason::Operator { reason: reason.clone() }, now);
            }
            OperatorCommand::Resume { reason } => {
                self.kill.rearm(self.equity(), now);
                self.flattened_told = false;
                for desk in &mut self.desks {
                    desk.pace.resume();
                }
                self.report(Report::Resumed { reason: reason.clone() });
            }
            OperatorCommand::Finish => {
                // A new turn: what was refused before may be tried once more.
                self.turn += 1;
                self.aim_flat(ExitReason::End, now);
            }
            OperatorCommand::Block { cause, pair } => drop(self.blocks.insert((*cause, *pair))),
            OperatorCommand::Unblock { cause, pair } => drop(self.blocks.remove(&(*cause, *pair))),
            OperatorCommand::Trip { reason } => self.trip(reason.clone(), now),
            OperatorCommand::CapEntries { value } => self.entry_value_cap = *value,
            OperatorCommand::HaltPair { pair, reason } => self.halt_pair(*pair, reason, now),
            OperatorCommand::ResumePair { pair, reason } => self.resume_pair(*pair, reason),
        }
    }

    /// Says what the equity is, after the kill switch has seen it.
    #[expect(clippy::inline_always, reason = "a few instructions, once for each candle")]
    #[inline(always)]
    fn see_equity(&mut self, now: Timestamp) -> Amount {
        let equity = self.equity();
        if self.ledger.is_open() && self.kill.see_equity(equity, now).is_some() {
            self.halt(now);
        }
        equity
    }

    #[inline]
    fn refresh_watches(&mut self) {
        self.watches.clear();
        for desk in &self.desks {
            if let Some(watch) = desk.watch() {
                self.watches.push(watch);
            }
        }
    }

    /// Why nothing may be opened on a pair, if there is a cause.
    pub fn block_on(&self, pair: Pair) -> Option<BlockCause> {
        let here = self.blocks.iter().find(|(_, at)| at.is_none_or(|at| at == pair));
        here.map(|(cause, _)| *cause)
    }

    fn desk_of(&self, order: ClientOrderId) -> Option<usize> {
        self.desk_on(self.orders.live(order)?.order.request.pair)
    }

    #[inline]
    fn desk_on(&self, pair: Pair) -> Option<usize> {
        self.desks.iter().position(|desk| desk.rules.pair == pair)
    }

    #[inline]
    fn command(&mut self, command: VenueCommand) {
        self.output(Output::Command(command));
    }

    #[inline]
    fn report(&mut self, report: Report) {
        self.output(Output::Report(report));
    }

    fn output(&mut self, output: Output) {
        let output = self.outputs.push(output);
        self.journal.record_output(output, self.now);
    }
}

#[cfg(test)]
mod tests;
