//! `TradesHistory` and `QueryTrades`
//! (<https://docs.kraken.com/api-reference/account-data/>, read on 2026-11-21).
//!
//! The invariant: consolidating changes how trades are grouped and nothing of their sums.

use std::iter::Peekable;

use trading_types::{Amount, Liquidity, Price, Quantity, Rounding};

use crate::{
    json::Json,
    kraken_error::KrakenError,
    rest::{
        envelope::Outcome,
        order_object::{are_one, price_text},
        orders::txids,
        page::{Page, Stretch},
        parameters::Parameters,
        private::Call,
        time_text::Seconds,
    },
    venue::{
        Venue,
        records::{LedgerId, TradeRecord},
    },
};

/// Trades that may be asked for at once.
const TXIDS_MAX: usize = 20;
/// What spot trades say of the position they belong to, all the same.
const NO_POSITION: &str = "TKH2SE-M7IF5-CFI7LT";

/// One trade, or several that one order took at the same moment.
struct Merged<'a> {
    /// The earliest; what all of them share is read from it.
    first: &'a TradeRecord,
    quantity: Quantity,
    cost: Amount,
    fees: Amount,
    ledgers: Vec<LedgerId>,
    count: usize,
}

impl<'a> Merged<'a> {
    fn new(trade: &'a TradeRecord) -> Self {
        Self {
            first: trade,
            quantity: trade.quantity,
            cost: trade.cost,
            fees: trade.fee_value,
            ledgers: trade.ledgers.clone(),
            count: 1,
        }
    }

    /// Takes in the trade before.
    fn absorb(&mut self, earlier: &'a TradeRecord) {
        self.first = earlier;
        self.quantity += earlier.quantity;
        self.cost += earlier.cost;
        self.fees += earlier.fee_value;
        self.ledgers.splice(0..0, earlier.ledgers.iter().copied());
        self.count += 1;
    }

    fn price(&self) -> Price {
        match self.count {
            1 => self.first.price,
            _ => self.cost.price_of(self.quantity, Rounding::Down),
        }
    }
}

/// Trades from the newest on, those that are one put together if so wished.
struct Merging<'a, I: Iterator<Item = &'a TradeRecord>> {
    trades: Peekable<I>,
    consolidates: bool,
}

impl<'a, I: Iterator<Item = &'a TradeRecord>> Iterator for Merging<'a, I> {
    type Item = Merged<'a>;

    fn next(&mut self) -> Option<Merged<'a>> {
        let mut merged = Merged::new(self.trades.next()?);
        while let Some(earlier) =
            self.trades.next_if(|earlier| self.consolidates && are_one(earlier, merged.first))
        {
            merged.absorb(earlier);
        }
        Some(merged)
    }
}

/// `TradesHistory`
pub(crate) fn trades_history(call: &mut Call<'_>) -> Outcome {
    let venue = &call.world.venue;
    let own = |id: &_| venue.trade(id).filter(|trade| trade.account == call.account);
    let stretch = Stretch::read(call.parameters, |id| own(id).map(|trade| trade.time))?;
    let page = Page::read(call.parameters)?.shifting(&mut call.world.faults);
    let is_asked = is_without_position(call.parameters)?;
    let with_ledgers = call.parameters.flag("ledgers")?;
    let consolidates = call.parameters.optional_flag("consolidate_taker")?.unwrap_or(true);
    let trades = venue.trades(call.account).rev();
    let trades = trades.filter(|trade| is_asked && stretch.contains(trade.time)).peekable();
    Ok(page.write("trades", Merging { trades, consolidates }, |merged| {
        (merged.first.id.to_string(), trade_json(merged, venue, with_ledgers))
    }))
}

/// Whether the kind of trades that is asked for exists here: none has a position.
fn is_without_position(parameters: &Parameters) -> Result<bool, KrakenError> {
    match parameters.text("type")? {
        None | Some("all" | "no position") => Ok(true),
        Some("any position" | "closed position" | "closing position") => Ok(false),
        Some(_) => Err(KrakenError::invalid("type")),
    }
}

/// `QueryTrades`
pub(crate) fn query_trades(call: &mut Call<'_>) -> Outcome {
    let venue = &call.world.venue;
    let mut all = Json::object();
    for id in txids(call.parameters, "txid", TXIDS_MAX)? {
        let own = venue.trade(&id).filter(|trade| trade.account == call.account);
        let Some(trade) = own else { continue };
        all = all.raw(id.as_str(), trade_json(&Merged::new(trade), venue, false));
    }
    Ok(all.close())
}

fn trade_json(merged: &Merged<'_>, venue: &Venue, with_ledgers: bool) -> String {
    let (trade, names) = (merged.first, venue.names());
    let cost_decimals = usize::from(names.cost_decimals(trade.pair));
    let lot_decimals = usize::from(names.lot_decimals(trade.pair));
    let object = Json::object()
        .text("ordertxid", trade.order)
        .text("postxid", NO_POSITION)
        .text("pair", names.pair_id(trade.pair))
        .text("aclass", "forex")
        .raw("time", Seconds(trade.time))
        .text("type", trade.side)
        .text("ordertype", trade.kind.name())
        .text("price", price_text(merged.price(), names.price_decimals(trade.pair)))
        .text("cost", format_args!("{:.cost_decimals$}", merged.cost))
        .text("fee", format_args!("{:.cost_decimals$}", merged.fees))
        .text("vol", format_args!("{:.lot_decimals$}", merged.quantity))
        .text("margin", format_args!("{:.cost_decimals$}", Amount::ZERO))
        .text("leverage", "0")
        .text("misc", "")
        .raw("trade_id", trade.number)
        .raw("maker", trade.liquidity == Liquidity::Maker);
    if !with_ledgers {
        return object.close();
    }
    let ledgers = merged.ledgers.iter().fold(Json::array(), Json::push_text);
    object.raw("ledgers", ledgers.close()).close()
}
