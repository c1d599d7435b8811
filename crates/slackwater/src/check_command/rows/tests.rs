//! Each row of the checklist: one fact is changed, and one row with it.

use trading_engine::{AcceptedRisk, KillLimits, RiskFraction, Sizing};
use trading_ladder::{
    BacktestEvidence, Evidence, Figures, Ladder, LadderEvent, Requirements, Rung, Source,
};
use trading_types::{Amount, Fraction, Timestamp, VenueStatus};

use super::{Row, State, rows};
use crate::{
    check_command::{
        facts::{ConfigFacts, Connection, Facts, Folder, FolderState},
        journal_facts::JournalFacts,
        key_facts::{AuditFacts, KeyFacts},
    },
    config::{self, DEMO},
    ladder_command::{configure, subject},
};

fn percent(text: &str) -> Fraction {
    Fraction::from_percent(text).expect("a percentage")
}

fn now() -> Timestamp {
    "2026-11-22".parse().expect("a date")
}

fn figures() -> Figures {
    Figures {
        from: now(),
        to: now(),
        candles: 1_000,
        trades: 120,
        refused: 0,
        net_profit: "12.5".parse().expect("an amount"),
        buy_and_hold_profit: Amount::ZERO,
        fees: Amount::ZERO,
        max_drawdown: percent("9"),
        journal: String::new(),
    }
}

/// A ladder on which everything is shown, asked of by requirements that days meet at once.
fn ladder(top: Rung) -> Ladder {
    let config = config::parse(DEMO, "test").expect("the demo");
    let mut ladder = Ladder::new(Requirements::default());
    configure(&mut ladder, &config, now());
    let evidence = BacktestEvidence {
        identity: subject(&config).identity(),
        data: Source { name: "XBTUSD_5.csv".to_owned(), hash: String::new() },
        split: now(),
        cash: "10000".parse().expect("an amount"),
        slippage: percent("0.05"),
        fee_stress: percent("150"),
        in_sample: figures(),
        out_of_sample: figures(),
        stressed: figures(),
        last_price: "60000".parse().expect("a price"),
    };
    let evidence = Evidence::Backtest(Box::new(evidence));
    ladder.handle(LadderEvent::EvidenceFiled { by: String::new(), evidence }, now());
    if Rung::Backtest < top {
        ladder.handle(
            LadderEvent::Advance {
                principal: "ann".to_owned(),
                reason: "it held".to_owned(),
                to: top,
                entry_minimum: Amount::ZERO,
            },
            now(),
        );
    }
    assert_eq!(ladder.rung(), top);
    ladder
}

/// A machine on which all is well, as far as it can be without weeks of trading.
fn facts() -> Facts {
    let audit = AuditFacts {
        time: now(),
        key: "SIMU".to_owned(),
        accepted: true,
        reasons: Vec::new(),
        warnings: Vec::new(),
    };
    Facts {
        now: now(),
        config: ConfigFacts {
            name: "bot.toml".to_owned(),
            sizing: Sizing::Risk(RiskFraction::new(percent("1")).expect("one percent")),
            stop: "2*atr(14)".to_owned(),
            kill: KillLimits {
                drawdown: Some(percent("30")),
                daily_loss: Some(percent("10")),
                consecutive_losses: None,
                weekly_loss: None,
            },
            quote: "USD".parse().expect("an asset"),
            secret_line: None,
        },
        key: KeyFacts {
            stored: Ok(Some("keys.toml".to_owned())),
            shown: Some("SIMU".to_owned()),
            in_environment: None,
            audit: Ok(audit),
        },
        connection: Ok(Connection {
            who: "Kraken".to_owned(),
            status: VenueStatus::Online,
            balances: Ok(2),
        }),
        budgets: Ok(Some(Vec::new())),
        rate_refusals: Some(0),
        sockets: Ok("both sockets are up".to_owned()),
        ladder: Ok(ladder(Rung::Paper)),
        journal: Ok(JournalFacts {
            name: "a.journal".to_owned(),
            market_orders: 3,
            priced_orders: 4,
            fills: 5,
            last: now(),
        }),
        folder: Folder { name: "data".to_owned(), state: FolderState::Usable },
    }
}

fn row(id: &str, facts: &Facts) -> Row {
    rows(facts).into_iter().find(|row| row.id == id).expect("a row")
}

/// One fact is changed, and one row with it.
#[track_caller]
fn check(id: &str, change: impl FnOnce(&mut Facts), state: State, part: &str) {
    let mut changed = facts();
    change(&mut changed);
    let row = row(id, &changed);
    assert_eq!(row.state, state, "{row:?}");
    assert!(row.evidence.contains(part), "{row:?}");
    assert_eq!(row.next.is_none(), state == Passed, "{row:?}");
    let others = rows(&facts()).into_iter().zip(rows(&changed));
    let others = others.filter(|(before, after)| before.state != after.state);
    assert!(others.into_iter().all(|(_, after)| after.id == id), "{id} changes other rows");
}

use State::{Failed, NotYetKnown, Passed};

#[test]
fn twelve_rows_in_order() {
    let ids: Vec<_> = rows(&facts()).into_iter().map(|row| row.id).collect();
    let wanted: Vec<_> = (1..=12).map(|number| format!("S{number}")).collect();
    assert_eq!(ids, wanted);
}

#[test]
fn all_is_well_but_for_the_weeks_of_trading() {
    for row in rows(&facts()) {
        let state = if row.id == "S9" { NotYetKnown } else { Passed };
        assert_eq!(row.state, state, "{row:?}");
    }
}

#[test]
fn s1() {
    check("S1", |it| it.config.secret_line = Some(7), Failed, "bot.toml, line 7");
    let in_environment = Some("KRAKEN_API_KEY".to_owned());
    check("S1", |it| it.key.in_environment = in_environment, Failed, "KRAKEN_API_KEY");
    check("S1", |it| it.key.stored = Err("others may read it".to_owned()), Failed, "others may");
    check("S1", |it| it.key.stored = Ok(None), NotYetKnown, "no trade key");
    check("S1", |it| it.key.audit = Err("nobody asked".to_owned()), NotYetKnown, "nobody asked");
    let refuse = |it: &mut Facts| {
        if let Ok(audit) = &mut it.key.audit {
            audit.accepted = false;
            audit.reasons.push("it may withdraw".to_owned());
        }
    };
    check("S1", refuse, Failed, "it may withdraw");
    let warn = |it: &mut Facts| {
        if let Ok(audit) = &mut it.key.audit {
            audit.warnings.push("it expires".to_owned());
        }
    };
    check("S1", warn, Passed, "it expires");
}

#[test]
fn s2() {
    check("S2", |it| it.connection = Err("no network".to_owned()), NotYetKnown, "no network");
    let with = |change: fn(&mut Connection)| {
        move |it: &mut Facts| it.connection.iter_mut().for_each(change)
    };
    check("S2", with(|it| it.status = VenueStatus::PostOnly), Passed, "post_only");
    check("S2", with(|it| it.status = VenueStatus::Maintenance), NotYetKnown, "maintenance");
    check("S2", with(|it| it.balances = Err("no key".to_owned())), NotYetKnown, "no key");
}

#[test]
fn s3() {
    check("S3", |it| it.budgets = Err("it is damaged".to_owned()), Failed, "damaged");
    check("S3", |it| it.budgets = Ok(None), NotYetKnown, "no call was made");
    check("S3", |it| it.rate_refusals = Some(2), Failed, "said 2 times");
    check("S3", |it| it.rate_refusals = None, Passed, "none over its limit");
}

#[test]
fn s4() {
    check("S4", |it| it.journal = Err("no journal".to_owned()), NotYetKnown, "no journal");
    let idle = |it: &mut Facts| it.journal.iter_mut().for_each(|it| it.fills = 0);
    check("S4", idle, NotYetKnown, "nothing was traded in a.journal");
}

#[test]
fn s6() {
    let risk = |text| RiskFraction::accepted(percent(text), AcceptedRisk).expect("a risk");
    check("S6", |it| it.config.sizing = Sizing::Risk(risk("1.01")), Failed, "1.01 %");
    check("S6", |it| it.config.sizing = Sizing::AllIn, Failed, "all the cash");
    let fixed = Sizing::Fixed("0.5".parse().expect("a quantity"));
    check("S6", |it| it.config.sizing = fixed, Failed, "0.5");
    let kelly = Sizing::Kelly { cap: percent("25"), trades_min: 30 };
    check("S6", |it| it.config.sizing = kelly, Failed, "not bounded");
}

#[test]
fn s5_and_s7_and_s9_stand_on_the_ladder() {
    let mut broken = facts();
    broken.ladder = Err("line 3 was changed".to_owned());
    let mut empty = facts();
    empty.ladder = Ok(Ladder::new(Requirements::default()));
    for id in ["S5", "S7", "S9"] {
        assert_eq!(row(id, &broken).state, Failed, "{id}");
        assert_eq!(row(id, &empty).state, NotYetKnown, "{id}");
    }
    let ready = |it: &mut Facts| it.ladder = Ok(ladder(Rung::Backtest));
    check("S9", ready, NotYetKnown, "on rung backtest; paper can be had");
    assert!(row("S9", &facts()).evidence.contains("on rung paper; 7 demands"));
}

#[test]
fn a_backtest_that_shows_too_little_fails() {
    let config = config::parse(DEMO, "test").expect("the demo");
    let mut asked = Requirements::default();
    asked.backtest.trades_min = 121;
    let mut strict = Ladder::new(asked);
    configure(&mut strict, &config, now());
    let evidence = ladder(Rung::Backtest).backtest().expect("one was filed").clone();
    let evidence = Evidence::Backtest(Box::new(evidence));
    strict.handle(LadderEvent::EvidenceFiled { by: String::new(), evidence }, now());
    check("S7", |it| it.ladder = Ok(strict), Failed, "trades out of sample: have 120, need");
}

#[test]
fn s8() {
    check("S8", |it| it.sockets = Err("no bot has run".to_owned()), NotYetKnown, "no bot");
}

#[test]
fn s10() {
    check("S10", |it| it.config.kill.drawdown = None, Failed, "no drawdown");
    check("S10", |it| it.config.kill.drawdown = Some(percent("30.1")), Failed, "30.1 %");
    check("S10", |it| it.config.kill.daily_loss = None, Passed, "at 30 % from the peak");
}

#[test]
fn s11_counts_the_others() {
    let row = row("S11", &facts());
    assert!(row.evidence.contains("10 passed, 0 failed, 1 not yet known"), "{row:?}");
}

#[test]
fn s12() {
    for (state, row, part) in [
        (FolderState::Missing, NotYetKnown, "not there yet"),
        (FolderState::NoFolder, Failed, "not a folder"),
        (FolderState::ReadOnly, Failed, "cannot be written to"),
    ] {
        check("S12", |it| it.folder.state = state, row, part);
    }
}
