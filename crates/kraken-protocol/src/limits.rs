//! Every limit Kraken sets, each as a small machine that never counts below Kraken's own.

mod points;

pub use self::points::Points;
