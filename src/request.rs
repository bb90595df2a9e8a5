//! A request on its way in: what is needed of it, taken in few crossings.

use js_sys::Uint8Array;
use worker::wasm_bindgen_futures::JsFuture;

use crate::bindings::body;
pub use crate::bindings::body::BodyError;
pub use api::Method;

/// The longest body read: 1 MiB.
pub const MAX_BODY: usize = 1 << 20;

/// A URL and its parts.
pub struct Location {
    url: String,
    origin_end: usize,
    path_end: usize,
}

impl Location {
    /// The parts of an absolute URL, as the platform writes it.
    #[must_use]
    pub fn of(url: String) -> Self {
        let (origin_end, path_end) = split(&url);
        Self {
            url,
            origin_end,
            path_end,
        }
    }

    /// Scheme and host: `https://ivr.example.com`.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.url.get(..self.origin_end).unwrap_or_default()
    }

    /// The path as it was sent: nothing decoded.
    #[must_use]
    pub fn path(&self) -> &str {
        self.url
            .get(self.origin_end..self.path_end)
            .unwrap_or_default()
    }

    /// The query as it was sent, without its question mark; empty when there is none.
    #[must_use]
    pub fn query(&self) -> &str {
        self.url.get(self.path_end + 1..).unwrap_or_default()
    }
}

/// A request: its head at once, its body when asked for.
pub struct Request {
    inner: web_sys::Request,
    headers: web_sys::Headers,
    /// The method.
    pub method: Method,
    location: Location,
}

impl Request {
    /// Takes the head of a request over.
    #[must_use]
    pub fn new(inner: web_sys::Request) -> Self {
        Self {
            method: Method::named(&inner.method()),
            location: Location::of(inner.url()),
            headers: inner.headers(),
            inner,
        }
    }

    /// Scheme and host: `https://ivr.example.com`.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.location.origin()
    }

    /// The path as it was sent: nothing decoded.
    #[must_use]
    pub fn path(&self) -> &str {
        self.location.path()
    }

    /// The query as it was sent, without its question mark; empty when there is none.
    #[must_use]
    pub fn query(&self) -> &str {
        self.location.query()
    }

    /// A header, by its lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).ok().flatten()
    }

    /// The address the request came from, as the platform saw it.
    #[must_use]
    pub fn source(&self) -> Option<String> {
        self.header("cf-connecting-ip")
    }

    /// The body, refused before it is read when it is longer than [`MAX_BODY`].
    ///
    /// # Errors
    /// [`BodyError`] when it is too long or breaks off.
    pub async fn body(&self) -> Result<Vec<u8>, BodyError> {
        read_body(&self.inner, MAX_BODY).await
    }
}

/// The body of a request, refused before it is read when it is longer than `most` bytes.
///
/// # Errors
/// [`BodyError`] when it is too long or breaks off.
pub async fn read_body(request: &web_sys::Request, most: usize) -> Result<Vec<u8>, BodyError> {
    let announced = request.headers().get("content-length").ok().flatten();
    match announced.map(|text| text.parse()) {
        Some(Ok(length)) if length > most => Err(BodyError::TooLong),
        Some(Ok(0)) => Ok(Vec::new()),
        Some(Ok(_)) => whole_body(request, most).await,
        // A body in chunks says no length: count while it comes.
        Some(Err(_)) | None => body::read(request.body(), most).await,
    }
}

async fn whole_body(request: &web_sys::Request, most: usize) -> Result<Vec<u8>, BodyError> {
    let promise = request.array_buffer().map_err(|_| BodyError::Broken)?;
    let buffer = JsFuture::from(promise)
        .await
        .map_err(|_| BodyError::Broken)?;
    let bytes = Uint8Array::new(&buffer);
    if bytes.length() as usize > most {
        return Err(BodyError::TooLong);
    }
    Ok(bytes.to_vec())
}

/// Where origin and path of a URL end. The platform's URLs are absolute and well-formed.
fn split(url: &str) -> (usize, usize) {
    let bytes = url.as_bytes();
    let after = |from: usize, ends: fn(u8) -> bool| {
        let rest = bytes.get(from..).unwrap_or_default();
        let length = rest.iter().position(|byte| ends(*byte));
        from + length.unwrap_or(rest.len())
    };
    let scheme = after(0, |byte| byte == b':');
    let host = match bytes.get(scheme..scheme + 3) {
        Some(b"://") => scheme + 3,
        _ => 0,
    };
    let origin_end = after(host, |byte| matches!(byte, b'/' | b'?' | b'#'));
    let path_end = after(origin_end, |byte| matches!(byte, b'?' | b'#'));
    (origin_end, path_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, origin: &str, path: &str) {
        let (origin_end, path_end) = split(url);
        assert_eq!(&url[..origin_end], origin, "origin of {url}");
        assert_eq!(&url[origin_end..path_end], path, "path of {url}");
    }

    #[test]
    fn a_url_is_taken_apart_without_decoding_it() {
        check("https://a.example/", "https://a.example", "/");
        check(
            "https://a.example/x/y?s=1&t=/%2F",
            "https://a.example",
            "/x/y",
        );
        check(
            "http://127.0.0.1:8787/%77?",
            "http://127.0.0.1:8787",
            "/%77",
        );
        check("https://a.example", "https://a.example", "");
        check("https://a.example?q", "https://a.example", "");
    }
}
