//! Signatures that others have calculated.

use super::Signer;

const SECRET: &str =
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";
const NONCE: &str = "1616492376594";

#[track_caller]
fn check(path: &str, nonce: &str, body: &str, signature: &str) {
    let signer = Signer::new(SECRET).unwrap();
    assert_eq!(signer.sign(path, nonce, body.as_bytes()), signature);
    assert!(signer.verifies(signature, path, nonce, body.as_bytes()));
    let spaced = format!("{body} ");
    assert!(!signer.verifies(signature, path, nonce, spaced.as_bytes()));
    assert!(!signer.verifies(signature, path, "1616492376595", body.as_bytes()));
    assert!(!signer.verifies(signature, "/0/private/CancelAll", nonce, body.as_bytes()));
}

#[test]
#[rustfmt::skip]
fn vectors() {
    // The first is Kraken's own (https://docs.kraken.com/exchange/guides/rest/authentication, read
    // on 2026-11-21), the others were calculated apart from this code.
    check("/0/private/AddOrder", NONCE,
        "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25",
        "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==");
    check("/0/private/Balance", NONCE, "nonce=1616492376594",
        "1nH4vwR+8FHiYh1QT649xXkGd3JR3x0DWkgv3u9Ed/Qqv6KPtgQpEU4m+Emb/VgpEji3j1XNwI+HCbfXxmrTOg==");
    check("/0/private/AddOrder", NONCE,
        concat!(r#"{"nonce":1616492376594,"ordertype":"limit","pair":"XBTUSD","#,
            r#""price":"37500","type":"buy","volume":"1.25"}"#),
        "kMkTQfyYJH05IdnWQ9TIqL9Kq+dKqcD5O/TGPPLRwwy1is/YvqEYtMAHf7tXsqwfbLwp7pbzJzWHxzKPnL8rfA==");
    check("/0/private/AddOrder", NONCE,
        concat!(r#"{"nonce": "1616492376594","ordertype": "limit","pair": "XBTUSD","#,
            r#""price": 37500,"type": "buy","volume": 1.25}"#),
        "GzXIqqVAcMhB01rz4VyZR02QtY02xmzMLuicX9syEdmKfduAvWntFdTua2hx0AtXbY5Q+Mjl039Ju8Ql8nQNlA==");
}

#[test]
#[expect(clippy::print_stdout, reason = "says that it passed over what is not there")]
fn recorded_vectors() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/fixtures/signature_vectors.json"
    );
    #[expect(clippy::disallowed_methods, reason = "a test reads its recorded data")]
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("passed over: there is no {path}");
        return;
    };
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    let signer = Signer::new(file["secret_base64"].as_str().unwrap()).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 3);
    for vector in vectors {
        let field = |name: &str| vector[name].as_str().unwrap();
        let body = field("body").as_bytes();
        assert!(signer.verifies(field("api_sign"), field("path"), field("nonce"), body));
    }
}

#[test]
fn what_is_no_signature_is_wrong() {
    let signer = Signer::new(SECRET).unwrap();
    for signature in ["", "a", "====", "\u{1f40b}", "AAAA"] {
        assert!(!signer.verifies(signature, "/0/private/Balance", NONCE, b"nonce=1616492376594"));
    }
    assert!(Signer::new("no base64!").is_none());
}
