//! `ivr check`

use std::collections::BTreeSet;

use ivr::{Code, Diagnostic, Severity};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report,
};
use serde_json::json;

use super::{DIM, Done, GREEN, count, print_json};
use crate::arguments::Check;
use crate::files::{self, File, Role};
use crate::print::{self, Text, masked};
use crate::trouble::{Exit, Trouble};
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
        print_json(&json!({
            "errors": errors,
            "warnings": warnings,
            "findings": found.iter().map(Finding::to_json).collect::<Vec<_>>(),
        }));
    } else {
        for finding in &found {
            let text = files
                .iter()
                .find(|file| file.name == finding.file)
                .map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
            print::line(Text::new().drawing(&finding.render(text.as_deref())));
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
            Ok(document) => {
                let menu = script::menu_of(&file.name, &document);
                let known = library.menus.contains_key(&menu)
                    || library.broken.contains(&format!("menu:{menu}"));
                if known {
                    continue;
                }
                vec![script::Finding {
                    file: file.name.clone(),
                    line: 1,
                    column: 1,
                    message: format!("there is no menu `{menu}` beside this call script"),
                }]
            }
            Err(wrong) => wrong,
        };
        found.extend(wrong.into_iter().map(Finding::from));
    }
    found.retain(|finding| asked.contains(finding.file.as_str()));
    found
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

impl From<script::Finding> for Finding {
    fn from(from: script::Finding) -> Self {
        Self {
            file: from.file,
            line: u32::try_from(from.line).unwrap_or(1),
            column: u32::try_from(from.column).unwrap_or(1),
            pointer: String::new(),
            severity: "error",
            code: "call-script".to_owned(),
            message: from.message,
            help: None,
            path: Vec::new(),
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
    pub(crate) fn render(&self, text: Option<&str>) -> String {
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
        let report = match text {
            Some(text) if !text.is_empty() => {
                let (offset, length) = source_excerpt(text, self.line, self.column);
                let label = if self.pointer.is_empty() {
                    "here"
                } else {
                    self.pointer.as_str()
                };
                let diagnostic =
                    diagnostic.and_label(LabeledSpan::at(offset..offset + length, masked(label)));
                Report::new(diagnostic).with_source_code(NamedSource::new(
                    masked(&self.file),
                    masked(text).into_owned(),
                ))
            }
            _ => Report::new(diagnostic.clone()),
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

/// The bytes of the value at a line and column: its offset and length.
#[must_use]
pub fn source_excerpt(text: &str, line: u32, column: u32) -> (usize, usize) {
    let line = usize::try_from(line.max(1)).unwrap_or(1);
    let column = usize::try_from(column.max(1)).unwrap_or(1);
    let begins: usize = text
        .split_inclusive('\n')
        .take(line - 1)
        .map(str::len)
        .sum();
    let rest = text.get(begins..).unwrap_or_default();
    let within = rest.char_indices().nth(column - 1).map_or(0, |(at, _)| at);
    let offset = (begins + within).min(text.len());
    let value = text.get(offset..).unwrap_or_default();
    let length = if let Some(string) = value.strip_prefix('"') {
        let mut escaped = false;
        let end = string.find(|letter: char| {
            let ends = letter == '"' && !escaped;
            escaped = letter == '\\' && !escaped;
            ends
        });
        end.map_or(1, |end| end + 2)
    } else {
        value
            .find(|letter: char| letter.is_whitespace() || matches!(letter, ',' | ']' | '}' | ':'))
            .unwrap_or(value.len())
    };
    let one = value.chars().next().map_or(0, char::len_utf8);
    (offset, length.max(one))
}

fn explain(code: &str, json: bool) -> Done {
    let found = Code::ALL.iter().find(|known| known.name() == code);
    let Some(found) = found else {
        let names: Vec<&str> = Code::ALL.iter().map(|known| known.name()).collect();
        let mut trouble = Trouble::usage(format!("there is no finding called {code:?}"));
        trouble = match ivr::diagnostic::nearest(code, names.iter().copied()) {
            Some(near) => trouble.help(format!("did you mean `{near}`?")),
            None => trouble.help(format!("the codes are {}", names.join(", "))),
        };
        return Err(trouble);
    };
    let severity = match found.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let about = found.explain();
    if json {
        print_json(&json!({
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_the_value_at_the_place() {
        let text = "{\n  \"ä\": \"on\\\"e\",\n  \"b\": 12\n}\n";
        let check = |line: u32, column: u32, expected: &str| {
            let (offset, length) = source_excerpt(text, line, column);
            assert_eq!(&text[offset..offset + length], expected, "{line}:{column}");
        };
        check(1, 1, "{");
        check(2, 3, "\"ä\"");
        check(2, 8, "\"on\\\"e\"");
        check(3, 8, "12");
        check(9, 9, "");
    }
}
