//! Bytes of one connection, with TLS or without; everything above does not know which.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, Interest, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::server::TlsStream;

/// A connection.
#[derive(Debug)]
pub(crate) enum Wire {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// Bytes of a client that are still read after the last word; more is a client that never ends.
const DISCARDED_BYTES_MAX: usize = 1 << 20;

impl Wire {
    fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(socket) => socket,
            Self::Tls(stream) => stream.get_ref().0,
        }
    }

    /// Ends it so that the client sees a reset.
    pub(crate) fn reset(self) {
        // Where it does not work the socket is gone already.
        let _ = self.socket().set_zero_linger();
    }

    /// Whether the client has ended it. Nothing is read, so that it sees a full buffer if it sends.
    pub(crate) async fn is_abandoned(&self) -> bool {
        let interest = Interest::READABLE | Interest::WRITABLE;
        match self.socket().ready(interest).await {
            Ok(ready) => ready.is_read_closed() || ready.is_write_closed(),
            Err(_) => true,
        }
    }

    /// Ends it after a last word. What the client still sends is thrown away until it ends its
    /// side, too: a socket that is closed with bytes unread is reset, and the word could be lost.
    pub(crate) async fn end(mut self) {
        if self.shutdown().await.is_err() {
            return;
        }
        let mut waste = [0; 4_096];
        let mut discarded = 0;
        while let Ok(read @ 1..) = self.read(&mut waste).await {
            discarded += read;
            if DISCARDED_BYTES_MAX < discarded {
                return;
            }
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_read(context, into),
            Self::Tls(stream) => Pin::new(stream).poll_read(context, into),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_write(context, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_flush(context),
            Self::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_shutdown(context),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_write_vectored(context, slices),
            Self::Tls(stream) => Pin::new(stream).poll_write_vectored(context, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(socket) => socket.is_write_vectored(),
            Self::Tls(stream) => stream.is_write_vectored(),
        }
    }
}
