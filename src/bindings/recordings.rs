//! Copies recordings and transcripts from Vonage into the archive.

use events::archive::recording_key;
use events::{Event, EventType};
use vonage::requests::{ApplicationToken, host, pkcs8_der};
use web_sys::Response;
use worker::Env;

use super::body::CountingReader;
use super::http::{self, Outgoing};
use super::promise::PlatformError;
use super::{archive, clock, multipart, web_crypto};
use crate::env::Config;
use crate::faults;

/// How long Vonage may take, in milliseconds.
const TIMEOUT: u32 = 60_000;
/// The largest recording copied, in bytes.
const LARGEST: usize = 50_000_000;

/// Where the recording or transcript of an event lies at Vonage, if it points to one.
#[must_use]
pub fn url_of(event: &Event) -> Option<&str> {
    match event.kind {
        // What came with a request of a VoiceXML browser lies in the archive already.
        EventType::Recording => event
            .text("recording_url")
            .filter(|url| !url.starts_with("archive:")),
        EventType::Transcription => event.text("transcription_url"),
        _ => None,
    }
}

/// Copies it. Does nothing when it is there already.
///
/// # Errors
/// Not a Vonage address, no usable key, not ready yet, too large, or the archive refused.
pub async fn copy(env: &Env, config: &Config, event: &Event) -> Result<(), PlatformError> {
    let Some(url) = url_of(event) else {
        return Ok(());
    };
    // The token opens the whole account: it goes to Vonage, over TLS, and nowhere else.
    if host(url).is_none() {
        return Err(PlatformError::new(
            "the recording's address is not https at *.nexmo.com or *.vonage.com",
        ));
    }
    let key = recording_key(event);
    if archive::exists(env, &key).await? {
        return Ok(());
    }
    let token = token(config).await?;
    let outgoing = Outgoing {
        method: "GET",
        url: &faults::inject_origin(url),
        headers: &[
            ("authorization", &format!("Bearer {token}")),
            ("accept-encoding", "identity"),
        ],
        body: None,
        timeout: TIMEOUT,
    };
    let response = http::send(&outgoing).await?;
    if !response.ok() {
        return Err(PlatformError::new(format!(
            "recording: status {}",
            response.status()
        )));
    }
    store(env, &key, &response).await
}

async fn store(env: &Env, key: &str, response: &Response) -> Result<(), PlatformError> {
    let header = |name: &str| response.headers().get(name).ok().flatten();
    let length: Option<usize> = header("content-length").and_then(|text| text.parse().ok());
    let content_type = header("content-type").unwrap_or_else(|| "application/octet-stream".into());
    let Some(stream) = response.body() else {
        return Err(PlatformError::new("recording: no body"));
    };
    // The length of what is compressed is not the length of what is read.
    let is_plain = header("content-encoding").is_none_or(|encoding| encoding == "identity");
    match length {
        Some(length) if length > LARGEST => Err(PlatformError::new("recording: too large to copy")),
        // The bucket takes a stream whose length the platform knows, and not a byte passes here.
        Some(_) if is_plain => archive::put_value(env, key, stream.into(), &content_type).await,
        _ => {
            let reader = CountingReader::new(&stream, LARGEST);
            let reader = reader.map_err(|_| PlatformError::new("recording: no body"))?;
            multipart::put(env, key, reader, &content_type).await
        }
    }
}

/// A token of the application, good for Vonage's API.
///
/// # Errors
/// No key or application is configured, or the key is none.
pub async fn token(config: &Config) -> Result<String, PlatformError> {
    let (Some(pem), Some(application)) = (&config.private_key, &config.application_id) else {
        return Err(PlatformError::new(
            "requests to Vonage need VONAGE_PRIVATE_KEY and VONAGE_APPLICATION_ID",
        ));
    };
    let key = pkcs8_der(pem).map_err(|error| PlatformError::new(error.to_string()))?;
    let id = js_sys::Math::random().to_bits().to_string();
    let input = ApplicationToken::new(application, clock::now().as_second(), &id).signing_input();
    let signature = web_crypto::sign(&key, input.as_bytes()).await?;
    Ok(ApplicationToken::assemble(&input, &signature))
}
