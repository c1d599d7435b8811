//! How a bot comes to be: from nothing, or from what its journal says.

use std::collections::VecDeque;

use trading_engine::{BlockCause, Engine, OperatorCommand};
use trading_types::{Timestamp, VenueStatus};

use super::{Bot, Life};
use crate::{
    account_feed::AccountFeed,
    alert_desk::AlertDesk,
    clock_watch::ClockWatch,
    dead_man::DeadManSwitch,
    guard::Guard,
    halt_desk::HaltDesk,
    key_watch::KeyWatch,
    market_feed::MarketFeed,
    note::Note,
    outbox::Outbox,
    output::Alert,
    reconciler::Reconciler,
    resolver::Resolver,
    settings::BotSettings,
};

/// What a journal leaves behind: the engine as it was, and what the bot knew besides.
#[derive(Debug)]
pub struct Recovered {
    /// The engine, in the state the journal leaves it in.
    pub engine: Engine,
    /// Trades that have passed and names of orders.
    pub account: AccountFeed,
    /// Candles that have passed.
    pub market: MarketFeed,
    /// Everything of the account up to here is accounted for.
    pub accounted_to: Option<Timestamp>,
    /// Movements that have been explained, by the venue's ids.
    pub explained: Vec<String>,
    /// Alerts nobody has acknowledged.
    pub alerts: Vec<Alert>,
}

impl Recovered {
    /// A journal that has nothing yet: this engine has seen nothing.
    pub fn fresh(engine: Engine, settings: &BotSettings) -> Self {
        let header = &settings.header.settings;
        let pairs = header.pairs.iter().map(|rules| rules.pair);
        Self {
            engine,
            account: AccountFeed::default(),
            market: MarketFeed::new(pairs, header.interval, settings.times.quote_every),
            accounted_to: None,
            explained: Vec::new(),
            alerts: Vec::new(),
        }
    }

    /// Takes up what a note says.
    pub fn recall(&mut self, note: Note) {
        match note {
            Note::AccountedTo(time) => self.accounted_to = Some(time),
            Note::Explained { id, .. } => self.explained.push(id),
            Note::Alerted(alert) => self.alerts.push(alert),
            Note::Acknowledged { alert: Some(id), .. } => self.alerts.retain(|it| it.id != id),
            Note::Acknowledged { alert: None, .. } => self.alerts.clear(),
            Note::Started { .. }
            | Note::Stage(_)
            | Note::KeyAudited { .. }
            | Note::Sent { .. }
            | Note::Unclear { .. }
            | Note::Proved { .. }
            | Note::Operator { .. }
            | Note::DeadManSet(_)
            | Note::Ended { .. } => {}
        }
    }
}

impl Bot {
    /// A bot that goes on where its journal ends. Start-up is recovery; a first start recovers
    /// nothing.
    pub fn new(settings: BotSettings, recovered: Recovered, version: &str, now: Timestamp) -> Self {
        let times = settings.times;
        let Recovered { engine, account, market, accounted_to, explained, alerts } = recovered;
        let mut bot = Self {
            clock: ClockWatch::new(times, now),
            guard: Guard::new(times, now),
            dead_man: DeadManSwitch::new(settings.dead_man, times, now),
            keys: KeyWatch::new(settings.key, times, now),
            alerts: AlertDesk::new(times, alerts, now),
            resolver: Resolver::new(times, now),
            reconciler: Reconciler::new(times, accounted_to, explained, now),
            halt: HaltDesk::default(),
            market,
            account,
            outbox: Outbox::default(),
            calls: std::collections::BTreeMap::new(),
            last_call: 0,
            life: Life::default(),
            told_status: None,
            venue_status: VenueStatus::Maintenance,
            records: 0,
            durable: 0,
            syncing: 0,
            sync_due: None,
            since_snapshot: 0,
            is_journal_broken: false,
            outputs: VecDeque::new(),
            now,
            engine,
            settings,
        };
        bot.begin(version);
        bot
    }

    fn begin(&mut self, version: &str) {
        let dead_man = self.settings.dead_man;
        self.note(&Note::Started { version: version.to_owned(), dead_man });
        // What kept entries from being made in another process is found out anew; what only a
        // person can take back stays.
        let stays = [BlockCause::ForeignActivity, BlockCause::UnexplainedBalance, BlockCause::Rung];
        let old: Vec<_> = self.engine.blocks().filter(|(it, _)| !stays.contains(it)).collect();
        for (cause, pair) in old {
            self.order_engine(OperatorCommand::Unblock { cause, pair });
        }
        let (cause, pair) = (BlockCause::Starting, None);
        self.order_engine(OperatorCommand::Block { cause, pair });
        self.doubt_everything();
        if self.engine.halted().is_some() {
            self.begin_halt();
        }
        self.settle();
    }
}
