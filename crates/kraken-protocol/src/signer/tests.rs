//! Signatures against those that Kraken and its clients publish.

use std::fmt::Write;

use serde::Deserialize;

use super::*;

/// Published by Kraken with its example; no account has it.
const SECRET: &str =
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";
const NONCE: Nonce = Nonce::new(1_616_492_376_594);
const FORM: &str =
    "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25";

#[track_caller]
fn check(endpoint: Endpoint, body: &str, expect: &str) {
    let sign = Signer::new(SECRET).unwrap().sign(endpoint, NONCE, body.as_bytes());
    assert_eq!(&*sign, expect);
}

#[test]
fn krakens_own_example() {
    check(
        Endpoint::AddOrder,
        FORM,
        "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==",
    );
}

#[test]
fn the_inner_hash_of_krakens_example() {
    let mut hex = String::new();
    for byte in digest(NONCE, FORM.as_bytes()) {
        write!(hex, "{byte:02x}").unwrap();
    }
    assert_eq!(hex, "23a1c1b34c6a11d641af0f24684896cb90f66fb991125c83dc357bdc3dc146f1");
}

#[test]
fn a_body_of_nothing_but_the_nonce() {
    check(
        Endpoint::Balance,
        "nonce=1616492376594",
        "1nH4vwR+8FHiYh1QT649xXkGd3JR3x0DWkgv3u9Ed/Qqv6KPtgQpEU4m+Emb/VgpEji3j1XNwI+HCbfXxmrTOg==",
    );
}

#[test]
fn json_with_a_number_for_a_nonce() {
    check(
        Endpoint::AddOrder,
        concat!(
            r#"{"nonce":1616492376594,"ordertype":"limit","pair":"XBTUSD","price":"37500","#,
            r#""type":"buy","volume":"1.25"}"#
        ),
        "kMkTQfyYJH05IdnWQ9TIqL9Kq+dKqcD5O/TGPPLRwwy1is/YvqEYtMAHf7tXsqwfbLwp7pbzJzWHxzKPnL8rfA==",
    );
}

#[test]
fn json_with_a_text_for_a_nonce_and_spaces() {
    check(
        Endpoint::AddOrder,
        concat!(
            r#"{"nonce": "1616492376594","ordertype": "limit","pair": "XBTUSD","price": 37500,"#,
            r#""type": "buy","volume": 1.25}"#
        ),
        "GzXIqqVAcMhB01rz4VyZR02QtY02xmzMLuicX9syEdmKfduAvWntFdTua2hx0AtXbY5Q+Mjl039Ju8Ql8nQNlA==",
    );
}

#[derive(Deserialize)]
struct Vectors {
    secret_base64: String,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    path: String,
    nonce: String,
    body: String,
    api_sign: String,
}

#[test]
#[expect(clippy::print_stdout, reason = "says that it passed over what is not there")]
fn recorded_vectors() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/fixtures/signature_vectors.json"
    );
    #[expect(clippy::disallowed_methods, reason = "a test reads recorded data")]
    let Ok(text) = std::fs::read_to_string(file) else {
        println!("no recorded signatures here: passed over");
        return;
    };
    let recorded: Vectors = serde_json::from_str(&text).unwrap();
    let signer = Signer::new(&recorded.secret_base64).unwrap();
    assert!(!recorded.vectors.is_empty());
    for vector in recorded.vectors {
        let endpoint = Endpoint::all().find(|it| it.path() == vector.path).unwrap();
        let nonce = Nonce::new(vector.nonce.parse().unwrap());
        assert_eq!(&*signer.sign(endpoint, nonce, vector.body.as_bytes()), vector.api_sign);
    }
}

#[track_caller]
fn check_bad(text: &str, expect: BadSecret) {
    let error = Signer::new(text).err().unwrap();
    assert_eq!(error, expect);
    assert!(text.is_empty() || !error.to_string().contains(text));
    assert!(text.is_empty() || !format!("{error:?}").contains(text));
}

#[test]
fn what_is_no_private_key_is_refused_without_being_shown() {
    check_bad("", BadSecret::WrongLength);
    check_bad("c2hvcnQ=", BadSecret::WrongLength);
    check_bad(&SECRET[1..], BadSecret::NotBase64);
    check_bad(&SECRET[..85], BadSecret::NotBase64);
    check_bad("not base64 at all, with spaces and the like", BadSecret::NotBase64);
    check_bad(&SECRET.replace("==", "=="[..1].as_ref()), BadSecret::NotBase64);
    check_bad(&SECRET.repeat(10), BadSecret::WrongLength);
    check_bad(&"A".repeat(344), BadSecret::WrongLength);
}

#[test]
fn lengths_at_the_limits() {
    assert!(Signer::new(&STANDARD.encode([7; SECRET_BYTES_MIN])).is_ok());
    assert!(Signer::new(&STANDARD.encode([7; SECRET_BYTES_MIN - 1])).is_err());
    assert!(Signer::new(&STANDARD.encode([7; 64])).is_ok());
    assert!(Signer::new(&STANDARD.encode([7; 128])).is_ok());
}

#[test]
fn white_space_around_it_does_no_harm() {
    let signer = Signer::new(&format!(" {SECRET}\r\n")).unwrap();
    let plain = Signer::new(SECRET).unwrap();
    let sign = |signer: &Signer| signer.sign(Endpoint::Balance, NONCE, b"nonce=1616492376594");
    assert!(sign(&signer) == sign(&plain));
}
