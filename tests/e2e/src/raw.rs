//! Requests no HTTP client sends: written to a connection as they are.

use std::fmt;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use crate::{Reply, Worker};

/// Longer than the Worker takes for anything.
const PATIENCE: Duration = Duration::from_secs(30);
/// For a sender that is gone; nobody owes it a reply.
const FAREWELL: Duration = Duration::from_secs(1);

/// A request, head and body apart: neither has to fit the other.
#[derive(Clone, Debug)]
pub struct Raw {
    head: Vec<u8>,
    body: Vec<u8>,
    cut_off: bool,
}

impl Raw {
    /// A request line, without any header.
    #[must_use]
    pub fn new(method: &str, path: &str) -> Self {
        Self {
            head: format!("{method} {path} HTTP/1.1\r\n").into_bytes(),
            body: Vec::new(),
            cut_off: false,
        }
    }

    /// One more header, whatever its value. Not checked.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.head.extend(name.as_bytes());
        self.head.extend(b": ");
        self.head.extend(value.as_ref());
        self.head.extend(b"\r\n");
        self
    }

    /// What follows the head, as it is.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Nothing comes after the body: the sender is gone, whatever it announced.
    #[must_use]
    pub fn cut_off(mut self) -> Self {
        self.cut_off = true;
        self
    }

    /// A body in chunks, without the last one: it never ends.
    #[must_use]
    pub fn endless(self, body: &[u8]) -> Self {
        let mut chunked = Vec::with_capacity(body.len() + body.len() / 1_000);
        for chunk in body.chunks(16_384) {
            chunked.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
            chunked.extend(chunk);
            chunked.extend(b"\r\n");
        }
        self.header("transfer-encoding", "chunked").body(chunked)
    }

    /// A body in chunks.
    #[must_use]
    pub fn chunked(self, body: &[u8]) -> Self {
        let mut whole = self.endless(body);
        whole.body.extend(b"0\r\n\r\n");
        whole
    }
}

impl fmt::Display for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = String::from_utf8_lossy(&self.head);
        let body: Vec<u8> = self.body.iter().copied().take(2_000).collect();
        write!(f, "{head}\n{}", String::from_utf8_lossy(&body))
    }
}

impl Worker {
    /// Sends a request as it is. `None` when the connection closes without a reply, or there is
    /// none to a sender that is gone.
    #[must_use]
    pub fn raw(&self, request: &Raw) -> Option<Reply> {
        let stream = TcpStream::connect(("127.0.0.1", self.port())).unwrap();
        let patience = if request.cut_off { FAREWELL } else { PATIENCE };
        stream.set_read_timeout(Some(patience)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        let mut writing = stream.try_clone().unwrap();
        let bytes = [&request.head, b"\r\n".as_slice(), &request.body].concat();
        // Beside the reading: who is answered early is not read to the end.
        let cut_off = request.cut_off;
        let writer = std::thread::spawn(move || {
            writing.write_all(&bytes)?;
            match cut_off {
                true => writing.shutdown(Shutdown::Write),
                false => Ok(()),
            }
        });
        let speaks = !request.head.starts_with(b"HEAD ");
        let reply = read(&mut BufReader::new(&stream), speaks).unwrap_or_else(|error| {
            assert!(
                request.cut_off
                    || !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
                "no reply within {PATIENCE:?} to {request}. The log:\n{}",
                self.log()
            );
            None
        });
        // Ends a write that nobody reads.
        let _ = stream.shutdown(Shutdown::Both);
        let _ = writer.join();
        reply
    }
}

/// A reply, its body as long as it says, unless it has none (`HEAD`).
fn read(from: &mut impl BufRead, has_body: bool) -> std::io::Result<Option<Reply>> {
    let mut line = String::new();
    from.read_line(&mut line)?;
    let Some(status) = line.split(' ').nth(1).and_then(|text| text.parse().ok()) else {
        return Ok(None);
    };
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        from.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let header = |name: &str| {
        let found = headers.iter().find(|(other, _)| other == name);
        found.map_or("", |(_, value)| value)
    };
    let mut body = Vec::new();
    if !has_body {
        // Its length is that of a `GET`.
    } else if header("transfer-encoding") == "chunked" {
        loop {
            let mut size = String::new();
            from.read_line(&mut size)?;
            let size = u64::from_str_radix(size.trim(), 16).unwrap_or(0);
            from.by_ref().take(size).read_to_end(&mut body)?;
            from.read_line(&mut String::new())?;
            if size == 0 {
                break;
            }
        }
    } else {
        let length = header("content-length").parse().unwrap_or(0);
        from.by_ref().take(length).read_to_end(&mut body)?;
    }
    Ok(Some(Reply {
        status,
        content_type: header("content-type").to_owned(),
        headers: headers.clone(),
        body: String::from_utf8_lossy(&body).into_owned(),
    }))
}
