//! `ivr check`

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use ivr::{Code, Diagnostic, Severity};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, Report};
use serde_json::json;

use crate::arguments::Check;
use crate::error::{CliError, Done, Exit};
use crate::excerpt::SourceText;
use crate::files::{self, File, Role};
use crate::print::{self, DIM, GREEN, Text, count, masked};
use desk::script;

/// Runs it.
pub(super) fn run(check: &Check, json: bool) -> Done {
    if let Some(code) = &check.explain {
        return explain(code, json);
    }
    let files = files::gather(&check.files)?;
    let found = findings_of(&files);
    let errors = found.iter().filter(|one| one.severity == "error").count();
    let warnings = found.len() - errors;
    if json {
        print::json(&json!({
            "errors": errors,
            "warnings": warnings,
            "findings": found.iter().map(Finding::to_json).collect::<Vec<_>>(),
        }));
    } else {
        if !found.is_empty() {
            print::line(Text::new().drawing(&drawn(&found, &files)));
        }
        let asked = files.iter().filter(|file| file.asked).count();
        let checked = count(asked, "document", "documents");
        if found.is_empty() {
            print::line(Text::new().styled(GREEN, format_args!("{checked}: nothing found")));
        } else {
            print::line(format!(
                "{checked}: {}, {}",
                count(errors, "error", "errors"),
                count(warnings, "warning", "warnings")
            ));
        }
    }
    let bad = errors > 0 || (check.strict && warnings > 0);
    Ok(if bad { Exit::Findings } else { Exit::Fine })
}

/// A finding of any kind of document, ready to be shown.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) pointer: String,
    pub(crate) severity: &'static str,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) path: Vec<String>,
}

/// What is wrong with the files asked for; the ones beside them only count as their world.
pub(crate) fn findings_of(files: &[File]) -> Vec<Finding> {
    let asked: BTreeSet<&str> = files
        .iter()
        .filter(|file| file.asked)
        .map(|file| file.name.as_str())
        .collect();
    let library = files::library(files);
    let mut found: Vec<Finding> = files::findings(&library)
        .into_iter()
        .map(Finding::from)
        .collect();
    for file in files {
        if !matches!(file.role(), Role::Test(_)) {
            continue;
        }
        let wrong = match script::read(&file.name, &file.bytes) {
            Ok(document) => script::unknown_names(&file.name, &file.bytes, &document, &library),
            Err(wrong) => wrong,
        };
        found.extend(wrong.into_iter().map(Finding::from));
    }
    found.retain(|finding| asked.contains(finding.file.as_str()));
    found
}

/// Findings as they are shown to people, each over its part of the document.
pub(crate) fn drawn<'f>(findings: impl IntoIterator<Item = &'f Finding>, files: &[File]) -> String {
    let texts: BTreeMap<&str, (Cow<'_, str>, String)> = files
        .iter()
        .filter(|file| !file.bytes.is_empty())
        .map(|file| {
            let text = masked(&String::from_utf8_lossy(&file.bytes)).into_owned();
            (file.name.as_str(), (masked(&file.name), text))
        })
        .collect();
    let mut sources: BTreeMap<&str, SourceText<'_>> = BTreeMap::new();
    let mut page = String::new();
    for finding in findings {
        let source = texts.get_key_value(finding.file.as_str());
        let source = source.map(|(file, (name, text))| {
            sources
                .entry(*file)
                .or_insert_with(|| SourceText::new(name, text))
        });
        if !page.is_empty() {
            page.push('\n');
        }
        page.push_str(&finding.render(source));
    }
    page
}

impl From<Diagnostic> for Finding {
    fn from(from: Diagnostic) -> Self {
        Self {
            file: from.file,
            line: from.line,
            column: from.column,
            pointer: from.pointer,
            severity: match from.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            code: from.code.name().to_owned(),
            message: from.message,
            help: from.help,
            path: from.path,
        }
    }
}

impl Finding {
    fn to_json(&self) -> serde_json::Value {
        json!({
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "pointer": self.pointer,
            "severity": self.severity,
            "code": self.code,
            "message": self.message,
            "help": self.help,
            "path": self.path,
        })
    }

    /// As compilers show it: the line, a caret, what is wrong and how to put it right.
    pub(crate) fn render(&self, source: Option<&mut SourceText<'_>>) -> String {
        let mut help = self.help.clone().unwrap_or_default();
        if !self.path.is_empty() {
            let way = format!("a caller gets there by: {}", self.path.join(", "));
            help = if help.is_empty() {
                way
            } else {
                format!("{help}\n{way}")
            };
        }
        let severity = match self.severity {
            "error" => miette::Severity::Error,
            _ => miette::Severity::Warning,
        };
        let mut diagnostic = MietteDiagnostic::new(masked(&self.message))
            .with_code(self.code.clone())
            .with_severity(severity);
        if !help.is_empty() {
            diagnostic = diagnostic.with_help(masked(&help));
        }
        let report = match source {
            Some(source) => {
                let excerpt = source.excerpt(self.line, self.column);
                let label = if self.pointer.is_empty() {
                    "here"
                } else {
                    self.pointer.as_str()
                };
                let label = LabeledSpan::at(excerpt.span(), masked(label));
                Report::new(diagnostic.and_label(label)).with_source_code(excerpt)
            }
            None => Report::new(diagnostic),
        };
        let mut page = String::new();
        // The stream drops colours where there is no terminal.
        let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode())
            .with_width(100)
            .with_links(false);
        if handler.render_report(&mut page, report.as_ref()).is_err() {
            page = format!(
                "{}:{}:{}: {}[{}]: {}\n",
                self.file, self.line, self.column, self.severity, self.code, self.message
            );
        }
        page
    }
}

pub(super) fn explain(code: &str, json: bool) -> Done {
    let found = Code::ALL.iter().find(|known| known.name() == code);
    let Some(found) = found else {
        let names: Vec<&str> = Code::ALL.iter().map(|known| known.name()).collect();
        let mut error = CliError::usage(format!("there is no finding called {code:?}"));
        error = match ivr::diagnostic::nearest(code, names.iter().copied()) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help(format!("the codes are {}", names.join(", "))),
        };
        return Err(error);
    };
    let severity = match found.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let about = found.explain();
    if json {
        print::json(&json!({
            "code": code,
            "severity": severity,
            "title": about.title,
            "why": about.why,
            "example": about.example,
            "cure": about.cure,
        }));
    } else {
        print::line(format!("{severity}[{code}]: {}", about.title));
        print::line("");
        print::line(Text::new().block(about.why));
        print::line("");
        for line in about.example.lines() {
            print::line(Text::new().styled(DIM, line));
        }
        print::line("");
        print::line(Text::new().block(about.cure));
    }
    Ok(Exit::Fine)
}
