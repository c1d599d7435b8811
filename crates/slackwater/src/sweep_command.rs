//! `slackwater sweep`: many settings tried, and whether the best is more than luck.

pub(crate) mod document;
pub(crate) mod keeper;
pub(crate) mod setup;
pub(crate) mod table;

use std::{ops::ControlFlow, sync::Arc};

use backtest_report::ReportInput;
use strategy_research::{
    Done, EngineEvaluate, EntryKind, Evaluate, FullRun, Judgement, KernelEvaluate, Subject,
    SweepError, Swept, Unfit, Verdict, judge,
    sweep::Tried,
    verdict::{Around, HoldoutState},
    walk_forward::{Rows, ratio_per_candle},
};

use self::{
    document::{Evaluated, HoldoutView, RowView, SweepDocument},
    keeper::Keeper,
    setup::{Setup, build, check_first, in_option, with_store},
};
use crate::{
    arguments::{BacktestArguments, research::SweepArguments},
    backtest_command::write_trades,
    failure::Failure,
    files, output,
    report_file::{self, research},
};

pub(crate) fn sweep(arguments: &SweepArguments) -> Result<(), Failure> {
    let SweepArguments { backtest, research, top } = arguments;
    let backtest = &with_store(backtest, research);
    let mut setup = Setup::new(backtest, research)?;
    let (build, candles) = (build(setup.settings.rules.tick), Arc::clone(&setup.candles));
    let evaluator =
        EngineEvaluate { candles: &candles, settings: setup.settings.clone(), build: &build };
    check_first(&setup, &evaluator)?;

    let key = setup.key("sweep");
    let mut keeper = Keeper::new(research.resume.as_deref(), &key, setup.expected())?;
    let kernel = KernelEvaluate::new(EngineEvaluate {
        candles: &candles,
        settings: setup.settings.clone(),
        build: &build,
    });
    let swept = run(&setup, &kernel, &mut keeper)?;
    let unfinished = swept.is_partial.then_some("unfinished-sweep.rows");
    let kept = keeper.keep_all(&research.data_dir, unfinished, &key);
    recheck(&setup, &kernel, &swept, *top)?;
    // What cannot be remembered is shown and not judged.
    let remembered = remember(&mut setup, &evaluator, &swept);
    let judged =
        remembered.and_then(|()| judged(&mut setup, &evaluator, &swept, research.open_holdout));
    let (judged, forgotten) = match judged {
        Ok(judged) => (judged, Ok(())),
        Err(error) => (Judged { best: None, holdout: unopened(&setup) }, Err(error)),
    };
    let is_judged = forgotten.is_ok();
    let page = backtest.report.as_deref().filter(|_| is_judged);
    let page = page.map(|path| (path, report(&setup, backtest, &swept, &judged)));
    let rows = research
        .rows
        .as_deref()
        .map(|path| files::write_whole(path, table::csv(&setup.grid, &swept.tried).as_bytes()));
    let best = backtest.trades.as_deref().zip(judged.best.as_ref());
    let trades = best.map(|(path, (_, _, run))| write_trades(path, &run.trades));
    let document = document(&setup, &kernel, &swept, judged, *top);
    let printed = if backtest.json { output::json(&document) } else { table::print(&document) };
    let page = page.map(|(path, input)| report_file::write_judged(path, input));
    let written = [rows, trades, page, Some(forgotten), Some(printed)];
    keeper::end(kept, Failure::first_of(written.into_iter().flatten()), swept.is_partial)
}

/// The page, where there is a best to show.
fn report(
    setup: &Setup,
    arguments: &BacktestArguments,
    swept: &Swept,
    judged: &Judged,
) -> Option<ReportInput> {
    let (judgement, verdict, run) = judged.best.as_ref()?;
    let shown = research::Judged {
        arguments,
        settings: &setup.settings,
        candles: &setup.candles[setup.window.clone()],
        judgement,
        verdict,
    };
    let best = swept.best(setup.metric)?;
    Some(research::of_sweep(&shown, swept, (best, run), setup.metric))
}

fn run(setup: &Setup, evaluator: &dyn Evaluate, keeper: &mut Keeper) -> Result<Swept, Failure> {
    let request = setup.request();
    let keeper = std::cell::RefCell::new(keeper);
    let known = |places: &[u64]| keeper.borrow().known(&request.window, places);
    let mut watch =
        |done: &Done<'_>| -> ControlFlow<()> { keeper.borrow_mut().done(0, &request.window, done) };
    strategy_research::sweep(&request, evaluator, &known, &setup.stop, &mut watch)
        .map_err(wrong_sweep)
}

/// The best again, by the engine that trades live: what the kernel says of them must be the same.
fn recheck(
    setup: &Setup,
    kernel: &KernelEvaluate<'_>,
    swept: &Swept,
    top: usize,
) -> Result<(), Failure> {
    let best: Vec<&Tried> = swept.ranked(setup.metric).into_iter().take(top.max(1)).collect();
    let differences = kernel.recheck(&best, &setup.window).map_err(Failure::wrong)?;
    differences.first().map_or(Ok(()), |difference| Err(Failure::wrong(difference)))
}

/// A sweep that cannot be, with what to do.
pub(crate) fn wrong_sweep(error: SweepError) -> Failure {
    match error {
        SweepError::Grid(error) => in_option("--grid", error),
        SweepError::Samples(_) => in_option("--samples", error),
        SweepError::Search(error) => in_option("--search", error),
        SweepError::Unfit(Unfit::Wrong { what, hint }) => Failure::Wrong { what, hint },
        SweepError::NothingFits(_) => {
            Failure::wrong_hint(error, "widen the grid so that some values fit together")
        }
        SweepError::Unfit(Unfit::Contradiction(_))
        | SweepError::Differs(_)
        | SweepError::Evaluate(_) => Failure::wrong(error),
    }
}

fn remember(
    setup: &mut Setup,
    evaluator: &EngineEvaluate<'_>,
    swept: &Swept,
) -> Result<(), Failure> {
    let entry = |tried: &Tried| {
        let spec = evaluator.spec(&tried.variant);
        let figures = (setup.metric.figure(&tried.row), Some(ratio_per_candle(&tried.row)));
        setup.entry(EntryKind::Sweep, &spec, &setup.window, figures)
    };
    let entries = swept.tried.iter().map(entry).collect();
    setup.memory.remember(entries).map_err(forgetful)
}

/// A memory that cannot be written.
pub(crate) fn forgetful(error: strategy_research::MemoryError) -> Failure {
    Failure::wrong_hint(error, "check --data-dir and the disk: what was tried has to be remembered")
}

/// The best, judged.
struct Judged {
    best: Option<(Judgement, Verdict, FullRun)>,
    holdout: HoldoutView,
}

fn judged(
    setup: &mut Setup,
    evaluator: &EngineEvaluate<'_>,
    swept: &Swept,
    open_holdout: bool,
) -> Result<Judged, Failure> {
    let best = swept.best(setup.metric);
    let mut around = Around {
        quote: setup.quote(),
        is_partial: swept.is_partial,
        damaged: setup.memory.damaged,
        ..Around::default()
    };
    let best_or_none = best.filter(|_| open_holdout && !swept.is_partial);
    let variant = best_or_none.map(|it| &it.variant);
    let holdout = holdout(setup, evaluator, variant, &mut around)?;
    let Some(best) = best else { return Ok(Judged { best: None, holdout }) };
    let subject = Subject {
        evaluator,
        window: setup.window.clone(),
        swept,
        best,
        metric: setup.metric,
        trials: setup.memory.trials(&setup.candles[setup.window.clone()]),
        seed: setup.settings.seed,
    };
    let (judgement, run) = judge(&subject).map_err(Failure::wrong)?;
    let verdict = Verdict::of_sweep(&judgement, &around);
    Ok(Judged { best: Some((judgement, verdict, run)), holdout })
}

/// What is known of the part that is kept apart, looked at where `variant` is given.
pub(crate) fn holdout(
    setup: &mut Setup,
    evaluator: &EngineEvaluate<'_>,
    variant: Option<&strategy_research::Variant>,
    around: &mut Around,
) -> Result<HoldoutView, Failure> {
    let window = setup.holdout.clone();
    let mut view = unopened(setup);
    let Some(from) = view.from else { return Ok(view) };
    let Some(variant) = variant else {
        around.holdout = HoldoutState::Closed { from: from.to_string(), seen: view.seen };
        return Ok(view);
    };
    let spec = evaluator.spec(variant);
    let row = evaluator.full(variant, &window, &evaluator.settings).map_err(Failure::wrong)?.row;
    let figures = (setup.metric.figure(&row), Some(ratio_per_candle(&row)));
    let entry = setup.entry(EntryKind::HoldoutOpened, &spec, &window, figures);
    // First it is written down, then it is told.
    setup.memory.remember(vec![entry]).map_err(forgetful)?;
    view.openings = setup.memory.openings(&setup.candles[window]);
    let shown = RowView::of_row(&variant.settings, &row);
    around.holdout = HoldoutState::Open {
        net_profit: row.net_profit,
        sharpe: shown.sharpe,
        openings: view.openings,
        seen: view.seen,
    };
    view.row = Some(shown);
    Ok(view)
}

/// What is told of the part that is kept apart without a look at it.
pub(crate) fn unopened(setup: &Setup) -> HoldoutView {
    let candles = &setup.candles[setup.holdout.clone()];
    HoldoutView {
        candles: candles.len(),
        from: candles.first().map(|it| it.start),
        seen: setup.memory.seen(candles),
        openings: setup.memory.openings(candles),
        row: None,
    }
}

fn document(
    setup: &Setup,
    kernel: &KernelEvaluate<'_>,
    swept: &Swept,
    judged: Judged,
    top: usize,
) -> SweepDocument {
    let candles = &setup.candles[setup.window.clone()];
    let start = |candle: Option<&trading_types::Candle>| {
        candle.map_or(trading_types::Timestamp::EPOCH, |it| it.start)
    };
    let (judgement, verdict) = match judged.best {
        Some((judgement, verdict, _)) => (Some(judgement), Some(verdict)),
        None => (None, None),
    };
    SweepDocument {
        pair: setup.settings.rules.pair,
        interval: setup.settings.interval.minutes(),
        candles: candles.len(),
        from: start(candles.first()),
        to: start(candles.last()),
        strategy: setup.settings.strategy.name.clone(),
        grid: setup.grid.axes().iter().map(ToString::to_string).collect(),
        search: setup.request().search.to_string(),
        metric: setup.metric,
        evaluated: Evaluated::by(kernel),
        tried: swept.tried.len(),
        impossible: swept.impossible,
        tried_ever: setup.memory.trials(candles).count,
        partial: swept.is_partial,
        rows: swept.ranked(setup.metric).into_iter().take(top).map(RowView::of).collect(),
        judgement,
        holdout: judged.holdout,
        verdict,
    }
}
