//! What is set at Vonage: the application, its numbers, the account.

use std::collections::BTreeSet;

use vonage::Method;
use vonage::requests::{ApplicationWebhooks, OwnedNumber, WebhookSetting};

use super::finding::{Code, Report};
use crate::arguments::Doctor;
use crate::commands::vonage::{Routes, numbers_in};
use crate::error::CliError;
use crate::files::{File, Role};
use crate::vonage_account::VonageAccount;

/// The Worker answers within 2.5 seconds, whatever happens to it.
const SHORTEST_TIMEOUT_MS: u32 = 3_000;

const APPLY: &str = "`ivr vonage apply` sets it";

/// Looks at what the credentials reach.
pub(super) fn look(
    doctor: &Doctor,
    routes: &Routes,
    files: &[File],
    report: &mut Report,
) -> Result<(), CliError> {
    let missing = match (
        &doctor.account.api_key,
        &doctor.account.api_secret,
        &doctor.application,
    ) {
        (None, ..) => "VONAGE_API_KEY",
        (_, None, _) => "VONAGE_API_SECRET",
        (.., None) => "VONAGE_APPLICATION_ID",
        _ => "",
    };
    let (Some(id), "") = (&doctor.application, missing) else {
        report.skipped("Vonage", format!("set {missing}"));
        return Ok(());
    };
    let account = VonageAccount::of(&doctor.account)?;
    let before = report.findings.len();
    match ask(&account, id, routes, files, report) {
        Ok(()) if report.findings.len() == before => {
            report.well("Vonage: webhooks, signatures, numbers");
        }
        Ok(()) => {}
        Err(error) => report.found(
            Code::VonageRefused,
            "Vonage",
            error.message,
            error
                .help
                .unwrap_or_else(|| "try again in a minute".to_owned()),
        ),
    }
    Ok(())
}

fn ask(
    account: &VonageAccount,
    id: &str,
    routes: &Routes,
    files: &[File],
    report: &mut Report,
) -> Result<(), CliError> {
    let place = format!("application {id}");
    let (_, is) = account.application(id)?;
    voice(&is, routes, &place, report);
    others(&is, routes, &place, report);

    let mut named = (BTreeSet::new(), false);
    if let Some(file) = files.iter().find(|file| file.role() == Role::Numbers) {
        named = numbers_in(&file.path)?;
    }
    let owned = account.numbers()?;
    numbers(&owned, &named, id, routes, &is, report);

    let settings = account.settings()?;
    let wanted = routes.account();
    for (name, is, wanted) in [
        ("inbound SMS", &settings.sms_url, &wanted.sms_url),
        (
            "delivery receipts",
            &settings.receipt_url,
            &wanted.receipt_url,
        ),
    ] {
        misrouted(
            "account",
            name,
            is.as_deref(),
            wanted.as_deref(),
            routes,
            report,
        );
    }
    Ok(())
}

fn voice(is: &ApplicationWebhooks, routes: &Routes, place: &str, report: &mut Report) {
    let wanted = routes.voice();
    for (name, is, wanted) in [
        ("answer_url", &is.voice.answer, &wanted.answer),
        ("event_url", &is.voice.event, &wanted.event),
    ] {
        let place = format!("{place}, {name}");
        let Some(wanted) = wanted else { continue };
        let Some(is) = is else {
            report.found(Code::WebhookMissing, place, "is not set", APPLY);
            continue;
        };
        if is.address != wanted.address && routes.named_menu(&is.address).is_none() {
            let code = if is_ours(&is.address, routes) {
                Code::WebhookRoute
            } else {
                Code::WebhookElsewhere
            };
            let what = format!("is {}, not {}", is.address, wanted.address);
            report.found(code, &place, what, APPLY);
        }
        manner(is, &place, report);
    }
    let place_of_fallback = format!("{place}, fallback_answer_url");
    match &is.voice.fallback {
        None => report.found(
            Code::FallbackMissing,
            place_of_fallback,
            "is not set: when the answer URL fails, callers hear nothing",
            "deploy the fallback (`make deploy-fallback`), then `ivr vonage apply --fallback URL`",
        ),
        Some(is) => {
            manner(is, &place_of_fallback, report);
            let wanted = routes.fallback_url();
            if routes.fallback.is_some() && is.address != wanted {
                report.found(
                    Code::WebhookElsewhere,
                    place_of_fallback,
                    format!("is {}, not {wanted}", is.address),
                    APPLY,
                );
            } else if is.address == routes.url("fallback") {
                report.found(
                    Code::FallbackSameWorker,
                    place_of_fallback,
                    "is the same Worker: it cannot speak when that one cannot be reached",
                    "`make deploy-fallback` puts it in a Worker of its own",
                );
            } else if is_ours(&is.address, routes) {
                report.found(
                    Code::WebhookRoute,
                    place_of_fallback,
                    format!("is {}, which is no fallback route", is.address),
                    APPLY,
                );
            }
        }
    }
    if is.voice.signed_callbacks == Some(false) {
        report.found(
            Code::CallbacksUnsigned,
            place,
            "webhooks are not signed, and the Worker refuses them",
            "`ivr vonage apply` switches it on, as does *Use signed webhooks* in the dashboard",
        );
    }
}

/// How a webhook is sent.
fn manner(is: &WebhookSetting, place: &str, report: &mut Report) {
    if is.method == Method::Get {
        report.found(
            Code::WebhookMethod,
            place,
            "is sent by GET: what callers press stands in URLs, and the signature covers a \
             query nobody has described in every detail",
            APPLY,
        );
    }
    if let Some(timeout) = is.socket_timeout.filter(|ms| *ms < SHORTEST_TIMEOUT_MS) {
        report.found(
            Code::WebhookTimeout,
            place,
            format!("Vonage waits {timeout} ms; the Worker may take 2500 when it is in error"),
            APPLY,
        );
    }
}

/// Capabilities one need not have: only what comes here must come to its route.
fn others(is: &ApplicationWebhooks, routes: &Routes, place: &str, report: &mut Report) {
    let wanted = routes.application(true, true, true);
    for (name, is, wanted) in [
        ("rtc event_url", &is.rtc.event, &wanted.rtc.event),
        (
            "messages inbound_url",
            &is.messages.inbound,
            &wanted.messages.inbound,
        ),
        (
            "messages status_url",
            &is.messages.status,
            &wanted.messages.status,
        ),
        (
            "verify status_url",
            &is.verify.status,
            &wanted.verify.status,
        ),
    ] {
        let address = |webhook: &Option<WebhookSetting>| {
            webhook.as_ref().map(|webhook| webhook.address.clone())
        };
        let (is, wanted) = (address(is), address(wanted));
        misrouted(
            place,
            name,
            is.as_deref(),
            wanted.as_deref(),
            routes,
            report,
        );
    }
    let comes_here = is
        .rtc
        .event
        .as_ref()
        .is_some_and(|webhook| is_ours(&webhook.address, routes));
    if comes_here && is.rtc.signed_callbacks == Some(false) {
        report.found(
            Code::CallbacksUnsigned,
            format!("{place}, rtc"),
            "webhooks are not signed, and the Worker refuses them",
            "`ivr vonage apply --rtc` switches it on",
        );
    }
}

/// A URL of this Worker that is not the route for it.
fn misrouted(
    place: &str,
    name: &str,
    is: Option<&str>,
    wanted: Option<&str>,
    routes: &Routes,
    report: &mut Report,
) {
    if let (Some(is), Some(wanted)) = (is, wanted)
        && is != wanted
        && is_ours(is, routes)
    {
        report.found(
            Code::WebhookRoute,
            format!("{place}, {name}"),
            format!("is {is}, not {wanted}"),
            "`ivr vonage apply --help` names the option that sets it",
        );
    }
}

fn numbers(
    owned: &[OwnedNumber],
    (named, has_default): &(BTreeSet<String>, bool),
    id: &str,
    routes: &Routes,
    is: &ApplicationWebhooks,
    report: &mut Report,
) {
    let linked = |number: &OwnedNumber| number.application.as_deref() == Some(id);
    for name in named {
        let place = format!("number {name}");
        let Some(number) = owned.iter().find(|number| number.msisdn == *name) else {
            report.found(
                Code::NumberNotOwned,
                place,
                "numbers.json names it and the account does not have it",
                "is it another account's, or was it cancelled?",
            );
            continue;
        };
        if !linked(number) {
            let to = match &number.application {
                Some(other) => format!("is linked to application {other}"),
                None => "is linked to no application".to_owned(),
            };
            report.found(
                Code::NumberNotLinked,
                place,
                format!("{to}: its callers do not come here"),
                format!("`ivr vonage apply --number {name}` links it"),
            );
        }
    }
    // Where the answer URL names the menu, every number has one.
    let menu_in_url = is
        .voice
        .answer
        .as_ref()
        .is_some_and(|answer| routes.named_menu(&answer.address).is_some());
    for number in owned.iter().filter(|number| linked(number)) {
        let place = format!("number {}", number.msisdn);
        if let Some((kind, value)) = &number.forwarded {
            report.found(
                Code::NumberForwarded,
                &place,
                format!("is forwarded to {kind} {value}, which wins over the application"),
                format!("`ivr vonage apply --number {}` ends it", number.msisdn),
            );
        }
        if !named.is_empty() && !has_default && !menu_in_url && !named.contains(&number.msisdn) {
            report.found(
                Code::NumberWithoutMenu,
                &place,
                "is linked, and numbers.json has neither it nor a default: its callers hear that \
                 they cannot be taken now",
                "name it in numbers.json, and `ivr publish`",
            );
        }
        let wanted = routes.url("sms/inbound");
        misrouted(
            &place,
            "SMS URL",
            number.sms_url.as_deref(),
            Some(&wanted),
            routes,
            report,
        );
    }
    if !owned.iter().any(linked) {
        report.found(
            Code::NoNumber,
            format!("application {id}"),
            "no number is linked to it: nobody can call",
            "`ivr vonage apply --number NUMBER` links one",
        );
    }
}

fn is_ours(url: &str, routes: &Routes) -> bool {
    url.strip_prefix(&routes.base)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}
