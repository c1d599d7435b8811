//! How large an entry is: what the sizing says, made smaller by the cap where there is one.
//!
//! Each step of the arithmetic is told to whoever listens, so that an explanation shows the figures
//! that decide and no others.

use std::fmt::Display;

use trading_types::{Fraction, OrderQuantity};

use crate::{
    engine::Engine,
    sizing::{SizeRefusal, SizeRequest, Sizing, TradeCosts, all_in, cap_entry, part_of_equity},
    terms::Terms,
    volatility,
};

/// Hears the steps of the arithmetic: what a figure is called, and the figure.
pub(super) type Listener<'a> = &'a mut dyn FnMut(&'static str, &dyn Display);

impl Engine {
    /// The size of an entry on these terms.
    pub(super) fn size_entry(
        &self,
        at: usize,
        terms: Terms,
        fee: Fraction,
        tell: Listener<'_>,
    ) -> Result<OrderQuantity, SizeRefusal> {
        let (equity, cash) = (self.equity(), self.ledger.free(self.settings.quote));
        tell("equity", &equity);
        tell("free cash", &cash);
        tell("taker fee", &fee);
        let desk = &self.desks[at];
        let rules = &desk.rules;
        let entry = desk.prices.quote.map(|quote| quote.ask.price).or(desk.prices.last);
        let entry = entry.ok_or(SizeRefusal::NotEnoughPrices)?;
        tell("entry price", &entry);
        let size = match self.settings.sizing {
            Sizing::AllIn => all_in(cash, fee, rules),
            Sizing::Fixed(quantity) => Ok(OrderQuantity::Base(quantity)),
            Sizing::Risk(risk) => {
                let stop = terms.exits_now().stop.ok_or(SizeRefusal::NoStop)?;
                let slippage = self.settings.slippage;
                let costs = TradeCosts { entry_fee: fee, exit_fee: fee, slippage };
                let request = SizeRequest { equity, cash, risk, entry, stop, costs, rules };
                request.answer_telling(tell).map(|size| OrderQuantity::Base(size.quantity))
            }
            Sizing::Volatility { target, candles } => {
                let part =
                    volatility::part_for(&desk.closes, candles, target, self.settings.interval)
                        .ok_or(SizeRefusal::NotEnoughPrices)?;
                tell("part of the equity", &part);
                part_of_equity(part, (equity, cash), fee, entry, rules)
            }
            Sizing::Kelly { cap, trades_min } => {
                let part = desk.results.kelly_part(cap, trades_min);
                tell("part of the equity", &part);
                part_of_equity(part, (equity, cash), fee, entry, rules)
            }
        }?;
        tell_size("sized", size, tell);
        let size = terms.part_of(size, entry, rules)?;
        if terms.part < Fraction::ONE {
            tell_size("the part of it that is wished for", size, tell);
        }
        self.cap_entry(at, size, tell)
    }

    /// The same size, or a smaller one if there is a cap and it is above it.
    pub(super) fn cap_entry(
        &self,
        at: usize,
        size: OrderQuantity,
        tell: Listener<'_>,
    ) -> Result<OrderQuantity, SizeRefusal> {
        let Some(cap) = self.entry_value_cap else { return Ok(size) };
        tell("cap", &cap);
        let price = self.desks[at].prices.dearest().ok_or(SizeRefusal::NotEnoughPrices)?;
        let capped = cap_entry(size, cap, price, &self.desks[at].rules)?;
        tell_size("capped", capped, tell);
        Ok(capped)
    }
}

fn tell_size(name: &'static str, size: OrderQuantity, tell: Listener<'_>) {
    match size {
        OrderQuantity::Base(quantity) => tell(name, &quantity),
        OrderQuantity::Quote(spend) => tell(name, &format_args!("{spend} in quote asset")),
    }
}

/// Hears nothing.
pub(super) fn nobody(_: &'static str, _: &dyn Display) {}
