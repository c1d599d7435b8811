//! The words after `--` of a test that has a long version, read by hand.
//!
//! The invariant: who asks for a test by name, or for a list, gets what any test gives.

/// What is asked.
pub(crate) enum Asked {
    /// To say what tests there are.
    List,
    /// Nothing: another test was meant.
    Nothing,
    /// To run, with these options.
    Run(Vec<(String, String)>),
}

/// Reads the words for the test of this name, whose options are `known`, each with a number.
pub(crate) fn read(name: &str, known: &[&str], words: impl Iterator<Item = String>) -> Asked {
    let mut words = words;
    let mut options = Vec::new();
    while let Some(word) = words.next() {
        if word == "--list" {
            return Asked::List;
        } else if let Some(option) = word.strip_prefix("--").filter(|it| known.contains(it)) {
            let value = words.next().unwrap_or_else(|| panic!("`{word}` needs a number"));
            options.push((option.to_owned(), value));
        } else if !word.starts_with('-') && !name.contains(&word) {
            // A filter that means other tests, or the value of a flag of theirs.
            return Asked::Nothing;
        }
    }
    Asked::Run(options)
}

/// The number an option was given.
pub(crate) fn number(options: &[(String, String)], name: &str) -> Option<u64> {
    let (_, value) = options.iter().rfind(|(option, _)| option == name)?;
    Some(value.parse().unwrap_or_else(|_| panic!("`--{name}` needs a number, not `{value}`")))
}
