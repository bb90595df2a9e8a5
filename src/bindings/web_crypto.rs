//! RS256 through the platform's WebCrypto: the RSA code is not ours to ship.

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use super::promise::{PlatformError, member, object, settle};

fn algorithm() -> JsValue {
    object(&[
        ("name", JsValue::from_str("RSASSA-PKCS1-v1_5")),
        ("hash", JsValue::from_str("SHA-256")),
    ])
}

async fn subtle(name: &str, arguments: &[&JsValue]) -> Result<JsValue, PlatformError> {
    let subtle = member(&member(&js_sys::global(), "crypto"), "subtle");
    let function: Function = member(&subtle, name).unchecked_into();
    let list = Array::new();
    for argument in arguments {
        list.push(argument);
    }
    let promise = function
        .apply(&subtle, &list)
        .map(JsCast::unchecked_into::<Promise>);
    settle("crypto", promise).await
}

async fn import(format: &str, key: &JsValue, usage: &str) -> Result<JsValue, PlatformError> {
    let usages = Array::of1(&JsValue::from_str(usage));
    subtle(
        "importKey",
        &[
            &JsValue::from_str(format),
            key,
            &algorithm(),
            &JsValue::FALSE,
            &usages,
        ],
    )
    .await
}

/// Signs with a private key, PKCS #8 in DER.
///
/// # Errors
/// The key is none.
pub async fn sign(key: &[u8], message: &[u8]) -> Result<Vec<u8>, PlatformError> {
    let key = import("pkcs8", &Uint8Array::from(key), "sign").await?;
    let signature = subtle("sign", &[&algorithm(), &key, &Uint8Array::from(message)]).await?;
    Ok(Uint8Array::new(&signature).to_vec())
}

/// Whether `signature` is the one of `message` under an RSA public key: modulus and exponent as a
/// JSON Web Key has them, base64url.
///
/// # Errors
/// The key is none.
pub async fn verify(
    modulus: &str,
    exponent: &str,
    signature: &[u8],
    message: &[u8],
) -> Result<bool, PlatformError> {
    let key = object(&[
        ("kty", JsValue::from_str("RSA")),
        ("alg", JsValue::from_str("RS256")),
        ("n", JsValue::from_str(modulus)),
        ("e", JsValue::from_str(exponent)),
    ]);
    let key = import("jwk", &key, "verify").await?;
    let verdict = subtle(
        "verify",
        &[
            &algorithm(),
            &key,
            &Uint8Array::from(signature),
            &Uint8Array::from(message),
        ],
    )
    .await?;
    Ok(verdict.is_truthy())
}
