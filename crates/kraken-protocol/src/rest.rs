//! What Kraken's REST interface answers, as plain structs with exact numbers
//! (<https://docs.kraken.com/exchange/api-reference>, read on 2026-11-21).
//!
//! **Law.** A number is what the text says, or an error that names its field; it never goes through
//! a floating one. Fields that Kraken may add are passed over, values it may add to a list are kept
//! as they are, and a wrong type is an error.

pub mod account;
pub mod answer;
pub mod fields;
pub mod key_info;
pub mod ledgers;
pub mod market;
pub mod orders;
pub mod pair_names;
pub mod placing;
pub mod trades;

pub use self::{
    answer::{Answer, NotAnAnswer},
    fields::{DecodeError, Problem},
    pair_names::{Holding, PairName, PairNames, Wallet},
};
use crate::endpoint::Endpoint;

/// Whether the result of an endpoint can be read.
pub fn can_read(endpoint: Endpoint, result: &str, names: &PairNames) -> Result<(), DecodeError> {
    use Endpoint as E;
    match endpoint {
        E::Time => market::time(result).map(drop),
        E::SystemStatus => market::system_status(result).map(drop),
        E::Assets => market::assets(result).map(drop),
        E::AssetPairs => market::asset_pairs(result).map(drop),
        E::Ticker => market::tickers(result, names).map(drop),
        E::Ohlc => market::candles(result, names).map(drop),
        E::Depth => market::depth(result, names).map(drop),
        E::Trades => market::trades(result, names).map(drop),
        E::Spread => market::spreads(result, names).map(drop),
        E::GetApiKeyInfo => key_info::key_info(result).map(drop),
        E::Balance => account::balance(result, names).map(drop),
        E::BalanceEx => account::balance_ex(result, names).map(drop),
        E::TradeBalance => account::trade_balance(result).map(drop),
        E::OpenOrders => orders::open_orders(result, names).map(drop),
        E::ClosedOrders => orders::closed_orders(result, names).map(drop),
        E::QueryOrders => orders::query_orders(result, names).map(drop),
        E::TradesHistory => trades::trades_history(result, names).map(drop),
        E::QueryTrades => trades::query_trades(result, names).map(drop),
        E::Ledgers => ledgers::ledgers(result, names).map(drop),
        E::QueryLedgers => ledgers::query_ledgers(result, names).map(drop),
        E::TradeVolume => account::trade_volume(result, names).map(drop),
        E::OrderAmends => orders::order_amends(result).map(drop),
        E::GetWebSocketsToken => placing::socket_token(result).map(drop),
        E::AddOrder => placing::added(result, false).map(drop),
        E::AddOrderBatch => placing::batch_added(result, false).map(drop),
        E::AmendOrder => placing::amended(result).map(drop),
        E::CancelOrder | E::CancelOrderBatch | E::CancelAll => placing::canceled(result).map(drop),
        E::CancelAllOrdersAfter => placing::dead_man_switch(result).map(drop),
    }
}

#[cfg(test)]
mod tests;
