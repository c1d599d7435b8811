//! Two strategies on ticks, to try a market's plumbing with: one only takes, one only makes.
//!
//! They are small on purpose. What they decide is an opinion, and may float; what they send is
//! whole steps and exact quantities.

pub use self::{
    ema_taker::EmaTaker,
    market_maker::{MarketMaker, Requote},
};

mod ema_taker;
mod market_maker;
