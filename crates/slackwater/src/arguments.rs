//! What was typed. What it means is each command's business.

pub(crate) mod bot;
pub(crate) mod check;
pub(crate) mod data;
pub(crate) mod key;
pub(crate) mod kraken;
pub(crate) mod ladder;
pub(crate) mod limits;
pub(crate) mod research;
pub(crate) mod run;
pub(crate) mod simulate;
pub(crate) mod ticks;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, builder::RangedI64ValueParser};
use trading_types::{Amount, FeeSchedule, Fraction, Interval, PairRules, Price, Timestamp};

use crate::value_text::{
    SIZE_FORMS, parse_cash, parse_pair, parse_part, parse_percent, parse_setting, parse_slippage,
    strategies_help,
};

/// A Kraken spot trading bot that keeps slack: in the rate limits, in the risk budget, in the
/// drawdown.
#[derive(Debug, Parser)]
#[command(name = "slackwater", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Prove a strategy on Kraken's price history, after fees.
    ///
    /// Runs the engine that trades live over past candles and says what would have come of it.
    Backtest(Box<BacktestArguments>),
    /// Try many settings of a strategy on past candles, and say whether the best is more than luck.
    ///
    /// Every variant that is ever tried is remembered, and what is said counts them all.
    Sweep(Box<research::SweepArguments>),
    /// Choose the best settings in one window and trade them in the next, through the history.
    ///
    /// What is chosen never sees the window it is traded in. The money goes on from window to
    /// window.
    WalkForward(Box<research::WalkForwardArguments>),
    /// The position calculator: how much to buy so that the stop costs no more than the risk.
    ///
    /// The loss from entry to stop counts both fees and slippage. Exit status 1 when no size is
    /// right.
    Size(SizeArguments),
    /// Run the bot. Without a config: a simulated market on this machine and a demo strategy.
    ///
    /// Trades until Ctrl-C, or for as long as --for says, and ends with a summary.
    Run(Box<run::RunArguments>),
    /// How a running bot is: what it holds, the most that can be lost now, and what happens if it
    /// dies.
    ///
    /// Exit status 1 when no bot is running.
    Status(bot::StatusArguments),
    /// The kill switch: cancel everything, sell every position, and stay halted.
    ///
    /// Writes the file HALT, asks the running bot, and with --key-file cancels every order at
    /// Kraken without it. Exit status 0 when it is seen that nothing is open any more.
    Halt(bot::HaltArguments),
    /// Let a halted bot trade again.
    Resume(bot::ResumeArguments),
    /// Why the bot does on a pair what it does, now or at a moment that has passed.
    ///
    /// Prints the last wish, every rule with what it compares, the arithmetic of the size, what
    /// holds entries back, and why each order exists.
    Why(bot::WhyArguments),
    /// What happened: fills, orders, round trips, as tables or CSV.
    History(bot::HistoryArguments),
    /// Show, explain or begin a config file.
    ///
    /// One TOML file: every key is explained by `init`, and an unknown one is refused.
    Config(ConfigArguments),
    /// Run a journal again and compare every decision with what was written down.
    ///
    /// Exit status 0 when every decision is the same, 1 when one differs.
    Replay(ReplayArguments),
    /// The call budgets: how full they are, and whether a polling plan would trip them.
    Limits(limits::LimitsArguments),
    /// Keys: store them, and see whether Kraken lets them do too much or too little.
    Key(key::KeyArguments),
    /// The history store: import, fetch, list, verify and export price history; record the market.
    Data(data::DataArguments),
    /// The ladder from a backtest to full size: evidence, rungs, and the step up.
    Ladder(Box<ladder::LadderArguments>),
    /// The safe-start checklist: each row passed, failed or not yet known, with the evidence.
    ///
    /// Exit status 0 when every row passed, 1 when one failed or is not known.
    Check(check::CheckArguments),
    /// Serve a simulated Kraken on this machine, for this bot or any other client.
    ///
    /// It speaks Kraken's REST and WebSocket v2, keeps its limits, and fails in the ways it is told
    /// to. Serves until Ctrl-C, or for as long as --for says.
    Simulate(Box<simulate::SimulateArguments>),
}

const BACKTEST_EXAMPLES: &str = "\
Examples:
  slackwater backtest --data Kraken_OHLCVT.zip --pair BTC/USD --interval 60 \\
      --strategy sma_cross --set fast=20 --set slow=50 --fee 0.40/0.25
  slackwater backtest --data XBTUSD_60.csv --pair BTC/USD --interval 60 --strategy donchian \\
      --size risk:1% --stop '2*atr(14)' --slippage 0.05% --report report.html";

/// What a backtest is asked.
#[derive(Clone, Debug, Args)]
#[command(after_help = BACKTEST_EXAMPLES, after_long_help = backtest_help())]
pub(crate) struct BacktestArguments {
    /// The history store, Kraken's OHLCVT zip as downloaded, one of its CSV files, or a folder of
    /// them; by itself the store in `slackwater-data`.
    #[arg(long, value_name = "PATH")]
    pub(crate) data: Option<PathBuf>,
    /// The pair, for instance BTC/USD.
    #[arg(long, value_parser = parse_pair)]
    pub(crate) pair: PairRules,
    /// The length of the candles in minutes.
    #[arg(long, default_value = "60", value_parser = parse_interval)]
    pub(crate) interval: Interval,
    /// Begin here (a date or an RFC 3339 time).
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<Timestamp>,
    /// End before this (a date or an RFC 3339 time).
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<Timestamp>,
    /// The strategy; --help lists them.
    #[arg(long, value_name = "NAME", required_unless_present = "rules")]
    pub(crate) strategy: Option<String>,
    /// Rules instead of a strategy that comes with the program: a file, see docs/rules.md.
    #[arg(long, value_name = "FILE.toml", conflicts_with = "strategy")]
    pub(crate) rules: Option<PathBuf>,
    /// A setting of the strategy or a parameter of the rules, as key=value; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = parse_setting)]
    pub(crate) settings: Vec<(String, String)>,
    /// A stop below every entry: 2*atr(14), or 5%.
    #[arg(long, value_name = "DISTANCE", allow_hyphen_values = true)]
    pub(crate) stop: Option<String>,
    /// A target above every entry: 3*atr(14), or 10%.
    #[arg(long, value_name = "DISTANCE", allow_hyphen_values = true)]
    pub(crate) take_profit: Option<String>,
    /// Quote asset at the start.
    #[arg(long, default_value = "10000", value_name = "AMOUNT", allow_hyphen_values = true)]
    #[arg(value_parser = parse_cash)]
    pub(crate) cash: Amount,
    #[arg(long, default_value = "all-in", value_name = "SIZE", help = size_help())]
    pub(crate) size: String,
    /// Fees in percent as taker/maker, or `kraken` for its schedule by volume.
    #[arg(long, default_value = "kraken", value_parser = backtester::parse_fees)]
    #[arg(allow_hyphen_values = true)]
    pub(crate) fee: FeeSchedule,
    /// How much worse than the candle's price market orders and stops trade.
    #[arg(long, default_value = "0%", value_name = "PERCENT", value_parser = parse_slippage)]
    #[arg(allow_hyphen_values = true)]
    pub(crate) slippage: Fraction,
    /// When an order decided on at a candle's close trades.
    #[arg(long, default_value = "next-open")]
    pub(crate) fill: FillArgument,
    /// How often a fill comes in pieces.
    #[arg(long, value_name = "PERCENT", value_parser = parse_part)]
    pub(crate) partial_fills: Option<Fraction>,
    /// Decides what is left to chance.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) kill: KillArguments,
    /// Accept a risk above 1% a trade (up to 10%).
    #[arg(long)]
    pub(crate) i_accept_more_risk: bool,
    /// Write every round trip to this CSV file.
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) trades: Option<PathBuf>,
    /// Write every candle with the equity at its close to this CSV file.
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) columns: Option<PathBuf>,
    /// One more column of that file: an expression of the rules, for instance 'rsi(14)'; may be
    /// repeated.
    #[arg(long, value_name = "EXPRESSION", requires = "columns", allow_hyphen_values = true)]
    pub(crate) column: Vec<String>,
    /// Write a page to look at: candles with trades, equity, months, costs, what holds and what
    /// does not. One HTML file that needs no network.
    #[arg(long, value_name = "FILE.html")]
    pub(crate) report: Option<PathBuf>,
    /// Write everything that went in and out of the engine to this file, for `slackwater replay`.
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    /// Print one JSON document and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
    /// Every round trip in the JSON, too.
    #[arg(long, requires = "json")]
    pub(crate) trades_json: bool,
    #[command(flatten)]
    pub(crate) ticks: ticks::TickArguments,
}

/// When the kill switch trips. In a backtest it is off unless asked for, because the question is
/// what the strategy would have done.
#[derive(Clone, Debug, Args)]
pub(crate) struct KillArguments {
    /// Halt when the equity has fallen this far from its peak.
    #[arg(long = "max-drawdown", value_name = "PERCENT", value_parser = parse_part)]
    pub(crate) drawdown: Option<Fraction>,
    /// Halt when the equity has fallen this far within a day (UTC).
    #[arg(long = "max-daily-loss", value_name = "PERCENT", value_parser = parse_part)]
    pub(crate) daily_loss: Option<Fraction>,
    /// Halt after this many losses in a row.
    #[arg(long = "max-consecutive-losses", value_name = "COUNT", value_parser = at_least_one())]
    pub(crate) consecutive_losses: Option<u32>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FillArgument {
    /// At the next candle's open.
    NextOpen,
    /// At the same candle's close.
    Close,
}

const SIZE_EXAMPLES: &str = "\
Example:
  slackwater size --equity 10000 --risk 1% --entry 50000 --stop 49000 --pair BTC/USD";

/// What the position calculator is asked.
#[derive(Debug, Args)]
#[command(after_help = SIZE_EXAMPLES)]
pub(crate) struct SizeArguments {
    /// What the account is worth, in the pair's quote asset.
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub(crate) equity: Amount,
    /// The part of it that may be lost.
    #[arg(long, default_value = "1%", value_name = "PERCENT", allow_hyphen_values = true)]
    #[arg(value_parser = parse_percent)]
    pub(crate) risk: Fraction,
    /// Where the position is to be opened.
    #[arg(long, value_name = "PRICE", allow_hyphen_values = true)]
    pub(crate) entry: Price,
    /// Where it is given up.
    #[arg(long, value_name = "PRICE", allow_hyphen_values = true)]
    pub(crate) stop: Price,
    /// The pair, for its steps and minimums.
    #[arg(long, value_parser = parse_pair)]
    pub(crate) pair: PairRules,
    /// Fees in percent as taker/maker, or `kraken`; both sides are counted as taker.
    #[arg(long, default_value = "kraken", value_parser = backtester::parse_fees)]
    #[arg(allow_hyphen_values = true)]
    pub(crate) fee: FeeSchedule,
    /// How much worse than wished each side trades.
    #[arg(long, default_value = "0%", value_name = "PERCENT", value_parser = parse_slippage)]
    #[arg(allow_hyphen_values = true)]
    pub(crate) slippage: Fraction,
    /// Accept a risk above 1% a trade (up to 10%).
    #[arg(long)]
    pub(crate) i_accept_more_risk: bool,
    /// Print one JSON document and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

const CONFIG_EXAMPLES: &str = "\
Examples:
  slackwater config init bot.toml             a commented file to begin with
  slackwater config show --config bot.toml    what it comes to, defaults included
  slackwater config schema                    for editors that complete";

/// What is wanted of a config file.
#[derive(Debug, Args)]
#[command(after_help = CONFIG_EXAMPLES)]
pub(crate) struct ConfigArguments {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print the JSON Schema of the config file, for editors.
    Schema,
    /// Write a commented file to begin with; to stdout without a name.
    Init {
        /// Where to write it; a file that exists is left alone.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Check a config file and print the settings as they take effect, defaults included.
    Show {
        /// The config file; without one, the built-in defaults.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// As one JSON document.
        #[arg(long)]
        json: bool,
    },
}

const REPLAY_EXAMPLES: &str = "\
Examples:
  slackwater replay slackwater-data           the journal of a bot that has run there
  slackwater backtest --data XBTUSD_60.csv --pair BTC/USD --strategy sma_cross --journal j
  slackwater replay j";

/// Which journal is to be replayed.
#[derive(Debug, Args)]
#[command(after_help = REPLAY_EXAMPLES)]
pub(crate) struct ReplayArguments {
    /// The data folder of a bot, or a file that `backtest --journal` wrote.
    #[arg(value_name = "JOURNAL")]
    pub(crate) journal: PathBuf,
    /// Print one JSON document and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

fn backtest_help() -> String {
    format!("{BACKTEST_EXAMPLES}\n\n{}", strategies_help())
}

fn size_help() -> String {
    format!("How entries are sized: {SIZE_FORMS}")
}

fn at_least_one() -> RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..)
}

pub(crate) fn parse_interval(text: &str) -> Result<Interval, String> {
    let minutes: u32 = text
        .parse()
        .map_err(|_| format!("`{text}` is not a number of minutes; write it like 60"))?;
    Interval::from_minutes(minutes).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
