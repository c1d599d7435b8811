//! `slackwater size`: the position calculator.

use serde::Serialize;
use trading_engine::{AcceptedRisk, Size, SizeRefusal, SizeRequest, TradeCosts};
use trading_types::{Amount, Liquidity, Price, Quantity};

use crate::{
    arguments::SizeArguments,
    failure::Failure,
    output,
    value_text::{ceiling_hint, risk_of},
};

/// The answer, as the command line promises it.
#[derive(Debug, Serialize)]
struct Answer {
    quantity: Option<Quantity>,
    notional: Option<Amount>,
    risk_amount: Option<Amount>,
    risk_percent: Option<f64>,
    stop_distance: Option<Price>,
    fees: Option<Amount>,
    refused: Option<String>,
}

pub(crate) fn size(arguments: &SizeArguments) -> Result<(), Failure> {
    let answered = ask(arguments);
    let answer = match &answered {
        Ok(size) => accepted(size, arguments.equity),
        Err(refusal) => refused(refusal),
    };
    if arguments.json {
        output::json(&answer)?;
    } else {
        print(&answer, arguments)?;
    }
    match answered {
        Ok(_) => Ok(()),
        Err(refusal) => {
            if let Some(hint) = ceiling_hint(&refusal, "--i-accept-more-risk")
                && !arguments.json
            {
                output::word(format_args!("hint: {hint}"));
            }
            Err(Failure::No)
        }
    }
}

fn ask(arguments: &SizeArguments) -> Result<Size, SizeRefusal> {
    let accepted = arguments.i_accept_more_risk.then_some(AcceptedRisk);
    let risk = risk_of(arguments.risk, accepted)?;
    let fee = arguments.fee.rate(Amount::ZERO, Liquidity::Taker);
    let request = SizeRequest {
        equity: arguments.equity,
        cash: arguments.equity,
        risk,
        entry: arguments.entry,
        stop: arguments.stop,
        costs: TradeCosts { entry_fee: fee, exit_fee: fee, slippage: arguments.slippage },
        rules: &arguments.pair,
    };
    request.answer()
}

#[expect(clippy::float_arithmetic, reason = "a ratio for reading")]
fn accepted(size: &Size, equity: Amount) -> Answer {
    Answer {
        quantity: Some(size.quantity),
        notional: Some(size.notional),
        risk_amount: Some(size.risk_amount),
        risk_percent: Some(size.risk_amount.to_f64() / equity.to_f64() * 100.0),
        stop_distance: Some(size.stop_distance),
        fees: Some(size.fees),
        refused: None,
    }
}

fn refused(refusal: &SizeRefusal) -> Answer {
    Answer {
        quantity: None,
        notional: None,
        risk_amount: None,
        risk_percent: None,
        stop_distance: None,
        fees: None,
        refused: Some(refusal.to_string()),
    }
}

fn print(answer: &Answer, arguments: &SizeArguments) -> Result<(), Failure> {
    if let Some(reason) = &answer.refused {
        output::word(format_args!("refused: {reason}"));
        return Ok(());
    }
    let pair = arguments.pair.pair;
    let shown = |amount: Option<Amount>| {
        amount.map(|it| format!("{it} {}", pair.quote)).unwrap_or_default()
    };
    let quantity = answer.quantity.map(|it| it.to_string()).unwrap_or_default();
    let percent = answer.risk_percent.unwrap_or_default();
    output::line(format_args!("buy            {quantity} {}", pair.base))?;
    output::line(format_args!("worth          {}", shown(answer.notional)))?;
    let lost = shown(answer.risk_amount);
    output::line(format_args!("lost at stop   {lost} (~{percent:.3} % of equity)"))?;
    output::line(format_args!("of that fees   {}", shown(answer.fees)))
}
