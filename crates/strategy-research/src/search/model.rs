//! Searches of the crate `optimizer` behind ours: Sobol, TPE, CMA-ES.
//!
//! Each axis is a whole number, the place on it, so that what is tried is always on the grid. The
//! batch is as large as it is whatever the number of threads, or threads would decide.
//!
//! Two habits of the library's samplers (1.0.1) are met here: they always go down, whatever the
//! study's direction, so scores are turned; and TPE tells parameters apart by their bounds alone,
//! so no two axes have the same.

use optimizer::{
    Direction, Study, Trial,
    parameter::{IntParam, Parameter},
    sampler::{CmaEsSampler, SobolSampler, TpeSampler},
};

use crate::{
    grid::Grid,
    search::{Places, Search, SearchKind},
};

/// Variants that are chosen before the next result is looked at.
const BATCH: usize = 8;
/// A variant that cannot be is worse than any that can; less is better here.
const WORST: f64 = 1e300;

/// A search that learns, or spreads evenly.
pub struct ModelSearch {
    study: Study<f64>,
    /// One for each axis; an axis of one value is not searched.
    parameters: Vec<Option<IntParam>>,
    asked: Vec<Trial>,
}

/// A search that cannot be begun or gone on with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SearchFault {
    /// An axis is longer than can be searched.
    #[error("`{0}` has more values than can be searched; use wider steps")]
    LongAxis(String),
    /// The library would not.
    #[error("the search cannot be set up: {0}")]
    Library(String),
    /// These have no model.
    #[error("{0} is no search by a model")]
    NoModel(SearchKind),
}

impl ModelSearch {
    /// A search of `kind` over `grid`.
    pub fn new(grid: &Grid, kind: SearchKind, seed: u64) -> Result<Self, SearchFault> {
        let parameter = |(axis, low): (&crate::grid::Axis, i64)| {
            let last = i64::try_from(axis.count() - 1).ok().filter(|it| *it < 1 << 53);
            let last = last.ok_or_else(|| SearchFault::LongAxis(axis.key.clone()))?;
            Ok((0 < last).then(|| IntParam::new(low, low + last).name(axis.key.clone())))
        };
        let parameters =
            grid.axes().iter().zip(0..).map(parameter).collect::<Result<Vec<_>, _>>()?;
        let study = match kind {
            SearchKind::Sobol => {
                Study::with_sampler(Direction::Minimize, SobolSampler::with_seed(seed))
            }
            SearchKind::Tpe => {
                let sampler = TpeSampler::builder().seed(seed).build();
                let sampler = sampler.map_err(|it| SearchFault::Library(it.to_string()))?;
                Study::with_sampler(Direction::Minimize, sampler)
            }
            SearchKind::CmaEs => {
                let sampler = CmaEsSampler::builder().seed(seed).population_size(BATCH).build();
                Study::with_sampler(Direction::Minimize, sampler)
            }
            SearchKind::Grid | SearchKind::Random => return Err(SearchFault::NoModel(kind)),
        };
        Ok(Self { study, parameters, asked: Vec::new() })
    }

    fn places(parameters: &[Option<IntParam>], trial: &mut Trial) -> Places {
        let place = |(parameter, low): (&Option<IntParam>, i64)| {
            let chosen = parameter.as_ref().map_or(low, |parameter| {
                parameter.suggest(trial).expect("a parameter of ours is asked for once a trial")
            });
            u64::try_from(chosen - low).expect("nothing below the lower bound is suggested")
        };
        parameters.iter().zip(0..).map(place).collect()
    }
}

impl Search for ModelSearch {
    fn ask(&mut self) -> Vec<Places> {
        self.asked = (0..BATCH).map(|_| self.study.ask()).collect();
        self.asked.iter_mut().map(|trial| Self::places(&self.parameters, trial)).collect()
    }

    fn tell(&mut self, scores: &[Option<f64>]) {
        for (trial, score) in self.asked.drain(..).zip(scores) {
            let turned = score.filter(|it| it.is_finite()).map_or(WORST, std::ops::Neg::neg);
            self.study.complete_trial(trial, turned);
        }
    }
}
