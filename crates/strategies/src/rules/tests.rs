//! Random rules, and a twin that knows no streams.

mod laws;
mod random;
mod twin;
