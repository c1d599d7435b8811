//! Every limit Kraken sets, each as a small machine that never counts below Kraken's own.

mod feedback;
mod points;
mod window;

pub use self::{feedback::Feedback, points::Points, window::Window};
