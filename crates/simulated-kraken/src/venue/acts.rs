//! What the venue does by itself, or what is done to it: it changes its state, its rules and its
//! fees, moves balances, ends orders, takes trades back.
//!
//! The invariant: each of these leaves records, ledger and notices behind as if Kraken had done it.

use exchange_simulator::{AccountId, HistoryModel};
use trading_types::{
    Amount, Asset, FeeSchedule, Pair, PairRules, Refusal, Side, Timestamp, TradeId, VenueOrderId,
    VenueStatus,
};

use super::{
    Venue,
    booking::Movement,
    notice::Notice,
    records::{LedgerKind, TradeRecord},
};
use crate::kraken_error::KrakenError;

impl Venue {
    /// Changes what the venue takes; everyone is told.
    pub(crate) fn set_status(&mut self, status: VenueStatus, now: Timestamp) {
        self.handle_timeout(now);
        self.exchange.set_status(status, self.now);
        self.tell();
    }

    /// What a pair takes at the moment: what the venue as a whole does, and its own state where that
    /// takes everything.
    pub(crate) fn pair_status(&self, pair: Pair) -> VenueStatus {
        let whole = self.status();
        if whole == VenueStatus::Online {
            self.exchange.pair_status(pair).unwrap_or(whole)
        } else {
            whole
        }
    }

    /// Changes what a pair takes.
    pub(crate) fn set_pair_status(&mut self, pair: Pair, status: VenueStatus, now: Timestamp) {
        self.handle_timeout(now);
        self.exchange.set_pair_status(pair, status, self.now);
        self.notices.push_back(Notice::Instrument { pair });
    }

    /// Changes the rules of a pair. Orders that are open stay as they are.
    pub(crate) fn set_rules(&mut self, rules: &PairRules, now: Timestamp) {
        self.handle_timeout(now);
        let pair = rules.pair;
        self.exchange.set_rules(rules.clone(), self.now);
        self.names.add_pair(rules);
        self.desks.get_mut(&pair).expect("each market has a desk").set_tick(rules.tick);
        self.notices.push_back(Notice::Instrument { pair });
    }

    /// Changes the fees of all pairs. Kraken announces that on no channel.
    pub(crate) fn set_fees(&mut self, fees: &FeeSchedule, now: Timestamp) {
        self.handle_timeout(now);
        self.exchange.set_fees(fees, self.now);
    }

    /// What drives a market that moves by itself: to make it run, thin out or hurry.
    pub(crate) fn model(&mut self, pair: Pair, now: Timestamp) -> Option<&mut HistoryModel> {
        self.handle_timeout(now);
        self.sources.model(pair)
    }

    /// Money comes into an account from outside, or leaves it where `amount` is negative. What
    /// orders hold cannot leave.
    pub(crate) fn transfer(
        &mut self,
        account: AccountId,
        (asset, amount): (Asset, Amount),
        now: Timestamp,
    ) -> Result<(), KrakenError> {
        self.handle_timeout(now);
        let kind = self.move_money(account, asset, amount)?;
        self.names.add_asset(asset);
        self.note_transfer(account, kind, (asset, amount));
        Ok(())
    }

    fn move_money(
        &mut self,
        account: AccountId,
        asset: Asset,
        amount: Amount,
    ) -> Result<LedgerKind, Refusal> {
        if amount.is_zero() {
            return Ok(LedgerKind::Adjustment);
        }
        let kind = if amount.is_positive() {
            self.exchange.deposit(account, asset, amount, self.now);
            LedgerKind::Deposit
        } else {
            self.exchange.withdraw(account, asset, -amount, self.now)?;
            LedgerKind::Withdrawal
        };
        self.tell();
        Ok(kind)
    }

    /// Ends a live order without its owner having asked for it.
    pub(crate) fn cancel_by_venue(
        &mut self,
        txid: &VenueOrderId,
        reason: &'static str,
        now: Timestamp,
    ) -> Result<(), KrakenError> {
        self.handle_timeout(now);
        let order = self.archive.live_order(txid).ok_or(KrakenError::UNKNOWN_ORDER)?;
        let (account, key) = (order.account, order.key);
        self.undertaking.reason = Some(reason);
        let ended = self.exchange.cancel_by_venue(account, key, self.now);
        self.tell();
        self.undertaking.reason = None;
        Ok(ended?)
    }

    /// Lets a live order expire, whatever its end date.
    pub(crate) fn expire(
        &mut self,
        txid: &VenueOrderId,
        now: Timestamp,
    ) -> Result<(), KrakenError> {
        self.handle_timeout(now);
        let order = self.archive.live_order(txid).ok_or(KrakenError::UNKNOWN_ORDER)?;
        let ended = self.exchange.expire(order.account, order.key, self.now);
        self.tell();
        Ok(ended?)
    }

    /// Takes a trade back: it is no trade any more, and its money goes back where it came from.
    /// Refused where the order lives on, or where what came is no longer there.
    pub(crate) fn bust_trade(&mut self, id: &TradeId, now: Timestamp) -> Result<(), KrakenError> {
        self.handle_timeout(now);
        let trade =
            self.archive.trade_by_id(id).ok_or(KrakenError::fixed("ETrade:Invalid request"))?;
        if self.archive.live_order(&trade.order).is_some() {
            return Err(KrakenError::fixed("ETrade:Invalid request"));
        }
        let (trade, [came, paid]) = (trade.clone(), reversal(trade));
        let account = trade.account;
        self.move_money(account, came.0, came.1)?;
        self.move_money(account, paid.0, paid.1)?;
        for (asset, amount) in [came, paid] {
            let entry = self.write_down(Movement {
                account,
                refid: trade.id,
                kind: LedgerKind::Adjustment,
                asset,
                amount,
                fee: Amount::ZERO,
                time: self.now,
            });
            self.notices.push_back(Notice::Ledger(Box::new(entry)));
        }
        self.archive.forget_trade(&trade);
        Ok(())
    }
}

/// What takes a trade back: what came leaves, what was paid returns, fees included.
fn reversal(trade: &TradeRecord) -> [(Asset, Amount); 2] {
    let fee = |asset: Asset| if asset == trade.fee_asset { trade.fee } else { Amount::ZERO };
    let (base, quote) = (trade.pair.base, trade.pair.quote);
    let traded = Amount::from(trade.quantity);
    match trade.side {
        Side::Buy => [(base, fee(base) - traded), (quote, trade.cost + fee(quote))],
        Side::Sell => [(quote, fee(quote) - trade.cost), (base, traded + fee(base))],
    }
}
