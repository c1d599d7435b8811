//! Many variants of a strategy tried, and what their number does to belief in the best.
