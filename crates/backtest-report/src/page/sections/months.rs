//! What was won in each month: a row a year, and what its months come to together.
#![expect(clippy::float_arithmetic, reason = "returns are opinions, not money")]

use crate::{input::Month, page::put};

const NAMES: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// Where a color ends and the next begins.
const STEPS: [f64; 3] = [0.02, 0.05, 0.10];
/// What rounds to nothing has no color.
const DUST: f64 = 0.0005;

pub(super) fn months(html: &mut String, months: &[Month]) {
    if months.is_empty() {
        return;
    }
    html.push_str(
        "<section aria-labelledby=\"h-months\">\n<h2 id=\"h-months\">Return by month, %</h2>\n\
         <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"h-months\">\n\
         <table class=\"months\">\n<thead><tr><th scope=\"col\">Year</th>",
    );
    for name in NAMES {
        put(html, format_args!("<th scope=\"col\">{name}</th>"));
    }
    html.push_str("<th scope=\"col\">Year</th></tr></thead>\n<tbody>\n");
    for year in months.chunk_by(|one, other| one.year == other.year) {
        put(html, format_args!("<tr><th scope=\"row\">{}</th>", year[0].year));
        for month in 1..=12 {
            cell(html, year.iter().find(|it| it.month == month).map(|it| it.gain));
        }
        cell(html, Some(year.iter().fold(1.0, |whole, it| whole * (1.0 + it.gain)) - 1.0));
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table>\n</div>\n</section>\n");
}

fn cell(html: &mut String, gain: Option<f64>) {
    let Some(gain) = gain else {
        html.push_str("<td></td>");
        return;
    };
    let size = gain.abs();
    if size < DUST {
        html.push_str("<td>0.0</td>");
        return;
    }
    let step = STEPS.iter().filter(|it| **it <= size).count() + 1;
    let (class, sign) = if gain < 0.0 { ('l', '−') } else { ('g', '+') };
    let percent = size * 100.0;
    put(html, format_args!("<td class=\"{class}{step}\">{sign}{percent:.1}</td>"));
}
