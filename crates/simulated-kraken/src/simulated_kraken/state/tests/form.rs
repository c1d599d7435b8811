//! The number of the form goes up when what is kept changes: here the names of all fields are read
//! off a simulation in which everything has happened, and held against those of this form.

use std::collections::BTreeSet;

use super::*;

/// The number of the fields, and the beginning of the SHA-256 of their names. If this fails because
/// a field that is kept has come, gone or changed its meaning: raise `FORM`, and write down what
/// is found.
const FIELDS: (u32, usize, u64) = (2, 432, 0x4966_0143_933b_5dc0);

/// The fields of all structs in a debugging text, each as `Struct.field`.
fn fields(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let (mut structs, mut word, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut last = '\0';
    for sign in text.chars() {
        match sign {
            '"' if last != '\\' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '{' => structs.push(std::mem::take(&mut word)),
            '}' => drop(structs.pop()),
            ':' => {
                let name = structs.last().filter(|name| !name.is_empty());
                let is_field = word.starts_with(|sign: char| sign.is_ascii_lowercase());
                found.extend(name.filter(|_| is_field).map(|name| format!("{name}.{word}")));
            }
            ' ' => {}
            _ if sign.is_alphanumeric() || sign == '_' => {
                if last == ' ' {
                    word.clear();
                }
                word.push(sign);
            }
            _ => word.clear(),
        }
        last = sign;
    }
    found
}

#[test]
fn what_is_kept_has_the_fields_of_this_form() {
    let mut found = BTreeSet::new();
    for (kind, faults) in [(Kind::Busy, "0.2"), (Kind::History, "")] {
        let settings = settings(kind, 11, LimitProfile::Documented, faults);
        let mut visitor = Visitor::new(SimulatedKraken::new(settings, start()), start());
        let mut chance = Prng::from_seed(1);
        for _ in 0..120 {
            visitor.step(&mut chance);
        }
        let World { venue, keys, public_calls, connection_attempts, article, faults, .. } =
            &visitor.kraken.world;
        let (keys, statistics) = (keys.kept(), &visitor.kraken.world.statistics);
        let kept = (venue, keys, public_calls, connection_attempts, article, faults, statistics);
        found.extend(fields(&format!("{kept:?}")));
    }
    let names = found.iter().map(String::as_str).collect::<Vec<_>>().join("\n") + "\n";
    let digest = Sha256::digest(names.as_bytes());
    let (first, _) = digest.split_first_chunk().expect("32 bytes");
    assert_eq!((FORM, found.len(), u64::from_be_bytes(*first)), FIELDS, "{names}");
}
