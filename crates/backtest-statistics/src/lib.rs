//! What a backtest is worth: statistics that tell an edge from luck.
//!
//! **Law.** Same numbers in, same bits out: plain IEEE arithmetic in a fixed order, functions that
//! the platform does not provide ([`functions`]), chance that is a seed ([`random`]). Everything
//! here is an opinion about money and never money.
//!
//! A story in four lines. Returns become [`moments`], moments a [`sharpe`] ratio with its error.
//! Of many variants the best looks good by luck alone: the deflated Sharpe ratio and
//! [`overfitting`] say how good. [`monte_carlo`] and [`same_exposure`] ask what chance would have
//! made of the same trades. [`curve`] and [`monthly`] describe what the equity did on the way.

pub mod curve;
pub mod functions;
pub mod moments;
pub mod monte_carlo;
pub mod monthly;
pub mod normal;
pub mod overfitting;
pub mod quantiles;
pub mod random;
pub mod same_exposure;
pub mod sharpe;
pub mod trades;

pub use crate::{
    curve::{Curve, CurveFigures, Drawdown},
    moments::{Moments, Sums},
    monte_carlo::{MonteCarlo, Resampling, TradeLuck},
    monthly::{MonthReturn, monthly_returns},
    overfitting::{BlockSums, Overfitting, OverfittingError, probability_of_overfitting},
    quantiles::Quantiles,
    random::Prng,
    same_exposure::{RandomEntries, SameExposure},
    sharpe::{Deflated, SharpeEstimate, Trials, expected_maximum},
    trades::{TradeFigures, trade_figures},
};
