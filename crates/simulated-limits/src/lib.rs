//! Kraken's limiters as Kraken keeps them: what a simulated Kraken enforces, and what our own
//! limiters are held against.
//!
//! **Law.** This crate was written from Kraken's documentation alone, and shares nothing with the
//! client's limiters but the words of `trading-types`: a mistake made once must not cancel out.
//! Where the documentation can be read in two ways, the stricter reading is the default and the
//! other is a setting. Everything is a whole number, and every charge is remembered until it has
//! drained, so that a counter is looked at, never trusted to have been kept up.
//!
//! | Limiter | Scope | Refuses with |
//! |---|---|---|
//! | [`PrivateCounter`] | a key | `EAPI:Rate limit exceeded` |
//! | [`Concurrency`] | a key | `EService: Throttled: <unix time>` |
//! | [`PublicCalls`] | an address, an address and pair | `EAPI:Rate limit exceeded` |
//! | [`TradingCounter`] | an account and pair | `EOrder:Rate limit exceeded`, `EOrder:Orders limit
//! exceeded` |
//! | [`ConnectionAttempts`] | an address | a ban of ten minutes |
//! | [`MessageRate`], [`Level3Rate`] | a connection | `Exceeded msg rate` |
//! | [`ArticleWindows`] | an address, an account | not Kraken's: a stricter model some users choose
//! |
//!
//! Time is the last argument of whatever needs it. A time before one already seen counts as that
//! one: Kraken's clock does not run backwards.

mod article_windows;
mod charges;
mod concurrency;
mod connection_attempts;
mod decay;
mod exceeded;
mod level3_rate;
mod message_rate;
mod order_age;
mod points;
mod private_cost;
mod private_counter;
mod public_calls;
mod tier;
mod trading_counter;
mod window;

pub use crate::{
    article_windows::ArticleWindows,
    concurrency::Concurrency,
    connection_attempts::ConnectionAttempts,
    decay::DecayMode,
    exceeded::Exceeded,
    level3_rate::{Level3Depth, Level3Rate},
    message_rate::MessageRate,
    points::Points,
    private_cost::{private_cost, private_look_up_cost},
    private_counter::{PrivateCounter, PrivateLimits},
    public_calls::{PublicCalls, PublicLimits},
    tier::Tier,
    trading_counter::{Boundary, TradingCounter, TradingLimits, Transaction, Validity},
};
