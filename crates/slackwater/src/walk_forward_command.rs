//! `slackwater walk-forward`: the best of one window traded in the next.

use std::{fmt::Write, sync::Arc, time::Duration};

use backtest_report::ReportInput;
use serde::Serialize;
use strategy_research::{
    EngineEvaluate, Entry, EntryKind, FoldError, Folds, Judgement, KernelEvaluate, Metric, Row,
    Verdict, WalkForward, WalkForwardRequest, Walked,
    memory::settings_hash,
    verdict::Around,
    walk_forward::{self, judge_walk},
};
use trading_engine::StrategySpec;
use trading_types::{Pair, Timestamp};

use crate::{
    arguments::{
        BacktestArguments,
        research::{ResearchArguments, WalkForwardArguments},
    },
    backtest_command::write_trades,
    failure::Failure,
    files, output, report_file,
    sweep_command::{
        document::{Evaluated, HoldoutView, RowView},
        forgetful, holdout,
        keeper::{self, Keeper},
        setup::{Setup, build, check_first, with_store},
        table, unopened, wrong_sweep,
    },
};

/// A walk-forward. Money is decimal text, statistics are numbers.
#[derive(Serialize)]
struct Document {
    pair: Pair,
    interval: u32,
    strategy: String,
    grid: Vec<String>,
    search: String,
    metric: Metric,
    #[serde(flatten)]
    evaluated: Evaluated,
    /// Variants that were run, all windows together.
    runs: u64,
    partial: bool,
    /// What was traded, from its first candle to its last.
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    windows: Vec<Walked>,
    /// All windows that were traded in a row.
    total: Option<RowView>,
    judgement: Option<Judgement>,
    holdout: HoldoutView,
    verdict: Option<Verdict>,
}

pub(crate) fn walk_forward(arguments: &WalkForwardArguments) -> Result<(), Failure> {
    let WalkForwardArguments { backtest, research, train, test, anchored, purge, embargo } =
        arguments;
    let backtest = &with_store(backtest, research);
    let mut setup = Setup::new(backtest, research)?;
    let gap = purge.unwrap_or(Duration::ZERO) + embargo.unwrap_or(Duration::ZERO);
    let folds = Folds { train: *train, test: *test, gap, anchored: *anchored };
    let cut = folds.cut(&setup.candles, &setup.window).map_err(|error| wrong_fold(&error))?;
    let (build, candles) = (build(setup.settings.rules.tick), Arc::clone(&setup.candles));
    let evaluator =
        EngineEvaluate { candles: &candles, settings: setup.settings.clone(), build: &build };
    check_first(&setup, &evaluator)?;

    let key = setup.key(&format!("walk-forward {folds:?}"));
    let total = setup.expected() * cut.len() as u64;
    let mut keeper = Keeper::new(research.resume.as_deref(), &key, total)?;
    let kernel = KernelEvaluate::new(EngineEvaluate {
        candles: &candles,
        settings: setup.settings.clone(),
        build: &build,
    });
    let request = WalkForwardRequest { sweep: setup.request(), folds: cut };
    let walk =
        walk_forward::walk_forward(&request, (&kernel, &evaluator), &mut keeper, &setup.stop)
            .map_err(wrong_sweep)?;
    let unfinished = walk.is_partial.then_some("unfinished-walk-forward.rows");
    let kept = keeper.keep_all(&research.data_dir, unfinished, &key);
    // What cannot be remembered is shown and not judged.
    let remembered = remember(&mut setup, &evaluator, &walk, &folds);
    let judged = remembered.and_then(|()| judged(&mut setup, &evaluator, &walk, research));
    let (judged, forgotten) = match judged {
        Ok(judged) => (judged, Ok(())),
        Err(error) => (Judged { total: None, holdout: unopened(&setup) }, Err(error)),
    };
    let (document, total) = document(&setup, &kernel, (&walk, judged), research);
    let rows = research.rows.as_deref();
    let rows = rows.map(|path| files::write_whole(path, csv(&walk).as_bytes()));
    let trades = backtest.trades.as_deref().map(|path| write_trades(path, &walk.trades));
    let printed = if backtest.json { output::json(&document) } else { print(&document) };
    let page = backtest.report.as_deref().filter(|_| forgotten.is_ok()).map(|path| {
        let page = report((&setup, backtest), &walk, (&document, total.as_ref()));
        report_file::write_judged(path, page)
    });
    let written = [rows, trades, page, Some(forgotten), Some(printed)];
    keeper::end(kept, Failure::first_of(written.into_iter().flatten()), walk.is_partial)
}

fn wrong_fold(error: &FoldError) -> Failure {
    let hint = match error {
        FoldError::TooLittle { .. } => {
            "make --train and --test shorter, take a longer history, or keep less apart (--holdout)"
        }
        FoldError::TooMany(_) | FoldError::NoCandles(_) => "make --train and --test longer",
    };
    Failure::wrong_hint(error, hint)
}

/// Every variant that could be chosen counts as tried, and the whole as one procedure.
fn remember(
    setup: &mut Setup,
    evaluator: &EngineEvaluate<'_>,
    walk: &WalkForward,
    folds: &Folds,
) -> Result<(), Failure> {
    let middle = |ratios: &[f64]| backtest_statistics::quantiles::median(&mut ratios.to_vec());
    let mut entries: Vec<Entry> = walk
        .variants
        .iter()
        .map(|(variant, ratios)| {
            let spec = evaluator.spec(variant);
            setup.entry(EntryKind::WalkForward, &spec, &setup.window, (None, middle(ratios)))
        })
        .collect();
    if !walk.is_partial && !walk.window.is_empty() {
        let StrategySpec { name, settings } = &setup.settings.strategy;
        let grid: Vec<String> = setup.grid.axes().iter().map(ToString::to_string).collect();
        let what = format!("{folds:?} {} {} {grid:?}", setup.metric, setup.request().search);
        let sharpe = strategy_research::judge::Luck::of(
            evaluator,
            &walk.equity,
            backtest_statistics::Trials { count: 1, variance: 0.0 },
        );
        let spec = StrategySpec { name: name.clone(), settings: Vec::new() };
        let figures = (None, sharpe.map(|it| it.sharpe_per_candle));
        let entry = setup.entry(EntryKind::Procedure, &spec, &setup.window, figures);
        entries.push(Entry { settings_hash: settings_hash(name, settings, &what), ..entry });
    }
    setup.memory.remember(entries).map_err(forgetful)
}

/// What was traded, judged as one curve.
struct Judged {
    total: Option<(Judgement, Row, Verdict)>,
    holdout: HoldoutView,
}

fn judged(
    setup: &mut Setup,
    evaluator: &EngineEvaluate<'_>,
    walk: &WalkForward,
    research: &ResearchArguments,
) -> Result<Judged, Failure> {
    let mut around = Around {
        quote: setup.quote(),
        is_partial: walk.is_partial,
        damaged: setup.memory.damaged,
        ..Around::default()
    };
    let last = walk.walked.last().and_then(|it| it.variant.as_ref());
    let opened = last.filter(|_| research.open_holdout && !walk.is_partial);
    let holdout = holdout(setup, evaluator, opened, &mut around)?;
    if walk.total.is_none() {
        return Ok(Judged { total: None, holdout });
    }
    let mut procedures = setup.memory.procedures(&setup.candles[setup.window.clone()]);
    procedures.count = procedures.count.max(1);
    let (judgement, total) =
        judge_walk(evaluator, walk, procedures, setup.settings.seed).map_err(Failure::wrong)?;
    let verdict = Verdict::of_walk_forward(&judgement, &walk.walked, &around);
    Ok(Judged { total: Some((judgement, total, verdict)), holdout })
}

fn document(
    setup: &Setup,
    kernel: &KernelEvaluate<'_>,
    (walk, judged): (&WalkForward, Judged),
    research: &ResearchArguments,
) -> (Document, Option<Row>) {
    let (judgement, total, verdict) = match judged.total {
        Some((judgement, total, verdict)) => (Some(judgement), Some(total), Some(verdict)),
        None => (None, None, None),
    };
    let document = Document {
        pair: setup.settings.rules.pair,
        interval: setup.settings.interval.minutes(),
        strategy: setup.settings.strategy.name.clone(),
        grid: setup.grid.axes().iter().map(ToString::to_string).collect(),
        search: research.search.to_string(),
        metric: setup.metric,
        evaluated: Evaluated::by(kernel),
        runs: walk.runs,
        partial: walk.is_partial,
        from: walk.walked.first().map(|it| it.test_from),
        to: walk.walked.last().map(|it| it.test_to),
        windows: walk.walked.clone(),
        total: total.as_ref().map(|row| RowView::of_row(&[], row)),
        judgement,
        holdout: judged.holdout,
        verdict,
    };
    (document, total)
}

/// The page of what was traded, where anything was.
fn report(
    (setup, arguments): (&Setup, &BacktestArguments),
    walk: &WalkForward,
    (document, total): (&Document, Option<&Row>),
) -> Option<ReportInput> {
    let judged = report_file::research::Judged {
        arguments,
        settings: &setup.settings,
        candles: &setup.candles[walk.window.clone()],
        judgement: document.judgement.as_ref()?,
        verdict: document.verdict.as_ref()?,
    };
    Some(report_file::research::of_walk(&judged, walk, total?))
}

fn print(document: &Document) -> Result<(), Failure> {
    let Document { strategy, pair, runs, windows, .. } = document;
    let count = windows.len();
    let partial = if document.partial { ", stopped before the end" } else { "" };
    output::line(format_args!(
        "{strategy} on {pair}, {count} windows, {runs} variants run{partial}"
    ))?;
    output::line(&document.evaluated)?;
    output::line(format_args!(
        "  {:<11}{:<11}{:>9}{:>9}{:>15}{:>8}  chosen",
        "traded from", " to", "Sharpe", "before", "net profit", "trades"
    ))?;
    for walked in windows {
        let day = |time: Timestamp| time.to_string().chars().take(10).collect::<String>();
        let ratio = |it: Option<f64>| it.map_or("none".to_owned(), |it| format!("~{it:.2}"));
        let (profit, trades) = match &walked.row {
            Some(row) => (table::money(row.net_profit), row.trades),
            None => ("nothing".to_owned(), 0),
        };
        let chosen = walked.variant.as_ref().map(ToString::to_string).unwrap_or_default();
        output::line(format_args!(
            "  {:<12}{:<10}{:>9}{:>9}{profit:>15}{trades:>8}  {chosen}",
            day(walked.test_from),
            day(walked.test_to),
            ratio(walked.test_sharpe),
            ratio(walked.train_sharpe),
        ))?;
    }
    document.verdict.as_ref().map_or(Ok(()), table::verdict)
}

/// Every window that was walked.
fn csv(walk: &WalkForward) -> String {
    let mut text = String::from(
        "train_from,train_to,test_from,test_to,tried,chosen,train_figure,test_figure,\
         train_sharpe,test_sharpe,net_profit,trades,fees\n",
    );
    for walked in &walk.walked {
        let number = |it: Option<f64>| it.map(|it| it.to_string()).unwrap_or_default();
        let Walked { train_from, train_to, test_from, test_to, tried, .. } = walked;
        let chosen = walked.variant.as_ref().map(ToString::to_string).unwrap_or_default();
        let row = walked.row.as_ref();
        let money = row.map(|it| format!("{},{},{}", it.net_profit, it.trades, it.fees));
        let _ = writeln!(
            text,
            "{train_from},{train_to},{test_from},{test_to},{tried},{},{},{},{},{},{}",
            table::quoted(&chosen),
            number(walked.train_figure),
            number(walked.test_figure),
            number(walked.train_sharpe),
            number(walked.test_sharpe),
            money.unwrap_or_else(|| "0,0,0".to_owned()),
        );
    }
    text
}
