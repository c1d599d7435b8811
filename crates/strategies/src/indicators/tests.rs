//! TA-Lib's own output, value by value.
