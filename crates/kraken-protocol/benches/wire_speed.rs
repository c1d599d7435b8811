//! How long a frame takes from its bytes to an order's bytes, as ratios in one run.

fn main() {}
