//! The twelve rows, each a function of the facts.

use kraken_protocol::scheduler::Gauge;
use serde::Serialize;
use trading_engine::{RiskFraction, Sizing};
use trading_ladder::{Demand, EntryCap, Ladder};
use trading_types::{Fraction, VenueStatus};

use crate::check_command::{
    facts::{Facts, FolderState},
    key_facts::AuditFacts,
};

/// A row of the checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Row {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) state: State,
    /// What was seen, in words.
    pub(crate) evidence: String,
    /// What to do, where there is something.
    pub(crate) next: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    Passed,
    Failed,
    NotYetKnown,
}

/// What a row found.
struct Finding {
    state: State,
    evidence: String,
    next: Option<String>,
}

fn passed(evidence: impl Into<String>) -> Finding {
    Finding { state: State::Passed, evidence: evidence.into(), next: None }
}

fn failed(evidence: impl Into<String>, next: impl Into<String>) -> Finding {
    Finding { state: State::Failed, evidence: evidence.into(), next: Some(next.into()) }
}

fn unknown(evidence: impl Into<String>, next: impl Into<String>) -> Finding {
    Finding { state: State::NotYetKnown, evidence: evidence.into(), next: Some(next.into()) }
}

/// The deepest fall at which a kill switch still deserves the name. Half the account has to double
/// to be whole again; three tenths need less than half.
const KILL_DRAWDOWN_MAX: Fraction = Fraction::from_basis_points(3_000);

/// A row's number, its title, and what it looks at.
type Rule = (&'static str, &'static str, fn(&Facts) -> Finding);

#[rustfmt::skip] // A table.
const RULES: [Rule; 11] = [
    ("S1",  "the key can trade, and never move money away",   key),
    ("S2",  "Kraken answers",                                 connection),
    ("S3",  "call budgets are kept",                          budgets),
    ("S4",  "orders are placed and filled",                   orders),
    ("S5",  "a signal decides, the bot acts",                 signals),
    ("S6",  "one trade risks 1 % of the account at most",     risk),
    ("S7",  "the edge was proved after fees",                 backtest),
    ("S8",  "live data come over WebSocket",                  sockets),
    ("S9",  "tiny size first",                                rung),
    ("S10", "a kill switch on drawdown",                      kill),
    ("S12", "free, and on this machine",                      folder),
];

/// The whole list.
pub(crate) fn rows(facts: &Facts) -> Vec<Row> {
    let mut rows: Vec<Row> = RULES
        .into_iter()
        .map(|(id, title, rule)| {
            let Finding { state, evidence, next } = rule(facts);
            Row { id, title, state, evidence, next }
        })
        .collect();
    let at = rows.len() - 1;
    rows.insert(at, itself(facts, &rows));
    rows
}

/// S11 is this list: it passes when it could be made, and says how far the others are.
fn itself(facts: &Facts, others: &[Row]) -> Row {
    let count = |state| others.iter().filter(|it| it.state == state).count();
    let (passed, failed, open) =
        (count(State::Passed), count(State::Failed), count(State::NotYetKnown));
    Row {
        id: "S11",
        title: "the checklist is checked by the program",
        state: State::Passed,
        evidence: format!(
            "looked at {} at {}: {passed} passed, {failed} failed, {open} not yet known",
            facts.config.name, facts.now
        ),
        next: None,
    }
}

fn key(facts: &Facts) -> Finding {
    let key = &facts.key;
    if let Some(line) = facts.config.secret_line {
        let what = format!("{}, line {line}, looks as if a key stood in it", facts.config.name);
        return failed(what, "take it out, make a new key, and use `slackwater key store`");
    }
    if let Some(name) = &key.in_environment {
        let what =
            format!("a key is in the environment ({name}), where other programs may read it");
        return failed(what, "unset it, and put the key into a file with `slackwater key store`");
    }
    let place = match &key.stored {
        Err(error) => return failed(error, "correct that, then `slackwater key check`"),
        Ok(None) => {
            return unknown("there is no trade key yet", "slackwater key store --role trade");
        }
        Ok(Some(place)) => place,
    };
    match &key.audit {
        Err(why) => unknown(
            format!("the key is in {place}, readable by its owner only; {why}"),
            "run `slackwater check` without --offline, or `slackwater key check`",
        ),
        Ok(AuditFacts { accepted: false, reasons, .. }) => failed(
            format!("the key is refused: {}", reasons.join("; ")),
            "change the key in Kraken's settings as said",
        ),
        Ok(AuditFacts { time, warnings, .. }) => {
            let warned = match warnings.len() {
                0 => String::new(),
                _ => format!("; {}", warnings.join("; ")),
            };
            passed(format!(
                "Kraken said at {time} that it may do what it must and no more; it is in {place}, \
                 readable by its owner only{warned}"
            ))
        }
    }
}

fn connection(facts: &Facts) -> Finding {
    let again = "look at https://status.kraken.com and run `slackwater check` again";
    let connection = match &facts.connection {
        Err(why) => {
            return unknown(why, "run `slackwater check` without --offline, with a network");
        }
        Ok(connection) => connection,
    };
    let who = &connection.who;
    match (&connection.balances, connection.status) {
        (_, VenueStatus::CancelOnly | VenueStatus::Maintenance) => {
            unknown(format!("{who} is in {}", connection.status), again)
        }
        (Err(why), status) => unknown(
            format!("{who} answers and is {status}; the account was not seen: {why}"),
            "slackwater key store --role trade, then `slackwater check`",
        ),
        (Ok(count), status) => {
            passed(format!("{who} answers and is {status}; the key sees {count} balances"))
        }
    }
}

fn budgets(facts: &Facts) -> Finding {
    let gauges = match &facts.budgets {
        Err(error) => return failed(error, "do as it says"),
        Ok(None) => {
            let next = "run the bot, or `slackwater check` without --offline";
            return unknown("no call was made from this folder yet", next);
        }
        Ok(Some(gauges)) => gauges,
    };
    if let Some(Gauge { name, used, limit }) = gauges.iter().find(|it| it.limit < it.used) {
        let what = format!("{name} stands at {used} of {limit}");
        return failed(what, "wait, and see `slackwater limits show`");
    }
    let counted = gauges.len();
    match facts.rate_refusals {
        Some(refusals) if 0 < refusals => failed(
            format!("Kraken has said {refusals} times that calls came too fast"),
            "see who else uses the key or this address; `slackwater limits show`",
        ),
        Some(_) => passed(format!("{counted} budgets on file, none over; Kraken never complained")),
        None => passed(format!("{counted} budgets on file, none over its limit")),
    }
}

fn orders(facts: &Facts) -> Finding {
    let run = "slackwater run, and look again";
    match &facts.journal {
        Err(why) => unknown(why, run),
        Ok(it) if it.fills == 0 || it.market_orders + it.priced_orders == 0 => {
            unknown(format!("nothing was traded in {}", it.name), run)
        }
        Ok(it) => passed(format!(
            "{} market orders, {} with a price, {} fills in {}",
            it.market_orders, it.priced_orders, it.fills, it.name
        )),
    }
}

fn signals(facts: &Facts) -> Finding {
    let ladder = match &facts.ladder {
        Err(error) => return failed(error, "do as it says"),
        Ok(ladder) => ladder,
    };
    match ladder.backtest() {
        None => unknown("no backtest of this config is on the ladder", PROVE),
        Some(it) if it.out_of_sample.trades == 0 => {
            failed("out of sample it never traded", "choose other settings or a longer history")
        }
        Some(it) => {
            let trades = it.in_sample.trades + it.out_of_sample.trades;
            passed(format!("its signals made {trades} trades in the backtest on the ladder"))
        }
    }
}

const PROVE: &str = "slackwater ladder backtest --data PATH";

fn risk(facts: &Facts) -> Finding {
    let wanted = "write size = \"risk:1%\" or less, with a stop";
    let ceiling = RiskFraction::CEILING;
    match facts.config.sizing {
        Sizing::Risk(risk) if risk.fraction() <= ceiling => passed(format!(
            "a loss at the stop ({}) costs {} % of the equity, fees and slippage included",
            facts.config.stop,
            risk.fraction().percent()
        )),
        Sizing::Risk(risk) => {
            failed(format!("a trade risks {} %", risk.fraction().percent()), wanted)
        }
        Sizing::AllIn => failed("every entry takes all the cash", wanted),
        Sizing::Fixed(quantity) => {
            failed(format!("every entry is {quantity}, whatever the account is worth"), wanted)
        }
        Sizing::Volatility { .. } | Sizing::Kelly { .. } => {
            failed("what a trade can lose is not bounded by the size", wanted)
        }
    }
}

fn backtest(facts: &Facts) -> Finding {
    let ladder = match &facts.ladder {
        Err(error) => return failed(error, "do as it says"),
        Ok(ladder) => ladder,
    };
    let Some(evidence) = ladder.backtest() else {
        return unknown("no backtest of this config is on the ladder", PROVE);
    };
    let missing: Vec<Demand> = ladder.backtest_gate().into_iter().filter(|it| !it.is_met).collect();
    if missing.is_empty() {
        let (it, quote) = (&evidence.out_of_sample, facts.config.quote);
        return passed(format!(
            "{} trades and {} {quote} after costs out of sample, {} {quote} at {}x fees, on {}",
            it.trades,
            it.net_profit,
            evidence.stressed.net_profit,
            evidence.fee_stress,
            evidence.data.name
        ));
    }
    failed(
        listed(&missing),
        "do not trade it as it is; another one may do, but each that is tried proves less",
    )
}

fn listed(demands: &[Demand]) -> String {
    demands.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn sockets(facts: &Facts) -> Finding {
    match &facts.sockets {
        Ok(words) => passed(words),
        Err(why) => unknown(why, "run the bot on live data; it takes them over WebSocket"),
    }
}

fn rung(facts: &Facts) -> Finding {
    let ladder = match &facts.ladder {
        Err(error) => return failed(error, "do as it says"),
        Ok(ladder) => ladder,
    };
    let rung = ladder.rung();
    match ladder.cap() {
        EntryCap::UpTo(cap) => passed(format!(
            "on rung {rung}, entries of at most {cap} {}; {} clean days here",
            facts.config.quote,
            ladder.tally().clean_days
        )),
        EntryCap::NoEntry | EntryCap::Unlimited => climbing(facts, ladder),
    }
}

/// On a rung without real money.
fn climbing(facts: &Facts, ladder: &Ladder) -> Finding {
    let rung = ladder.rung();
    let missing: Vec<_> = ladder.gate(facts.now).into_iter().filter(|it| !it.is_met).collect();
    if missing.is_empty() {
        let what = format!("on rung {rung}; {} can be had", rung.above());
        return unknown(what, "slackwater ladder advance --reason '…'");
    }
    let open = missing.len();
    unknown(
        format!("on rung {rung}; {open} demands of the next are open"),
        "slackwater ladder show",
    )
}

fn kill(facts: &Facts) -> Finding {
    let kill = &facts.config.kill;
    let Some(drawdown) = kill.drawdown else {
        return failed("no drawdown stops the bot", "write drawdown = \"20%\" below [kill]");
    };
    if KILL_DRAWDOWN_MAX < drawdown {
        return failed(
            format!("the bot goes on until {} % are lost", drawdown.percent()),
            format!("write at most {} % for kill.drawdown", KILL_DRAWDOWN_MAX.percent()),
        );
    }
    let daily = kill.daily_loss.map(|it| format!(", or {} % within a day", it.percent()));
    passed(format!(
        "sells everything and stays halted at {} % from the peak{}",
        drawdown.percent(),
        daily.unwrap_or_default()
    ))
}

fn folder(facts: &Facts) -> Finding {
    let name = &facts.folder.name;
    match facts.folder.state {
        FolderState::Usable => passed(format!(
            "slackwater {} keeps everything in {name}, and needs nobody but Kraken",
            env!("CARGO_PKG_VERSION")
        )),
        FolderState::Missing => {
            unknown(format!("{name} is not there yet"), "slackwater run makes it")
        }
        FolderState::NoFolder => {
            failed(format!("{name} is not a folder"), "name another with --data-dir")
        }
        FolderState::ReadOnly => {
            failed(format!("{name} cannot be written to"), "give its owner the right to write")
        }
    }
}

#[cfg(test)]
mod tests;
