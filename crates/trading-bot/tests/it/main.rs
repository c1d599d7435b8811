//! The service over real sockets, against a simulated Kraken in this process.

mod churn;
mod first_run;
mod world;
