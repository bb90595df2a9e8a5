//! `ivr sign`

use serde_json::json;

use crate::arguments::Sign;
use crate::error::{CliError, Done, Exit};
use crate::print::{self, Text};
use phone::{self, Application, Request};

/// Runs it.
pub(super) fn run(sign: &Sign, json: bool) -> Done {
    let secret = match &sign.signing.secret {
        Some(secret) => secret.clone(),
        None => secret_in(&sign.vars)?,
    };
    let body = match &sign.body {
        Some(body) => {
            serde_json::from_str::<serde_json::Value>(body)
                .map_err(|why| CliError::usage(format!("--body is not JSON: {why}")))?;
            body.clone()
        }
        None => json!({
            "to": "442079460000",
            "from": "447700900001",
            "endpoint_type": "phone",
            "conversation_uuid": "CON-0b6f8a52-7c1d-4e3b-a2f4-5d6e7f809102",
            "uuid": "5f0c6a1e2b3d4c5e8f7a6b5c4d3e2f10",
        })
        .to_string(),
    };
    let mut application = Application::at(&sign.url, &secret);
    application.api_key.clone_from(&sign.api_key);
    application.application_id.clone_from(&sign.application);
    let url = format!("{}{}", sign.url.trim_end_matches('/'), sign.path);
    let request = Request::json(&url, body.as_bytes());
    let now = jiff::Timestamp::now().as_second();
    let token_id = format!("ivr-sign-{now}");
    let token = phone::sign(&secret, &application, &request, &token_id, now);
    if json {
        print::json(
            &json!({ "url": url, "body": body, "authorization": format!("Bearer {token}") }),
        );
    } else {
        print::line(Text::new().block(format_args!(
            "curl -sS {} \\\n  -H 'content-type: application/json' \\\n  -H 'authorization: Bearer {token}' \\\n  -d {}",
            quoted(&url),
            quoted(&body)
        )));
    }
    Ok(Exit::Fine)
}

/// For a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The signature secret in a file of `NAME=value` lines.
pub(super) fn secret_in(file: &std::path::Path) -> Result<String, CliError> {
    let missing = || {
        CliError::usage("there is no secret to sign with").help(format!(
            "give --secret, set IVR_SECRET, or have a line VONAGE_SIGNATURE_SECRET=… in {}",
            file.display()
        ))
    };
    let text = std::fs::read_to_string(file).map_err(|_| missing())?;
    text.lines()
        .filter_map(|line| line.split_once('='))
        .find(|(name, _)| name.trim() == "VONAGE_SIGNATURE_SECRET")
        .map(|(_, value)| value.trim().trim_matches(['"', '\'']).to_owned())
        .filter(|secret| !secret.is_empty())
        .ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        assert_eq!(super::quoted("it's"), r"'it'\''s'");
    }
}
