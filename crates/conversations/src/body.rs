//! What a row holds: the events of a conversation and the records folded from them, compressed
//! together.
//!
//! The first byte is the format. Format 1 is a raw DEFLATE stream (RFC 1951) of lines: first a
//! header, then each event as it lies on the queue. Events of one conversation repeat each other,
//! so together they take a sixth of what they take apart.

use data_encoding::HEXUPPER_PERMISSIVE;
use miniz_oxide::DataFormat;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::deflate::core::{CompressorOxide, TDEFLFlush, TDEFLStatus, compress};
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The only format so far.
const FORMAT: u8 = 1;
/// How hard the compressor tries, 0 to 10. A higher level takes twice the time for a twentieth.
const LEVEL: u8 = 4;
/// No body unpacks to more: a row is closed long before.
const MAX_UNPACKED: usize = 64 << 20;

/// A row's content.
#[derive(Debug, Default)]
pub struct Body {
    /// The records of the legs whose conversation this is, as JSON.
    pub records: Vec<Box<RawValue>>,
    /// The events, in the order they were added in.
    pub events: Vec<Line>,
}

/// One event of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The event as JSON, on one line.
    pub text: String,
    /// The revision of the row that brought it.
    pub revision: u32,
}

/// A row cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// It is not hexadecimal.
    #[error("the body of a row is not hexadecimal")]
    Hex,
    /// A newer Worker wrote it.
    #[error("the body of a row has format {0}, and this version reads format {FORMAT}")]
    Format(u8),
    /// It does not unpack.
    #[error("the body of a row does not unpack: {0}")]
    Compression(String),
    /// It is not what was packed.
    #[error("the body of a row holds no header: {0}")]
    Header(String),
}

#[derive(Serialize, Deserialize)]
struct Header<'a> {
    revisions: Vec<u32>,
    #[serde(borrow)]
    records: Vec<&'a RawValue>,
}

/// Packs a row's content.
#[must_use]
pub(crate) fn pack<'a>(
    packer: &mut Packer,
    records: &[&RawValue],
    events: impl Iterator<Item = (&'a str, u32)> + Clone,
) -> Vec<u8> {
    let header = Header {
        revisions: events.clone().map(|(_, revision)| revision).collect(),
        records: records.to_vec(),
    };
    let mut text = serde_json::to_string(&header).unwrap_or_default();
    for (line, _) in events {
        text.push('\n');
        text.push_str(line);
    }
    packer.compress(text.as_bytes())
}

/// A compressor that is used again: one is 300 KB of tables, which take longer to get than a call
/// takes to compress.
pub(crate) struct Packer(Option<CompressorOxide>);

impl Packer {
    pub(crate) fn new() -> Self {
        Self(None)
    }

    /// A body with this text in it.
    fn compress(&mut self, text: &[u8]) -> Vec<u8> {
        let compressor = match &mut self.0 {
            Some(compressor) => {
                compressor.reset();
                compressor
            }
            none => {
                let compressor = none.insert(CompressorOxide::default());
                compressor.set_format_and_level(DataFormat::Raw, LEVEL);
                compressor
            }
        };
        let mut body = vec![0; text.len() / 4 + 64];
        if let Some(first) = body.first_mut() {
            *first = FORMAT;
        }
        let (mut read, mut written) = (0, 1);
        loop {
            let rest = text.get(read..).unwrap_or_default();
            let room = body.get_mut(written..).unwrap_or_default();
            let (status, taken, put) = compress(compressor, rest, room, TDEFLFlush::Finish);
            read += taken;
            written += put;
            match status {
                TDEFLStatus::Okay => body.resize(body.len() * 2, 0),
                TDEFLStatus::Done => break,
                // It refuses nothing that is asked of it here; a fresh one would not either.
                _ => {
                    body.truncate(1);
                    body.extend(compress_to_vec(text, LEVEL));
                    return body;
                }
            }
        }
        body.truncate(written);
        body
    }
}

/// A body as the database takes it in a JSON parameter.
#[must_use]
pub fn to_hex(body: &[u8]) -> String {
    data_encoding::HEXUPPER.encode(body)
}

impl Body {
    /// Unpacks a row's content.
    ///
    /// # Errors
    /// It was packed by a newer version, or is damaged.
    pub fn unpack(body: &[u8]) -> Result<Self, BodyError> {
        let (format, packed) = body.split_first().unwrap_or((&0, &[]));
        if *format != FORMAT {
            return Err(BodyError::Format(*format));
        }
        let bytes = decompress_to_vec_with_limit(packed, MAX_UNPACKED)
            .map_err(|error| BodyError::Compression(error.to_string()))?;
        let text =
            String::from_utf8(bytes).map_err(|error| BodyError::Compression(error.to_string()))?;
        let mut lines = text.lines();
        let header: Header<'_> = serde_json::from_str(lines.next().unwrap_or_default())
            .map_err(|error| BodyError::Header(error.to_string()))?;
        let mut revisions = header.revisions.iter().copied();
        Ok(Self {
            records: header.records.into_iter().map(ToOwned::to_owned).collect(),
            events: lines
                .map(|line| Line {
                    text: line.to_owned(),
                    revision: revisions.next().unwrap_or(1),
                })
                .collect(),
        })
    }

    /// Unpacks what the database gave as hexadecimal digits.
    ///
    /// # Errors
    /// It is not hexadecimal, or as for [`Body::unpack`].
    pub fn from_hex(digits: &str) -> Result<Self, BodyError> {
        let body = HEXUPPER_PERMISSIVE
            .decode(digits.as_bytes())
            .map_err(|_| BodyError::Hex)?;
        Self::unpack(&body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(records: &[&str], events: &[(&str, u32)]) {
        let raw: Vec<Box<RawValue>> = records
            .iter()
            .map(|text| RawValue::from_string((*text).to_owned()).unwrap())
            .collect();
        let raw: Vec<&RawValue> = raw.iter().map(AsRef::as_ref).collect();
        let mut packer = Packer::new();
        // The second time the compressor is one that was used before.
        let first = pack(&mut packer, &raw, events.iter().copied());
        let packed = pack(&mut packer, &raw, events.iter().copied());
        assert_eq!(first, packed);
        let body = Body::from_hex(&to_hex(&packed)).unwrap();
        let found: Vec<&str> = body.records.iter().map(|it| it.get()).collect();
        assert_eq!(found, records);
        let found: Vec<(&str, u32)> = body
            .events
            .iter()
            .map(|line| (line.text.as_str(), line.revision))
            .collect();
        assert_eq!(found, events);
    }

    #[test]
    fn what_is_packed_comes_out_again() {
        check(&[], &[]);
        check(&["{}"], &[]);
        check(
            &[r#"{"leg":"a"}"#],
            &[(r#"{"id":"1"}"#, 1), (r#"{"id":"2","é":"\n"}"#, 7)],
        );
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let error = |body: &[u8]| Body::unpack(body).unwrap_err();
        assert_eq!(error(&[]), BodyError::Format(0));
        assert_eq!(error(&[2, 1]), BodyError::Format(2));
        assert!(matches!(error(&[1, 255, 255]), BodyError::Compression(_)));
        let mut packed = vec![1];
        packed.extend(compress_to_vec(b"[]", 1));
        assert!(matches!(error(&packed), BodyError::Header(_)));
        assert_eq!(Body::from_hex("0G").unwrap_err(), BodyError::Hex);
    }
}
