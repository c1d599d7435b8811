//! Bodies of answers: whole ones, and those that break off in the middle.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// The body of an answer.
#[derive(Debug)]
pub(crate) enum AnswerBody {
    /// All of it, until it has been given.
    Whole(Option<Bytes>),
    /// A part of it, until it has been given; then the connection breaks.
    Torn(TornBody),
}

/// How far a torn body is.
#[derive(Debug)]
pub(crate) enum TornBody {
    /// This is still to be given.
    Begun(Bytes),
    /// This turn it is sent.
    Underway,
    /// Now it breaks.
    Broken,
}

impl AnswerBody {
    pub(crate) const fn whole(bytes: Bytes) -> Self {
        Self::Whole(Some(bytes))
    }

    /// The first half of `bytes`, and nothing more.
    pub(crate) fn torn(bytes: &Bytes) -> Self {
        Self::Torn(TornBody::Begun(bytes.slice(..bytes.len() / 2)))
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match self.get_mut() {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Torn(torn) => match std::mem::replace(torn, TornBody::Underway) {
                TornBody::Begun(bytes) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
                TornBody::Underway => {
                    // What was given is written when nothing more is to be had at the moment.
                    *torn = TornBody::Broken;
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
                TornBody::Broken => {
                    *torn = TornBody::Broken;
                    let why = "the answer is to break off here";
                    Poll::Ready(Some(Err(io::Error::other(why))))
                }
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.as_ref().is_none_or(Bytes::is_empty),
            Self::Torn(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            Self::Torn(_) => SizeHint::default(),
        }
    }
}
