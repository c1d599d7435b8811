//! What `slackwater run` prints: events as they happen, how everything stands, the summary.

use std::path::PathBuf;

use bot_machine::{Alert, Severity, output::Stage};
use kraken_protocol::scheduler::{Waiting, Why};
use serde::Serialize;
use serde_json::Value;
use trading_bot::{ServiceEnd, Told};
use trading_engine::Report;
use trading_ladder::Rung;
use trading_types::{Amount, Refusal, Timestamp};

use crate::{
    config::Config,
    failure::Failure,
    output,
    run_event::{RunEvent, Summary},
    status_view::StatusView,
    terminal,
    terminal_block::{Counts, block},
};

/// Where no person looks, how everything stands is told this many pulses apart.
const PULSES_PER_LINE: u32 = 30;

/// Prints and counts.
pub(crate) struct Teller {
    is_json: bool,
    /// Whether a person sees the terminal.
    is_terminal: bool,
    journal: PathBuf,
    stage: Option<Stage>,
    /// When the last thing happened.
    time: Timestamp,
    pulses: u32,
    counts: Counts,
    trades: u64,
    wins: u64,
    rate_rejections: u64,
    failure: Option<Failure>,
}

/// Something of the bot's own, as a line of JSON.
#[derive(Serialize)]
struct Line<'a> {
    time: Timestamp,
    event: &'static str,
    #[serde(flatten)]
    what: &'a Value,
}

impl Teller {
    pub(crate) fn new(is_json: bool, journal: PathBuf) -> Self {
        Self {
            is_json,
            is_terminal: output::stderr_is_terminal(),
            journal,
            stage: None,
            time: Timestamp::EPOCH,
            pulses: 0,
            counts: Counts::default(),
            trades: 0,
            wins: 0,
            rate_rejections: 0,
            failure: None,
        }
    }

    /// Says what is going to happen.
    pub(crate) fn introduce(&mut self, config: &Config, venue: &str) {
        if self.is_json {
            return;
        }
        let pairs: Vec<String> =
            config.engine.pairs.iter().map(|rules| rules.pair.to_string()).collect();
        let strategy = &config.strategy;
        let settings: Vec<_> =
            strategy.settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let (pairs, settings) = (pairs.join(", "), settings.join(" "));
        output::word(venue);
        output::word(format_args!("trading {pairs} there with {} {settings}", strategy.name));
        output::word("Ctrl-C ends it in order, with a summary; a second one ends it at once");
    }

    /// Tells one thing.
    pub(crate) fn hear(&mut self, told: &Told) {
        let done = match told {
            Told::Report { time, report } => self.report(report, *time),
            Told::Stage { time, stage, equity } => self.stage(stage, *time, *equity),
            Told::Alert(alert) => self.alert(alert),
            Told::Rung { from, to, why } => self.rung(*from, *to, why),
            Told::LimitWait { time, wait } => self.limit_wait(*time, wait),
            Told::Pulse(status) => {
                self.pulse(status);
                Ok(())
            }
        };
        if let Err(failure) = done {
            self.failure.get_or_insert(failure);
        }
    }

    /// Whether telling has failed: nobody listens any more, or the disk is full.
    pub(crate) const fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    pub(crate) fn check(&mut self) -> Result<(), Failure> {
        self.failure.take().map_or(Ok(()), Err)
    }

    fn report(&mut self, report: &Report, now: Timestamp) -> Result<(), Failure> {
        self.time = now;
        // What a strategy would have done in a past it is shown to get warm is no news.
        let is_past = self.stage.as_ref() != Some(&Stage::Ready)
            && matches!(report, Report::OrderRefused { .. } | Report::SizeRefused { .. });
        if is_past {
            return Ok(());
        }
        self.count(report);
        let event = RunEvent::new(report, now);
        if self.is_json {
            return output::json(&event);
        }
        if event.is_detail() { Ok(()) } else { output::line(event) }
    }

    fn count(&mut self, report: &Report) {
        match report {
            Report::OrderPlaced { .. } => self.counts.orders += 1,
            Report::OrderFilled { .. } => self.counts.fills += 1,
            Report::TradeClosed { profit, .. } => {
                self.trades += 1;
                self.wins += u64::from(profit.is_positive());
            }
            Report::OrderRejected { refusal, .. } => {
                self.counts.refused += 1;
                self.rate_rejections += u64::from(*refusal == Refusal::RateLimited);
            }
            Report::OrderRefused { .. } | Report::SizeRefused { .. } => self.counts.refused += 1,
            Report::OrderEnded { .. }
            | Report::LotClosed { .. }
            | Report::Halted { .. }
            | Report::Flattened
            | Report::Resumed { .. }
            | Report::Alarm(_)
            | Report::Residual { .. }
            | Report::PairHalted { .. }
            | Report::PairFlattened { .. }
            | Report::PairResumed { .. }
            | Report::PairNotTraded { .. } => {}
        }
    }

    fn stage(
        &mut self,
        stage: &Stage,
        time: Timestamp,
        equity: Option<Amount>,
    ) -> Result<(), Failure> {
        self.stage = Some(stage.clone());
        self.time = time;
        if *stage == Stage::Ready {
            self.counts.equity_start = self.counts.equity_start.or(equity);
        }
        if self.is_json {
            let what = serde_json::json!({ "stage": stage, "equity": equity });
            return output::json(&Line { time, event: "stage", what: &what });
        }
        let words = match stage {
            Stage::Auditing => "asks what the key may do, and the time".to_owned(),
            Stage::Connecting => "the key is accepted; opens the sockets".to_owned(),
            Stage::Resolving => "finds out what came of orders nobody knows about".to_owned(),
            Stage::Reconciling => "compares every balance".to_owned(),
            Stage::Ready => match equity {
                Some(equity) => format!("ready; equity {equity}"),
                None => "ready".to_owned(),
            },
            Stage::Ending => "ends in order".to_owned(),
            Stage::Stopped { why } => format!("stopped: {why}"),
        };
        output::line(format_args!("{}  {:<9} {words}", seconds(time), "bot"))
    }

    /// For reading an alert says so, too.
    fn rung(&mut self, from: Rung, to: Rung, why: &str) -> Result<(), Failure> {
        if !self.is_json {
            return Ok(());
        }
        let what = serde_json::json!({ "from": from, "to": to, "why": why });
        output::json(&Line { time: self.time, event: "rung_changed", what: &what })
    }

    /// Calls that wait are of no interest to people who read along; orders are.
    fn limit_wait(&self, time: Timestamp, wait: &Waiting) -> Result<(), Failure> {
        let Waiting { lane, why, until, .. } = wait;
        if self.is_json {
            let what = serde_json::json!({
                "lane": lane.name(), "why": why, "what": why.to_string(), "until": until,
            });
            return output::json(&Line { time, event: "limit_wait", what: &what });
        }
        if !matches!(why, Why::TradingCounter(_)) {
            return Ok(());
        }
        let until = until.map_or(String::new(), |until| format!(", until {}", seconds(until)));
        let lane = lane.name();
        output::line(format_args!("{}  {:<9} {lane}: {why}{until}", seconds(time), "waits"))
    }

    fn alert(&mut self, alert: &Alert) -> Result<(), Failure> {
        if self.is_json {
            let what = serde_json::json!({
                "id": alert.id, "kind": alert.kind, "severity": alert.severity, "what": alert.text,
            });
            return output::json(&Line { time: alert.time, event: "alert", what: &what });
        }
        let word = match alert.severity {
            Severity::Notice => "notice",
            Severity::Warning => "warning",
            Severity::Critical => "ALERT",
        };
        output::line(format_args!("{}  {word:<9} {}", seconds(alert.time), alert.text))
    }

    fn pulse(&mut self, status: &Value) {
        self.pulses += 1;
        if self.is_json {
            return;
        }
        // Both ends are of one program.
        let status = StatusView::read(status).expect("our own status");
        if self.is_terminal {
            return terminal::show(&block(&status, &self.counts, terminal::width()));
        }
        if !self.pulses.is_multiple_of(PULSES_PER_LINE) {
            return;
        }
        let Counts { orders, fills, .. } = self.counts;
        let StatusView { equity, unknown_orders, journal, .. } = status;
        output::word(format_args!(
            "equity {equity}, {orders} orders, {fills} fills, {unknown_orders} unknown, journal {} \
             of {} records durable",
            journal.durable, journal.records,
        ));
    }

    /// The last line.
    pub(crate) fn finish(&mut self, end: &ServiceEnd) -> Result<(), Failure> {
        terminal::clear();
        let engine = end.bot.engine();
        let equity_end = engine.equity();
        let summary = Summary {
            time: end.bot.venue_clock().0,
            event: "summary",
            orders: self.counts.orders,
            fills: self.counts.fills,
            trades: self.trades,
            wins: self.wins,
            equity_start: self.counts.equity_start.unwrap_or(equity_end),
            equity_end,
            fees: engine.fees_in_quote(),
            rate_rejections: self.rate_rejections,
            halted: engine.halted().is_some(),
            halt_reason: engine.halted().map(ToString::to_string),
            journal: self.journal.display().to_string(),
        };
        if self.is_json { output::json(&summary) } else { output::line(&summary) }
    }
}

fn seconds(time: Timestamp) -> String {
    let text = time.to_string();
    format!("{}Z", text.get(..19).unwrap_or(&text))
}
