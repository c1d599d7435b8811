//! Kraken's limiters as Kraken keeps them (seam).
