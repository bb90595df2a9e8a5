//! What a caller lives through, kind by kind.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

use common::{Call, House};
use ivr::ConnectOutcome;

const ACME: &str = r#"{
  "start": "main",
  "voice": { "language": "en-GB" },
  "keys": { "0": "operator", "*": "@back" },
  "nodes": {
    "main": {
      "kind": "menu", "prompt": "Press 1 for sales.", "short_prompt": "1 for sales.",
      "choices": { "1": { "then": "sales", "say": ["sales"] }, "12": "support" },
      "no_input": { "tries": 2, "prompts": ["I did not hear you.", "Still nothing."], "then": "operator" },
      "no_match": { "tries": 1, "prompts": "No such option.", "then": "bye" }
    },
    "support": { "kind": "menu", "prompt": "Support.", "choices": { "9": "@start" } },
    "sales": { "kind": "connect", "prompt": "One moment.", "to": ["447700900100", { "sip": "sip:sales@example.com" }],
               "ring": 20, "whisper": "A sales call.", "busy": "bye", "otherwise": "voicemail" },
    "operator": { "kind": "connect", "to": "447700900101", "otherwise": "voicemail", "then": "bye" },
    "voicemail": { "kind": "voicemail", "prompt": "Leave a message.", "then": "bye" },
    "bye": { "kind": "hangup", "prompt": "Goodbye." }
  }
}"#;

#[test]
fn silence_and_wrong_keys_are_counted_apart() {
    let house = House::new([("acme", ACME)]);
    let mut call = Call::to(&house, "acme");
    assert_eq!(call.heard(), ["Press 1 for sales.", "input"]);
    assert_eq!(call.moves(), ["main answer 0 main"]);
    assert_eq!(
        call.silence().heard(),
        ["I did not hear you.", "Press 1 for sales.", "input"]
    );
    assert_eq!(call.moves(), ["main no-input 1 main"]);
    assert_eq!(
        call.keys("7").heard(),
        ["No such option.", "Press 1 for sales.", "input"]
    );
    assert_eq!(
        call.silence().heard(),
        ["Still nothing.", "Press 1 for sales.", "input"]
    );
    assert_eq!(call.silence().heard(), ["connect 447700900101", "notify"]);
    assert_eq!(call.moves(), ["main no-input 3 operator"]);
    assert_eq!(call.notify().heard(), ["Goodbye."]);
}

#[test]
fn destinations_are_rung_one_after_the_other() {
    let house = House::new([("acme", ACME)]);
    let mut call = Call::to(&house, "acme");
    assert_eq!(
        call.keys("1").heard(),
        ["One moment.", "connect 447700900100"]
    );
    assert_eq!(
        call.connect(ConnectOutcome::NoAnswer).heard(),
        ["connect sip:sales@example.com"]
    );
    assert_eq!(call.moves(), ["sales no-answer 1 sales"]);
    assert_eq!(call.connect(ConnectOutcome::Busy).heard(), ["Goodbye."]);
    assert_eq!(call.moves(), ["sales busy 2 bye"]);
}
