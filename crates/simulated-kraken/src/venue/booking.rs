//! Trades and money: what each moves, in the records of the order, among the trades, in the ledger.
//!
//! The invariant: the entries of the ledger of an account add up to its balances, and what an order
//! has filled, cost and paid in fees are the sums over its trades.

use exchange_simulator::AccountId;
use trading_types::{
    Amount, Asset, Fill, Liquidity, Price, Rounding, Side, Timestamp, TradeId, VenueOrderId,
};

use super::{
    Venue,
    notice::{ExecutionKind, Notice},
    records::{LedgerEntry, LedgerKind, TradeRecord},
};

/// A movement of money that is to be written down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Movement {
    pub(super) account: AccountId,
    /// The trade, or the name of a transfer.
    pub(super) refid: VenueOrderId,
    pub(super) kind: LedgerKind,
    pub(super) asset: Asset,
    /// Signed, without the fee.
    pub(super) amount: Amount,
    pub(super) fee: Amount,
    pub(super) time: Timestamp,
}

impl Venue {
    /// Some of an order traded.
    pub(super) fn traded(&mut self, account: AccountId, fill: &Fill) {
        let txid = self.live((account, fill.order));
        let id = self.identifiers.trade();
        let entries = movements(account, fill, id).map(|movement| self.write_down(movement));
        let number = self.desks[&fill.pair].next_number();
        let fee_value = self.fee_value(fill);
        let order = self.archive.order_mut(txid);
        order.filled += fill.quantity;
        order.cost += fill.cost;
        order.fees += fee_value;
        order.trades.push(id);
        if fill.liquidity == Liquidity::Taker {
            self.undertaking.taker_is_limit = Some(order.limit.is_some());
        }
        let trade = TradeRecord {
            id,
            order: txid,
            account,
            pair: fill.pair,
            side: fill.side,
            kind: order.order.kind,
            price: fill.price,
            quantity: fill.quantity,
            cost: fill.cost,
            fee: fill.fee,
            fee_asset: fill.fee_asset,
            fee_value,
            liquidity: fill.liquidity,
            time: fill.time,
            number,
            ledgers: entries.iter().map(|entry| entry.id).collect(),
        };
        self.archive.trade(trade.clone());
        self.execution(ExecutionKind::Trade, txid, Some(trade));
        if self.exchange.is_refilled_after(&fill.trade) {
            self.execution(ExecutionKind::IcebergRefill, txid, None);
        }
        for entry in entries {
            self.notices.push_back(Notice::Ledger(Box::new(entry)));
        }
    }

    /// What a fee is worth in quote asset, as interfaces show it whatever it was taken in.
    fn fee_value(&self, fill: &Fill) -> Amount {
        if fill.fee_asset == fill.pair.quote {
            return fill.fee;
        }
        let decimals = self.names.cost_decimals(fill.pair);
        value(fill.fee, fill.price).round_to_decimals(decimals, Rounding::Down)
    }

    /// Writes down that money came from outside, or went there.
    pub(super) fn note_transfer(
        &mut self,
        account: AccountId,
        kind: LedgerKind,
        (asset, amount): (Asset, Amount),
    ) {
        let (refid, time) = (self.identifiers.transfer(), self.now);
        let fee = Amount::ZERO;
        let entry = self.write_down(Movement { account, refid, kind, asset, amount, fee, time });
        self.notices.push_back(Notice::Ledger(Box::new(entry)));
    }

    /// Adds an entry to the ledger.
    pub(super) fn write_down(&mut self, movement: Movement) -> LedgerEntry {
        let Movement { account, refid, kind, asset, amount, fee, time } = movement;
        let id = self.identifiers.ledger();
        let balance = Amount::ZERO;
        let entry = LedgerEntry { id, account, refid, time, kind, asset, amount, fee, balance };
        self.archive.book(entry)
    }
}

/// The two movements of a trade: what was paid, then what came for it.
fn movements(account: AccountId, fill: &Fill, refid: TradeId) -> [Movement; 2] {
    let movement = |asset: Asset, amount: Amount| Movement {
        account,
        refid,
        kind: LedgerKind::Trade,
        asset,
        amount,
        fee: if asset == fill.fee_asset { fill.fee } else { Amount::ZERO },
        time: fill.time,
    };
    let traded = Amount::from(fill.quantity);
    match fill.side {
        Side::Buy => [movement(fill.pair.quote, -fill.cost), movement(fill.pair.base, traded)],
        Side::Sell => [movement(fill.pair.base, -traded), movement(fill.pair.quote, fill.cost)],
    }
}

/// What `amount` of base asset is worth at `price`.
fn value(amount: Amount, price: Price) -> Amount {
    // A fee in base asset has ten decimals at most, so that nothing is lost by leaving out the
    // other eight before it is multiplied.
    let units = amount.units() / 10_i128.pow(8);
    let product = units.checked_mul(i128::from(price.units())).expect("a fee is small");
    Amount::from_units(product / 100)
}
