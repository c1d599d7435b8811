//! `slackwater config`: a file to begin with, what it comes to, and its schema.

use serde_json::Value;

use crate::bench::Bench;

#[test]
fn init_show_and_run_fit_together() {
    let bench = Bench::new();
    let outcome = bench.run("config init conf/bot.toml");
    assert_eq!((outcome.status, outcome.stdout.as_str()), (Some(0), ""), "{outcome:?}");
    assert!(outcome.stderr.contains("slackwater run --config conf/bot.toml"), "{outcome:?}");
    let printed = bench.run("config init").done().stdout;
    assert_eq!(printed.as_bytes(), bench.read("conf/bot.toml"), "both are the same file");

    let shown = bench.run("config show --config conf/bot.toml --json").done().json();
    assert_eq!(shown, bench.run("config show --json").done().json(), "it is the default");
    let typed = "run --for 1s --json --data-dir data --config conf/bot.toml";
    let outcome = bench.run(typed);
    assert_eq!(outcome.status, Some(0), "{outcome:?}");
    assert!(outcome.stdout.contains(r#""event":"summary""#), "{outcome:?}");
}

#[test]
fn init_leaves_a_file_alone() {
    let bench = Bench::new();
    bench.write("bot.toml", "pair = 'ETH/USD'");
    bench.run("config init bot.toml").wrong(&["bot.toml exists already", "another name"]);
    assert_eq!(bench.read("bot.toml"), b"pair = 'ETH/USD'");
}

#[test]
fn show_fills_in_the_defaults() {
    let bench = Bench::new();
    bench.write("bot.toml", "pair = 'ETH/USD'\n[kill]\ndrawdown = '5%'\n");
    let json = bench.run("config show --config bot.toml --json").done().json();
    assert_eq!((&json["pair"], &json["interval"]), (&"ETH/USD".into(), &1.into()));
    assert_eq!(json["kill"]["drawdown"], "5%");
    assert_eq!(json["kill"]["daily_loss"], "10%");
    // What is shown is a config again, with the same meaning.
    let shown = bench.run("config show --config bot.toml").done().stdout;
    bench.write("again.toml", shown);
    assert_eq!(json, bench.run("config show --config again.toml --json").done().json());
}

/// The keys of a table and of the tables in it; what a strategy has is its own business.
fn keys(table: &toml::Table, before: &str) -> Vec<String> {
    let inside = |(key, value): (&String, &toml::Value)| {
        let key = format!("{before}/{key}");
        match value.as_table() {
            Some(inner) if !key.ends_with("/settings") => {
                [vec![key.clone()], keys(inner, &key)].concat()
            }
            _ => vec![key],
        }
    };
    table.iter().flat_map(inside).collect()
}

/// What the schema says of a key, with references followed.
fn described<'a>(schema: &'a Value, key: &str) -> Option<&'a Value> {
    let mut found = schema;
    for part in key.split('/').skip(1) {
        if let Some(name) = found["$ref"].as_str() {
            found = schema.pointer(name.strip_prefix('#')?)?;
        }
        found = found.get("properties")?.get(part)?;
    }
    Some(found)
}

#[test]
fn the_schema_names_every_key_of_the_demo_file() {
    let bench = Bench::new();
    let schema = bench.run("config schema").done().stdout;
    let schema: Value = serde_json::from_str(&schema).expect("a schema is JSON");
    assert!(schema["$schema"].is_string());
    let demo: toml::Table = toml::from_str(&bench.run("config init").done().stdout).expect("TOML");
    let keys = keys(&demo, "");
    assert!(25 < keys.len(), "{keys:?}");
    for key in keys {
        let described = described(&schema, &key);
        let is_told = described.is_some_and(|it| it["description"].is_string());
        assert!(is_told, "{key}: {described:?}");
    }
    assert_eq!(schema["additionalProperties"], false, "unknown keys are refused");
}
