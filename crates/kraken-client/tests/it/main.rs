//! The client from outside, against a server that plays scripts.

mod script;
mod socket;
mod world;
