//! A recording is played to whoever may listen, whole or in part, and that is kept.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so and stops"
)]

use std::time::Duration;

use e2e::{ADMIN_TOKEN, Reply, Worker};

fn header<'r>(reply: &'r Reply, name: &str) -> &'r str {
    let found = reply.headers.iter().find(|(known, _)| known == name);
    found.map_or("", |(_, value)| value)
}

#[test]
fn a_recording_is_played_in_whole_or_in_part_and_each_time_is_kept() {
    let worker = Worker::start();
    worker.put_object("recordings/rec-1/audio", "the sound of a voice");
    let ask = |method: &str, path: &str, range: Option<&str>| {
        let mut headers = vec![("authorization", format!("Bearer {ADMIN_TOKEN}"))];
        headers.extend(range.map(|range| ("range", range.to_owned())));
        worker.request(method, path, &headers, b"")
    };
    let played = |range: Option<&str>| ask("GET", "/api/recordings/rec-1", range);

    let whole = played(None);
    assert_eq!(
        (whole.status, whole.body.as_str()),
        (200, "the sound of a voice")
    );
    // Nobody said what it is.
    assert_eq!(whole.content_type, "application/octet-stream");
    assert_eq!(header(&whole, "content-length"), "20");
    assert_eq!(header(&whole, "accept-ranges"), "bytes");
    assert_eq!(header(&whole, "content-disposition"), "inline");
    assert_eq!(header(&whole, "x-content-type-options"), "nosniff");

    let check = |range: &str, status: u16, body: &str, places: &str| {
        let part = played(Some(range));
        assert_eq!((part.status, part.body.as_str()), (status, body), "{range}");
        assert_eq!(header(&part, "content-range"), places, "{range}");
    };
    check("bytes=4-8", 206, "sound", "bytes 4-8/20");
    check("bytes=-5", 206, "voice", "bytes 15-19/20");
    check("bytes=15-999", 206, "voice", "bytes 15-19/20");
    check("bytes=0-1,4-8", 200, "the sound of a voice", "");
    let beyond = played(Some("bytes=20-"));
    assert_eq!(beyond.status, 416);
    assert_eq!(header(&beyond, "content-range"), "bytes */20");

    let head = ask("HEAD", "/api/recordings/rec-1", None);
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    for nobody in ["rec-2", "rec.1", "%2e%2e", "rec-1%2Faudio"] {
        let reply = ask("GET", &format!("/api/recordings/{nobody}"), None);
        assert_eq!(reply.status, 404, "{nobody}");
    }
    let stranger = worker.request("GET", "/api/recordings/rec-1", &[], b"");
    assert_eq!(stranger.status, 401);

    // Five times somebody listened; the rest was no listening.
    let audit = worker.wait_for("the audit", Duration::from_secs(60), |_| {
        let reply = ask("GET", "/api/audit", None);
        let events = reply.json()["events"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        (events.len() >= 5).then_some(events)
    });
    assert_eq!(audit.len(), 5, "{audit:?}");
    for event in audit {
        assert_eq!(event["type"], "ivr.operator");
        let data = &event["data"];
        assert_eq!(data["verb"], "look", "{data}");
        assert_eq!(data["kind"], "recordings", "{data}");
        assert_eq!(data["id"], "rec-1", "{data}");
        assert_eq!(data["who"], "admin_token", "{data}");
    }
    assert_eq!(ask("GET", "/api/audit?type=x", None).status, 400);
}
