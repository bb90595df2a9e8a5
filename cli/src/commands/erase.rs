//! `ivr erase`

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::api::Api;
use crate::arguments::Erase;
use crate::confirm::confirmed;
use crate::e164;
use crate::error::{CliError, Done, Exit};
use crate::print::{self, GREEN, Text};

/// Between two requests of which the first came no further.
const PAUSE: Duration = Duration::from_secs(2);

/// Erases a caller: a request does a part, until nothing is left.
pub(super) fn run(erase: &Erase, json: bool) -> Done {
    let number = e164::digits(&erase.number)?;
    let api = Api::of(&erase.worker)?;
    if !erase.yes {
        let question = format!(
            "Erase everything that is kept of {number}: calls, events, recordings? \
             It cannot be brought back. [y/N] "
        );
        if !confirmed(&question)? {
            return Err(CliError::refused("nothing was erased"));
        }
    }
    let mut erased: BTreeMap<String, u64> = BTreeMap::new();
    let mut cursor: Option<String> = None;
    let mut parts = 0;
    loop {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if erase.everywhere {
            query.append_pair("everywhere", "true");
        }
        if let Some(cursor) = &cursor {
            query.append_pair("cursor", cursor);
        }
        let path = match query.finish() {
            query if query.is_empty() => format!("/callers/{number}"),
            query => format!("/callers/{number}?{query}"),
        };
        let reply = api
            .must("DELETE", &path, &[], None)
            .map_err(|error| after(error, &erased))?
            .json();
        for (what, many) in reply
            .get("removed")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            *erased.entry(what.clone()).or_default() += many.as_u64().unwrap_or(0);
        }
        if reply.get("done") == Some(&Value::Bool(true)) {
            break;
        }
        let next = reply.get("cursor").and_then(Value::as_str);
        let sum: u64 = erased.values().sum();
        if sum == parts && cursor.as_deref() == next {
            // It waits for the archive's files, which are being put together.
            std::thread::sleep(PAUSE);
        }
        parts = sum;
        print::progress(format!("{parts} erased so far"));
        match next {
            Some(next) => cursor = Some(next.to_owned()),
            None => {
                let error = CliError::unreachable(
                    "the Worker says neither that it is done nor how to go on",
                );
                return Err(after(error, &erased));
            }
        }
    }
    print::progress_done();
    if json {
        print::json(&json!({ "number": number, "erased": erased }));
    } else {
        print::line(
            Text::new()
                .styled(GREEN, "erased")
                .plain(format_args!(" {number}")),
        );
        for (what, many) in &erased {
            print::line(format!("  {many:>7} {}", what.replace('_', " ")));
        }
    }
    Ok(Exit::Fine)
}

/// An interruption says what is gone by now.
fn after(mut error: CliError, erased: &BTreeMap<String, u64>) -> CliError {
    print::progress_done();
    let done: Vec<String> = erased
        .iter()
        .map(|(what, many)| format!("{many} {}", what.replace('_', " ")))
        .collect();
    let so_far = if done.is_empty() {
        "nothing was erased yet".to_owned()
    } else {
        format!("erased before that: {}", done.join(", "))
    };
    let help = error.help.take();
    let help = help.map(|help| format!("{help}; ")).unwrap_or_default();
    error.help(format!(
        "{help}{so_far}; running it again goes on where it stopped"
    ))
}
