//! Each forbidden thing is put into a pure crate and must be found; what only looks like one must
//! not be.

use super::super::fixture::found;
use super::*;

const ONE: &[Pure] = &[Pure { name: "machine", third_party: &[] }];
const MANIFEST: (&str, &str) = ("crates/machine/Cargo.toml", "[package]\nname = \"machine\"\n");

fn found_in(file: &str, text: &str) -> Vec<String> {
    let files = [MANIFEST, ("crates/machine/src/lib.rs", "//! Pure.\n"), (file, text)];
    found(|tree| check_crates(tree, ONE), &files)
}

#[track_caller]
fn check_line(code: &str, words: &[&str]) {
    let expect: Vec<String> = words
        .iter()
        .map(|word| format!("crates/machine/src/a.rs:2: `{word}` stands below the purity line"))
        .collect();
    assert_eq!(found_in("crates/machine/src/a.rs", &format!("//! A.\n{code}\n")), expect, "{code}");
}

#[test]
fn every_way_to_look_around_is_found() {
    check_line("let text = std::fs::read(path);", &["std::fs"]);
    check_line("use std::net::TcpStream;", &["std::net"]);
    check_line("let home = std::env::var(name);", &["std::env"]);
    check_line("std::process::exit(1);", &["std::process"]);
    check_line("std::thread::yield_now();", &["std::thread"]);
    check_line("fn at(now: SystemTime) {}", &["SystemTime"]);
    check_line("let now = Instant::now();", &["Instant::now"]);
    check_line("let dice = rand::random();", &["rand::"]);
    check_line("let map: HashMap<u8, u8>;", &["HashMap"]);
    check_line("let set: HashSet<u8>;", &["HashSet"]);
    check_line("unsafe { go() }", &["unsafe"]);
}

#[test]
fn a_use_in_braces_hides_nothing() {
    check_line("use std::{collections::BTreeMap, fs};", &["std::fs"]);
    check_line("use std::{net as n, time::SystemTime};", &["SystemTime", "std::net"]);
    check_line("use std::*;", &["std::*"]);
}

#[test]
fn every_platform_function_is_found_in_each_form() {
    for function in PLATFORM_FUNCTIONS {
        check_line(&format!("let y = x.{function}(2);"), &[function]);
        check_line(&format!("let y = f64::{function}(x);"), &[function]);
        check_line(&format!("let y = xs.map(f32::{function});"), &[function]);
    }
}

#[test]
fn what_only_looks_forbidden_passes() {
    for code in [
        "// HashMap and std::fs are forbidden here",
        "/* unsafe */",
        "let text = \"SystemTime\";",
        "let text = r#\"a \" std::env \"#;",
        "#![forbid(unsafe_code)]",
        "let y = operand::new();",
        "use std::time::{Duration, Instant};",
        "let y = x.sqrt() + x.abs() + x.exponent();",
        "let y = x.pow(2) + x.ilog2();",
        "use std::collections::BTreeMap;",
    ] {
        check_line(code, &[]);
    }
}

#[test]
fn tests_and_benches_may_look_around() {
    let code = "//! A test.\nuse std::fs;\n";
    for file in ["src/tests.rs", "src/a/tests.rs", "tests/it/main.rs", "benches/speed.rs"] {
        assert!(found_in(&format!("crates/machine/{file}"), code).is_empty(), "{file}");
    }
    for file in ["build.rs", "src/latests.rs", "src/tests_of_luck.rs"] {
        assert_eq!(found_in(&format!("crates/machine/{file}"), code).len(), 1, "{file}");
    }
}

#[test]
fn a_crate_above_the_line_may_look_around() {
    let files = [
        MANIFEST,
        ("crates/machine/src/lib.rs", "//! Pure.\n"),
        ("crates/edge/Cargo.toml", "[package]\nname = \"edge\"\n"),
        ("crates/edge/src/lib.rs", "//! Edge.\nuse std::fs;\n"),
    ];
    assert!(found(|tree| check_crates(tree, ONE), &files).is_empty());
}

#[test]
fn a_pure_crate_that_is_missing_is_a_finding() {
    let gone = found(|tree| check_crates(tree, ONE), &[("README.md", "# Empty\n")]);
    assert_eq!(gone, ["Cargo.toml:1: pure crate `machine` has no sources here"]);
    let empty = found(|tree| check_crates(tree, ONE), &[MANIFEST]);
    assert_eq!(empty, ["crates/machine/Cargo.toml:1: pure crate `machine` has no sources here"]);
}
