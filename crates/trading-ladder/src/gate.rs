//! The gate above each rung: a table of demands, each with what there is and what is needed.

use std::fmt;

use serde::Serialize;
use trading_types::{Amount, Fraction, Timestamp};

use crate::{
    day::SECONDS,
    evidence::BacktestEvidence,
    requirements::{BacktestNeeds, Stay, TrackingNeeds},
    rung::Rung,
    state::State,
    tracking::Tracking,
};

/// Something that is demanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Demanded {
    /// That it is known what trades.
    Subject,
    /// Enough round trips out of sample.
    OutOfSampleTrades,
    /// A profit out of sample, after all costs.
    OutOfSampleProfit,
    /// A profit out of sample at stressed fees.
    StressedProfit,
    /// No deep fall of the equity out of sample.
    BacktestDrawdown,
    /// Clean days on this rung.
    CleanDays,
    /// Round trips on them.
    Trades,
    /// That the last of them is not long ago.
    RecentDay,
    /// No deep fall of the equity on this rung.
    Drawdown,
    /// Orders compared with a backtest of the same days.
    TrackedOrders,
    /// Little slippage on average.
    SlippageMean,
    /// Little slippage at worst.
    SlippageWorst,
    /// Few orders that only one of the two had.
    MismatchedOrders,
    /// Evidence of the mode and of the days of this rung.
    OwnEvidence,
    /// The very next rung, and no other.
    NextRung,
    /// A rung above.
    Room,
    /// Somebody who is answerable.
    Principal,
    /// A reason in words.
    Reason,
    /// The value of the pair's smallest entry.
    EntryMinimum,
    /// A clock that has not gone back.
    Clock,
    /// A day that is over and not yet written down, on a rung that has days.
    DayToClose,
    /// Real money.
    LiveRung,
}

/// What is demanded, what there is, and whether that is enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Demand {
    /// What.
    pub what: Demanded,
    /// What there is, in words.
    pub have: String,
    /// What is needed, in words.
    pub need: String,
    /// Whether it is met.
    #[serde(rename = "met")]
    pub is_met: bool,
}

impl Demand {
    pub(crate) fn new(
        what: Demanded,
        is_met: bool,
        have: impl fmt::Display,
        need: impl fmt::Display,
    ) -> Self {
        Self { what, have: have.to_string(), need: need.to_string(), is_met }
    }

    /// One that is not met.
    pub(crate) fn unmet(what: Demanded, have: impl fmt::Display, need: impl fmt::Display) -> Self {
        Self::new(what, false, have, need)
    }

    fn at_least(what: Demanded, have: u64, need: u64) -> Self {
        Self::new(what, need <= have, have, format_args!("at least {need}"))
    }

    fn at_most(what: Demanded, have: Fraction, need: Fraction) -> Self {
        let percent = |it: Fraction| format!("{} %", it.percent());
        Self::new(what, have <= need, percent(have), format_args!("at most {}", percent(need)))
    }

    fn profit(what: Demanded, have: Amount) -> Self {
        Self::new(what, have.is_positive(), have, "above 0")
    }
}

/// The table above the rung on which `state` stands.
pub(crate) fn demands(state: &State, now: Timestamp) -> Vec<Demand> {
    let mut demands = Vec::new();
    if state.subject.is_none() {
        demands.push(Demand::unmet(Demanded::Subject, "none", "a config"));
    }
    match state.requirements.stay(state.rung) {
        None => demands.extend(backtest(state.backtest.as_deref(), &state.requirements.backtest)),
        Some(stay) => days(state, stay, now, &mut demands),
    }
    let top = Rung::Scaled { step: state.requirements.steps_max };
    if top < state.rung.above() && state.rung.is_live() {
        demands.push(Demand::unmet(
            Demanded::Room,
            state.rung,
            format_args!("nothing above {top}"),
        ));
    }
    demands
}

const NONE: &str = "no evidence";

/// What is asked of a backtest.
pub(crate) fn backtest(evidence: Option<&BacktestEvidence>, needs: &BacktestNeeds) -> [Demand; 4] {
    use Demanded as D;
    let stress = times(needs.fee_stress);
    let Some(evidence) = evidence else {
        let trades = format!("at least {}", needs.trades_min);
        let drawdown = format!("at most {} %", needs.drawdown_max.percent());
        return [
            Demand::unmet(D::OutOfSampleTrades, NONE, trades),
            Demand::unmet(D::OutOfSampleProfit, NONE, "above 0"),
            Demand::unmet(D::StressedProfit, NONE, format_args!("above 0 at {stress} fees")),
            Demand::unmet(D::BacktestDrawdown, NONE, drawdown),
        ];
    };
    let BacktestEvidence { out_of_sample, stressed, fee_stress, .. } = evidence;
    let profit = stressed.net_profit;
    [
        Demand::at_least(D::OutOfSampleTrades, out_of_sample.trades, needs.trades_min),
        Demand::profit(D::OutOfSampleProfit, out_of_sample.net_profit),
        Demand::new(
            D::StressedProfit,
            profit.is_positive() && needs.fee_stress <= *fee_stress,
            format_args!("{profit} at {} fees", times(*fee_stress)),
            format_args!("above 0 at {stress} fees"),
        ),
        Demand::at_most(D::BacktestDrawdown, out_of_sample.max_drawdown, needs.drawdown_max),
    ]
}

fn times(fraction: Fraction) -> String {
    format!("{fraction}x")
}

fn days(state: &State, stay: Stay, now: Timestamp, demands: &mut Vec<Demand>) {
    use Demanded as D;
    let tally = &state.tally;
    demands.push(Demand::at_least(D::CleanDays, tally.clean_days, stay.clean_days));
    demands.push(Demand::at_least(D::Trades, tally.trades, stay.trades));
    demands.push(recent(tally.last_end, state.requirements.silent_days_max, now));
    demands.push(Demand::at_most(D::Drawdown, tally.drawdown, state.requirements.drawdown_max));
    // An entry and an exit for each round trip.
    let orders = stay.trades.saturating_mul(2);
    let tracking = state.tracking.as_deref().map(|it| &it.tracking);
    tracked(tracking, orders, &state.requirements.tracking, demands);
}

fn recent(last_end: Option<Timestamp>, days_max: u64, now: Timestamp) -> Demand {
    let need = format!("at most {days_max} days ago");
    let Some(end) = last_end else { return Demand::unmet(Demanded::RecentDay, "none", need) };
    let days = now.since(end).as_secs() / SECONDS;
    Demand::new(Demanded::RecentDay, days <= days_max, format_args!("{days} days ago"), need)
}

fn tracked(
    tracking: Option<&Tracking>,
    orders: u64,
    needs: &TrackingNeeds,
    demands: &mut Vec<Demand>,
) {
    use Demanded as D;
    let bounds = |it: &Tracking| {
        [
            (D::SlippageMean, it.slippage_mean, needs.slippage_mean_max),
            (D::SlippageWorst, it.slippage_worst, needs.slippage_worst_max),
            (D::MismatchedOrders, it.mismatched(), needs.mismatched_max),
        ]
    };
    let Some(tracking) = tracking else {
        demands.push(Demand::unmet(D::TrackedOrders, NONE, format_args!("at least {orders}")));
        demands.extend(bounds(&Tracking::default()).map(|(what, _, need)| {
            Demand::unmet(what, NONE, format_args!("at most {} %", need.percent()))
        }));
        return;
    };
    demands.push(Demand::at_least(D::TrackedOrders, tracking.expected(), orders));
    let bounds = bounds(tracking);
    demands.extend(bounds.map(|(what, have, need)| Demand::at_most(what, have, need)));
}

/// What of a comparison is so far off that a rung is lost: more than twice what is asked, on more
/// orders than chance explains.
pub(crate) fn breached(tracking: &Tracking, needs: &TrackingNeeds) -> Option<String> {
    let orders = tracking.expected().max(tracking.matched.saturating_add(tracking.extra));
    if orders < needs.breach_orders_min {
        return None;
    }
    #[rustfmt::skip] // A table.
    let bounds = [
        ("slippage on average", tracking.slippage_mean,  needs.slippage_mean_max),
        ("worst slippage",      tracking.slippage_worst, needs.slippage_worst_max),
        ("mismatched orders",   tracking.mismatched(),   needs.mismatched_max),
    ];
    let broken =
        bounds.into_iter().find(|(_, have, max)| max.units().saturating_mul(2) < have.units());
    broken.map(|(what, have, max)| {
        format!("{what} {} %, more than twice {} %", have.percent(), max.percent())
    })
}

impl Demanded {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Subject => "what trades",
            Self::OutOfSampleTrades => "trades out of sample",
            Self::OutOfSampleProfit => "profit out of sample, after costs",
            Self::StressedProfit => "profit at stressed fees",
            Self::BacktestDrawdown => "drawdown out of sample",
            Self::CleanDays => "clean days on this rung",
            Self::Trades => "trades on clean days",
            Self::RecentDay => "last day written down",
            Self::Drawdown => "drawdown on this rung",
            Self::TrackedOrders => "orders compared with a backtest",
            Self::SlippageMean => "slippage on average",
            Self::SlippageWorst => "worst slippage",
            Self::MismatchedOrders => "orders only one of the two had",
            Self::OwnEvidence => "evidence of this rung",
            Self::NextRung => "the next rung",
            Self::Room => "a rung above",
            Self::Principal => "who asks",
            Self::Reason => "a reason",
            Self::EntryMinimum => "value of the smallest entry",
            Self::Clock => "the clock",
            Self::DayToClose => "a day to close",
            Self::LiveRung => "a rung with real money",
        }
    }
}

impl fmt::Display for Demand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: have {}, need {}", self.what.words(), self.have, self.need)
    }
}

#[cfg(test)]
mod tests;
