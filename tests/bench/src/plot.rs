//! The CPU per line of every server in every scenario, as an SVG picture. Logarithmic,
//! because the servers differ by factors of a hundred.

use std::fmt::Write as _;

use super::outcome::Outcome;
use super::peers::{PEERS, Peer};
use super::report::Results;
use super::scenarios::Load;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 90.0;
const RIGHT: f64 = 150.0;
const BAR_HEIGHT: f64 = 14.0;
const TITLE_HEIGHT: f64 = 30.0;
/// The ends of the axis, in powers of ten of a microsecond.
const POWERS: std::ops::RangeInclusive<i32> = -3..=3;

/// Draws it.
pub fn svg(results: &Results) -> String {
    let mut body = String::new();
    let mut y = 20.0;
    for scenario in results.scenarios() {
        if matches!(scenario.load, Load::Idle | Load::Full) {
            continue;
        }
        y += TITLE_HEIGHT;
        let _ = writeln!(
            body,
            "<text x=\"0\" y=\"{:.0}\" class=\"t\">{}</text>",
            y - 8.0,
            scenario.title
        );
        for peer in PEERS {
            let Some(outcome) = results.find(scenario.name, peer) else {
                continue;
            };
            if outcome.cpu_us > 0.0 && outcome.cpu_us.is_finite() {
                bar(&mut body, y, peer, outcome);
                y += BAR_HEIGHT + 3.0;
            }
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} \
         {:.0}\" font-family=\"sans-serif\" font-size=\"11\">\n\
         <style>.t{{font-weight:bold}} text{{fill:#555}}</style>\n\
         <text x=\"0\" y=\"14\">Processor time of the server per line that \
         reached a client (churn: per stay), µs, logarithmic</text>\n\
         {}{body}</svg>\n",
        y + 30.0,
        axis(y)
    )
}

fn bar(body: &mut String, y: f64, peer: Peer, outcome: &Outcome) {
    let us = outcome.cpu_us;
    let end = x(us);
    let but = match outcome.faults.count() {
        0 => "",
        _ => ", and lines were lost",
    };
    let color = match peer {
        Peer::Server => "#c2410c",
        Peer::Floor => "#4b5563",
        _ => "#9ca3af",
    };
    let text = y + BAR_HEIGHT - 3.0;
    let digits = if us < 1.0 { 3 } else { 1 };
    let _ = writeln!(
        body,
        "<text x=\"{:.0}\" y=\"{text:.0}\" text-anchor=\"end\">{}</text>\
         <rect x=\"{LEFT}\" y=\"{y:.0}\" width=\"{:.1}\" \
         height=\"{BAR_HEIGHT}\" fill=\"{color}\"/>\
         <text x=\"{:.1}\" y=\"{text:.0}\">{us:.digits$}{but}</text>",
        LEFT - 6.0,
        peer.name(),
        end - LEFT,
        end + 4.0,
    );
}

fn axis(bottom: f64) -> String {
    let mut text = String::new();
    for power in POWERS {
        let value = 10f64.powi(power);
        let _ = writeln!(
            text,
            "<line x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"24\" y2=\"{bottom:.0}\" \
             stroke=\"#ddd\"/><text x=\"{0:.1}\" y=\"{1:.0}\" \
             text-anchor=\"middle\">{value}</text>",
            x(value),
            bottom + 16.0
        );
    }
    text
}

/// Where a value stands.
fn x(us: f64) -> f64 {
    let (first, last) = (f64::from(*POWERS.start()), f64::from(*POWERS.end()));
    let part = (us.log10() - first) / (last - first);
    LEFT + part.clamp(0.005, 1.0) * (WIDTH - LEFT - RIGHT)
}
