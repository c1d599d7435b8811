//! What only the crate as a whole can show.

mod any_frames;
mod stream_corpus;
