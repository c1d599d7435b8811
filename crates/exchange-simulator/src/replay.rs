//! An exchange that replays what really happened: every change of the book, every trade, and our
//! orders among them.
//!
//! **Law.** What happened happens again, whatever we do: nobody in the record sees our orders, and
//! nothing we do moves the market. So our orders must be small. Where the record leaves a question
//! open, the answer is against us: our place in a queue improves only by what the record proves,
//! and under [`Fills::Partial`] no more trades with us than traded.
//!
//! A story. The record shows 3 bitcoins at 60,000.0 when our bid of 0.5 arrives there: 3 are in
//! front of us ([`QueueModel`]). Somebody sells 2 at that price, so 1 is in front. The level is
//! told anew as 0.4: at most 0.4 are in front, whoever left. Somebody sells 0.6: 0.4 go to those in
//! front, 0.2 to us, as maker. The seller's next trade is at 59,999.9: who reached that price went
//! through ours, so what is left of us trades too, as far as that trade's quantity goes.
//!
//! Prices here are counted in **steps** of the pair's tick: 600,000 steps of 0.1 are 60,000.0.
//!
//! | part | for |
//! |---|---|
//! | [`Tick`] | one thing that happened: a level, a trade |
//! | [`TickBook`] | the book that the ticks tell of |
//! | [`ReplayExchange`] | our orders in it: queues, fills, money |
//! | [`ReplayCommand`], [`ReplayReport`] | what it is told and what it tells |
//! | [`DelayedQueue`] | what is under way in one direction |

mod account;
mod command;
mod delayed_queue;
mod exchange;
mod levels;
mod orders;
mod queue;
mod report;
mod tick;
mod tick_book;

pub use self::{
    account::ReplayAccount,
    command::{OrderNumber, ReplayAmend, ReplayCommand, ReplayOrder, ReplayTerms},
    delayed_queue::DelayedQueue,
    exchange::{Fills, ReplayExchange, ReplaySettings},
    queue::QueueModel,
    report::{ReplayFill, ReplayNews, ReplayRefusal, ReplayReport},
    tick::{Tick, TickKind},
    tick_book::TickBook,
};
