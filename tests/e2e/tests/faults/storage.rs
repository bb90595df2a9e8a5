//! Bindings that are gone, and more than the limits allow.

use super::*;

/// A call's version is deleted and another one in force.
pub(super) fn gone(t: &mut Table) {
    let acme = t.worker.get("menu:acme").unwrap();
    let (call, main) = t.answered("nothing fails", ACME, WELCOME, &[]);
    let version = t.worker.get("lastgood:acme").unwrap();
    t.worker.put(
        "menu:acme",
        &acme.replace("Welcome to ACME.", "This is ACME."),
    );
    t.worker.delete(&format!("version:{}", version.trim()));
    t.cold();
    t.faults(&json!({}));
    let (reply, took) = t.timed(&main.event_url("input"), &call.keys("2"));
    assert!(reply.spoken().contains("This is ACME."), "{reply:?}");
    let about = call.conversation.as_str();
    t.row(
        "version of a call deleted, another in force",
        says(&reply),
        took,
        &[(about, "vonage.voice.input"), (about, "version_missing")],
    );
    t.worker.put("menu:acme", &acme);
    t.cold();
    t.faults(&json!({}));
}

/// Five hundred unsigned requests, and calls beside them.
pub(super) fn flood(t: &mut Table) {
    let worker = &t.worker;
    let (slowest, refused) = thread::scope(|scope| {
        let floods: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let statuses = (0..250).map(|_| {
                        worker
                            .send("POST", EVENT, None, "application/json", b"{}")
                            .status
                    });
                    statuses.filter(|status| *status == 429).count()
                })
            })
            .collect();
        let mut slowest = Duration::ZERO;
        for _ in 0..20 {
            let began = Instant::now();
            let reply = worker.post(ANSWER, &Call::to(ACME).body());
            slowest = slowest.max(began.elapsed());
            assert!(reply.spoken().contains(WELCOME), "{reply:?}");
        }
        let refused: usize = floods.into_iter().map(|flood| flood.join().unwrap()).sum();
        (slowest, refused)
    });
    assert!(refused > 100, "{refused} of 500 were turned away");
    let got = format!("20 calls answered; 500 unsigned refused, {refused} of them with 429");
    t.row("flood of unsigned requests", got, slowest, &[]);
}
