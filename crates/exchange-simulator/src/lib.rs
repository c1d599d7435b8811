//! A simulated spot exchange that fills orders honestly.
//!
//! **Law.** It shares our words and never our rules: its validation, holds, fees and matching are
//! its own, so that a mistake in the engine cannot cancel out here. Where it does not know what
//! would have happened, the worse for us happened. Nothing here reads a clock or a file; chance is
//! a seed, and the same inputs give the same outputs, to the byte.
//!
//! A story. A strategy sees a candle close at 100 and sends a market buy. The [`CandleExchange`]
//! checks it ([`Refusal`](trading_types::Refusal) by name), holds the money, and says `Accepted`.
//! The next candle opens at 101: the order fills there, a slippage worse, with the taker's fee
//! rounded up. The strategy hears of it while the market still stands at 101 and rests a stop at
//! 98. The same candle reached 97 and 110. Nobody knows which came first, so the stop did: it
//! wakes at 98, fills a slippage lower, and the candle is counted as ambiguous.
//!
//! The same strategy on paper. Its limit buy at 100 joins the queue of a [`BookExchange`] behind
//! three bitcoins of people it will never meet. One of them cancels; nobody knows from where in
//! the queue, so it was from behind us. Then somebody sells four: three go to those in front, one
//! to us, as maker. Where there is no real market, a [`MarketModel`] makes one from a seed.
//!
//! | part | for |
//! |---|---|
//! | [`candle_exchange`] | backtests: one pair, one account, candles |
//! | [`book_exchange`] | paper and a simulated Kraken: pairs, accounts, queues, latency |
//! | [`replay`] | recorded ticks: our orders in what really happened |
//! | [`market_model`] | an outside world for it, from a seed or along recorded candles |
//! | [`CandleBuilder`] | candles from trades |

mod account;
mod amend;
mod audience;
mod book;
pub mod book_exchange;
pub mod candle_exchange;
mod candles;
mod fees;
#[cfg(test)]
mod fixture;
mod ids;
mod latency;
pub mod market_model;
mod open_order;
mod prng;
pub mod replay;
mod trader;
mod trigger;
mod validation;
mod wire;

pub use crate::{
    account::Balance,
    audience::{AccountId, Audience},
    book_exchange::{BookExchange, BookSettings, PlacedClose, QueuePlace},
    candle_exchange::{CandleExchange, CandleFill, CandleSettings, CandleStatistics, PartialFills},
    candles::CandleBuilder,
    latency::{Delay, Latency},
    market_model::{HistoryModel, MarketModel, MarketModelSettings},
    open_order::OpenOrder,
    prng::Prng,
};
