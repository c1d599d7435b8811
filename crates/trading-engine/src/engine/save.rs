//! An engine's whole state as bytes, and an engine made of them again.
//!
//! **Law.** Everything that decides is in the state: an engine that was saved and restored gives
//! the same outputs to the same inputs as one that never stopped. The same state is the same bytes.
//! What follows from other things (totals, floors, watches) is not stored but worked out again, so
//! that it cannot contradict them.
//!
//! A restored engine's journal begins a new run of bytes: a header, then what happens from now on,
//! with a hash of its own. Outputs that nobody had taken when the engine was saved are the first
//! thing in it, and are given out again. Such a run is replayed through an engine restored from the
//! same state.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use trading_types::{
    Amount, Asset, ClientOrderId, Pair, PairRules, Price, Rounding, Timestamp, VenueStatus,
};
use twox_hash::xxhash3_128::Hasher;

use crate::{
    desk::{Attempts, Desk, Goal, LastEntry, LastWish, PairHalt, Prices, Signal, sellable_of},
    engine::Engine,
    journal::{JournalHeader, Keep},
    kill_switch::{KillSwitch, Seen},
    ledger::Ledger,
    order_life::Race,
    orders::Orders,
    pace::Pace,
    position::Position,
    recent_prices::RecentPrices,
    report::{BlockCause, Output},
    results::Results,
    settings::{SettingsError, StrategySpec},
    sizing::Sizing,
    strategy::{Exits, RestoreError, Strategy},
    volume::TradedVolume,
};

/// The first bytes of every stored state.
const MAGIC: &[u8; 8] = b"SLACKSTA";
/// The format this code writes and reads. A state is a shortcut: whoever meets another format goes
/// back to the journal.
const FORMAT: u16 = 1;

/// Why an engine cannot be made of a stored state, sorted by what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    // Go back to an older state, or to the journal.
    /// It does not begin like one.
    #[error("this is not a stored state of an engine; replay the journal instead")]
    NotAState,
    /// Written by another version.
    #[error("the state has format {0}, not {FORMAT}; replay the journal instead")]
    OtherFormat(u16),
    /// It is not what was written.
    #[error("the stored state is damaged ({0}); replay the journal instead")]
    Damaged(&'static str),
    /// A strategy does not take up its own state.
    #[error("{pair}: {error}; replay the journal instead")]
    Strategy {
        /// On which pair it trades.
        pair: Pair,
        /// What it says.
        error: RestoreError,
    },

    // Begin a new epoch.
    /// It was saved under other settings.
    #[error("the state was saved under other settings; begin a new epoch with these")]
    OtherSettings,

    // Correct the settings.
    /// They cannot be.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// All that is remembered is counted in another asset.
    #[error("the equity was counted in {was}, not in {wanted}; begin an empty journal for that")]
    OtherQuote {
        /// In which it was counted.
        was: Asset,
        /// In which it is to be counted.
        wanted: Asset,
    },
    /// Something is held or ordered on a pair that is not to be traded any more.
    #[error("{pair} still has a position or orders; trade it until it is flat, then leave it out")]
    PairInUse {
        /// Which.
        pair: Pair,
    },
}

/// Everything that decides.
#[derive(Serialize, Deserialize)]
struct State {
    header: JournalHeader,
    /// In the order of the header's pairs; nothing for a pair that is new.
    desks: Vec<Option<DeskState>>,
    ledger: Ledger,
    orders: Orders,
    kill: Seen,
    status: VenueStatus,
    is_in_doubt: bool,
    blocks: BTreeSet<(BlockCause, Option<Pair>)>,
    entry_value_cap: Option<Amount>,
    flattened_told: bool,
    next_sequence: u64,
    turn: u64,
    races: BTreeMap<Race, u64>,
    profit_to_judge: Option<Amount>,
    outputs: VecDeque<Output>,
    now: Timestamp,
}

/// One pair's desk, its rules left out: they are settings.
#[derive(Serialize, Deserialize)]
struct DeskState {
    pair: Pair,
    /// Nothing for a strategy that starts cold.
    strategy: Option<Vec<u8>>,
    position: Position,
    prices: Prices,
    goal: Goal,
    signal: Signal,
    entries: Vec<ClientOrderId>,
    stop: Option<ClientOrderId>,
    exit: Option<ClientOrderId>,
    exit_attempts: Attempts,
    stop_attempts: Attempts,
    unprotected_since: Option<Timestamp>,
    trade_profit: Amount,
    results: Results,
    pace: Pace,
    volume: TradedVolume,
    closes: VecDeque<Price>,
    recent: RecentPrices,
    status: VenueStatus,
    halt: Option<PairHalt>,
    last_wish: Option<LastWish>,
    last_entry: Option<LastEntry>,
}

impl Engine {
    /// Everything that decides, as bytes. The same state is the same bytes.
    pub fn save(&self) -> Vec<u8> {
        let payload = self.payload();
        let mut bytes = MAGIC.to_vec();
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend(Hasher::oneshot(&payload).to_le_bytes());
        bytes.extend(payload);
        bytes
    }

    /// The hash of everything that decides, as 32 hexadecimal digits.
    pub fn state_hash(&self) -> String {
        format!("{:032x}", Hasher::oneshot(&self.payload()))
    }

    /// The engine that was saved. `header` is the one it had; its journal begins with it anew.
    pub fn restore(
        header: &JournalHeader,
        strategies: Vec<Box<dyn Strategy>>,
        keep: Keep,
        bytes: &[u8],
    ) -> Result<Self, StateError> {
        let state = State::read(bytes)?;
        if state.header != *header {
            return Err(StateError::OtherSettings);
        }
        Self::from_state(state, strategies, keep)
    }

    /// The engine that was saved, under other settings: a new epoch.
    ///
    /// Balances, positions, orders, stops, the latch of the kill switch and everything counted stay
    /// as they are. A strategy that is another one, has other settings or other candles starts cold
    /// and with a record of its own; what is held stays with the exits it has. A pair may be added,
    /// or left out when nothing of it is held or ordered: dust and its traded volume are forgotten
    /// then, but its balance is not.
    pub fn resume_with(
        header: &JournalHeader,
        strategies: Vec<Box<dyn Strategy>>,
        keep: Keep,
        bytes: &[u8],
    ) -> Result<Self, StateError> {
        let state = State::read(bytes)?;
        header.settings.check(strategies.len())?;
        Self::from_state(state.under(header)?, strategies, keep)
    }

    fn payload(&self) -> Vec<u8> {
        postcard::to_allocvec(&self.state()).expect("a state can be written")
    }

    fn state(&self) -> State {
        State {
            header: JournalHeader {
                settings: self.settings.clone(),
                strategies: self.specs.clone(),
            },
            desks: self.desks.iter().map(|desk| Some(DeskState::of(desk))).collect(),
            ledger: self.ledger.clone(),
            orders: self.orders.clone(),
            kill: self.kill.seen().clone(),
            status: self.status,
            is_in_doubt: self.is_in_doubt,
            blocks: self.blocks.clone(),
            entry_value_cap: self.entry_value_cap,
            flattened_told: self.flattened_told,
            next_sequence: self.next_sequence,
            turn: self.turn,
            races: self.races.clone(),
            profit_to_judge: self.profit_to_judge,
            outputs: self.outputs.iter().cloned().collect(),
            now: self.now,
        }
    }

    /// An engine with this state, whose desks stand in the order of the header's pairs.
    fn from_state(
        state: State,
        strategies: Vec<Box<dyn Strategy>>,
        keep: Keep,
    ) -> Result<Self, StateError> {
        let mut engine = Self::new(&state.header, strategies, keep)?;
        if engine.desks.len() != state.desks.len() {
            return Err(StateError::Damaged("it has other pairs than its header"));
        }
        for (desk, saved) in engine.desks.iter_mut().zip(state.desks) {
            saved.map_or(Ok(()), |saved| saved.fill(desk))?;
        }
        engine.ledger = state.ledger;
        engine.orders = state.orders;
        engine.kill = KillSwitch::remembering(state.header.settings.kill, state.kill);
        engine.status = state.status;
        engine.is_in_doubt = state.is_in_doubt;
        engine.blocks = state.blocks;
        engine.entry_value_cap = state.entry_value_cap;
        engine.flattened_told = state.flattened_told;
        engine.next_sequence = state.next_sequence;
        engine.turn = state.turn;
        engine.races = state.races;
        engine.profit_to_judge = state.profit_to_judge;
        engine.now = state.now;
        for output in state.outputs {
            engine.output(output);
        }
        engine.refresh_watches();
        Ok(engine)
    }
}

impl State {
    fn read(bytes: &[u8]) -> Result<Self, StateError> {
        let cut_off = StateError::Damaged("it is cut off");
        let rest = bytes.strip_prefix(MAGIC).ok_or(StateError::NotAState)?;
        let (format, rest) = rest.split_first_chunk().ok_or(cut_off.clone())?;
        let format = u16::from_le_bytes(*format);
        if format != FORMAT {
            return Err(StateError::OtherFormat(format));
        }
        let (hash, payload) = rest.split_first_chunk().ok_or(cut_off)?;
        if Hasher::oneshot(payload) != u128::from_le_bytes(*hash) {
            return Err(StateError::Damaged("its hash is another one"));
        }
        postcard::from_bytes(payload).map_err(|_| StateError::Damaged("it cannot be read"))
    }

    /// The same state under other settings.
    fn under(mut self, header: &JournalHeader) -> Result<Self, StateError> {
        let (was, wanted) = (self.header.settings.quote, header.settings.quote);
        if was != wanted {
            return Err(StateError::OtherQuote { was, wanted });
        }
        let old = std::mem::replace(&mut self.header, header.clone());
        let same_candles = old.settings.interval == header.settings.interval;
        let specs = old.strategies.iter().map(Some).chain(std::iter::repeat(None));
        let desks = std::mem::take(&mut self.desks).into_iter().flatten().zip(specs);
        let mut left: BTreeMap<Pair, (DeskState, Option<&StrategySpec>)> =
            desks.map(|(desk, spec)| (desk.pair, (desk, spec))).collect();
        for (at, rules) in header.settings.pairs.iter().enumerate() {
            self.desks.push(left.remove(&rules.pair).map(|(mut desk, spec)| {
                if !same_candles {
                    desk.closes.clear();
                }
                if !same_candles || spec != header.strategies.get(at) {
                    desk.take_another_strategy(rules);
                }
                desk.take_rules(rules, header.settings.sizing);
                desk
            }));
        }
        let rules_of = |pair| old.settings.pairs.iter().find(|rules| rules.pair == pair);
        let is_in_use = |desk: &DeskState| rules_of(desk.pair).is_some_and(|it| !desk.is_idle(it));
        let in_use = left.into_values().find(|(desk, _)| is_in_use(desk));
        in_use.map_or(Ok(self), |(desk, _)| Err(StateError::PairInUse { pair: desk.pair }))
    }
}

impl DeskState {
    fn of(desk: &Desk) -> Self {
        Self {
            pair: desk.rules.pair,
            strategy: Some(desk.strategy.save()),
            position: desk.position.clone(),
            prices: desk.prices,
            goal: desk.goal,
            signal: desk.signal,
            entries: desk.entries.clone(),
            stop: desk.stop,
            exit: desk.exit,
            exit_attempts: desk.exit_attempts,
            stop_attempts: desk.stop_attempts,
            unprotected_since: desk.unprotected_since,
            trade_profit: desk.trade_profit,
            results: desk.results,
            pace: desk.pace.clone(),
            volume: desk.volume.clone(),
            closes: desk.closes.clone(),
            recent: desk.recent.clone(),
            status: desk.status,
            halt: desk.halt.clone(),
            last_wish: desk.last_wish,
            last_entry: desk.last_entry.clone(),
        }
    }

    fn fill(self, desk: &mut Desk) -> Result<(), StateError> {
        let pair = self.pair;
        if pair != desk.rules.pair {
            return Err(StateError::Damaged("it has other pairs than its header"));
        }
        if let Some(state) = &self.strategy {
            let taken = desk.strategy.restore(state);
            taken.map_err(|error| StateError::Strategy { pair, error })?;
        }
        desk.position = self.position;
        desk.prices = self.prices;
        desk.goal = self.goal;
        desk.signal = self.signal;
        desk.entries = self.entries;
        desk.stop = self.stop;
        desk.exit = self.exit;
        desk.exit_attempts = self.exit_attempts;
        desk.stop_attempts = self.stop_attempts;
        desk.unprotected_since = self.unprotected_since;
        desk.trade_profit = self.trade_profit;
        desk.results = self.results;
        desk.pace = self.pace;
        desk.volume = self.volume;
        desk.closes = self.closes;
        desk.recent = self.recent;
        desk.status = self.status;
        desk.halt = self.halt;
        desk.last_wish = self.last_wish;
        desk.last_entry = self.last_entry;
        Ok(())
    }

    fn is_idle(&self, rules: &PairRules) -> bool {
        let has_no_orders = self.entries.is_empty() && self.stop.is_none() && self.exit.is_none();
        has_no_orders && sellable_of(&self.position, &self.prices, rules).is_none()
    }

    /// Another strategy has to see its candles first, and its record is its own. Its signal, too:
    /// but while something is held, that is the position it would wish for, and it does not enter
    /// again when that is stopped out.
    fn take_another_strategy(&mut self, rules: &PairRules) {
        (self.strategy, self.last_wish, self.last_entry) = (None, None, None);
        self.results = Results::default();
        self.signal = Signal::default();
        if !self.is_idle(rules) {
            self.signal = Signal { is_long: true, is_used: true };
        }
    }

    /// The stop of what is held has to stand on a tick, and no more closes are kept than are
    /// measured.
    fn take_rules(&mut self, rules: &PairRules, sizing: Sizing) {
        if let Goal::Long(Exits { stop: Some(stop), .. }) = &mut self.goal {
            *stop = stop.round_to(rules.tick, Rounding::Down).max(rules.tick);
        }
        let kept = match sizing {
            Sizing::Volatility { candles, .. } => candles as usize + 1,
            Sizing::AllIn | Sizing::Fixed(_) | Sizing::Risk(_) | Sizing::Kelly { .. } => 0,
        };
        self.closes.drain(..self.closes.len().saturating_sub(kept));
    }
}
