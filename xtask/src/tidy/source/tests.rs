//! What is code, what is a word, what a `use` names: one row for each form Rust has.

use super::*;

#[track_caller]
fn check_code(text: &str, expect: &str) {
    let code = code_only(text);
    assert_eq!(code.chars().count(), text.chars().count(), "nothing may move: {text}");
    let squeezed: Vec<&str> = code.split_whitespace().collect();
    assert_eq!(squeezed.join(" "), expect, "{text}");
}

#[test]
fn comments_and_texts_are_not_code() {
    check_code("a // b", "a");
    check_code("a /// b\nc", "a c");
    check_code("a /* b /* c */ d */ e", "a e");
    check_code("a /*/ b */ c", "a c");
    check_code("a /* b", "a");
    check_code(r#"a("b // c") d"#, "a( ) d");
    check_code(r#"a("b \" c") d"#, "a( ) d");
    check_code(r#"a("b \\") d"#, "a( ) d");
    check_code(r#"a(r"b\") d"#, "a( ) d");
    check_code(r##"a(r#"b " c"#) d"##, "a( ) d");
    check_code(r##"a(br#"b " c"#) d"##, "a(b ) d");
    check_code("a(b\"c\") d", "a(b ) d");
    check_code("a = \"b\nc\"; d", "a = ; d");
    check_code("a \"b", "a");
}

#[test]
fn lifetimes_and_raw_names_are_code() {
    check_code("fn a<'b>(c: &'b str)", "fn a<'b>(c: &'b str)");
    check_code("r#type r#fn", "r#type r#fn");
    check_code("for r in a", "for r in a");
}

#[test]
fn a_quote_as_a_character_does_not_open_a_text() {
    check_code("a('\"') b \"c\"", "a( ) b");
    check_code(r"a('\'') b", "a( ) b");
    check_code(r"a('\\') b", "a( ) b");
    check_code(r"a('\u{1f600}') b", "a( ) b");
    check_code("a(b'x', 'é') b", "a(b , ) b");
}

#[test]
fn lines_stay_where_they_were() {
    let code = code_only("/* one\ntwo */ three\n\"four\nfive\" six");
    let lines: Vec<&str> = code.lines().map(str::trim).collect();
    assert_eq!(lines, ["", "three", "", "six"]);
}

#[test]
fn a_word_is_not_part_of_a_longer_name() {
    assert!(has_word("let x = std::fs::read", "std::fs"));
    assert!(has_word("x.exp(1)", ".exp("));
    assert!(has_word("unsafe {", "unsafe"));
    assert!(!has_word("forbid(unsafe_code)", "unsafe"));
    assert!(!has_word("operand::new()", "rand::"));
    assert!(!has_word("std::fsm", "std::fs"));
    assert!(has_word("std::fsm std::fs", "std::fs"), "a later one counts too");
}

#[track_caller]
fn check_use(code: &str, expect: &[(usize, &str)]) {
    let paths = use_paths(code);
    let paths: Vec<(usize, &str)> = paths.iter().map(|(line, path)| (*line, &**path)).collect();
    assert_eq!(paths, expect, "{code}");
}

#[test]
fn a_use_is_written_out() {
    check_use("use std::fs;", &[(1, "std::fs")]);
    check_use("pub(crate) use std::{fs, io::Read};", &[(1, "std::fs"), (1, "std::io::Read")]);
    check_use(
        "use std::{io::{self, Read}, net};\nfn a() {}",
        &[(1, "std::io::self"), (1, "std::io::Read"), (1, "std::net")],
    );
    check_use(
        "\nuse std::{\n    fs as files,\n    net\n};",
        &[(3, "std::fs as files"), (4, "std::net")],
    );
    check_use("use {std::fs, serde::Serialize};", &[(1, "std::fs"), (1, "serde::Serialize")]);
    check_use("refuse std::fs; reuse x;", &[]);
}
