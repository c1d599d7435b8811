//! How Kraken spells assets and pairs, for the markets that are served.
