//! Any `Authorization` header and any request: checking never panics, and nothing is let in that was
//! not signed.
//!
//! The first byte says how the rest becomes a request: a header and a body as they are; claims that
//! are signed; a request that is signed and then changed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vonage::Delivery;
use vonage::jwt::{self, Claims, Verifier};
use vonage::sms_signature;

const SECRET: &str = "a secret for fuzzing";
const NOW: i64 = 1_700_000_000;

fuzz_target!(|bytes: &[u8]| {
    let [mode, rest @ ..] = bytes else { return };
    let at = rest
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(rest.len());
    let (first, second) = rest.split_at(at);
    let second = second.get(1..).unwrap_or_default();
    let text = String::from_utf8_lossy(first);
    let verifier = Verifier::new(SECRET, Some("the secret before")).raw_query(mode & 8 != 0);
    let query = String::from_utf8_lossy(second);
    let delivery = match mode & 4 {
        0 => Delivery::json(second),
        _ => Delivery::get(&query),
    };
    match mode % 4 {
        // Nobody guesses an HMAC.
        0 => {
            assert!(verifier.verify(Some(&text), &delivery, NOW).is_err());
            let bearer = format!("Bearer {text}");
            assert!(verifier.verify(Some(&bearer), &delivery, NOW).is_err());
        }
        // Claims nobody would send.
        1 => {
            let bearer = format!("Bearer {}", jwt::sign_claims(SECRET.as_bytes(), &text));
            let _ = verifier.verify(Some(&bearer), &delivery, NOW);
        }
        // One request signed, another sent.
        2 => {
            // A name of any length would make a token longer than any that is looked at.
            let name: String = text.chars().take(200).collect();
            let claims = Claims::new(NOW, &name);
            let signed = match mode & 4 {
                0 => Delivery::json(first),
                _ => Delivery::get(&text),
            };
            let bearer = format!("Bearer {}", jwt::sign(SECRET.as_bytes(), &claims, &signed));
            assert_eq!(verifier.verify(Some(&bearer), &signed, NOW), Ok(claims));
            if mode & 4 == 0 && first != second {
                assert!(verifier.verify(Some(&bearer), &delivery, NOW).is_err());
            }
        }
        // The SMS API's way.
        _ => {
            let verifier = sms_signature::Verifier::new(SECRET);
            let _ = verifier.verify(&delivery, NOW);
            let _ = verifier.verify(&Delivery::form(second), NOW);
        }
    }
});
