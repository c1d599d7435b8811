//! (seam)
