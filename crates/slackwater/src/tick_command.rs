//! `slackwater backtest --ticks`: a strategy in a recorded order book, with delays and queues.

use std::path::Path;

use backtester::{
    tick_backtest::{
        EquityPoint, FeedLatency, TickLatency, TickOutcome, TickSettings, TickStrategy,
    },
    tick_file::TickFile,
};
use exchange_simulator::replay::{ReplaySettings, Tick};
use trading_types::PairRules;

use crate::{
    arguments::BacktestArguments,
    clock,
    failure::Failure,
    files, output,
    tick_answer::{self, Answer},
    tick_recording::{self, Recording},
    tick_strategy,
};

/// How often the equity is noted.
const EQUITY_EVERY: std::time::Duration = std::time::Duration::from_mins(1);
/// What a file of ticks begins with.
const TICK_FILE: &[u8; 8] = b"SLKTICK1";

pub(crate) fn backtest(arguments: &BacktestArguments) -> Result<(), Failure> {
    refuse_candle_options(arguments)?;
    let Some(name) = &arguments.strategy else {
        let what = "rules are about candles, and --ticks replays an order book";
        return Err(Failure::wrong_hint(what, "name a strategy for ticks with --strategy"));
    };
    let Some(path) = &arguments.data else {
        let hint = "name a recording or a file of ticks with --data";
        return Err(Failure::wrong_hint("--ticks needs something to replay", hint));
    };
    let mut strategy = tick_strategy::build(name, &arguments.settings)?;
    let rules = PairRules { fees: arguments.fee.clone(), ..arguments.pair.clone() };
    if arguments.trades.as_deref().is_some_and(|trades| files::is_same(trades, path)) {
        let what = format!("--trades {} is the file of --data", path.display());
        return Err(Failure::wrong_hint(what, "give it a name of its own"));
    }
    let (recording, outcome) = if files::begins_with(path, TICK_FILE)? {
        (None, replay_file(path, arguments, &rules, &mut *strategy)?)
    } else {
        let recording = tick_recording::read(path, files::open(path)?, &rules)?;
        let settings = settings(arguments, &rules, recording.levels_shown);
        let ticks = recording.ticks.iter().copied().map(Ok::<Tick, Failure>);
        let outcome = settings.run(ticks, &mut *strategy)?;
        (Some(recording), outcome)
    };
    if outcome.tally.ticks == 0 {
        let what = format!("{} has no ticks of {}", path.display(), rules.pair);
        return Err(Failure::wrong_hint(what, "record the pair, or name the one that is there"));
    }
    print(arguments, &rules, recording.as_ref(), &outcome)
}

fn replay_file(
    path: &Path,
    arguments: &BacktestArguments,
    rules: &PairRules,
    strategy: &mut dyn TickStrategy,
) -> Result<TickOutcome, Failure> {
    let file = TickFile::open(path).map_err(Failure::wrong)?;
    let head = file.head();
    if head.pair != rules.pair || head.tick != rules.tick {
        let what = format!(
            "{} has ticks of {} in steps of {}, not of {} in steps of {}",
            path.display(),
            head.pair,
            head.tick,
            rules.pair,
            rules.tick
        );
        return Err(Failure::wrong_hint(what, "name the pair of the file with --pair"));
    }
    let ticks = file.map(|tick| tick.map_err(Failure::wrong));
    settings(arguments, rules, None).run(ticks, strategy)
}

fn settings(
    arguments: &BacktestArguments,
    rules: &PairRules,
    levels_shown: Option<u32>,
) -> TickSettings {
    let asked = &arguments.ticks;
    TickSettings {
        replay: ReplaySettings {
            rules: rules.clone(),
            cash: arguments.cash,
            base: asked.base,
            queue: asked.queue.model(),
            fills: asked.fills.model(),
            levels_shown,
        },
        latency: TickLatency {
            feed: asked.feed_latency.map_or(FeedLatency::Recorded, FeedLatency::Drawn),
            entry: asked.latency.there,
            response: asked.latency.back,
        },
        seed: arguments.seed,
        equity_every: EQUITY_EVERY,
        keeps_fills: arguments.trades.is_some(),
    }
}

/// What only candles have is refused, not passed over.
fn refuse_candle_options(arguments: &BacktestArguments) -> Result<(), Failure> {
    let kill = &arguments.kill;
    let given = [
        ("--from", arguments.from.is_some()),
        ("--to", arguments.to.is_some()),
        ("--stop", arguments.stop.is_some()),
        ("--take-profit", arguments.take_profit.is_some()),
        ("--size", arguments.size != "all-in"),
        ("--slippage", !arguments.slippage.is_zero()),
        ("--partial-fills", arguments.partial_fills.is_some()),
        ("--journal", arguments.journal.is_some()),
        ("--report", arguments.report.is_some()),
        ("--columns", arguments.columns.is_some()),
        ("--max-drawdown", kill.drawdown.is_some()),
        ("--max-daily-loss", kill.daily_loss.is_some()),
        ("--max-consecutive-losses", kill.consecutive_losses.is_some()),
        ("--trades-json", arguments.trades_json),
    ];
    match given.into_iter().find(|(_, is_given)| *is_given) {
        Some((option, _)) => Err(Failure::wrong_hint(
            format_args!("{option} is for candles, not for --ticks"),
            "leave it out; the strategy's settings are given with --set",
        )),
        None => Ok(()),
    }
}

fn print(
    arguments: &BacktestArguments,
    rules: &PairRules,
    recording: Option<&Recording>,
    outcome: &TickOutcome,
) -> Result<(), Failure> {
    if let Some(path) = &arguments.trades {
        let csv = tick_answer::csv(&outcome.tally.fills, rules);
        files::write_whole(path, csv.as_bytes())?;
    }
    let equity = &outcome.tally.equity;
    let at = |point: Option<&EquityPoint>| point.map_or(arguments.cash, |it| it.equity);
    let (first, last) = (at(equity.first()), at(equity.last()));
    let answer = Answer {
        pair: rules.pair,
        ticks: outcome.tally.ticks,
        from: outcome.tally.first,
        to: outcome.tally.last,
        strategy: arguments.strategy.clone().unwrap_or_default(),
        settings: arguments.settings.iter().cloned().collect(),
        trades_seen: recording.map(|it| it.trades),
        book_messages: recording.map(|it| it.books),
        levels_shown: recording.and_then(|it| it.levels_shown),
        other_lines: recording.map(|it| it.other_lines),
        cash_start: arguments.cash,
        base_start: arguments.ticks.base,
        cash_end: outcome.account.cash(),
        base_end: outcome.account.base(),
        equity_start: first,
        equity_end: last,
        net_profit: last - first,
        fees: outcome.account.fees(),
        turnover: outcome.account.turnover(),
        commands: outcome.tally.commands,
        fills: outcome.tally.fills_count(),
        maker_fills: outcome.tally.maker_fills,
        taker_fills: outcome.tally.taker_fills,
        refused: outcome.tally.refused,
        max_drawdown: tick_answer::max_drawdown(equity),
        elapsed_cpu_s: clock::cpu_seconds(),
    };
    if arguments.json { output::json(&answer) } else { answer.print() }
}
