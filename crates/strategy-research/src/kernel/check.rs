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
    /// Runs these variants, the best of a sweep, through the engine again. Each must be the same to
    /// the last unit; those that are not are told.
    pub fn recheck(
        &self,
        tried: &[&Tried],
        window: &Range<usize>,
    ) -> Result<Vec<Difference>, EvaluateError> {
        let mut differences = Vec::new();
        for Tried { variant, row, .. } in tried.iter().copied() {
            let rows = self.engine.evaluate(std::slice::from_ref(variant), window, Want::Curve)?;
            for engine in rows {
                // A sweep that did not want the curve has none.
                let curve = row.curve.as_ref().and(engine.curve.clone());
                let engine = Row { curve, ..engine };
                if engine != *row {
                    let (variant, kernel) = (variant.clone(), row.clone());
                    differences.push(Difference { variant, kernel, engine });
                }
            }
        }
        Ok(differences)
    }
}
