//! Ways to choose variants of a grid: all of them, some by chance, some by what was learned.
//!
//! **Law.** A seed decides everything. What was told in the same order gives the same questions, so
//! a search that was interrupted is gone on with by telling it again what is known.

mod model;

use std::{collections::BTreeSet, fmt, str::FromStr};

use backtest_statistics::Prng;

use crate::grid::Grid;

pub use self::model::{ModelSearch, SearchFault};

/// How variants are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchKind {
    /// All, in order.
    Grid,
    /// Each as likely as the others, none twice.
    Random,
    /// Evenly spread (a scrambled Sobol sequence).
    Sobol,
    /// By a tree-structured Parzen estimator: more where the good ones were.
    Tpe,
    /// By covariance matrix adaptation.
    CmaEs,
}

impl SearchKind {
    /// All, by name.
    pub const ALL: [(&'static str, Self); 5] = [
        ("grid", Self::Grid),
        ("random", Self::Random),
        ("sobol", Self::Sobol),
        ("tpe", Self::Tpe),
        ("cma-es", Self::CmaEs),
    ];
}

impl fmt::Display for SearchKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = Self::ALL.iter().find(|(_, kind)| kind == self);
        f.pad(row.map_or("", |(name, _)| name))
    }
}

/// A word that is no way to search.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a way to search; choose one of {names}", names = names())]
pub struct UnknownSearch(pub String);

fn names() -> String {
    SearchKind::ALL.map(|(name, _)| name).join(", ")
}

impl FromStr for SearchKind {
    type Err = UnknownSearch;

    fn from_str(text: &str) -> Result<Self, UnknownSearch> {
        let row = Self::ALL.iter().find(|(name, _)| *name == text);
        row.map(|(_, kind)| *kind).ok_or_else(|| UnknownSearch(text.chars().take(40).collect()))
    }
}

/// The places of a variant on the axes of a grid.
pub type Places = Vec<u64>;

/// Chooses variants, batch by batch.
pub trait Search {
    /// The next batch; the same places may come again. None when there are no more.
    fn ask(&mut self) -> Vec<Places>;

    /// How good the variants of the last batch were, in their order; nothing for one that cannot
    /// be.
    fn tell(&mut self, scores: &[Option<f64>]);
}

/// Variants that are all known from the beginning.
pub struct Listed(Option<Vec<Places>>);

impl Listed {
    /// All of a grid that can be counted.
    pub fn all(grid: &Grid, count: u64) -> Self {
        Self(Some((0..count).map(|number| grid.places(number)).collect()))
    }

    /// `samples` of them, each as likely as the others and none twice; all where there are no more.
    pub fn random(grid: &Grid, samples: u64, seed: u64) -> Self {
        if let Ok(count) = grid.countable()
            && count <= samples
        {
            return Self::all(grid, count);
        }
        let mut prng = Prng::from_seed(seed);
        let mut drawn: BTreeSet<Places> = BTreeSet::new();
        let mut order = Vec::new();
        // At worst half of a grid is drawn before the other half is rare enough.
        let tries_max = samples.saturating_mul(64);
        for _ in 0..tries_max {
            if order.len() as u64 == samples {
                break;
            }
            let places: Places = grid.axes().iter().map(|axis| prng.below(axis.count())).collect();
            if drawn.insert(places.clone()) {
                order.push(places);
            }
        }
        Self(Some(order))
    }
}

impl Search for Listed {
    fn ask(&mut self) -> Vec<Places> {
        self.0.take().unwrap_or_default()
    }

    fn tell(&mut self, _scores: &[Option<f64>]) {}
}

#[cfg(test)]
mod tests;
