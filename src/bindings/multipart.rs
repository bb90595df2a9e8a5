//! Objects for `ARCHIVE` whose length nobody says beforehand: written in parts, so that never more
//! than one part is in memory.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;
use worker::worker_sys::{R2Bucket, R2MultipartUpload};

use super::archive;
use super::body::{BodyError, CountingReader};
use super::promise::{PlatformError, object, settle};
use crate::env::binding;
use crate::faults::{self, Service};

/// The size of a part: all but the last are of one size, of 5 MiB at least (R2, multipart uploads).
const PART: usize = 5 << 20;

/// Writes an object from a stream, up to the limit of its reader. What breaks off is not there.
///
/// # Errors
/// The stream broke off or was too long, or the bucket refused.
pub async fn put(
    env: &Env,
    key: &str,
    mut reader: CountingReader,
    content_type: &str,
) -> Result<(), PlatformError> {
    let mut part = Vec::new();
    let mut upload: Option<Upload> = None;
    loop {
        let piece = match reader.next().await {
            Ok(piece) => piece,
            Err(error) => {
                if let Some(upload) = upload {
                    upload.abort().await;
                }
                return Err(PlatformError::new(match error {
                    BodyError::TooLong => "recording: too large to copy",
                    BodyError::Broken => "recording: broke off",
                }));
            }
        };
        let Some(piece) = piece else {
            break;
        };
        part.extend(piece.to_vec());
        while part.len() >= PART {
            let rest = part.split_off(PART);
            let full = std::mem::replace(&mut part, rest);
            let begun = match upload.take() {
                Some(upload) => upload,
                None => Upload::begin(env, key, content_type).await?,
            };
            upload = Some(begun.add(&full).await?);
        }
    }
    match upload {
        None => {
            let body = Uint8Array::from(part.as_slice());
            archive::put_value(env, key, body.into(), content_type).await
        }
        Some(upload) if part.is_empty() => upload.complete().await,
        Some(upload) => upload.add(&part).await?.complete().await,
    }
}

/// An upload that has begun.
struct Upload {
    inner: R2MultipartUpload,
    parts: Vec<JsValue>,
}

impl Upload {
    async fn begin(env: &Env, key: &str, content_type: &str) -> Result<Self, PlatformError> {
        faults::inject_error(Service::Archive)?;
        let bucket: R2Bucket = binding(env, "ARCHIVE").unchecked_into();
        let metadata = object(&[("contentType", JsValue::from_str(content_type))]);
        let options = object(&[("httpMetadata", metadata)]);
        let promise = bucket.create_multipart_upload(key.to_owned(), options);
        Ok(Self {
            inner: settle("ARCHIVE", promise).await?.unchecked_into(),
            parts: Vec::new(),
        })
    }

    /// Adds a part. When the bucket refuses, what is there is taken away.
    async fn add(mut self, bytes: &[u8]) -> Result<Self, PlatformError> {
        let number = u16::try_from(self.parts.len() + 1).unwrap_or(u16::MAX);
        let promise = self
            .inner
            .upload_part(number, Uint8Array::from(bytes).into());
        match settle("ARCHIVE", promise).await {
            Ok(part) => {
                self.parts.push(part);
                Ok(self)
            }
            Err(error) => {
                self.abort().await;
                Err(error)
            }
        }
    }

    async fn complete(self) -> Result<(), PlatformError> {
        let promise = self.inner.complete(self.parts);
        settle("ARCHIVE", promise).await.map(drop)
    }

    async fn abort(self) {
        // R2 takes what is left of it away after seven days.
        let _ = settle("ARCHIVE", self.inner.abort()).await;
    }
}
