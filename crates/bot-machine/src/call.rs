//! The calls over REST that the bot makes, as requests and as what their answers say. None of them
//! places an order; those that cancel may be repeated without harm.

use std::time::Duration;

use kraken_protocol::{
    limits::{KeyRole, TradingAction},
    request::{OrderName, Page, Request, RequestError},
    rest::{
        PairNames,
        account::{self, Balance},
        fields::DecodeError,
        key_info::{self, KeyInfo},
        ledgers::{self, LedgerPage},
        market::{self, SystemStatus},
        orders::{self, ClosedOrders, Order},
        placing,
        trades::{self, TradesPage},
    },
    scheduler::{TradingPath, Work},
};
use trading_types::{
    Candle, ClientOrderId, Interval, Pair, Refusal, Timestamp, TradeId, VenueOrderId,
};

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    // Without a key.
    /// What Kraken's clock shows, in whole seconds.
    ServerTime,
    /// What Kraken takes, and what it has announced.
    SystemStatus,
    /// The last candles of a pair, at most 720.
    Candles {
        /// Which pair.
        pair: Pair,
        /// How long each is.
        interval: Interval,
        /// Only those that began after this; nothing means as many as there are.
        after: Option<Timestamp>,
    },

    // Reading the account.
    /// What the key may do.
    KeyInfo,
    /// All balances.
    Balances,
    /// All open orders, whoever placed them.
    OpenOrders,
    /// An order of ours, if it is open.
    OpenOrder(ClientOrderId),
    /// An order of ours, if it has ended.
    ClosedOrder(ClientOrderId),
    /// The ended orders that opened in a stretch of time, whoever placed them, at most fifty.
    ClosedOrders(Page),
    /// These orders, open or ended, at most fifty; what Kraken does not know is not in the answer.
    TheseOrders(Vec<VenueOrderId>),
    /// Trades of the account, the newest first, at most fifty.
    Trades(Page),
    /// These trades of the account, at most twenty.
    TheseTrades(Vec<TradeId>),
    /// Movements of balances, the newest first, at most fifty.
    Ledger(Page),

    // Taking orders away.
    /// Cancel every open order of the account.
    CancelAll,
    /// Cancel one order.
    Cancel {
        /// Which.
        order: OrderName,
        /// On which pair.
        pair: Pair,
    },
    /// Have Kraken cancel everything after this long; zero switches it off.
    CancelAllAfter(Duration),
}

/// What a call was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// What Kraken's clock showed, rounded down to a second.
    ServerTime(Timestamp),
    /// What Kraken takes.
    SystemStatus(SystemStatus),
    /// Closed candles, the oldest first.
    Candles(Vec<Candle>),
    /// What the key may do.
    KeyInfo(Box<KeyInfo>),
    /// Balances.
    Balances(Vec<Balance>),
    /// Orders: those that are open, or those that were asked for and exist.
    Orders(Vec<Order>),
    /// A page of orders that have ended.
    ClosedOrders(ClosedOrders),
    /// Trades.
    Trades(TradesPage),
    /// Movements of balances.
    Ledger(LedgerPage),
    /// So many orders are canceled, or will be.
    Canceled(u64),
    /// The dead-man switch fires then, or never.
    SwitchSet(Option<Timestamp>),
}

/// Why a call has no answer, sorted by what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallFailure {
    // It had no effect.
    /// Kraken said no.
    #[error("{0}")]
    Refused(Refusal),
    /// It was not sent, or a limit kept it from being done; it may be asked again later.
    #[error("it was not done ({0})")]
    NotDone(String),

    // It may have had an effect; a read may be asked again.
    /// Nobody knows.
    #[error("nobody knows what came of it ({0})")]
    Unclear(String),
    /// The answer cannot be understood.
    #[error("the answer cannot be read ({0})")]
    Unreadable(String),

    // A person has to look.
    /// The key is not used any more, or Kraken calls it wrong.
    #[error("the key is not used ({0})")]
    Key(String),
}

impl Call {
    /// The request that makes it. An error is a bug or a pair Kraken does not have.
    pub fn request(&self, names: &PairNames) -> Result<Request, RequestError> {
        let name = |pair: Pair| names.name(pair).ok_or(RequestError::UnknownPair(pair));
        Ok(match self {
            Self::ServerTime => Request::time(),
            Self::SystemStatus => Request::system_status(),
            Self::Candles { pair, interval, after } => {
                return Request::candles(name(*pair)?, *interval, *after);
            }
            Self::KeyInfo => Request::api_key_info(),
            Self::Balances => Request::balance_ex(),
            Self::OpenOrders => Request::open_orders(None),
            Self::OpenOrder(order) => Request::open_orders(Some(*order)),
            Self::ClosedOrder(order) => Request::closed_orders(Some(*order), &Page::default()),
            Self::ClosedOrders(page) => Request::closed_orders_opened_in(page),
            Self::TheseOrders(orders) => return Request::query_orders(orders),
            Self::Trades(page) => Request::trades_history(page),
            Self::TheseTrades(trades) => return Request::query_trades(trades),
            Self::Ledger(page) => Request::ledgers(None, page),
            Self::CancelAll => Request::cancel_all(),
            Self::Cancel { order, pair } => Request::cancel_order(*order, *pair),
            Self::CancelAllAfter(timeout) => return Request::cancel_all_orders_after(*timeout),
        })
    }

    /// What it spends, made with the key of this role.
    pub fn work(&self, request: &Request, key: KeyRole) -> Work {
        let endpoint = request.endpoint();
        let path = TradingPath::Rest(key, endpoint);
        match self {
            Self::ServerTime | Self::SystemStatus | Self::Candles { .. } => {
                Work::Public { endpoint, pair: request.pair() }
            }
            Self::CancelAll => Work::CancelAll { path },
            Self::Cancel { order: OrderName::Ours(id), pair } => {
                Work::Trading { pair: *pair, action: TradingAction::Cancel(vec![*id]), path }
            }
            // A foreign order is in no budget of ours; the endpoint costs nothing on the key.
            Self::Cancel { order: OrderName::Krakens(_), .. }
            | Self::KeyInfo
            | Self::Balances
            | Self::OpenOrders
            | Self::OpenOrder(_)
            | Self::ClosedOrder(_)
            | Self::ClosedOrders(_)
            | Self::TheseOrders(_)
            | Self::Trades(_)
            | Self::TheseTrades(_)
            | Self::Ledger(_)
            | Self::CancelAllAfter(_) => Work::Private { endpoint, key, cost: request.cost() },
        }
    }

    /// Reads the result of an answer.
    pub fn read(&self, result: &str, names: &PairNames) -> Result<Answer, DecodeError> {
        Ok(match self {
            Self::ServerTime => Answer::ServerTime(market::time(result)?),
            Self::SystemStatus => Answer::SystemStatus(market::system_status(result)?),
            Self::Candles { .. } => {
                Answer::Candles(market::history::candles(result, names)?.closed)
            }
            Self::KeyInfo => Answer::KeyInfo(Box::new(key_info::key_info(result)?)),
            Self::Balances => Answer::Balances(account::balance_ex(result, names)?),
            Self::OpenOrders | Self::OpenOrder(_) => {
                Answer::Orders(orders::open_orders(result, names)?)
            }
            Self::ClosedOrder(_) => Answer::Orders(orders::closed_orders(result, names)?.orders),
            Self::ClosedOrders(_) => Answer::ClosedOrders(orders::closed_orders(result, names)?),
            Self::TheseOrders(_) => Answer::Orders(orders::query_orders(result, names)?),
            Self::Trades(_) => Answer::Trades(trades::trades_history(result, names)?),
            Self::TheseTrades(_) => {
                let trades = trades::query_trades(result, names)?;
                Answer::Trades(TradesPage { trades, count: None })
            }
            Self::Ledger(_) => Answer::Ledger(ledgers::ledgers(result, names)?),
            Self::CancelAll | Self::Cancel { .. } => {
                Answer::Canceled(placing::canceled(result)?.count)
            }
            Self::CancelAllAfter(_) => {
                Answer::SwitchSet(placing::dead_man_switch(result)?.fires_at)
            }
        })
    }
}
