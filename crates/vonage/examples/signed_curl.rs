//! Prints a `curl` command that calls a Worker as Vonage would, signed and good for five minutes.
//!
//! `VONAGE_SIGNATURE_SECRET=… cargo run -p vonage --example signed_curl -- URL [PATH [JSON]]`

use std::time::{SystemTime, UNIX_EPOCH};

use vonage::Delivery;
use vonage::jwt::{self, Claims};

/// An inbound call, as the answer webhook tells it ("Webhook reference, answer").
const CALL: &str = r#"{"from":"447700900001","to":"442079460000","uuid":"aaaaaaaabbbbccccddddeeeeeeeeeeee","conversation_uuid":"CON-11111111-2222-4333-8444-555555555555"}"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = std::env::var("VONAGE_SIGNATURE_SECRET")?;
    let mut arguments = std::env::args().skip(1);
    let base = arguments.next().ok_or("say where: http://127.0.0.1:8787")?;
    let path = arguments
        .next()
        .unwrap_or_else(|| "/webhooks/answer".to_owned());
    let body = arguments.next().unwrap_or_else(|| CALL.to_owned());
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();

    let claims = Claims::new(i64::try_from(now)?, &format!("curl-{now}"));
    let token = jwt::sign(secret.as_bytes(), &claims, &Delivery::json(body.as_bytes()));
    // A path out of an NCCO is a whole URL already.
    let url = if path.starts_with("http") {
        path
    } else {
        [base, path].concat()
    };
    let body = body.replace('\'', r"'\''");
    println!(
        "curl -sS '{url}' -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' -d '{body}'"
    );
    Ok(())
}
