//! The documents in force, and the ones in these files.

use std::collections::BTreeSet;

use serde_json::Value;

use super::finding::{Code, Report};
use crate::api::Api;
use crate::arguments::Doctor;
use crate::commands::check::findings_of;
use crate::commands::publish::compared;
use crate::error::CliError;
use crate::files::File;
use crate::print::count;

/// Compares them.
pub(super) fn look(doctor: &Doctor, files: &[File], report: &mut Report) {
    let before = report.findings.len();
    if !files.is_empty() {
        let findings = findings_of(files);
        let errors = findings
            .iter()
            .filter(|one| one.severity == "error")
            .count();
        if errors > 0 {
            report.found(
                Code::FileFindings,
                "files",
                format!("the check finds {}", count(errors, "error", "errors")),
                "`ivr check` shows them; what has errors is not published",
            );
        }
    }
    if doctor.worker.token.is_none() {
        report.skipped(
            "documents in force",
            "set IVR_TOKEN to the ADMIN_TOKEN of the Worker",
        );
        return;
    }
    match compare(doctor, files, report) {
        Ok(()) if report.findings.len() == before && !files.is_empty() => {
            report.well("documents: what is in force is what is in the files");
        }
        Ok(()) => {}
        Err(error) => report.found(
            Code::ApiRefused,
            "Worker, /api",
            error.message,
            error
                .help
                .unwrap_or_else(|| "`wrangler tail` has the reason".to_owned()),
        ),
    }
}

fn compare(doctor: &Doctor, files: &[File], report: &mut Report) -> Result<(), CliError> {
    let api = Api::of(&doctor.worker)?;
    let documents = compared(&api, files)?;
    for document in documents.iter().filter(|document| !document.same) {
        let place = document.path.trim_start_matches('/');
        if document.before.is_none() {
            report.found(
                Code::NotPublished,
                place,
                "is in the files and not in force",
                "`ivr publish`",
            );
        } else {
            report.found(
                Code::PublishedDiffers,
                place,
                "what is in force differs from the file",
                "`ivr diff` says how; `ivr publish` puts the file in force, `ivr pull` takes what is",
            );
        }
    }
    if files.is_empty() {
        return Ok(());
    }
    let known: BTreeSet<&str> = documents
        .iter()
        .map(|document| document.path.as_str())
        .collect();
    for kind in ["menus", "calendars", "lists"] {
        let reply = api.must("GET", &format!("/{kind}"), &[], None)?.json();
        let list = reply.get(kind).and_then(Value::as_array);
        for id in list.into_iter().flatten() {
            let Some(id) = id.get("id").and_then(Value::as_str) else {
                continue;
            };
            if !known.contains(format!("/{kind}/{id}").as_str()) {
                report.found(
                    Code::OnlyInForce,
                    format!("{kind}/{id}"),
                    "is in force and not in the files",
                    "`ivr pull` writes it to a file; delete it where nothing names it",
                );
            }
        }
    }
    Ok(())
}
