//! Why a bot does on a pair what it does, for reading.

use serde_json::Value;

/// Each thing that is explained, a line each. What is shown is what the engine says, in its words.
pub(crate) fn why_words(it: &Value) -> Vec<String> {
    let mut lines = vec![
        format!("{} at {}", text(&it["pair"]), text(&it["time"])),
        row("verdict", text(&it["verdict"])),
    ];
    let wish = &it["last_wish"];
    lines.push(row(
        "wish",
        if wish.is_null() {
            "the strategy has seen no candle yet".to_owned()
        } else {
            format!("{} at {}", text(&wish["wish"]), text(&wish["time"]))
        },
    ));
    if let Some(candle) = wish.get("candle") {
        lines.push(row("candle", text(candle)));
    }
    if !it["last_entry"].is_null() {
        let entry = &it["last_entry"];
        lines
            .push(row("entry", format!("{} at {}", text(&entry["outcome"]), text(&entry["time"]))));
    }
    for step in list(&it["size"]["steps"]) {
        lines.push(row(
            "size",
            format!("{} {}", pad(&text(&step["name"]), 34), text(&step["value"])),
        ));
    }
    lines.push(row(
        "size",
        if it["size"]["refusal"].is_null() {
            format!("comes to {}", text(&it["size"]["size"]))
        } else {
            format!("none is right: {}", text(&it["size"]["refusal"]))
        },
    ));
    for rule in list(&it["rules"]) {
        let mark = if rule["passed"] == true { "passed" } else { "REFUSED" };
        let (name, value) = (text(&rule["rule"]), text(&rule["value"]));
        let compared = format!("{} {value}, limit {}", pad(&name, 24), text(&rule["limit"]));
        lines.push(row("rule", format!("{mark:<8}{compared}")));
    }
    for (name, key) in [("HALTED", "halted"), ("halted", "pair_halted")] {
        if !it[key].is_null() {
            lines.push(row(name, text(&it[key])));
        }
    }
    lines.extend(list(&it["blocks"]).iter().map(|it| row("no entry", text(it))));
    lines.push(row("venue", text(&it["status"])));
    lines.push(row("position", text(&it["position"])));
    for order in list(&it["orders"]) {
        let what = [&order["side"], &order["quantity"], &order["kind"]].map(text).join(" ");
        lines.push(row("order", format!("{what}: {}", text(&order["why"]))));
    }
    lines
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn row(name: &str, what: impl std::fmt::Display) -> String {
    format!("{name:<9} {what}")
}

fn pad(text: &str, width: usize) -> String {
    format!("{text:<width$}")
}

/// A value without the marks of JSON; names with their underscores taken out.
fn text(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.replace('_', " "),
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            let fields = fields.map(|(name, value)| match value {
                Value::Object(_) => format!("{} ({})", name.replace('_', " "), text(value)),
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_) => format!("{} {}", name.replace('_', " "), text(value)),
            });
            fields.collect::<Vec<_>>().join(", ")
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests;
