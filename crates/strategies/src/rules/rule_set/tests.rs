//! Files, parameters and descriptions.
