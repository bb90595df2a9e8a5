//! Calls that operators place.

use super::*;

/// A private key nobody has, as Vonage gives them out.
fn private_key() -> String {
    let made = std::process::Command::new("openssl")
        .args([
            "genpkey",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
        ])
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let pem = String::from_utf8(made.stdout).unwrap();
    pem.trim().replace('\n', "\\n")
}

#[test]
fn an_operator_places_a_call_that_gets_a_menu() {
    let vonage = Sink::start(|request| {
        match request.path.as_str() {
        "/v1/calls" => Answer::Status(
            201,
            json!({ "uuid": "leg-out", "conversation_uuid": "CON-out", "status": "started", "direction": "outbound" })
                .to_string(),
        ),
        _ => Answer::Status(404, String::new()),
    }
    });
    let worker = Worker::builder()
        .with_faults()
        .variable("VONAGE_PRIVATE_KEY", &private_key())
        .variable(
            "VONAGE_APPLICATION_ID",
            "11111111-2222-3333-4444-555555555555",
        )
        .variable("DIAL_ALLOW", "44")
        .variable("PUBLIC_URL", "https://ivr.example.com")
        .start();
    let origins = json!({ "origins": { "https://api.nexmo.com": vonage.url() } }).to_string();
    assert_eq!(
        worker
            .request("PUT", "/faults", &[], origins.as_bytes())
            .status,
        200
    );

    let wanted =
        json!({ "to": "447700900001", "from": "442079460000", "menu": "acme", "ring": 30 });
    let placed = api(&worker, "POST", "/api/calls", &[], &wanted);
    assert_eq!(placed.status, 201, "{placed:?}");
    assert_eq!(
        placed.json(),
        json!({ "leg": "leg-out", "conversation": "CON-out", "status": "started" })
    );
    let sent = &vonage.received()[0];
    let body: Value = serde_json::from_str(&sent.body).unwrap();
    assert_eq!(body["to"][0]["number"], json!("447700900001"));
    assert_eq!(
        body["answer_url"],
        json!(["https://ivr.example.com/webhooks/answer/acme?call=outbound"])
    );
    assert_eq!(
        body["event_url"],
        json!(["https://ivr.example.com/webhooks/event"])
    );
    assert_eq!(body["ringing_timer"], json!(30));
    assert!(sent.header("authorization").starts_with("Bearer eyJ"));

    // Not everywhere, not any menu, and Vonage may say no.
    let abroad = json!({ "to": "33199000100", "menu": "acme" });
    assert_eq!(api(&worker, "POST", "/api/calls", &[], &abroad).status, 403);
    let mut menu = menu("Hello.");
    menu["nodes"]["hello"] = json!({ "kind": "connect", "to": "33199000100", "otherwise": "bye" });
    let dials = api(&worker, "PUT", "/api/menus/abroad", &[], &menu);
    assert_eq!(dials.status, 422, "{dials:?}");
    assert_eq!(dials.json()["findings"][0]["pointer"], "/nodes/hello/to");
    let nameless = json!({ "to": "447700900001", "menu": "a b" });
    assert_eq!(
        api(&worker, "POST", "/api/calls", &[], &nameless).status,
        400
    );
    vonage.behave(|_| Answer::Status(402, "{\"title\":\"No credit\"}".to_owned()));
    let refused = api(&worker, "POST", "/api/calls", &[], &wanted);
    assert_eq!(refused.status, 502);
    assert!(refused.body.contains("No credit"), "{}", refused.body);
    assert_eq!(vonage.received().len(), 2);
}
