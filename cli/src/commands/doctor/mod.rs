//! `ivr doctor`: what is wrong between Vonage, the Worker and these files.

mod calls;
mod documents;
mod finding;
mod platform;
mod worker;

use serde_json::json;

use super::vonage::Routes;
use crate::arguments::Doctor;
use crate::error::{CliError, Done, Exit};
use crate::files::{self, File};
use crate::print::{self, DIM, GREEN, RED, Text, YELLOW, count};
use crate::worker_url::WorkerUrl;
use finding::{Finding, Report, Severity};

/// Looks at everything it can get at.
pub(super) fn run(doctor: &Doctor, json: bool) -> Done {
    let Some(url) = &doctor.worker.url else {
        return Err(CliError::usage("which Worker?")
            .help("give --url or set IVR_URL, like https://ivr.example.com"));
    };
    let base = |url: &str| WorkerUrl::parse(url).map(|url| url.base());
    let fallback = match doctor.fallback.as_deref() {
        Some(url) => Some(base(url)?),
        None => None,
    };
    let routes = Routes {
        base: base(url)?,
        fallback,
        menu: None,
    };
    let mut report = Report::default();
    let files = documents_of(doctor, &mut report)?;

    print::progress("asking the Worker how it is");
    let is_there = worker::look(&routes, &mut report);
    if is_there {
        print::progress("calling the Worker");
        calls::look(doctor, &routes, &files, &mut report)?;
        print::progress("comparing the documents");
        documents::look(doctor, &files, &mut report);
    } else {
        for what in ["a test call", "documents in force"] {
            report.skipped(what, "the Worker cannot be asked");
        }
    }
    print::progress("asking Vonage");
    platform::look(doctor, &routes, &files, &mut report)?;
    print::progress_done();

    // What was found first stays first among its like.
    report
        .findings
        .sort_by_key(|finding| finding.code.severity());
    if json {
        print_report(&report);
    } else {
        show(&report);
    }
    Ok(if report.count(Severity::Error) > 0 {
        Exit::Findings
    } else {
        Exit::Fine
    })
}

/// The documents to compare with. Nobody has to be in a folder of menus.
fn documents_of(doctor: &Doctor, report: &mut Report) -> Result<Vec<File>, CliError> {
    match &doctor.folder {
        Some(folder) => files::gather(std::slice::from_ref(folder)),
        None => Ok(files::gather(&[]).unwrap_or_else(|_| {
            report.skipped("files", "no menus in this folder: name theirs");
            Vec::new()
        })),
    }
}

fn style(severity: Severity) -> (anstyle::Style, &'static str) {
    match severity {
        Severity::Error => (RED, "error"),
        Severity::Warning => (YELLOW, "warning"),
        Severity::Note => (DIM, "note"),
    }
}

fn show(report: &Report) {
    for Finding {
        code,
        place,
        message,
        help,
    } in &report.findings
    {
        let (style, name) = style(code.severity());
        print::line(
            Text::new()
                .styled(style, format_args!("{name}[{}]", code.as_str()))
                .plain(format_args!(" {place}: {message}")),
        );
        print::line(format!("  help: {help}"));
    }
    for what in &report.well {
        print::line(
            Text::new()
                .styled(GREEN, "well")
                .plain(format_args!(" {what}")),
        );
    }
    for (what, why) in &report.skipped {
        print::line(Text::new().styled(DIM, format_args!("not looked at: {what} ({why})")));
    }
    let errors = count(report.count(Severity::Error), "error", "errors");
    let warnings = count(report.count(Severity::Warning), "warning", "warnings");
    let notes = count(report.count(Severity::Note), "note", "notes");
    print::line(format!("{errors}, {warnings}, {notes}"));
}

fn print_report(report: &Report) {
    let findings: Vec<_> = report
        .findings
        .iter()
        .map(|finding| {
            json!({
                "code": finding.code.as_str(),
                "severity": finding.code.severity(),
                "place": finding.place,
                "message": finding.message,
                "help": finding.help,
            })
        })
        .collect();
    let skipped: Vec<_> = report
        .skipped
        .iter()
        .map(|(what, why)| json!({ "what": what, "why": why }))
        .collect();
    print::json(&json!({
        "errors": report.count(Severity::Error),
        "warnings": report.count(Severity::Warning),
        "findings": findings,
        "well": report.well,
        "skipped": skipped,
    }));
}
