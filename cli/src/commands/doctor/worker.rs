//! What the Worker says of itself, and what time it has.

use api::{Health, Secret};
use jiff::Timestamp;
use phone::{Destination, Request, Response};

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
    let health: Health = match serde_json::from_slice(&reply.body) {
        Ok(health) => health,
        Err(why) => return is_another_build(&url, &reply, &why, report),
    };
    let before = report.findings.len();
    clock(&reply, asked, report);
    version(&health, report);
    for name in health.missing_bindings() {
        report.found(
            Code::BindingMissing,
            "Worker",
            format!("{name} is not bound"),
            "bind it in wrangler.toml as the project's own has it, and deploy",
        );
    }
    for name in health.missing_secrets() {
        let (code, what) = if name == Secret::AdminToken.name() {
            (
                Code::AdminTokenMissing,
                "is not set, or has fewer than 32 characters, and Cloudflare Access is not set \
                 up: nobody gets into /api",
            )
        } else {
            (Code::SecretMissing, "is not set, or too short to count")
        };
        report.found(
            code,
            "Worker",
            format!("{name} {what}"),
            format!("`wrangler secret put {name}`"),
        );
    }
    problems(&health, report);
    // Null where the setting is left out.
    if health.lists.get("DIAL_ALLOW") == Some(&None) {
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

/// Something answers that does not say of itself what a Worker of this version does: whether it is
/// one of another version.
fn is_another_build(
    url: &str,
    reply: &Response,
    why: &serde_json::Error,
    report: &mut Report,
) -> bool {
    let other = serde_json::from_slice::<serde_json::Value>(&reply.body).unwrap_or_default();
    if let Some(theirs) = other.get("version").and_then(serde_json::Value::as_str)
        && other.get("bound").is_some()
    {
        report.found(
            Code::VersionDiffers,
            "Worker",
            format!("it runs another build, of version {theirs}: its /healthz has {why}"),
            "deploy, or install the command of the same version",
        );
        return true;
    }
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
    false
}

fn problems(health: &Health, report: &mut Report) {
    for problem in &health.problems {
        report.found(
            Code::SettingUnusable,
            "Worker",
            format!("{} {}", problem.setting, problem.what),
            format!(
                "mend it in wrangler.toml or by `wrangler secret put`; the page on reason codes has `{}`",
                problem.reason
            ),
        );
    }
}

fn version(health: &Health, report: &mut Report) {
    let theirs = health.version.as_str();
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
