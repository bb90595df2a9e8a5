//! Our own code panics.

use super::*;

/// A panic at each route that answers a caller, and at one that does not.
pub(super) fn panics(t: &mut Table) {
    let apology = "200 \"We are sorry, we cannot take your call r\"";
    let nothing = "200 \"<speak><break time=\"100ms\"/></speak>\"";
    let ids = |call: &Call| call.body();
    let keys = |call: &Call| call.keys("2");
    let card = |call: &Call| call.keys(CARD);
    let busy = |call: &Call| call.status("busy");
    let talks = |call: &Call| call.status("answered");
    let rings = |call: &Call| call.status("ringing");
    type Body<'b> = &'b dyn Fn(&Call) -> Value;
    type Panic<'b> = (
        &'static str,
        &'static str,
        &'static str,
        Body<'b>,
        &'b str,
        &'static str,
    );
    // What happens, the number called, the route, the webhook, the reply, the event kept.
    let rows: [Panic<'_>; 10] = [
        (
            "no memory left at an input",
            ACME,
            "input",
            &keys,
            apology,
            "vonage.voice.input",
        ),
        (
            "panic at an answer",
            ACME,
            "answer",
            &ids,
            apology,
            "vonage.voice.answer",
        ),
        (
            "panic at an input",
            ACME,
            "input",
            &keys,
            apology,
            "vonage.voice.input",
        ),
        (
            "panic at the input of a secret",
            VAULT,
            "input",
            &card,
            apology,
            "vonage.voice.input",
        ),
        (
            "panic at a notify",
            ACME,
            "notify",
            &ids,
            apology,
            "vonage.voice.notify",
        ),
        (
            "panic at a busy connect",
            ACME,
            "connect",
            &busy,
            apology,
            "vonage.voice.busy",
        ),
        (
            "panic while they talk",
            ACME,
            "connect",
            &talks,
            "200",
            "vonage.voice.answered",
        ),
        (
            "panic at a whisper",
            ACME,
            "whisper",
            &ids,
            nothing,
            "vonage.voice.answer",
        ),
        (
            "panic at a fallback",
            ACME,
            "fallback",
            &ids,
            apology,
            "vonage.voice.fallback",
        ),
        (
            "panic at an event, and it is sent again",
            ACME,
            "event",
            &rings,
            "503",
            "vonage.voice.ringing",
        ),
    ];
    for (fault, to, route, body, expected, kept) in rows {
        let call = Call::to(to);
        let url = match route {
            "input" | "connect" => {
                let first = t.worker.post(ANSWER, &call.body());
                first
                    .event_url("input")
                    .replace("/input?", &format!("/{route}?"))
            }
            _ => format!("/webhooks/{route}"),
        };
        let memory = fault.starts_with("no memory");
        t.faults(&json!({ "handler": { "rate": 1.0, "times": 1, "memory": memory } }));
        let (reply, took) = t.timed(&url, &body(&call));
        assert_eq!(
            says(&reply),
            expected,
            "{fault}: {reply:?}\n{}",
            t.worker.log()
        );
        let reference = reply.headers.iter().find(|(name, _)| name == "x-reference");
        let reference = reference.map(|(_, value)| value.clone()).unwrap();
        t.worker.wait_for(fault, Duration::from_secs(10), |worker| {
            worker.log().contains(&reference).then_some(())
        });
        for name in ["x-content-type-options", "content-security-policy"] {
            assert!(reply.headers.iter().any(|(other, _)| other == name));
        }
        let (next, _) = t.timed(ANSWER, &Call::to(ACME).body());
        assert!(next.spoken().contains(WELCOME), "the next one: {next:?}");
        if reply.status == 503 {
            let (again, _) = t.timed(&url, &body(&call));
            assert_eq!(again.status, 200, "{again:?}");
        }
        t.row(
            fault,
            says(&reply),
            took,
            &[(&call.conversation, kept), (&reference, "ivr.degraded")],
        );
    }
}

/// What no output may hold: secrets, and the digits of a field that is one.
pub(super) fn leaked_nowhere(worker: &Worker, sink: &Sink) {
    let database = worker.stored().concat();
    let archive = worker.objects().concat();
    let queued: String = sink
        .received()
        .into_iter()
        .map(|request| request.body)
        .collect();
    for (what, output) in [
        ("the log", worker.log()),
        ("the database", database),
        ("the archive", archive),
        ("what left the queue", queued),
    ] {
        assert!(output.contains("CON-fault-"), "nothing is in {what}");
        for secret in [CARD, SIGNATURE_SECRET, STATE_KEY, ADMIN_TOKEN] {
            assert!(!output.contains(secret), "{secret} is in {what}");
        }
    }
}
