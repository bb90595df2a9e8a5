//! `ivr vonage apply`

use std::io::{BufRead, IsTerminal, Write};
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{Done, GREEN, RED, print_json};
use crate::arguments::Apply;
use crate::trouble::{Exit, Trouble};

/// Sets the webhooks of an application.
pub(super) fn apply(apply: &Apply, json: bool) -> Done {
    if !apply.url.starts_with("https://") && !apply.url.starts_with("http://") {
        return Err(Trouble::usage(format!("{} is not a URL", apply.url))
            .help("like https://ivr.example.com"));
    }
    let before = application(apply, "GET", None)?;
    let wanted = wanted(&apply.url, apply.fallback.as_deref());
    let mut after = before.clone();
    merge(&mut after, &wanted);
    let changes = changes("", &before, &after);
    if changes.is_empty() {
        if json {
            print_json(&json!({ "changes": [], "applied": false }));
        } else {
            anstream::println!("{GREEN}The application is set up already.{GREEN:#}");
        }
        return Ok(Exit::Fine);
    }
    if !json {
        anstream::println!("Application {}:", apply.application);
        for change in &changes {
            anstream::println!("  {}", change.path);
            if !change.before.is_null() {
                anstream::println!("    {RED}- {}{RED:#}", plain(&change.before));
            }
            anstream::println!("    {GREEN}+ {}{GREEN:#}", plain(&change.after));
        }
    }
    let told = json!(
        changes
            .iter()
            .map(|change| json!({
                "path": change.path, "before": change.before, "after": change.after,
            }))
            .collect::<Vec<_>>()
    );
    if apply.dry_run {
        if json {
            print_json(&json!({ "changes": told, "applied": false }));
        }
        return Ok(Exit::Findings);
    }
    if !apply.yes && !confirmed()? {
        return Err(Trouble::refused("nothing was changed"));
    }
    application(apply, "PUT", Some(&update(&after)))?;
    // The names of some settings differ between descriptions of this API: read it back.
    let now = application(apply, "GET", None)?;
    let left = self::changes("", &now, &{
        let mut wished = now.clone();
        merge(&mut wished, &wanted);
        wished
    });
    if json {
        print_json(&json!({ "changes": told, "applied": left.is_empty() }));
    }
    if let Some(first) = left.first() {
        return Err(Trouble::refused(format!(
            "Vonage took the change but still says {} is {}",
            first.path,
            plain(&first.before)
        )));
    }
    if !json {
        anstream::println!("{GREEN}done{GREEN:#}");
    }
    Ok(Exit::Fine)
}

/// What we set ("Vonage Application API v2, capabilities.voice").
fn wanted(url: &str, fallback: Option<&str>) -> Value {
    let base = url.trim_end_matches('/');
    let safe = fallback.unwrap_or(url).trim_end_matches('/');
    json!({ "capabilities": { "voice": {
        "webhooks": {
            "answer_url": {
                "address": format!("{base}/webhooks/answer"), "http_method": "POST",
                "connect_timeout": 1000, "socket_timeout": 5000,
            },
            "fallback_answer_url": {
                "address": format!("{safe}/webhooks/fallback"), "http_method": "POST",
                "connect_timeout": 1000, "socket_timeout": 5000,
            },
            "event_url": {
                "address": format!("{base}/webhooks/event"), "http_method": "POST",
                "connect_timeout": 1000, "socket_timeout": 10000,
            },
        },
        "signed_callbacks": true,
    } } })
}

/// What a PUT takes: the application without what Vonage adds to it. A private key is never sent
/// back, a public one must be, or it would be replaced.
fn update(application: &Value) -> Value {
    let mut kept = Map::new();
    for name in ["name", "capabilities", "keys", "privacy"] {
        if let Some(value) = application.get(name) {
            kept.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(keys) = kept.get_mut("keys").and_then(Value::as_object_mut) {
        keys.remove("private_key");
    }
    Value::Object(kept)
}

struct Change {
    path: String,
    before: Value,
    after: Value,
}

fn changes(path: &str, before: &Value, after: &Value) -> Vec<Change> {
    match (before, after) {
        (Value::Object(_) | Value::Null, Value::Object(after)) => after
            .iter()
            .flat_map(|(name, value)| {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                changes(&path, before.get(name).unwrap_or(&Value::Null), value)
            })
            .collect(),
        (before, after) if before == after => Vec::new(),
        (before, after) => vec![Change {
            path: path.to_owned(),
            before: before.clone(),
            after: after.clone(),
        }],
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn merge(target: &mut Value, patch: &Value) {
    match (target, patch) {
        (Value::Object(target), Value::Object(patch)) => {
            for (name, value) in patch {
                merge(target.entry(name.clone()).or_insert(json!({})), value);
            }
        }
        (target, patch) => *target = patch.clone(),
    }
}

fn confirmed() -> Result<bool, Trouble> {
    if !std::io::stdin().is_terminal() {
        return Err(
            Trouble::usage("nobody is here to be asked").help("--yes goes ahead without asking")
        );
    }
    anstream::print!("Change it? [y/N] ");
    let _ = std::io::stdout().flush();
    let mut line = String::new();
    let _ = std::io::stdin().lock().read_line(&mut line);
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}

fn application(apply: &Apply, method: &str, body: Option<&Value>) -> Result<Value, Trouble> {
    let url = format!(
        "{}/v2/applications/{}",
        apply.api.trim_end_matches('/'),
        apply.application
    );
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build();
    let agent = ureq::Agent::new_with_config(config);
    let basic = base64(format!("{}:{}", apply.api_key, apply.api_secret).as_bytes());
    let request = ureq::http::Request::builder()
        .method(method)
        .uri(&url)
        .header("authorization", format!("Basic {basic}"))
        .header("accept", "application/json");
    let bad = |why: ureq::http::Error| Trouble::usage(format!("{url}: {why}"));
    let reply = match body {
        Some(body) => agent.run(
            request
                .header("content-type", "application/json")
                .body(body.to_string())
                .map_err(bad)?,
        ),
        None => agent.run(request.body(()).map_err(bad)?),
    };
    let mut reply = reply.map_err(|why| Trouble::unreachable(format!("{url}: {why}")))?;
    let status = reply.status().as_u16();
    let text = reply
        .body_mut()
        .read_to_string()
        .map_err(|why| Trouble::unreachable(format!("{url}: {why}")))?;
    match status {
        200..=299 => serde_json::from_str(&text)
            .map_err(|why| Trouble::unreachable(format!("{url}: not an application: {why}"))),
        401 | 403 => Err(Trouble::unreachable("Vonage does not let us in (401)")
            .help("VONAGE_API_KEY and VONAGE_API_SECRET are those of the account's dashboard")),
        404 => Err(Trouble::refused(format!(
            "there is no application {}",
            apply.application
        ))),
        429 | 500..=599 => Err(Trouble::unreachable(format!(
            "Vonage cannot do it now ({status})"
        ))),
        _ => Err(Trouble::refused(format!(
            "Vonage refuses it ({status}): {}",
            text.chars().take(300).collect::<String>()
        ))),
    }
}

fn base64(bytes: &[u8]) -> String {
    use ::base64::Engine;
    ::base64::engine::general_purpose::STANDARD.encode(bytes)
}
