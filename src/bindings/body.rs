//! Bodies of others, counted while they are read: what is too long is read no further.

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use web_sys::{ReadableStream, ReadableStreamDefaultReader, Response};
use worker::wasm_bindgen_futures::JsFuture;

use super::promise::member;

/// Why a body could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// Longer than its reader takes.
    TooLong,
    /// The connection broke before its end.
    Broken,
}

/// A reader of a stream that counts what it has read.
pub struct CountingReader {
    reader: ReadableStreamDefaultReader,
    left: usize,
}

impl CountingReader {
    /// Reads at most `limit` bytes of a stream.
    ///
    /// # Errors
    /// [`BodyError::Broken`] when somebody reads it already.
    pub fn new(stream: &ReadableStream, limit: usize) -> Result<Self, BodyError> {
        let reader = stream.get_reader().dyn_into();
        Ok(Self {
            reader: reader.map_err(|_| BodyError::Broken)?,
            left: limit,
        })
    }

    /// The next piece; nothing at the end.
    ///
    /// # Errors
    /// The stream broke off, or is longer than it may be: then it is cancelled.
    pub async fn next(&mut self) -> Result<Option<Uint8Array>, BodyError> {
        let chunk = JsFuture::from(self.reader.read())
            .await
            .map_err(|_| BodyError::Broken)?;
        if member(&chunk, "done").is_truthy() {
            return Ok(None);
        }
        let bytes = Uint8Array::new(&member(&chunk, "value"));
        match self.left.checked_sub(bytes.length() as usize) {
            Some(left) => {
                self.left = left;
                Ok(Some(bytes))
            }
            None => {
                // Nothing depends on when, or whether, the sender hears of it.
                let _ = self.reader.cancel();
                Err(BodyError::TooLong)
            }
        }
    }
}

/// The whole of a stream, if it has at most `limit` bytes.
///
/// # Errors
/// It is longer, or breaks off.
pub async fn read(stream: Option<ReadableStream>, limit: usize) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    let Some(stream) = stream else {
        return Ok(body);
    };
    let mut reader = CountingReader::new(&stream, limit)?;
    while let Some(bytes) = reader.next().await? {
        body.extend(bytes.to_vec());
    }
    Ok(body)
}

/// The body of a reply as text, if it has at most `limit` bytes. What is not UTF-8 in it is
/// replaced.
///
/// # Errors
/// It is longer, or breaks off.
pub async fn text_of(response: &Response, limit: usize) -> Result<String, BodyError> {
    let bytes = read(response.body(), limit).await?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}
