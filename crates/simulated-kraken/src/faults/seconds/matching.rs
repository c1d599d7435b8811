//! What happens by itself to accounts, orders and trades, and to what the venue takes.

use std::time::Duration;

use exchange_simulator::AccountId;
use trading_types::{
    Amount, ClientOrderId, Fraction, MarketEvent, NewOrder, OrderKind, OrderQuantity, Pair,
    Rounding, Side, Trade, VenueOrderId, VenueStatus,
};

use super::{MINUTE, Stage};
use crate::{
    faults::{Act, Fault},
    venue::{
        records::OrderRecord,
        requests::{OrderSelector, PlaceRequest},
    },
};

/// How long maintenance lasts, and each of the two steps of the way back.
const MAINTENANCE: Duration = Duration::from_mins(10);
const WAY_BACK: Duration = Duration::from_mins(2);

impl Stage<'_> {
    pub(super) fn begin_maintenance(&mut self) -> bool {
        if self.world.venue.status() != VenueStatus::Online {
            return false;
        }
        self.world.venue.set_status(VenueStatus::Maintenance, self.now);
        let back = [
            (MAINTENANCE, VenueStatus::CancelOnly),
            (MAINTENANCE + WAY_BACK, VenueStatus::PostOnly),
            (MAINTENANCE + 2 * WAY_BACK, VenueStatus::Online),
        ];
        for (after, status) in back {
            self.world.faults.agenda.note(self.now + after, Act::Status(status));
        }
        true
    }

    pub(super) fn flap_status(&mut self) -> bool {
        let status = match self.world.venue.status() {
            VenueStatus::Online => VenueStatus::CancelOnly,
            VenueStatus::CancelOnly => VenueStatus::Online,
            VenueStatus::PostOnly | VenueStatus::LimitOnly | VenueStatus::Maintenance => {
                return false;
            }
        };
        self.world.venue.set_status(status, self.now);
        true
    }

    /// While no one listens, somebody trades at the price for which a stop waits.
    pub(super) fn wake_stop(&mut self) -> bool {
        if 0 < self.wire.open().len() {
            return false;
        }
        let waiting: Vec<OrderRecord> = self
            .live_orders()
            .into_iter()
            .filter(|order| order.order.kind.waits_for_trigger() && !order.is_triggered)
            .filter(|order| order.trigger.is_some())
            .collect();
        let pair = |order: &OrderRecord| order.pair().to_string();
        let Some(order) = self.one_of(Fault::OfflineTrigger, &waiting, pair) else { return false };
        let pair = order.pair();
        let (Some(price), Some(rules)) = (order.trigger, self.world.venue.rules(pair)) else {
            return false;
        };
        let quantity = rules.quantity_min;
        let falls = self.world.venue.last_price(pair).is_some_and(|last| price < last);
        let taker_side = if falls { Side::Sell } else { Side::Buy };
        let trade = Trade { time: self.now, price, quantity, taker_side };
        self.world.venue.hear(&MarketEvent::Trade { pair, trade }, self.now);
        true
    }

    /// Somebody else has the account too: places far away, cancels, or trades.
    pub(super) fn act_as_another(&mut self) -> bool {
        let Some(account) = self.some_account(Fault::OtherActor) else { return false };
        match self.how(Fault::OtherActor).below(3) {
            0 => self.cancel_as_another(account) || self.place_as_another(account, true),
            1 => self.place_as_another(account, false),
            _ => self.place_as_another(account, true),
        }
    }

    fn cancel_as_another(&mut self, account: AccountId) -> bool {
        let open: Vec<VenueOrderId> =
            self.world.venue.open_orders(account).map(|order| order.txid).collect();
        let Some(txid) = self.one_of(Fault::OtherActor, &open, |_| String::new()) else {
            return false;
        };
        self.world.venue.cancel(account, &OrderSelector::Txid(txid), self.now).is_ok()
    }

    fn place_as_another(&mut self, account: AccountId, trades: bool) -> bool {
        let pairs: Vec<Pair> = self.world.venue.pairs().collect();
        let Some(pair) = self.one_of(Fault::OtherActor, &pairs, Pair::to_string) else {
            return false;
        };
        let buys = self.how(Fault::OtherActor).below(2) == 0;
        let side = if buys { Side::Buy } else { Side::Sell };
        let (Some(rules), Some(last)) =
            (self.world.venue.rules(pair), self.world.venue.last_price(pair))
        else {
            return false;
        };
        let away = Fraction::from_basis_points(if buys { -1_000 } else { 1_000 });
        let price = last.moved_by(away, Rounding::Down).round_to(rules.tick, Rounding::Down);
        let kind = if trades { OrderKind::Market } else { OrderKind::Limit { price } };
        let worth = rules.cost_min.quantity_at(price).floor_to(rules.lot);
        let quantity = OrderQuantity::Base(rules.quantity_min.max(worth + worth));
        let order = NewOrder::new(ClientOrderId::new(0, 0), pair, side, kind, quantity);
        let request = PlaceRequest { order, client_id: None, userref: None, validate_only: false };
        self.world.venue.place(account, &request, self.now).is_ok()
    }

    /// Money comes, goes, is earned or corrected: a thousandth of a balance.
    pub(super) fn move_money(&mut self) -> bool {
        let Some(account) = self.some_account(Fault::ExternalMove) else { return false };
        let balances = self.world.venue.balances(account);
        let asset =
            |balance: &(trading_types::Asset, exchange_simulator::Balance)| balance.0.to_string();
        let Some((asset, balance)) = self.one_of(Fault::ExternalMove, &balances, asset) else {
            return false;
        };
        let amount = Amount::from_units(balance.total.units() / 1_000);
        if !amount.is_positive() {
            return false;
        }
        self.world.venue.deposit(account, (asset, amount), self.now);
        true
    }

    /// Fees are taken in the other asset for ten minutes.
    pub(super) fn change_fees(&mut self) -> bool {
        self.world.faults.conditions.swap_fee_asset(self.now + 10 * MINUTE);
        true
    }

    pub(super) fn change_pair(&mut self) -> bool {
        false
    }

    pub(super) fn end_order(&mut self) -> bool {
        false
    }

    pub(super) fn bust_trade(&mut self) -> bool {
        false
    }

    fn some_account(&mut self, fault: Fault) -> Option<AccountId> {
        let count = u32::try_from(self.world.settings.accounts.len()).expect("few accounts");
        let accounts: Vec<AccountId> = (0..count).map(AccountId).collect();
        self.one_of(fault, &accounts, |_| String::new())
    }

    fn live_orders(&self) -> Vec<OrderRecord> {
        let count = u32::try_from(self.world.settings.accounts.len()).expect("few accounts");
        let accounts = (0..count).map(AccountId);
        accounts.flat_map(|account| self.world.venue.open_orders(account).cloned()).collect()
    }
}
