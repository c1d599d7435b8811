//! The parts of the page that stand still: readable without the script, and on paper.

mod months;

use super::put;
use crate::{
    data_block::TRADES_MAX,
    escape::Escaped,
    input::{Figure, Finding, FindingKind, Judgement, ReportInput, Rows, Table, Tone, Trades},
};

pub(super) fn body(html: &mut String, input: &ReportInput) {
    put(
        html,
        format_args!(
            "<body>\n<a class=\"skip\" href=\"#content\">Skip to the content</a>\n<header>\n\
             <div class=\"bar\"><div><h1>{}</h1>\n<p class=\"subtitle\">{}</p></div>\n\
             <button type=\"button\" id=\"theme\" hidden>Dark</button></div>\n",
            Escaped(&input.title),
            Escaped(&input.subtitle),
        ),
    );
    if !input.summary.is_empty() {
        let tone = tone_class(input.summary_tone);
        put(html, format_args!("<p class=\"summary{tone}\">{}</p>\n", Escaped(&input.summary)));
    }
    figures(html, &input.figures);
    html.push_str("</header>\n<main id=\"content\">\n");
    for note in &input.notes {
        put(html, format_args!("<p class=\"warning\" role=\"note\">{}</p>\n", Escaped(note)));
    }
    if let Some(judgement) = &input.judgement {
        self::judgement(html, judgement);
    }
    if let Some(chart) = &input.chart {
        self::chart(html, &chart.pair);
    }
    months::months(html, &input.months);
    if let Some(map) = &input.heat_map {
        heat_map(html, &map.metric);
    }
    for rows in &input.tables {
        table(html, rows);
    }
    if let Some(trades) = &input.trades {
        self::trades(html, trades);
    }
    facts(html, &input.facts);
    html.push_str("</main>\n<footer><p>");
    put(html, format_args!("Written by {}. ", Escaped(&input.writer)));
    html.push_str(
        "Past prices say what would have happened, not what will. Times are UTC.</p></footer>\n",
    );
}

const fn tone_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "",
        Tone::Good => " good",
        Tone::Bad => " bad",
    }
}

fn figures(html: &mut String, figures: &[Figure]) {
    if figures.is_empty() {
        return;
    }
    html.push_str("<dl class=\"figures\">\n");
    for figure in figures {
        put(
            html,
            format_args!(
                "<div><dt>{}</dt><dd class=\"value{}\">{}</dd><dd class=\"note\">{}</dd></div>\n",
                Escaped(&figure.label),
                tone_class(figure.tone),
                Escaped(&figure.value),
                Escaped(&figure.note),
            ),
        );
    }
    html.push_str("</dl>\n");
}

fn judgement(html: &mut String, judgement: &Judgement) {
    html.push_str("<section aria-labelledby=\"h-judgement\">\n");
    html.push_str("<h2 id=\"h-judgement\">Judgement</h2>\n<ul class=\"findings\">\n");
    for finding in &judgement.findings {
        self::finding(html, finding);
    }
    html.push_str("</ul>\n</section>\n");
}

fn finding(html: &mut String, finding: &Finding) {
    let (class, word) = match finding.kind {
        FindingKind::Holds => ("holds", "holds"),
        FindingKind::Fails => ("fails", "fails"),
        FindingKind::Doubtful => ("doubtful", "doubtful"),
        FindingKind::Unknown => ("unknown", "not known"),
        FindingKind::Told => ("unknown told", "told"),
    };
    put(
        html,
        format_args!(
            "<li class=\"{class}\"{}><span class=\"badge\">{word}</span> \
             <span class=\"about\">{}</span> <span class=\"text\">{}</span></li>\n",
            figure_of(finding.figure),
            Escaped(&finding.about),
            Escaped(&finding.text),
        ),
    );
}

/// The figure for scripts; people find it in the sentence, where its meaning is.
fn figure_of(figure: Option<f64>) -> String {
    let figure = figure.filter(|it| it.is_finite());
    figure.map_or_else(String::new, |it| format!(" data-figure=\"{it}\""))
}

fn chart(html: &mut String, pair: &str) {
    put(
        html,
        format_args!(
            "<section id=\"chart-section\" aria-labelledby=\"h-chart\">\n\
             <h2 id=\"h-chart\">{} candles, trades and equity</h2>\n\
             <div class=\"toolbar\" id=\"toolbar\" role=\"group\" \
             aria-label=\"Chart\" hidden></div>\n\
             <p id=\"readout\" class=\"readout\">&nbsp;</p>\n\
             <div id=\"chart\" class=\"chart\" tabindex=\"0\" role=\"application\" \
             aria-label=\"Chart of price, equity and drawdown\" aria-describedby=\"chart-keys\">\
             <canvas id=\"canvas\" aria-hidden=\"true\"></canvas></div>\n\
             <p id=\"said\" class=\"hidden\" role=\"status\"></p>\n\
             <p id=\"chart-keys\" class=\"quiet\">Drag, wheel or pinch to move and zoom. Keys: \
             <kbd>←</kbd> <kbd>→</kbd> move, <kbd>+</kbd> <kbd>−</kbd> zoom, <kbd>Home</kbd> \
             <kbd>End</kbd> first and last, <kbd>0</kbd> all, <kbd>N</kbd> <kbd>P</kbd> next and \
             previous trade. The same figures stand in the tables below.</p>\n\
             <p id=\"chart-note\" class=\"quiet\"></p>\n\
             <noscript><p>The chart needs JavaScript; the tables do not.</p></noscript>\n\
             </section>\n",
            Escaped(pair),
        ),
    );
}

fn heat_map(html: &mut String, metric: &str) {
    put(
        html,
        format_args!(
            "<section aria-labelledby=\"h-parameters\">\n\
             <h2 id=\"h-parameters\">Parameters: {}</h2>\n\
             <div id=\"choices\" class=\"toolbar\" role=\"group\" \
             aria-label=\"Parameters\"></div>\n\
             <p id=\"cell\" class=\"readout\" role=\"status\">&nbsp;</p>\n\
             <div id=\"heat-map\" class=\"scroll\" tabindex=\"0\" role=\"region\" \
             aria-labelledby=\"h-parameters\"></div>\n</section>\n",
            Escaped(metric),
        ),
    );
}

fn table(html: &mut String, table: &Table) {
    put(html, format_args!("<section>\n<h2>{}</h2>\n", Escaped(&table.title)));
    if !table.note.is_empty() {
        put(html, format_args!("<p class=\"quiet\">{}</p>\n", Escaped(&table.note)));
    }
    put(
        html,
        format_args!(
            "<div class=\"scroll plain\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n\
             <table>\n<thead><tr>",
            Escaped(&table.title),
        ),
    );
    for column in &table.columns {
        put(html, format_args!("<th scope=\"col\">{}</th>", Escaped(column)));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        html.push_str("<tr>");
        for (at, value) in row.iter().enumerate() {
            if at == 0 {
                put(html, format_args!("<th scope=\"row\">{}</th>", Escaped(value)));
            } else {
                put(html, format_args!("<td>{}</td>", Escaped(value)));
            }
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table>\n</div>\n</section>\n");
}

fn trades(html: &mut String, trades: &Trades) {
    html.push_str("<section aria-labelledby=\"h-trades\">\n<h2 id=\"h-trades\">Trades</h2>\n");
    let count = trades.rows.len();
    if count == 0 {
        html.push_str("<p class=\"quiet\">It never traded.</p>\n</section>\n");
        return;
    }
    if TRADES_MAX < count {
        put(
            html,
            format_args!(
                "<p class=\"quiet\">{count} trades; the {TRADES_MAX} that won or lost the most are \
                 listed and drawn. {}</p>\n",
                Escaped(&trades.elsewhere),
            ),
        );
    }
    html.push_str(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"h-trades\">\
         <table id=\"trades\"></table></div>\n\
         <p><button type=\"button\" id=\"more\" hidden>Show more</button></p>\n\
         <noscript><p>The list needs JavaScript.</p></noscript>\n</section>\n",
    );
}

fn facts(html: &mut String, groups: &[Rows]) {
    if groups.is_empty() {
        return;
    }
    html.push_str("<section>\n<h2>Details</h2>\n<div class=\"facts\">\n");
    for group in groups {
        put(html, format_args!("<div><h3>{}</h3>\n<dl>\n", Escaped(&group.title)));
        for (label, value) in &group.rows {
            let (label, value) = (Escaped(label), Escaped(value));
            put(html, format_args!("<div><dt>{label}</dt><dd>{value}</dd></div>\n"));
        }
        html.push_str("</dl></div>\n");
    }
    html.push_str("</div>\n</section>\n");
}
