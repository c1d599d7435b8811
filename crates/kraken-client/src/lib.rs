//! Kraken over real sockets (seam).
