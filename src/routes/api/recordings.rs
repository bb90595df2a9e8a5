//! `/api/recordings/{id}`: the sound of a recording.

use events::OperatorAct;
use events::archive::sound_key;
use http_range_header::parse_range_header;

use super::audit;
use super::auth::Operator;
use super::context::ApiContext;
use super::replies::unavailable;
use crate::bindings::archive;
use crate::request::Method;
use crate::respond::{Content, Reply};

/// Plays a recording, or the part of it that `Range` asks for (RFC 9110, section 14). That somebody
/// listens is kept before the first byte leaves.
///
/// # Errors
/// The refusal, as a reply, when that cannot be kept.
pub async fn play(
    context: &mut ApiContext<'_>,
    operator: &Operator,
    id: &str,
) -> Result<Reply, Reply> {
    let key = sound_key(id);
    // What the key leaves out names no recording.
    let is_whole = key.split('/').nth(1) == Some(id);
    let found = match is_whole {
        true => archive::head(context.env, &key).await,
        false => Ok(None),
    };
    let stored = match found {
        Ok(Some(stored)) => stored,
        Ok(None) => {
            let detail = "A recording appears about a minute after its call, and goes when the bucket's \
                          lifecycle says so.";
            return Ok(Reply::problem(404, "No such recording", detail));
        }
        Err(error) => return Ok(unavailable(context, &error)),
    };
    let range = match part(context.request.header("range").as_deref(), stored.size) {
        Ok(range) => range,
        Err(()) => {
            let detail = format!("The recording has {} bytes.", stored.size);
            let reply = Reply::problem(416, "The recording has no such part", &detail);
            return Ok(reply.with("content-range", format!("bytes */{}", stored.size)));
        }
    };
    let mut reply = Reply::empty(200)
        .with("accept-ranges", "bytes")
        .with("content-disposition", "inline");
    reply.content = Content::Recording(sound(stored.content_type.as_deref()));
    if let Some((first, last)) = range {
        let places = format!("bytes {first}-{last}/{}", stored.size);
        reply.status = 206;
        reply = reply.with("content-range", places);
    }
    if context.request.method == Method::Head {
        return Ok(reply);
    }
    let act = OperatorAct {
        verb: "look",
        kind: "recordings",
        id: Some(id),
        ..OperatorAct::default()
    };
    audit::record(context, operator, act).await?;
    match archive::stream(context.env, &key, range).await {
        Ok(Some(stream)) => {
            reply.stream = Some(stream);
            Ok(reply)
        }
        // It was removed a moment ago.
        Ok(None) => Ok(Reply::problem(404, "No such recording", "It was removed.")),
        Err(error) => Ok(unavailable(context, &error)),
    }
}

/// What a browser is told a recording is: one of the formats Vonage records in, or bytes, but never
/// a page or a script, whatever lies there.
fn sound(content_type: Option<&str>) -> &'static str {
    let kind = content_type.unwrap_or_default().split(';').next();
    match kind.unwrap_or_default().trim() {
        "audio/mpeg" | "audio/mp3" => "audio/mpeg",
        "audio/wav" | "audio/x-wav" | "audio/wave" => "audio/wav",
        "audio/ogg" => "audio/ogg",
        _ => "application/octet-stream",
    }
}

/// The first and the last byte asked for; nothing for the whole, which is also the reply to what
/// is no range of bytes, and to several at once.
fn part(range: Option<&str>, size: u64) -> Result<Option<(u64, u64)>, ()> {
    let Some(Ok(ranges)) = range.map(parse_range_header) else {
        return Ok(None);
    };
    let ranges = ranges.validate(size).map_err(drop)?;
    Ok(match ranges.as_slice() {
        [one] => Some((*one.start(), *one.end())),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::{part, sound};

    #[test]
    fn a_recording_is_a_sound_or_bytes() {
        assert_eq!(sound(Some("audio/mpeg")), "audio/mpeg");
        assert_eq!(sound(Some("audio/x-wav; codec=1")), "audio/wav");
        for other in [None, Some(""), Some("text/html"), Some("image/svg+xml")] {
            assert_eq!(sound(other), "application/octet-stream");
        }
    }

    #[test]
    fn a_range_is_one_part_that_is_there() {
        let check = |range: &str, expected: Result<Option<(u64, u64)>, ()>| {
            assert_eq!(part(Some(range), 100), expected, "{range}");
        };
        assert_eq!(part(None, 100), Ok(None));
        check("bytes=0-", Ok(Some((0, 99))));
        check("bytes=10-19", Ok(Some((10, 19))));
        check("bytes=90-500", Ok(Some((90, 99))));
        check("bytes=-5", Ok(Some((95, 99))));
        check("bytes=100-", Err(()));
        // A range that makes no sense is as none (RFC 9110, section 14.2).
        check("lines=1-2", Ok(None));
        check("bytes=x", Ok(None));
        check("bytes=0-1,3-4", Ok(None));
        assert_eq!(part(Some("bytes=0-"), 0), Err(()));
    }
}
