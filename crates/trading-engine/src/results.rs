//! What a strategy's closed trades won and lost, and the part of the equity that Kelly's rule
//! would put into the next one.

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Fraction, Rounding};

/// Results of closed trades.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Results {
    wins: u32,
    losses: u32,
    won: Amount,
    lost: Amount,
}

impl Results {
    /// Adds a closed trade.
    pub(crate) fn add(&mut self, profit: Amount) {
        if profit < Amount::ZERO {
            self.losses += 1;
            self.lost -= profit;
        } else {
            self.wins += 1;
            self.won += profit;
        }
    }

    /// Kelly's part, p − (1 − p) ÷ b with the share of wins p and the ratio b of the average win to
    /// the average loss; never above `cap`, nothing when the past lost money. Before `trades_min`
    /// trades nothing is known, and a quarter of the cap is used.
    pub(crate) fn kelly_part(&self, cap: Fraction, trades_min: u32) -> Fraction {
        let trades = self.wins + self.losses;
        if trades < trades_min.max(1) {
            return Fraction::from_units(cap.units() / 4);
        }
        if self.losses == 0 {
            return cap;
        }
        if self.wins == 0 || !self.won.is_positive() {
            return Fraction::ZERO;
        }
        // p − (1 − p) ÷ b  =  (wins × won − wins × lost) ÷ (trades × won), since the average win is
        // won ÷ wins and the average loss is lost ÷ losses.
        let edge = self.won.saturating_less(self.lost);
        let times =
            |amount: Amount, count: u32| Amount::from_units(amount.units() * i128::from(count));
        let one = Amount::from_units(i128::from(Fraction::ONE.units()));
        let part = one.share(times(edge, self.wins), times(self.won, trades), Rounding::Down);
        Fraction::from_units(i64::try_from(part.units()).expect("at most the whole")).min(cap)
    }
}

#[cfg(test)]
mod tests;
