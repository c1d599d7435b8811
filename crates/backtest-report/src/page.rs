//! The page: what stands still is written here, what moves is drawn by its one script.

mod sections;

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use crate::{
    data_block::DataBlock,
    escape::{Escaped, json_in_element},
    input::ReportInput,
};

const SCRIPT: &str = include_str!("page/report.js");
const STYLE: &str = include_str!("page/report.css");

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A value cannot be written as JSON.
    #[error("a value of the report cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// The page, as the text of an HTML file.
pub fn page(input: &ReportInput) -> Result<String, ReportError> {
    let data = json_in_element(&serde_json::to_string(&DataBlock::of(input))?);
    let mut html = String::with_capacity(data.len() + SCRIPT.len() + STYLE.len() + 65_536);
    head(&mut html, &input.title);
    sections::body(&mut html, input);
    for part in ["<script type=\"application/json\" id=\"data\">", &data, "</script>\n"] {
        html.push_str(part);
    }
    for part in ["<script>", SCRIPT, "</script>\n</body>\n</html>\n"] {
        html.push_str(part);
    }
    Ok(html)
}

/// Only this script and this style count, known by their hashes; nothing is loaded or sent.
fn head(html: &mut String, title: &str) {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; \
         form-action 'none'",
        hash(SCRIPT),
        hash(STYLE),
    );
    put(
        html,
        format_args!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <title>{}</title>\n<style>{STYLE}</style>\n</head>\n",
            Escaped(title),
        ),
    );
}

fn put(html: &mut String, text: std::fmt::Arguments<'_>) {
    html.write_fmt(text).expect("a string takes all");
}

#[cfg(test)]
mod tests;
