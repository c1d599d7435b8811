//! How a bot comes to be: from nothing, or from what its journal says.

use std::collections::VecDeque;

use bot_journal::RecordKind;
use trading_engine::{BlockCause, Engine, JournalHeader, OperatorCommand};
use trading_types::{Timestamp, VenueStatus};

use super::{Bot, Life};
use crate::{
    account_feed::AccountFeed,
    alert_desk::AlertDesk,
    clock_watch::ClockWatch,
    dead_man::DeadManSwitch,
    fleeting::Fleeting,
    guard::Guard,
    halt_desk::HaltDesk,
    key_watch::{KeyWatch, LastRun},
    market_feed::MarketFeed,
    note::Note,
    outbox::Outbox,
    output::{Alert, BotOutput},
    reconciler::{Reckoned, Reconciler, ReconcilerEvent},
    recovery::Epoch,
    resolver::{Resolver, ResolverEvent},
    settings::{BotSettings, Times},
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
    /// What was accounted for.
    pub reckoned: Reckoned,
    /// Alerts nobody has acknowledged.
    pub alerts: Vec<Alert>,
    /// The number of the last alert.
    pub last_alert: u64,
    /// When the dead-man switch would fire, by the last note of it.
    pub dead_man: Option<Timestamp>,
    /// When the last record was written.
    pub last: Option<Timestamp>,
    /// A new epoch begins with these settings.
    pub epoch: Option<Epoch>,
}

impl Recovered {
    /// A journal that has nothing yet: this engine has seen nothing.
    pub fn fresh(engine: Engine, header: &JournalHeader, times: Times) -> Self {
        let pairs = header.settings.pairs.iter().map(|rules| rules.pair);
        let interval = header.settings.interval;
        Self {
            engine,
            account: AccountFeed::default(),
            market: MarketFeed::new(pairs, interval, times.quote_every),
            reckoned: Reckoned::default(),
            alerts: Vec::new(),
            last_alert: 0,
            dead_man: None,
            last: None,
            epoch: Some(Epoch { header: header.clone(), state: None }),
        }
    }
}

impl Bot {
    /// A bot that goes on where its journal ends. Start-up is recovery; a first start recovers
    /// nothing.
    pub fn new(settings: BotSettings, recovered: Recovered, version: &str, now: Timestamp) -> Self {
        let times = settings.times;
        let Recovered {
            engine,
            account,
            market,
            reckoned,
            alerts,
            last_alert,
            dead_man,
            last,
            epoch,
        } = recovered;
        let mut reckoned = reckoned;
        let foreign = |(cause, pair)| (cause == BlockCause::ForeignActivity).then_some(pair);
        reckoned.foreign = engine.blocks().filter_map(foreign).collect();
        let keys = KeyWatch::new(settings.key, times, now);
        let keys = match last {
            Some(ended) => keys.after(LastRun { ended, nonce: None }),
            None => keys,
        };
        let pairs: Vec<_> = settings.header.settings.pairs.iter().map(|it| it.pair).collect();
        let mut bot = Self {
            clock: ClockWatch::new(times, now),
            guard: Guard::new(times, pairs, now),
            dead_man: DeadManSwitch::new(settings.dead_man, times, now).restored(dead_man, now),
            dead_man_noted: dead_man,
            keys,
            alerts: AlertDesk::new(times, alerts, now).numbered_above(last_alert),
            last_alert,
            resolver: Resolver::new(&times),
            reconciler: Reconciler::new(&times, reckoned.clone(), now),
            reckoned,
            halt: HaltDesk::default(),
            fleeting: Fleeting::default(),
            market,
            account,
            outbox: Outbox::default(),
            calls: std::collections::BTreeMap::new(),
            last_call: 0,
            life: Life::default(),
            told_status: None,
            told_pairs: std::collections::BTreeMap::new(),
            venue_status: VenueStatus::Maintenance,
            records: 0,
            durable: 0,
            syncing: 0,
            sync_due: None,
            since_snapshot: 0,
            is_journal_broken: false,
            clocks_told: None,
            outputs: VecDeque::new(),
            now,
            // Until it is known the venue's time goes on from where the journal ends.
            venue: if engine.now() == Timestamp::EPOCH { now } else { engine.now() },
            engine,
            settings,
        };
        if let Some(epoch) = epoch {
            bot.record(RecordKind::Epoch, epoch.to_bytes());
        }
        bot.begin(version);
        bot
    }

    fn begin(&mut self, version: &str) {
        let dead_man = self.settings.dead_man;
        self.note(&Note::Started { version: version.to_owned(), dead_man });
        let live = self.engine.live_orders().map(|order| order.request.id).collect();
        self.outputs.push_back(BotOutput::OnlyOpen(live));
        // What kept entries from being made in another process is found out anew; what only a
        // person can take back stays.
        let stays = [BlockCause::ForeignActivity, BlockCause::UnexplainedBalance, BlockCause::Rung];
        let old: Vec<_> = self.engine.blocks().filter(|(it, _)| !stays.contains(it)).collect();
        for (cause, pair) in old {
            self.order_engine(OperatorCommand::Unblock { cause, pair });
        }
        let (cause, pair) = (BlockCause::Starting, None);
        self.order_engine(OperatorCommand::Block { cause, pair });
        // No key is let in yet: nobody can ask anything of the account.
        self.tell_resolver(ResolverEvent::Reachable(false));
        self.tell_reconciler(ReconcilerEvent::Reachable(false));
        self.doubt_everything();
        if self.engine.halted().is_some() {
            self.begin_halt();
        }
        self.settle();
    }
}
