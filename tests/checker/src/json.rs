//! Reports for programs, as JSON. Decides nothing.

use serde_json::{Value, json};

use super::report::Report;
use super::runner::{Order, passed};
use super::verdict::Verdict;

/// All that one run has found out. `problem` is why there was none.
pub fn of_run(
    order: &Order,
    reports: &[Report],
    problem: Option<&str>,
) -> Value {
    let passed = passed(reports);
    json!({
        "step": order.step,
        "title": order.title,
        "seed": order.seed,
        "problem": problem,
        "passed": passed,
        "checks": reports.len(),
        "all_passed": problem.is_none() && passed == reports.len(),
        "reports": reports.iter().map(of_report).collect::<Vec<_>>(),
    })
}

/// One check. The parts that only a failure has are missing elsewhere.
fn of_report(report: &Report) -> Value {
    let mut value = json!({
        "check": report.name,
        "promise": report.promise,
        "seconds": report.took.as_secs_f64(),
        "complaint": report.complaint,
    });
    let more = match &report.verdict {
        Verdict::Passed => json!({ "verdict": "passed" }),
        Verdict::CouldNotTell(why) => {
            json!({ "verdict": "could not tell", "because": why })
        }
        Verdict::Failed(failure) => json!({
            "verdict": "failed",
            "sent": failure.sent,
            "expected": failure.expected,
            "came": failure.came,
            "look_at": failure.look,
            "it_ended": report.bad_end,
            "it_said": report.last_words,
            "threads": report.stands,
        }),
    };
    if let (Value::Object(all), Value::Object(more)) = (&mut value, more) {
        all.extend(more);
    }
    value
}
