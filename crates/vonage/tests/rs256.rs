//! Application tokens signed on this machine, with a key made for this test.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]
#![cfg(feature = "rs256")]

use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use std::process::Command;
use vonage::requests::{ApplicationToken, KeyError, sign_rs256};

fn openssl(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    use std::process::Stdio;
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("openssl makes the key of this test");
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{arguments:?}");
    output.stdout
}

#[test]
fn a_token_verifies_with_the_public_key() {
    let pem = openssl(
        &[
            "genpkey",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
        ],
        b"",
    );
    let old = openssl(&["pkey", "-traditional"], &pem);
    let public = openssl(&["rsa", "-RSAPublicKey_out", "-outform", "DER"], &pem);
    for pem in [&pem, &old] {
        let pem = std::str::from_utf8(pem).unwrap();
        for pem in [pem.to_owned(), pem.replace('\n', "\\n")] {
            let token = ApplicationToken::new("6c1a5f0e", 1_731_000_000, "jti-1");
            let jwt = sign_rs256(&token, &pem).unwrap();
            let (input, signature) = jwt.rsplit_once('.').unwrap();
            assert_eq!(input, token.signing_input());
            use base64::Engine as _;
            let signature = base64::engine::general_purpose::URL_SAFE_NO_PAD
                .decode(signature)
                .unwrap();
            UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &public)
                .verify(input.as_bytes(), &signature)
                .unwrap();
        }
    }
    let unusable = "-----BEGIN PRIVATE KEY-----MAED-----END PRIVATE KEY-----";
    let token = ApplicationToken::new("6c1a5f0e", 1_731_000_000, "jti-1");
    assert_eq!(sign_rs256(&token, unusable), Err(KeyError::Unusable));
}
