//! The walk.

use std::{path::Path, time::Duration};

use bot_machine::settings::Times;
use exchange_simulator::Delay;
use trading_bot::{
    Launch, Told,
    ladder_desk::LadderUse,
    ladder_file,
    launch::{Account, PaperAccount},
};
use trading_engine::{JournalHeader, KillLimits, Report, Role, Strategy};
use trading_ladder::{EntryCap, Record, Refused, Rung, TradingMode};
use trading_types::{Amount, OrderQuantity, Timestamp};

use crate::{churn::Churn, climber, run::Run, world::World};

/// Long for an hour, flat for an hour.
const HOLD: u32 = 60;
/// A step of the walk is waited for as long as this, by the venue's clock.
const DAYS_MAX: u32 = 4;

const ONE: Rung = Rung::Scaled { step: 1 };

/// The whole way.
pub(crate) async fn walk(speed: u32) {
    let world = World::new(&[("BTC/USD", "60000")], speed, &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let walker = Walker { world, folder: folder.path() };
    walker.bottom().await;
    walker.paper().await;
    walker.tiny().await;
    walker.scaled().await;
    let statistics = walker.world.statistics().await;
    for never in ["orders_duplicate_cl_ord_id", "private_rejected_rate", "pair_rejected_rate"] {
        assert_eq!(statistics[never], 0, "{never}");
    }
    println!("orders at the venue: {}", statistics["orders_accepted"]);
}

struct Walker<'a> {
    world: World,
    folder: &'a Path,
}

impl Walker<'_> {
    fn now(&self) -> Timestamp {
        self.world.clock().now()
    }

    fn uses(&self, mode: TradingMode) -> LadderUse {
        let mut uses = LadderUse { mode, ..climber::uses() };
        let asked = &mut uses.requirements;
        for stay in [&mut asked.paper, &mut asked.tiny, &mut asked.scaled] {
            (stay.clean_days, stay.trades) = (1, 5);
        }
        // Where a day is a minute, a moment of this machine is minutes.
        let clean = &mut asked.clean_day;
        (clean.unready_seconds_max, clean.ready_seconds_min) = (6 * 3_600, 16 * 3_600);
        clean.unknown_seconds_max = 3_600;
        uses
    }

    fn launch(&self, mode: TradingMode, kill: KillLimits) -> Launch {
        let mut launch = self.world.launch(self.folder);
        let patience = launch.clock.patience();
        let settings = &mut launch.header.settings;
        settings.kill = kill;
        settings.stop_deadline *= patience;
        settings.order_deadline = Duration::from_mins(1);
        launch.make = Box::new(|header: &JournalHeader| {
            let each = header.settings.pairs.iter().map(|rules| {
                let churn = Churn { hold: HOLD, rest: HOLD, tick: rules.tick, seen: 0 };
                Box::new(churn) as Box<dyn Strategy>
            });
            Ok(each.collect())
        });
        let real = Times::default();
        launch.times = Times {
            proof_margin: real.proof_margin * patience,
            proof_distance: real.proof_distance * patience,
            clock_error_max: real.clock_error_max * patience,
            ..real
        };
        launch.ladder = Some(self.uses(mode));
        if mode == TradingMode::Paper {
            let latency = Delay { min: Duration::from_millis(20), max: Duration::from_millis(200) };
            let cash = "100000".parse().expect("an amount");
            let balances = vec![(launch.header.settings.quote, cash)];
            launch.account = Account::Paper(PaperAccount { balances, latency, seed: 1 });
        }
        launch
    }

    /// Asks for a rung; what is missing, if it is refused.
    fn ask(&self, to: Rung) -> Result<(), Refused> {
        let uses = self.uses(TradingMode::Live);
        let asked = climber::person(self.folder, uses, climber::advance(to), self.now());
        match &asked {
            Ok(()) => println!("{}  up to {to}", self.now()),
            Err(refused) => println!("{}  {to} is refused: {refused}", self.now()),
        }
        asked
    }

    #[track_caller]
    fn refused(&self, to: Rung, missing: &str) {
        let refused = self.ask(to).expect_err("it was not shown");
        let words = refused.to_string();
        assert!(words.contains(missing), "lacks `{missing}`: {words}");
    }

    fn show(&self, event: trading_ladder::LadderEvent) {
        let uses = self.uses(TradingMode::Live);
        climber::person(self.folder, uses, event, self.now()).expect("it is filed");
    }

    /// Nobody trades real money yet, and no rung is skipped.
    async fn bottom(&self) {
        self.refused(Rung::Paper, "trades out of sample");
        self.show(climber::backtest(self.now()));
        self.refused(Rung::Tiny, "paper");
        self.refused(ONE, "paper");
        self.live_is_refused("need tiny").await;
        self.ask(Rung::Paper).expect("the backtest is good");
    }

    async fn live_is_refused(&self, why: &str) {
        let launch = self.launch(TradingMode::Live, KillLimits::default());
        let refused = Run::launch(launch).result().await.expect_err("it is refused");
        assert!(refused.to_string().contains(why), "lacks `{why}`: {refused}");
    }

    /// A clean day of paper, and the fills of it.
    async fn paper(&self) {
        let entered = self.now();
        let mut run = Run::launch(self.launch(TradingMode::Paper, KillLimits::default()));
        run.until_ready().await;
        self.refused(Rung::Tiny, "clean days");
        self.clean_day(&mut run).await;
        self.refused(Rung::Tiny, "compared with a backtest");
        self.show(climber::tracking(TradingMode::Paper, 5, (entered, self.now())));
        self.refused(ONE, "tiny");
        run.end().await;
        self.live_is_refused("need tiny").await;
        self.ask(Rung::Tiny).expect("everything was shown");
    }

    /// A clean day with the smallest entries.
    async fn tiny(&self) {
        let entered = self.now();
        let mut run = Run::launch(self.launch(TradingMode::Live, KillLimits::default()));
        run.until_ready().await;
        self.entry_within(&mut run).await;
        self.refused(ONE, "clean days");
        self.clean_day(&mut run).await;
        self.show(climber::tracking(TradingMode::Live, 5, (entered, self.now())));
        self.refused(Rung::Scaled { step: 2 }, "scaled:1");
        self.ask(ONE).expect("everything was shown");
        run.until(|told| matches!(told, Told::Rung { to: ONE, .. })).await;
        run.end().await;
    }

    /// Twice as large, until the kill switch trips.
    async fn scaled(&self) {
        let kill = KillLimits { consecutive_losses: Some(1), ..KillLimits::default() };
        let mut run = Run::launch(self.launch(TradingMode::Live, kill));
        run.until_ready().await;
        self.entry_within(&mut run).await;
        self.refused(Rung::Scaled { step: 2 }, "clean days");
        let demoted = |told: &Told| matches!(told, Told::Rung { from: ONE, to: Rung::Tiny, .. });
        self.until(&mut run, "the kill switch", demoted).await;
        self.refused(ONE, "clean days");
        self.refused(Rung::Scaled { step: 2 }, "scaled:1");
        run.end().await;
    }

    /// Waits for a day that counts.
    async fn clean_day(&self, run: &mut Run) {
        let days = || {
            let entries = ladder_file::look(self.folder).expect("a whole chain").entries;
            let records = entries.iter().map(|it| &it.record);
            let clean = records
                .filter(|it| matches!(it, Record::Day { blemishes, .. } if blemishes.is_empty()));
            clean.count()
        };
        let before = days();
        self.until(run, "a clean day", |_| before < days()).await;
    }

    /// The next entry is as small as the rung.
    async fn entry_within(&self, run: &mut Run) {
        let ladder = ladder_file::look(self.folder).expect("a whole chain");
        let asked = self.uses(TradingMode::Live).requirements;
        let EntryCap::UpTo(cap) = ladder.ladder(asked).expect("a whole chain").cap() else {
            panic!("real money has a cap")
        };
        let entry = |told: &Told| {
            matches!(told, Told::Report { report, .. }
                if matches!(**report, Report::OrderPlaced { role: Role::Entry, .. }))
        };
        let Told::Report { report, .. } = self.until(run, "an entry", entry).await else {
            unreachable!()
        };
        let Report::OrderPlaced { quantity: OrderQuantity::Base(quantity), .. } = *report else {
            panic!("{report:?}")
        };
        // The market moves less than a tenth in these days.
        let price = "54000".parse::<trading_types::Price>().expect("a price");
        let value = price * quantity;
        assert!(Amount::ZERO < value && value <= cap, "{value} is more than {cap}");
        println!("{}  an entry of {quantity} BTC, of at most {cap}", self.now());
    }

    async fn until(&self, run: &mut Run, what: &str, is_it: impl Fn(&Told) -> bool) -> Told {
        let end = self.now() + climber::DAY * DAYS_MAX;
        loop {
            let told = run.until(|_| true).await;
            if is_it(&told) {
                println!("{}  {what}", self.now());
                return told;
            }
            assert!(self.now() < end, "no {what} in {DAYS_MAX} days");
        }
    }
}
