//! The block at the bottom of the terminal, redrawn in place while lines go past above it.
//!
//! **Law.** Only on a terminal. Whoever prints anything prints above the block.

use std::sync::OnceLock;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// There is one terminal.
static BLOCK: OnceLock<ProgressBar> = OnceLock::new();

/// Shows these lines instead of those that are shown.
pub(crate) fn show(lines: &[String]) {
    let block = BLOCK.get_or_init(|| {
        let style = ProgressStyle::with_template("{msg}").expect("the template is right");
        ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_style(style)
    });
    block.set_message(lines.join("\n"));
    block.tick();
}

/// How many characters fit in a line.
pub(crate) fn width() -> usize {
    let size = rustix::termios::tcgetwinsize(std::io::stderr());
    size.map_or(usize::MAX, |size| usize::from(size.ws_col).saturating_sub(1).max(20))
}

/// Takes the block away for good.
pub(crate) fn clear() {
    if let Some(block) = BLOCK.get() {
        block.finish_and_clear();
    }
}

/// Lets somebody print above the block, if there is one.
pub(crate) fn above<T>(print: impl FnOnce() -> T) -> T {
    match BLOCK.get() {
        Some(block) if !block.is_finished() => block.suspend(print),
        Some(_) | None => print(),
    }
}
