//! What the Worker says of itself, and what time it has.

use jiff::Timestamp;
use phone::{Destination, Request, Response};
use serde_json::Value;

use super::finding::{Code, Report};
use crate::commands::vonage::Routes;
use crate::http::Http;

/// Vonage's tokens are good for so long either way.
const LONGEST_SKEW_SECONDS: i64 = 300;
/// Where a clock is worth a look: nothing fails yet.
const NOTABLE_SKEW_SECONDS: i64 = 30;

/// Whether a Worker of ours is there at all.
pub(super) fn look(routes: &Routes, report: &mut Report) -> bool {
    let url = format!("{}/healthz", routes.base);
    let asked = Timestamp::now();
    let reply = match Http::new().deliver(&Request::get(&url)) {
        Ok(reply) => reply,
        Err(why) => {
            report.found(
                Code::WorkerUnreachable,
                "Worker",
                format!("{url}: {why}"),
                "is that its address, and is it deployed (`make deploy`) or running (`make dev`)?",
            );
            return false;
        }
    };
    let health: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let (Some(bound), Some(configured)) = (
        health.get("bound").and_then(Value::as_object),
        health.get("configured").and_then(Value::as_object),
    ) else {
        report.found(
            Code::NotOurWorker,
            "Worker",
            format!(
                "{url} answers {}, and not as this Worker does",
                reply.status
            ),
            "is it another site, or is a login page in front of the whole Worker? Cloudflare \
             Access goes on /api and /console only",
        );
        return false;
    };
    let before = report.findings.len();
    clock(&reply, asked, report);
    version(&health, report);
    let missing = |of: &serde_json::Map<String, Value>| -> Vec<String> {
        of.iter()
            .filter(|(_, is)| **is == Value::Bool(false))
            .map(|(name, _)| name.clone())
            .collect()
    };
    for name in missing(bound) {
        report.found(
            Code::BindingMissing,
            "Worker",
            format!("{name} is not bound"),
            "bind it in wrangler.toml as the project's own has it, and deploy",
        );
    }
    for name in missing(configured) {
        let (code, what) = match name.as_str() {
            "ADMIN_TOKEN" => (
                Code::AdminTokenMissing,
                "is not set, or has fewer than 32 characters: /api lets in by Cloudflare Access alone",
            ),
            _ => (Code::SecretMissing, "is not set, or too short to count"),
        };
        report.found(
            code,
            "Worker",
            format!("{name} {what}"),
            format!("`wrangler secret put {name}`"),
        );
    }
    problems(&health, report);
    let allows_all = |name: &str| {
        health
            .get("lists")
            .is_some_and(|lists| lists.get(name).is_some_and(Value::is_null))
    };
    if allows_all("DIAL_ALLOW") {
        report.found(
            Code::DialOpen,
            "Worker",
            "DIAL_ALLOW is not set: a menu may dial any number on earth",
            "set the prefixes your menus dial, like `44, !449, !4470, !4487`, against toll fraud",
        );
    }
    if report.findings.len() == before {
        report.well("the Worker: bindings, secrets, settings, clock");
    }
    true
}

fn problems(health: &Value, report: &mut Report) {
    let problems = health.get("problems").and_then(Value::as_array);
    for problem in problems.into_iter().flatten() {
        let part = |name: &str| {
            problem
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        report.found(
            Code::SettingUnusable,
            "Worker",
            format!("{} {}", part("setting"), part("what")),
            format!(
                "mend it in wrangler.toml or by `wrangler secret put`; the page on reason codes has `{}`",
                part("reason")
            ),
        );
    }
}

fn version(health: &Value, report: &mut Report) {
    let theirs = health
        .get("version")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let ours = env!("CARGO_PKG_VERSION");
    if theirs != ours {
        report.found(
            Code::VersionDiffers,
            "Worker",
            format!(
                "it runs version {theirs}, this command is {ours}: they may check menus differently"
            ),
            "deploy, or install the command of the same version",
        );
    }
}

fn clock(reply: &Response, asked: Timestamp, report: &mut Report) {
    let date = reply.headers.iter().find(|(name, _)| name == "date");
    let theirs = date.and_then(|(_, date)| {
        let date = date.replace("GMT", "+0000");
        Some(jiff::fmt::rfc2822::parse(&date).ok()?.timestamp())
    });
    let Some(theirs) = theirs else {
        report.skipped("the clock", "the reply has no date");
        return;
    };
    // Somewhere between asking and hearing. A date has whole seconds.
    let seconds = |time: Timestamp| time.as_second();
    let (earliest, latest) = (seconds(asked), seconds(Timestamp::now()));
    let skew = match seconds(theirs) {
        theirs if theirs < earliest => earliest - theirs,
        theirs if theirs > latest => theirs - latest,
        _ => 0,
    };
    if skew >= NOTABLE_SKEW_SECONDS {
        let what = if skew >= LONGEST_SKEW_SECONDS {
            "what this machine signs is refused as stale"
        } else {
            "at 300 seconds signatures are refused as stale"
        };
        report.found(
            Code::ClockSkew,
            "clock",
            format!("this machine and the Worker are {skew} seconds apart: {what}"),
            "set this machine's clock by the network (`timedatectl set-ntp true`)",
        );
    }
}
