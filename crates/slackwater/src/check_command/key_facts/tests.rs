//! What looks like a key, and what does not.

use super::secret_line;

/// The private key of Kraken's own documentation, which belongs to nobody.
const SECRET: &str =
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";

#[test]
fn what_looks_like_a_key_is_found_wherever_it_stands() {
    for line in [format!("# {SECRET}"), format!("x = \"{SECRET}\""), format!("a{SECRET}b")] {
        assert_eq!(secret_line(&format!("pair = \"BTC/USD\"\n{line}\n")), Some(2), "{line}");
    }
}

#[test]
fn settings_do_not_look_like_keys() {
    assert_eq!(secret_line(crate::config::DEMO), None);
    assert_eq!(secret_line(&"-".repeat(100)), None);
    assert_eq!(secret_line(&"=".repeat(100)), None);
    assert_eq!(secret_line("# ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ"), None);
}
