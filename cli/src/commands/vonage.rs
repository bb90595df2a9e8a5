//! `ivr vonage apply`

use std::time::Duration;

use serde_json::json;
use vonage::requests::{ApplicationWebhooks, Change, Request, VoiceWebhooks, WebhookSetting};

use super::{Done, GREEN, RED, confirmed, print_json};
use crate::arguments::Apply;
use crate::print::{self, Text};
use crate::trouble::{Exit, Trouble};
use crate::worker_url::WorkerUrl;

/// Where the requests of the `vonage` crate go.
const VONAGE: &str = "https://api.nexmo.com";

/// Sets the webhooks of an application.
pub(super) fn apply(apply: &Apply, json: bool) -> Done {
    if !apply.url.starts_with("https://") && !apply.url.starts_with("http://") {
        return Err(Trouble::usage(format!("{} is not a URL", apply.url))
            .help("like https://ivr.example.com"));
    }
    let wanted = wanted(&apply.url, apply.fallback.as_deref());
    let (current, changes) = compare(apply, &wanted)?;
    if changes.is_empty() {
        if json {
            print_json(&json!({ "changes": [], "applied": false }));
        } else {
            print::line(Text::new().styled(GREEN, "The application is set up already."));
        }
        return Ok(Exit::Fine);
    }
    if !json {
        print::line(format!("Application {}:", apply.application));
        for change in &changes {
            print::line(format!("  {}", change.pointer));
            if let Some(before) = &change.from {
                print::line(
                    Text::new()
                        .plain("    ")
                        .styled(RED, format_args!("- {before}")),
                );
            }
            print::line(
                Text::new()
                    .plain("    ")
                    .styled(GREEN, format_args!("+ {}", change.to)),
            );
        }
    }
    let told: Vec<_> = changes
        .iter()
        .map(|change| json!({ "pointer": change.pointer, "from": change.from, "to": change.to }))
        .collect();
    if apply.dry_run {
        if json {
            print_json(&json!({ "changes": told, "applied": false }));
        }
        return Ok(Exit::Findings);
    }
    if !apply.yes && !confirmed("Change it? [y/N] ")? {
        return Err(Trouble::refused("nothing was changed"));
    }
    let request = wanted
        .put_request(&apply.application, current.as_bytes())
        .map_err(|invalid| {
            Trouble::usage(format!("{}: expected {}", invalid.pointer, invalid.message))
        })?;
    send(apply, &request)?;
    // The names of some settings differ between descriptions of this API: read it back.
    let (_, left) = compare(apply, &wanted)?;
    if json {
        print_json(&json!({ "changes": told, "applied": left.is_empty() }));
    }
    if let Some(first) = left.first() {
        return Err(Trouble::refused(format!(
            "Vonage took the change, but {} is still {}",
            first.pointer,
            first.from.as_deref().unwrap_or("not set")
        )));
    }
    if !json {
        print::line(Text::new().styled(GREEN, "done"));
    }
    Ok(Exit::Fine)
}

/// The application as it is, and what would change in it.
fn compare(apply: &Apply, wanted: &ApplicationWebhooks) -> Result<(String, Vec<Change>), Trouble> {
    let request = ApplicationWebhooks::get_request(&apply.application)
        .map_err(|_| Trouble::usage(format!("{} is no application's id", apply.application)))?;
    let current = send(apply, &request)?;
    let is = ApplicationWebhooks::read(current.as_bytes())
        .ok_or_else(|| Trouble::unreachable("what came back is no application"))?;
    let changes = is.diff(wanted);
    Ok((current, changes))
}

/// What we set.
fn wanted(url: &str, fallback: Option<&str>) -> ApplicationWebhooks {
    let base = url.trim_end_matches('/');
    let safe = fallback.unwrap_or(url).trim_end_matches('/');
    let webhook = |base: &str, route: &str, longest: u32| {
        let mut webhook = WebhookSetting::post(&format!("{base}/webhooks/{route}"));
        webhook.connect_timeout = Some(1_000);
        webhook.socket_timeout = Some(longest);
        Some(webhook)
    };
    ApplicationWebhooks {
        voice: VoiceWebhooks {
            answer: webhook(base, "answer", 5_000),
            fallback: webhook(safe, "fallback", 5_000),
            event: webhook(base, "event", 10_000),
            signed_callbacks: Some(true),
            ..VoiceWebhooks::default()
        },
        ..ApplicationWebhooks::default()
    }
}

/// Sends a request with the account's secret; gives back the body.
fn send(apply: &Apply, request: &Request) -> Result<String, Trouble> {
    let url = request
        .url
        .replacen(VONAGE, &WorkerUrl::parse(&apply.api)?.base(), 1);
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(Duration::from_secs(30)))
        .build();
    let agent = ureq::Agent::new_with_config(config);
    let basic = base64(format!("{}:{}", apply.api_key, apply.api_secret).as_bytes());
    let message = ureq::http::Request::builder()
        .method(request.method.as_str())
        .uri(&url)
        .header("authorization", format!("Basic {basic}"))
        .header("accept", "application/json");
    let bad = |why: ureq::http::Error| Trouble::usage(format!("{url}: {why}"));
    let reply = match &request.body {
        Some(body) => agent.run(
            message
                .header("content-type", "application/json")
                .body(body.as_str())
                .map_err(bad)?,
        ),
        None => agent.run(message.body(()).map_err(bad)?),
    };
    let mut reply = reply.map_err(|why| Trouble::unreachable(format!("{url}: {why}")))?;
    let status = reply.status().as_u16();
    let text = reply
        .body_mut()
        .read_to_string()
        .map_err(|why| Trouble::unreachable(format!("{url}: {why}")))?;
    match status {
        200..=299 => Ok(text),
        401 | 403 => Err(Trouble::unreachable("Vonage does not let us in (401)")
            .help("VONAGE_API_KEY and VONAGE_API_SECRET are those of the account's dashboard")),
        404 => Err(Trouble::refused(format!(
            "there is no application {}",
            apply.application
        ))),
        429 | 500..=599 => Err(Trouble::unreachable(format!(
            "Vonage cannot do it now ({status})"
        ))),
        _ => {
            let said: String = text.chars().take(300).collect();
            Err(Trouble::refused(format!(
                "Vonage refuses it ({status}): {said}"
            )))
        }
    }
}

fn base64(bytes: &[u8]) -> String {
    use ::base64::Engine;
    ::base64::engine::general_purpose::STANDARD.encode(bytes)
}
