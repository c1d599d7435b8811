//! The order that is sent most, written in a few long pieces: a limit order that rests until
//! canceled, with every flag as it is when nobody sets it.
//!
//! What it writes is what the writer of every kind would write.

use trading_types::{
    ClientOrderId, FeeCurrency, NewOrder, OrderKind, OrderQuantity, Price, Quantity,
    SelfTradePrevention, Side, TimeInForce,
};

use super::text::{push_client_id, push_price, push_quantity};

/// What differs between two such orders.
pub(super) struct PlainLimit {
    id: ClientOrderId,
    side: Side,
    quantity: Quantity,
    price: Price,
}

impl PlainLimit {
    /// The order, if it is one of these.
    pub(super) fn of(order: &NewOrder) -> Option<Self> {
        let (OrderKind::Limit { price }, OrderQuantity::Base(quantity)) =
            (order.kind, order.quantity)
        else {
            return None;
        };
        let is_plain = order.time_in_force == TimeInForce::GoodTilCanceled
            && order.fee_currency == FeeCurrency::Quote
            && order.self_trade == SelfTradePrevention::CancelNewest
            && !order.post_only
            && order.start.is_none()
            && order.close.is_none()
            && price.is_positive()
            && quantity.is_positive();
        is_plain.then_some(Self { id: order.id, side: order.side, quantity, price })
    }

    /// Appends everything up to the pair.
    pub(super) fn push(&self, out: &mut String) {
        out.push_str(match self.side {
            Side::Buy => concat!(
                r#"{"method":"add_order","params":{"order_type":"limit","side":"buy","#,
                r#""order_qty":"#
            ),
            Side::Sell => concat!(
                r#"{"method":"add_order","params":{"order_type":"limit","side":"sell","#,
                r#""order_qty":"#
            ),
        });
        push_quantity(out, self.quantity);
        out.push_str(r#","limit_price":"#);
        push_price(out, self.price);
        out.push_str(concat!(
            r#","time_in_force":"gtc","fee_preference":"quote","#,
            r#""stp_type":"cancel_newest","cl_ord_id":""#
        ));
        push_client_id(out, self.id);
        out.push('"');
    }
}

#[cfg(test)]
mod tests;
