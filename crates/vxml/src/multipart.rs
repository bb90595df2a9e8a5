//! `multipart/form-data` (RFC 7578): how a browser sends a recording.
//!
//! Our own, because the libraries for it read from a stream that has yet to arrive, and bring the
//! tables of every encoding along; here the bytes are there, and names and types are ASCII.

use crate::upload::Upload;

type Fields = Vec<(String, String)>;

/// The boundary, where a content type is one of a form in parts.
pub(crate) fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    parameter(parameters, "boundary").filter(|boundary| !boundary.is_empty())
}

/// The fields of a form, and the first of its files.
pub(crate) fn read(body: &[u8], boundary: &str) -> (Fields, Option<Upload>) {
    let delimiter = ["\r\n--", boundary].concat();
    let (mut fields, mut upload) = (Vec::new(), None);
    // The first delimiter may stand at the very beginning.
    let mut rest = match body.strip_prefix(delimiter.as_bytes().get(2..).unwrap_or_default()) {
        Some(rest) => rest,
        None => match split(body, delimiter.as_bytes()) {
            Some((_, rest)) => rest,
            None => return (fields, upload),
        },
    };
    // Two hyphens behind a delimiter say that it was the last one.
    while !rest.starts_with(b"--") {
        let Some((_, part)) = split(rest, b"\r\n") else {
            break;
        };
        let Some((part, after)) = split(part, delimiter.as_bytes()) else {
            break;
        };
        rest = after;
        // A part may have no headers at all.
        let (head, content) = match part.strip_prefix(b"\r\n") {
            Some(content) => (&b""[..], content),
            None => match split(part, b"\r\n\r\n") {
                Some(both) => both,
                None => continue,
            },
        };
        let head = String::from_utf8_lossy(head);
        let Some(name) = header(&head, "content-disposition").and_then(|it| parameter(it, "name"))
        else {
            continue;
        };
        let kind = header(&head, "content-type").map(str::trim);
        let is_text = kind.is_none_or(|kind| kind.to_ascii_lowercase().starts_with("text/"));
        match kind {
            Some(kind) if !is_text => {
                upload.get_or_insert_with(|| Upload {
                    name: name.to_owned(),
                    content_type: kind.to_owned(),
                    bytes: content.to_vec(),
                });
            }
            _ => {
                let text = String::from_utf8_lossy(content).into_owned();
                fields.push((name.to_owned(), text));
            }
        }
    }
    (fields, upload)
}

/// What stands before and after the first of some bytes.
fn split<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let found = find(bytes, at)?;
    Some((bytes.get(..found)?, bytes.get(found + at.len()..)?))
}

/// Where some bytes stand first. By way of the first of them, because sound is long.
fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    let first = *what.first()?;
    let mut from = 0;
    loop {
        let rest = bytes.get(from..)?;
        let at = from + rest.iter().position(|byte| *byte == first)?;
        if bytes.get(at..)?.starts_with(what) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// The value of a header.
fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.split("\r\n");
    lines.find_map(|line| {
        let (known, value) = line.split_once(':')?;
        known.trim().eq_ignore_ascii_case(name).then_some(value)
    })
}

/// A parameter of a header's value, without its quotes.
fn parameter<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    let mut parameters = value.split(';');
    parameters.find_map(|parameter| {
        let (known, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        known.trim().eq_ignore_ascii_case(name).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=\"frontier\"";

    fn read_text(body: &str) -> (Fields, Option<Upload>) {
        read(body.as_bytes(), boundary(KIND).unwrap_or_default())
    }

    #[test]
    fn a_recording_comes_with_the_fields_beside_it() {
        let body = "--frontier\r\nContent-Disposition: form-data; name=\"message\"; filename=\"a.wav\"\r\n\
                    content-type: audio/x-wav\r\n\r\nRIFF\r\n--front\u{0}\r\n\r\n--frontier\r\n\
                    Content-Disposition: form-data; name=\"milliseconds\"\r\n\r\n4000\r\n--frontier--\r\n";
        let (fields, upload) = read_text(body);
        assert_eq!(fields, [("milliseconds".to_owned(), "4000".to_owned())]);
        let upload = upload.unwrap();
        assert_eq!(upload.name, "message");
        assert_eq!(upload.content_type, "audio/x-wav");
        assert_eq!(upload.bytes, b"RIFF\r\n--front\0\r\n");
    }

    #[test]
    fn what_breaks_off_gives_what_is_whole() {
        let whole = "--frontier\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--frontier\r\n\
                     Content-Disposition: form-data; name=\"b\"\r\n\r\n2\r\n--frontier--";
        for length in 0..=whole.len() {
            let (fields, upload) = read_text(whole.get(..length).unwrap_or_default());
            assert!(
                fields.len() <= 2 && upload.is_none(),
                "{length}: {fields:?}"
            );
        }
        assert_eq!(read_text(whole).0.len(), 2);
        assert_eq!(read_text("preamble\r\n--frontier--").0.len(), 0);
    }

    #[test]
    fn other_types_have_no_boundary() {
        assert_eq!(boundary(KIND), Some("frontier"));
        assert_eq!(
            boundary("Multipart/Form-Data;charset=utf-8; boundary=x"),
            Some("x")
        );
        assert_eq!(boundary("multipart/mixed; boundary=x"), None);
        assert_eq!(boundary("multipart/form-data; boundary="), None);
        assert_eq!(boundary("application/x-www-form-urlencoded"), None);
    }
}
