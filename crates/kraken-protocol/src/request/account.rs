//! Calls that read an account (<https://docs.kraken.com/exchange/api-reference>, read on
//! 2026-11-21).
//!
//! Orders and trades are always asked for with `consolidate_taker=false`: Kraken's default merges
//! several trades of one order, whose ids would then not be those that the socket has told.

use trading_types::{
    Ascii, Asset, ClientOrderId, Timestamp, TradeId, VenueOrderId, kraken_pairs::archive_asset,
};

use super::{Parameters, Request, RequestError, check_count, market::joined};
use crate::{endpoint::Endpoint, limits::Points, rest::PairName};

/// The most orders that one `QueryOrders` takes.
const ORDERS_MAX: usize = 50;
/// The most ids that one `QueryTrades` or `QueryLedgers` takes.
const IDS_MAX: usize = 20;
/// What a look-up by client id costs: Kraken's pages say one point, its own SDK
/// (krakenfx/kraken-api-sdk 0.1.0, read on 2026-11-21) charges two.
const LOOK_UP_COST: Points = Points::whole(2);

/// Which part of a history. Kraken gives fifty entries at a time, the newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Only entries after this time; the second it lies in is cut off.
    pub after: Option<Timestamp>,
    /// Only entries up to this time; the second it lies in is taken whole.
    pub until: Option<Timestamp>,
    /// How many of the newest entries are skipped.
    pub offset: u32,
}

impl Page {
    fn parameters(&self) -> Parameters {
        let whole_second = |time: Timestamp| time.nanos().div_ceil(1_000_000_000).to_string();
        let mut parameters = Vec::new();
        parameters.extend(self.after.map(|time| ("start", time.seconds().to_string())));
        parameters.extend(self.until.map(|time| ("end", whole_second(time))));
        parameters.extend((0 < self.offset).then(|| ("ofs", self.offset.to_string())));
        parameters
    }
}

fn word(text: &str) -> String {
    text.to_owned()
}

impl Request {
    /// What the key may do.
    pub fn api_key_info() -> Self {
        Self::form(Endpoint::GetApiKeyInfo, Vec::new())
    }

    /// All balances.
    pub fn balance() -> Self {
        Self::form(Endpoint::Balance, Vec::new())
    }

    /// All balances, with what open orders hold.
    pub fn balance_ex() -> Self {
        Self::form(Endpoint::BalanceEx, Vec::new())
    }

    /// The worth of the account in an asset; in US dollars when none is named.
    pub fn trade_balance(asset: Option<Asset>) -> Self {
        let asset = asset.map(|asset| ("asset", archive_asset(&asset).to_owned()));
        Self::form(Endpoint::TradeBalance, asset.into_iter().collect())
    }

    /// The open orders: all, or the one of this name.
    pub fn open_orders(order: Option<ClientOrderId>) -> Self {
        let parameters = vec![("trades", word("true"))];
        Self::form(Endpoint::OpenOrders, parameters).looking_up(order)
    }

    /// Closed orders: a page of all, or the one of this name.
    pub fn closed_orders(order: Option<ClientOrderId>, page: &Page) -> Self {
        let mut parameters = vec![("trades", word("true"))];
        parameters.extend(page.parameters());
        parameters.push(("closetime", word("both")));
        parameters.push(("consolidate_taker", word("false")));
        Self::form(Endpoint::ClosedOrders, parameters).looking_up(order)
    }

    /// A page of the closed orders that opened in this stretch of time.
    pub fn closed_orders_opened_in(page: &Page) -> Self {
        let mut parameters = vec![("trades", word("true"))];
        parameters.extend(page.parameters());
        parameters.push(("closetime", word("open")));
        parameters.push(("consolidate_taker", word("false")));
        Self::form(Endpoint::ClosedOrders, parameters)
    }

    fn looking_up(mut self, order: Option<ClientOrderId>) -> Self {
        let Some(order) = order else { return self };
        self.cost = LOOK_UP_COST;
        self.with("cl_ord_id", order.to_string())
    }

    /// These orders, open or closed; at most 50.
    pub fn query_orders(orders: &[VenueOrderId]) -> Result<Self, RequestError> {
        check_count("orders", orders.len(), 1, ORDERS_MAX)?;
        let ids = ("txid", ids(orders));
        let separate = ("consolidate_taker", word("false"));
        let parameters = vec![ids, ("trades", word("true")), separate];
        Ok(Self::form(Endpoint::QueryOrders, parameters))
    }

    /// A page of the account's trades.
    pub fn trades_history(page: &Page) -> Self {
        let mut parameters = page.parameters();
        parameters.push(("consolidate_taker", word("false")));
        Self::form(Endpoint::TradesHistory, parameters)
    }

    /// These trades of the account; at most 20.
    pub fn query_trades(trades: &[TradeId]) -> Result<Self, RequestError> {
        check_count("trades", trades.len(), 1, IDS_MAX)?;
        Ok(Self::form(Endpoint::QueryTrades, vec![("txid", ids(trades))]))
    }

    /// A page of the ledger: of all assets, or of one.
    pub fn ledgers(asset: Option<Asset>, page: &Page) -> Self {
        let asset = asset.map(|asset| ("asset", archive_asset(&asset).to_owned()));
        let parameters = asset.into_iter().chain(page.parameters());
        Self::form(Endpoint::Ledgers, parameters.collect())
    }

    /// These entries of the ledger; at most 20.
    pub fn query_ledgers(entries: &[Ascii<24>]) -> Result<Self, RequestError> {
        check_count("entries", entries.len(), 1, IDS_MAX)?;
        Ok(Self::form(Endpoint::QueryLedgers, vec![("id", ids(entries))]))
    }

    /// The account's 30-day volume and the fees it pays on these pairs.
    pub fn trade_volume(pairs: &[PairName]) -> Self {
        let parameters = match pairs {
            [] => Vec::new(),
            _ => vec![("pair", joined(pairs))],
        };
        Self::form(Endpoint::TradeVolume, parameters)
    }

    /// Every change that was made to an order.
    pub fn order_amends(order: VenueOrderId) -> Self {
        Self::form(Endpoint::OrderAmends, vec![("order_id", order.to_string())])
    }

    /// A token that opens the private channels of a WebSocket.
    pub fn socket_token() -> Self {
        Self::form(Endpoint::GetWebSocketsToken, Vec::new())
    }
}

fn ids(all: &[Ascii<24>]) -> String {
    all.iter().map(Ascii::as_str).collect::<Vec<_>>().join(",")
}
