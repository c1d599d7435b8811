//! The one place where chance enters this crate: a seed, asked of the system once.

/// A seed that nobody can foresee.
pub(crate) fn seed() -> u64 {
    getrandom::u64().expect("the system has chance to give")
}
