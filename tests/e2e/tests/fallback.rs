//! The Worker of `[env.fallback]`: no bindings, and it still speaks.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::process::Command;

use e2e::{Worker, root};
use serde_json::json;

#[test]
fn without_any_binding_it_apologises_and_takes_a_message() {
    let told_to = "https://ivr.example.com/webhooks/recording";
    let worker = Worker::builder()
        .argument("--env=fallback")
        .without("VONAGE_SIGNATURE_SECRET")
        .without("STATE_KEY")
        .without("ADMIN_TOKEN")
        .variable("LANGUAGE", "de-AT")
        .variable("FALLBACK_RECORD", told_to)
        .start();
    let health = worker.request("GET", "/healthz", &[], b"").json();
    for (name, bound) in health["bound"].as_object().unwrap() {
        assert_eq!(bound, false, "{name}");
    }
    let call = json!({ "from": "447700900001", "to": "442079460000", "uuid": "leg-f",
        "conversation_uuid": "CON-f", "reason": "Socket timeout." });
    let ncco = worker.post("/webhooks/fallback", &call).ncco();
    assert_eq!(ncco[0]["language"], "de-AT", "{ncco:?}");
    assert_eq!(ncco[1]["action"], "record", "{ncco:?}");
    assert_eq!(ncco[1]["eventUrl"][0], told_to, "{ncco:?}");
    assert_eq!(worker.post("/webhooks/answer", &call).status, 503);
}

#[test]
fn it_is_deployed_without_a_warning() {
    let folder = std::env::temp_dir().join(format!("edge-ivr-fallback-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let config = folder.join("wrangler.json");
    let told = Command::new(root().join("node_modules/.bin/node"))
        .current_dir(root())
        .arg("scripts/fallback.mjs")
        .output()
        .unwrap();
    assert!(told.status.success(), "{told:?}");
    std::fs::write(&config, told.stdout).unwrap();
    let deployed = Command::new(root().join("node_modules/.bin/wrangler"))
        .current_dir(root())
        .args(["deploy", "--dry-run", "--config"])
        .arg(&config)
        .output()
        .unwrap();
    let _ = std::fs::remove_dir_all(&folder);
    let said = [deployed.stdout, deployed.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(deployed.status.success(), "{said}");
    assert!(said.contains("No bindings found"), "{said}");
    assert!(!said.to_lowercase().contains("warning"), "{said}");
}
