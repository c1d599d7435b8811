//! Mistakes at the seam, done on purpose: what each does to what the bot wants and is told.
//!
//! The invariant: with nothing planted everything passes as it is.
#![expect(clippy::wildcard_enum_match_arm, reason = "what no bug touches passes as it is")]

use std::{collections::BTreeMap, time::Duration};

use bot_machine::{Answer, BotInput, BotOutput, Call};
use kraken_protocol::{
    chance::Chance,
    limits::{Bucket, Profile},
    scheduler::{Lane, SchedulerSettings, Work},
    stream::{
        executions::OrderReport,
        session::{AccountReport, CommandAnswer, Outcome, SocketCommand},
    },
};
use simulated_kraken::KeyDescription;
use trading_engine::Report;
use trading_types::{
    AccountEvent, Amount, ClientOrderId, Fill, NewOrder, OrderQuantity, Quantity, Side, Timestamp,
    TradeId, VenueStatus,
};

use crate::{
    bugs::Bug,
    line::{Kept, Line},
};

/// How long an entry is held back.
const HELD: Duration = Duration::from_secs(3);
/// Numbers of commands that the bot did not give.
const NUMBERS: u64 = 1 << 40;

/// A command of the bot's.
#[derive(Clone, Debug)]
struct Command {
    request: u64,
    what: SocketCommand,
    work: Work,
    lane: Lane,
}

/// What is planted.
#[derive(Debug)]
pub(super) struct Planted {
    bug: Option<Bug>,
    chance: Chance,
    /// Commands under way, so that they can be sent again.
    sent: BTreeMap<u64, Command>,
    /// Entries that are held back, and since when.
    held: Vec<(Timestamp, Command)>,
    numbers: u64,
}

impl Planted {
    pub(super) const fn new(bug: Option<Bug>, seed: u64) -> Self {
        let chance = Chance::from_seed(seed);
        Self { bug, chance, sent: BTreeMap::new(), held: Vec::new(), numbers: NUMBERS }
    }

    fn is(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    pub(super) fn version(&self, key: &KeyDescription) -> String {
        if self.is(Bug::SecretShown) { key.secret.clone() } else { "simulation".to_owned() }
    }

    pub(super) fn kept(&self, kept: Kept) -> Kept {
        match self.bug {
            Some(Bug::NoncesForgotten) => Kept { nonces: BTreeMap::new(), ..kept },
            Some(Bug::BudgetsForgotten) => Kept { budgets: None, ..kept },
            _ => kept,
        }
    }

    pub(super) fn scheduler(&self, settings: SchedulerSettings) -> SchedulerSettings {
        if !self.is(Bug::BudgetsTooLarge) {
            return settings;
        }
        let much = Bucket { burst: 1_000, per_second: 100_000 };
        let profile = Profile::TokenBucket { private: much, public: much };
        SchedulerSettings { profile, ..settings }
    }

    pub(super) fn acks_at_once(&self) -> bool {
        self.is(Bug::AckedBeforeDurable)
    }

    pub(super) fn ignores_disk_errors(&self) -> bool {
        self.is(Bug::DiskErrorIgnored)
    }

    /// What the bot wants, as it is passed on.
    pub(super) fn output(
        &mut self,
        output: BotOutput,
        line: &mut Line,
        now: Timestamp,
    ) -> Option<BotOutput> {
        if self.is(Bug::CancelsDropped)
            && matches!(
                &output,
                BotOutput::Call { what: Call::CancelAll | Call::Cancel { .. }, .. }
            )
        {
            return None;
        }
        let (Some(bug), BotOutput::Command { request, command, work, lane }) = (self.bug, &output)
        else {
            return Some(output);
        };
        let mut wanted =
            Command { request: *request, what: command.clone(), work: work.clone(), lane: *lane };
        match (bug, &mut wanted.what) {
            (Bug::QuantityChanged, SocketCommand::Place(order)) => {
                if let OrderQuantity::Base(quantity) = &mut order.quantity {
                    *quantity = Quantity::from_units(quantity.units() / 1_000 * 1_000 + 1_000);
                }
            }
            (Bug::DeadlineDropped, SocketCommand::Place(order)) => order.deadline = None,
            (Bug::GateLeftOpen, SocketCommand::Place(order)) if order.side == Side::Buy => {
                self.held.push((now, wanted));
                return None;
            }
            (Bug::CancelsDropped, SocketCommand::Cancel(_) | SocketCommand::CancelAll) => {
                return None;
            }
            (Bug::StopPlacedAgain, SocketCommand::Amend(_)) => {
                let stop = self.sent.values().rev().find_map(|it| stop_of(&it.what)).cloned();
                if let Some(stop) = stop {
                    self.send_renamed(stop, &wanted, line, now);
                }
            }
            _ => (),
        }
        self.sent.insert(wanted.request, wanted.clone());
        let Command { request, what, work, lane } = wanted;
        Some(BotOutput::Command { request, command: what, work, lane })
    }

    /// The engine says something.
    pub(super) fn reported(&mut self, report: &Report, line: &mut Line, now: Timestamp) {
        if let Report::Halted { .. } = report {
            self.let_go(Duration::ZERO, line, now);
        }
    }

    /// Sends what was held back for so long.
    fn let_go(&mut self, least: Duration, line: &mut Line, now: Timestamp) {
        let held = std::mem::take(&mut self.held).into_iter();
        let (due, rest): (Vec<_>, _) = held.partition(|(since, _)| least <= now.since(*since));
        self.held = rest;
        for (_, command) in due {
            send(command, line, now);
        }
    }

    /// What the bot is told instead of this.
    pub(super) fn told(
        &mut self,
        told: BotInput,
        line: &mut Line,
        now: Timestamp,
    ) -> Vec<BotInput> {
        let Some(bug) = self.bug else { return vec![told] };
        self.let_go(HELD, line, now);
        match (bug, told) {
            (Bug::BrokenBookKept, BotInput::Quote { quote: None, .. }) => Vec::new(),
            (Bug::StatusIgnored, BotInput::Status { source, .. }) => {
                vec![BotInput::Status { source, status: VenueStatus::Online }]
            }
            (Bug::StatusIgnored, BotInput::PairStatus { pair, .. }) => {
                vec![BotInput::PairStatus { pair, status: VenueStatus::Online }]
            }
            (Bug::StatusIgnored, BotInput::Answered { call, sent, result }) => {
                let result = result.map(|answer| match answer {
                    Answer::SystemStatus(mut status) => {
                        status.status = VenueStatus::Online;
                        Answer::SystemStatus(status)
                    }
                    other => other,
                });
                vec![BotInput::Answered { call, sent, result }]
            }
            (Bug::OwnClockTrusted, BotInput::Answered { call, sent, result }) => {
                let result = result.map(|answer| match answer {
                    Answer::ServerTime(_) => {
                        let whole = Timestamp::from_seconds(sent.seconds()).unwrap_or(sent);
                        Answer::ServerTime(whole)
                    }
                    other => other,
                });
                vec![BotInput::Answered { call, sent, result }]
            }
            (_, BotInput::Answer(answer)) => self.answered(bug, answer, line, now),
            (_, BotInput::Account(report)) => self.account(bug, report),
            (_, told) => vec![told],
        }
    }

    fn answered(
        &mut self,
        bug: Bug,
        answer: CommandAnswer,
        line: &mut Line,
        now: Timestamp,
    ) -> Vec<BotInput> {
        if NUMBERS <= answer.request {
            return Vec::new();
        }
        let command = self.sent.get(&answer.request).cloned();
        match (bug, &answer.outcome, command) {
            (Bug::SentAgain, Outcome::Unclear(_), Some(again)) => {
                self.numbers += 1;
                send(Command { request: self.numbers, ..again }, line, now);
                vec![BotInput::Answer(answer)]
            }
            (Bug::SentAgainRenamed, Outcome::Unclear(_), Some(again)) => {
                if let SocketCommand::Place(order) = again.what.clone() {
                    self.send_renamed(order, &again, line, now);
                }
                vec![BotInput::Answer(answer)]
            }
            (Bug::MadeUpTrade, Outcome::Placed { .. }, Some(it)) => {
                let fill = made_up(&it.what, &mut self.chance, now).map(|fill| {
                    let event = OrderReport::Event(AccountEvent::Traded(fill));
                    BotInput::Account(AccountReport::Order(event))
                });
                std::iter::once(BotInput::Answer(answer)).chain(fill).collect()
            }
            _ => vec![BotInput::Answer(answer)],
        }
    }

    fn account(&mut self, bug: Bug, report: AccountReport) -> Vec<BotInput> {
        let fill = match &report {
            AccountReport::Order(OrderReport::Event(AccountEvent::Traded(fill))) => Some(*fill),
            _ => None,
        };
        let told = |fill: Fill| {
            let event = OrderReport::Event(AccountEvent::Traded(fill));
            BotInput::Account(AccountReport::Order(event))
        };
        match (bug, fill) {
            (Bug::FeeInWrongAsset, Some(fill)) if self.chance.next().is_multiple_of(2) => {
                let fee = Amount::from(fill.fee.quantity_at(fill.price));
                vec![told(Fill { fee, fee_asset: fill.pair.base, ..fill })]
            }
            (Bug::FillsToldAgain, Some(fill)) => {
                let again = Fill { trade: some_id(&mut self.chance), ..fill };
                vec![BotInput::Account(report), told(again)]
            }
            _ => vec![BotInput::Account(report)],
        }
    }

    /// Sends an order under a name that nobody has written down.
    #[expect(clippy::needless_pass_by_value, reason = "the order becomes another")]
    fn send_renamed(&mut self, order: NewOrder, model: &Command, line: &mut Line, now: Timestamp) {
        self.numbers += 1;
        let id = ClientOrderId::new(7, self.numbers);
        let what = SocketCommand::Place(NewOrder { id, ..order });
        let Command { work, lane, .. } = model.clone();
        send(Command { request: self.numbers, what, work, lane }, line, now);
    }
}

fn send(command: Command, line: &mut Line, now: Timestamp) {
    let Command { request, what, work, lane } = command;
    line.execute(BotOutput::Command { request, command: what, work, lane }, now);
}

fn stop_of(command: &SocketCommand) -> Option<&NewOrder> {
    match command {
        SocketCommand::Place(order) if order.kind.waits_for_trigger() => Some(order),
        _ => None,
    }
}

/// A fill that nobody has seen.
fn made_up(command: &SocketCommand, chance: &mut Chance, now: Timestamp) -> Option<Fill> {
    let SocketCommand::Place(order) = command else { return None };
    let OrderQuantity::Base(quantity) = order.quantity else { return None };
    if order.kind.waits_for_trigger() {
        return None;
    }
    let price = "60000".parse().ok()?;
    Some(Fill {
        order: order.id,
        trade: some_id(chance),
        pair: order.pair,
        side: order.side,
        price,
        quantity,
        cost: price * quantity,
        fee: Amount::ZERO,
        fee_asset: order.pair.quote,
        liquidity: trading_types::Liquidity::Taker,
        time: now,
    })
}

/// An id that looks like the venue's.
fn some_id(chance: &mut Chance) -> TradeId {
    let number = chance.next() % 1_000_000_000;
    format!("TMADEU-{:05}-{:06}", number / 1_000_000, number % 1_000_000).parse().expect("short")
}
