//! Tests that a token is found wherever it stands, and that nothing else changes.

use proptest::prelude::*;

use super::*;

const CANARY: &str = "CanaryTokenDoNotShow";

fn shown(frame: &str) -> String {
    match redact(frame) {
        Redaction::Json(json) => json.into_owned(),
        Redaction::Text => format!("text: {frame}"),
        Redaction::Hidden => "hidden".to_owned(),
    }
}

#[track_caller]
fn check(frame: &str, expect: &str) {
    let shown = shown(&frame.replace('$', CANARY));
    assert_eq!(shown, expect);
}

#[test]
fn a_token_is_cut_out() {
    check(r#"{"token":"$"}"#, r#"{"token":"(cut)"}"#);
    check(
        r#"{"method":"subscribe","params":{"channel":"executions","token":"$"},"req_id":1}"#,
        r#"{"method":"subscribe","params":{"channel":"executions","token":"(cut)"},"req_id":1}"#,
    );
    check(r#"[{"a":[{"token":"$"}]}]"#, r#"[{"a":[{"token":"(cut)"}]}]"#);
    // Escapes, spaces, other types, and twice.
    check(r#"{"\u0074oken":"$"}"#, r#"{"token":"(cut)"}"#);
    check(r#" { "token" : "\"$" } "#, r#"{"token":"(cut)"}"#);
    check(r#"{"token":{"inside":"$"}}"#, r#"{"token":"(cut)"}"#);
    check(r#"{"token":["$"],"token":"$"}"#, r#"{"token":"(cut)","token":"(cut)"}"#);
    check("{\"token\"\n:\t\"$\"}", r#"{"token":"(cut)"}"#);
}

#[test]
fn the_rest_stays_to_the_digit() {
    check(r#"{"price":45285.20,"qty":1e-8}"#, r#"{"price":45285.20,"qty":1e-8}"#);
    check(
        r#"{"token":"$","n":18266300427528990701.10,"t":"a token","null":null}"#,
        r#"{"token":"(cut)","n":18266300427528990701.10,"t":"a token","null":null}"#,
    );
    check(r#"{"a\nb":"c\nd"}"#, r#"{"a\nb":"c\nd"}"#);
    check("{\"a\":\n1}", "{\"a\": 1}");
}

#[test]
fn what_is_no_json_is_shown_only_if_it_is_harmless() {
    check("<html>502</html>", "text: <html>502</html>");
    check("", "text: ");
    check(r#"{"token":"$"#, "hidden");
    check(r#"{"token":"$"} {}"#, "hidden");
    check(r"\u0074oken $", "hidden");
    let deep = format!("{}{{\"token\":\"$\"}}{}", "[".repeat(10_000), "]".repeat(10_000));
    check(&deep, "hidden");
}

fn json(depth: u32) -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("token".to_owned()),
        Just("toke\\u006e".to_owned()),
        "[a-z]{1,5}",
        Just("a\\n\\\"token\\\"".to_owned()),
    ];
    let leaf = prop_oneof![
        Just("null".to_owned()),
        "-?[1-9][0-9]{0,3}(\\.[0-9]{1,12})?(e-?[0-9])?",
        "\"[a-z ]{0,8}\"",
    ];
    leaf.prop_recursive(depth, 32, 4, move |inner| {
        let field = (name.clone(), inner.clone()).prop_map(|(name, value)| {
            let hides = name == "token" || name.contains("006e");
            let value = if hides { format!("\"{CANARY}\"") } else { value };
            format!("\"{name}\": {value}")
        });
        prop_oneof![
            prop::collection::vec(field, 0..4).prop_map(|all| format!("{{{}}}", all.join(" ,"))),
            prop::collection::vec(inner, 0..4).prop_map(|all| format!("[ {}]", all.join(","))),
        ]
    })
}

proptest! {
    #[test]
    fn no_token_is_shown_and_all_else_is(frame in json(4)) {
        let shown = shown(&frame);
        prop_assert!(!shown.contains(CANARY));
        let expect: serde_json::Value =
            serde_json::from_str(&frame.replace(CANARY, "(cut)")).unwrap();
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), expect);
    }
}
