//! Rows of the kernel held against the engine's.
//!
//! The one invariant: two rows are equal to the last unit, or the difference is told.

use std::{fmt, ops::Range};

use super::KernelEvaluate;
use crate::{
    evaluate::{Evaluate, EvaluateError, Row, Variant, Want},
    sweep::Tried,
};

/// A variant of which the kernel and the engine say different things.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Which.
    pub variant: Variant,
    /// What was swept.
    pub kernel: Row,
    /// What the engine says.
    pub engine: Row,
}

impl Difference {
    /// Between the money of a row that was swept and the engine's, if there is one.
    pub(crate) fn between(swept: &Tried, engine: Row) -> Option<Self> {
        let Tried { variant, row, .. } = swept;
        let differs = money(row) != money(&engine);
        differs.then(|| Self { variant: variant.clone(), kernel: row.clone(), engine })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { variant, kernel, engine } = self;
        writeln!(f, "{variant} differs between the kernel and the engine; please report it")?;
        for (name, row) in [("kernel", kernel), ("engine", engine)] {
            let Row { trades, wins, net_profit, fees, .. } = row;
            writeln!(f, "{name}: {trades} trades, {wins} won, {net_profit} net, {fees} fees")?;
        }
        Ok(())
    }
}

impl KernelEvaluate<'_> {
    /// Runs these variants, the best of a sweep, through the kernel and the engine again. Both must
    /// say the same to the last bit, and what was swept must be the same money; what is not is
    /// told. (A row that was read from a file may have lost the last bit of a statistic.)
    pub fn recheck(
        &self,
        tried: &[&Tried],
        window: &Range<usize>,
    ) -> Result<Vec<Difference>, EvaluateError> {
        let mut differences = Vec::new();
        for Tried { variant, row, .. } in tried.iter().copied() {
            let again = self.alone(variant, window, Want::Curve).ok();
            let rows = self.engine.evaluate(std::slice::from_ref(variant), window, Want::Curve)?;
            for engine in rows {
                let swept = (money(row) != money(&engine)).then(|| row.clone());
                let again = again.as_ref().map(|(row, _)| row).filter(|it| **it != engine);
                if let Some(kernel) = swept.or(again.cloned()) {
                    differences.push(Difference { variant: variant.clone(), kernel, engine });
                }
            }
        }
        Ok(differences)
    }
}

/// A row without statistics.
fn money(row: &Row) -> Row {
    Row { curve: None, profit_factor: None, ..row.clone() }
}
