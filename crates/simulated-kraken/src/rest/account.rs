//! What an account has and what it pays
//! (<https://docs.kraken.com/api-reference/account-data/>, read on 2026-11-21).

use std::collections::BTreeSet;

use trading_types::{Amount, Asset, FeeTier, Fraction, Pair, Quantity, Rounding};

use crate::{
    json::Json,
    kraken_error::KrakenError,
    rest::{description::percent_text, envelope::Outcome, private::Call},
    venue::Venue,
};

/// `Balance`
#[expect(clippy::unnecessary_wraps, reason = "every call can be refused but this one")]
pub(crate) fn balance(call: &mut Call<'_>) -> Outcome {
    let names = call.world.venue.names();
    let all = call.world.venue.balances(call.account);
    let all = all.iter().fold(Json::object(), |all, (asset, balance)| {
        let decimals = usize::from(names.asset_decimals(asset));
        all.text(names.asset_id(asset), format_args!("{:.decimals$}", balance.total))
    });
    Ok(all.close())
}

/// `BalanceEx`
#[expect(clippy::unnecessary_wraps, reason = "every call can be refused but this one")]
pub(crate) fn balance_ex(call: &mut Call<'_>) -> Outcome {
    let names = call.world.venue.names();
    let all = call.world.venue.balances(call.account);
    let all = all.iter().fold(Json::object(), |all, (asset, balance)| {
        let decimals = usize::from(names.asset_decimals(asset));
        let one = Json::object()
            .text("balance", format_args!("{:.decimals$}", balance.total))
            .text("hold_trade", format_args!("{:.decimals$}", balance.held));
        all.raw(names.asset_id(asset), one.close())
    });
    Ok(all.close())
}

/// `TradeBalance`: everything valued in one asset; there is no margin.
pub(crate) fn trade_balance(call: &mut Call<'_>) -> Outcome {
    let venue = &call.world.venue;
    let text = call.parameters.text("asset")?.unwrap_or("ZUSD");
    let target = venue.names().asset(text).ok_or(KrakenError::UNKNOWN_ASSET)?;
    let balances = venue.balances(call.account);
    let worth = |(asset, balance): &(Asset, exchange_simulator::Balance)| {
        value(venue, *asset, balance.total, target)
    };
    let total: Amount = balances.iter().map(worth).sum();
    let total = total.round_to_decimals(4, Rounding::Down);
    let nothing = Amount::ZERO;
    let object = [("eb", total), ("tb", total), ("m", nothing), ("n", nothing), ("c", nothing)];
    let rest = [("v", nothing), ("e", total), ("mf", total)];
    let write = |all: Json, (name, amount)| all.text(name, format_args!("{amount:.4}"));
    Ok(object.into_iter().chain(rest).fold(Json::object(), write).close())
}

/// What an amount of one asset is worth in another, at last prices; nothing where nobody knows.
fn value(venue: &Venue, asset: Asset, amount: Amount, target: Asset) -> Amount {
    if asset == target {
        return amount;
    }
    let quantity = Quantity::floor_from(amount);
    let selling = venue.last_price(Pair::new(asset, target)).map(|price| price * quantity);
    let buying = || {
        let price = venue.last_price(Pair::new(target, asset))?;
        Some(Amount::from(amount.quantity_at(price)))
    };
    selling.or_else(buying).unwrap_or(Amount::ZERO)
}

/// `TradeVolume`
pub(crate) fn trade_volume(call: &mut Call<'_>) -> Outcome {
    let names = call.world.venue.names();
    let pair = |text: &str| names.pair(text).ok_or(KrakenError::UNKNOWN_PAIR);
    let asked: BTreeSet<Pair> =
        call.parameters.list("pair")?.into_iter().map(pair).collect::<Result<_, _>>()?;
    let volume = call.world.venue.volume(call.account);
    let object = Json::object().text("currency", "ZUSD");
    let object =
        object.text("volume", format_args!("{:.4}", volume.round_to_decimals(4, Rounding::Down)));
    if asked.is_empty() {
        return Ok(object.close());
    }
    let (mut takers, mut makers) = (Json::object(), Json::object());
    for pair in asked {
        let (taker, maker) = call.world.venue.rates(call.account, pair);
        let venue = &call.world.venue;
        let tiers = venue.rules(pair).ok_or(KrakenError::UNKNOWN_PAIR)?.fees.tiers();
        let id = venue.names().pair_id(pair);
        takers = takers.raw(id, fee(taker, tiers, |tier| tier.taker, volume));
        makers = makers.raw(id, fee(maker, tiers, |tier| tier.maker, volume));
    }
    Ok(object.raw("fees", takers.close()).raw("fees_maker", makers.close()).close())
}

/// What is paid now, at most, at least, and after the next step.
fn fee(now: Fraction, tiers: &[FeeTier], rate: fn(&FeeTier) -> Fraction, volume: Amount) -> String {
    let amount = |tier: &FeeTier| format!("{:.4}", tier.volume_min);
    let next = tiers.iter().find(|tier| volume < tier.volume_min);
    let reached = tiers.iter().rev().find(|tier| tier.volume_min <= volume);
    let rates = || tiers.iter().map(rate);
    let least = rates().min().unwrap_or(now);
    let most = rates().max().unwrap_or(now);
    Json::object()
        .text("fee", percent_text(now))
        .text("minfee", percent_text(least))
        .text("maxfee", percent_text(most))
        .text_or_null("nextfee", next.map(|tier| percent_text(rate(tier))))
        .text_or_null("nextvolume", next.map(amount))
        .text_or_null("tiervolume", reached.map(amount))
        .close()
}

/// `OpenPositions`: an account without margin has none, in a list where they are consolidated.
pub(crate) fn open_positions(call: &mut Call<'_>) -> Outcome {
    match call.parameters.text("consolidation")? {
        None => Ok("{}".to_owned()),
        Some("market") => Ok("[]".to_owned()),
        Some(_) => Err(KrakenError::invalid("consolidation").into()),
    }
}
