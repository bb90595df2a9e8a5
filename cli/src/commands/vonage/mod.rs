//! `ivr vonage apply`

mod wanted;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use vonage::requests::{AccountSettings, ApplicationWebhooks, Change, NumberSettings, OwnedNumber};

use crate::arguments::Apply;
use crate::confirm::confirmed;
use crate::e164;
use crate::error::{CliError, Done, Exit};
use crate::print::{self, DIM, GREEN, RED, Text, count};
use crate::vonage_account::VonageAccount;
pub(super) use wanted::{Routes, numbers_in};

/// A part of what is set up: what it is, what it should be, and how it differs.
struct Part {
    /// How it is named to people: `application 1ded6eee`.
    title: String,
    level: Level,
    changes: Vec<Change>,
}

/// Where a setting lies.
enum Level {
    Application { current: String },
    Number(OwnedNumber),
    Account,
}

/// What everything should be.
struct Wanted {
    application: ApplicationWebhooks,
    numbers: BTreeSet<String>,
    number: NumberSettings,
    account: Option<AccountSettings>,
}

/// Sets up Vonage's side: shows the difference, asks, sets it and reads it back.
pub(super) fn apply(apply: &Apply, json: bool) -> Done {
    let mut wanted = wanted(apply)?;
    let account = VonageAccount::of(&apply.account)?;
    let parts = compare(apply, &account, &mut wanted)?;
    let changes: Vec<Value> = parts.iter().flat_map(told).collect();
    if changes.is_empty() {
        if json {
            print::json(&json!({ "changes": [], "applied": false }));
        } else {
            print::line(Text::new().styled(GREEN, "Everything is set up already."));
        }
        return Ok(Exit::Fine);
    }
    if !json {
        show(&parts);
    }
    if apply.dry_run {
        if json {
            print::json(&json!({ "changes": changes, "applied": false }));
        }
        return Ok(Exit::Findings);
    }
    if !apply.yes && !confirmed("Change it? [y/N] ")? {
        return Err(CliError::refused("nothing was changed"));
    }
    let mut done: Vec<&str> = Vec::new();
    let changed: Vec<&Part> = parts
        .iter()
        .filter(|part| !part.changes.is_empty())
        .collect();
    for part in &changed {
        print::progress(format!("{} of {} set", done.len(), changed.len()));
        set(apply, &account, &wanted, part).map_err(|error| after(error, &done))?;
        done.push(&part.title);
    }
    print::progress_done();
    // Names of settings differ between descriptions of these APIs: read it back.
    let left = compare(apply, &account, &mut wanted)?;
    let first = left.iter().find_map(|part| {
        let change = part.changes.iter().find(|change| change.is_told)?;
        Some((part, change))
    });
    if json {
        print::json(&json!({ "changes": changes, "applied": first.is_none() }));
    }
    if let Some((part, change)) = first {
        return Err(CliError::refused(format!(
            "Vonage took the change, but {} of {} is still {}",
            change.pointer,
            part.title,
            change.from.as_deref().unwrap_or("not set")
        )));
    }
    if !json {
        let parts = count(done.len(), "part", "parts");
        print::line(Text::new().styled(GREEN, format_args!("done: {parts} set and read back")));
    }
    Ok(Exit::Fine)
}

fn wanted(apply: &Apply) -> Result<Wanted, CliError> {
    for url in [Some(&apply.url), apply.fallback.as_ref()]
        .into_iter()
        .flatten()
    {
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err(
                CliError::usage(format!("{url} is not a URL")).help("like https://ivr.example.com")
            );
        }
    }
    if let Some(menu) = &apply.menu
        && !ivr::document::is_name(menu)
    {
        return Err(CliError::usage(format!("`{menu}` is no menu's id"))
            .help("an id has letters a-z, digits, `_` and `-`, like `acme`"));
    }
    let base = |url: &str| url.trim_end_matches('/').to_owned();
    let routes = Routes {
        base: base(&apply.url),
        fallback: apply.fallback.as_deref().map(base),
        menu: apply.menu.clone(),
    };
    let mut numbers = BTreeSet::new();
    for number in &apply.numbers {
        numbers.insert(e164::digits(number)?);
    }
    if let Some(file) = &apply.numbers_in {
        numbers.extend(numbers_in(file)?.0);
    }
    if numbers.is_empty() && (apply.number_sms || apply.number_status) {
        return Err(CliError::usage("of which numbers?")
            .help("name them with --number, or the numbers.json they are in with --numbers-in"));
    }
    Ok(Wanted {
        application: routes.application(apply.rtc, apply.messages, apply.verify),
        numbers,
        number: routes.number(&apply.application, apply.number_sms, apply.number_status),
        account: apply.account_sms.then(|| routes.account()),
    })
}

/// Every part as it is now, with how it differs from what is wanted.
fn compare(
    apply: &Apply,
    account: &VonageAccount,
    wanted: &mut Wanted,
) -> Result<Vec<Part>, CliError> {
    let (current, is) = account.application(&apply.application)?;
    keep_named_menu(apply, &is, &mut wanted.application);
    let mut parts = vec![Part {
        title: format!("application {}", apply.application),
        changes: is.diff(&wanted.application),
        level: Level::Application { current },
    }];
    if !wanted.numbers.is_empty() {
        let mut owned = account.numbers()?;
        owned.retain(|number| wanted.numbers.contains(&number.msisdn));
        let missing = wanted
            .numbers
            .iter()
            .find(|number| !owned.iter().any(|owned| owned.msisdn == **number));
        if let Some(number) = missing {
            return Err(
                CliError::refused(format!("the account has no number {number}")).help(
                    "nothing was changed; numbers of another account are set up with its key",
                ),
            );
        }
        parts.extend(owned.into_iter().map(|number| Part {
            title: format!("number {}", number.msisdn),
            changes: number.diff(&wanted.number),
            level: Level::Number(number),
        }));
    }
    if let Some(wanted) = &wanted.account {
        parts.push(Part {
            title: "account".to_owned(),
            changes: account.settings()?.diff(wanted),
            level: Level::Account,
        });
    }
    Ok(parts)
}

/// An answer URL that names a menu of this Worker was put there on purpose: it stays unless
/// another is asked for.
fn keep_named_menu(apply: &Apply, is: &ApplicationWebhooks, wanted: &mut ApplicationWebhooks) {
    let routes = Routes {
        base: apply.url.trim_end_matches('/').to_owned(),
        fallback: None,
        menu: None,
    };
    if let (None, Some(is), Some(answer)) =
        (&apply.menu, &is.voice.answer, &mut wanted.voice.answer)
        && routes.named_menu(&is.address).is_some()
    {
        answer.address.clone_from(&is.address);
    }
}

fn set(
    apply: &Apply,
    account: &VonageAccount,
    wanted: &Wanted,
    part: &Part,
) -> Result<(), CliError> {
    let request = match &part.level {
        Level::Application { current } => wanted
            .application
            .put_request(&apply.application, current.as_bytes()),
        Level::Number(number) => number.update_request(&wanted.number),
        Level::Account => wanted.account.clone().unwrap_or_default().set_request(),
    };
    let request = request.map_err(|invalid| {
        CliError::usage(format!(
            "{}{}: expected {}",
            part.title, invalid.pointer, invalid.message
        ))
    })?;
    account.send(&request, &part.title).map(|_| ())
}

/// An interruption says what is set by now.
fn after(mut error: CliError, done: &[&str]) -> CliError {
    print::progress_done();
    let so_far = if done.is_empty() {
        "nothing was changed".to_owned()
    } else {
        format!("set before that: {}", done.join(", "))
    };
    let help = error.help.take();
    let help = help.map(|help| format!("{help}; ")).unwrap_or_default();
    error.help(format!(
        "{help}{so_far}; running it again goes on where it stopped"
    ))
}

fn show(parts: &[Part]) {
    for part in parts.iter().filter(|part| !part.changes.is_empty()) {
        print::line(part.title.as_str());
        for change in &part.changes {
            print::line(format!("  {}", change.pointer));
            let before = match &change.from {
                Some(before) => Some(
                    Text::new()
                        .plain("    ")
                        .styled(RED, format_args!("- {before}")),
                ),
                None if change.is_told => None,
                None => Some(Text::new().styled(
                    DIM,
                    "    ? Vonage does not tell how it is now, nor afterwards",
                )),
            };
            if let Some(before) = before {
                print::line(before);
            }
            print::line(
                Text::new()
                    .plain("    ")
                    .styled(GREEN, format_args!("+ {}", change.to)),
            );
        }
        let updates_blindly = matches!(part.level, Level::Number(_))
            && !part.changes.iter().any(|change| !change.is_told);
        if updates_blindly {
            print::line(Text::new().styled(
                DIM,
                "  a status URL or SMPP type set before is cleared by this: Vonage does not tell them \
                 (--number-status sets the URL)",
            ));
        }
    }
}

fn told(part: &Part) -> Vec<Value> {
    part.changes
        .iter()
        .map(|change| {
            json!({
                "part": part.title,
                "pointer": change.pointer,
                "from": change.from,
                "to": change.to,
                "told": change.is_told,
            })
        })
        .collect()
}
