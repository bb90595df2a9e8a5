//! The settings of numbers and accounts: what is read, compared, and sent.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use serde_json::json;
use vonage::requests::{
    AccountSettings, Authorization, MediaType, NumberPage, NumberSettings, OwnedNumber,
    RefusedError, Verb,
};

const APPLICATION: &str = "1ded6eee-e2ec-4d61-8c71-e2b2ece17d1b";

fn number(more: serde_json::Value) -> OwnedNumber {
    let mut number = json!({
        "country": "GB", "msisdn": "442079460000", "type": "landline", "features": ["VOICE"],
    });
    for (name, value) in more.as_object().unwrap() {
        number[name] = value.clone();
    }
    let page = json!({ "count": 1, "numbers": [number] }).to_string();
    NumberPage::read(page.as_bytes()).unwrap().numbers.remove(0)
}

fn link() -> NumberSettings {
    NumberSettings {
        application: Some(APPLICATION.to_owned()),
        ..NumberSettings::default()
    }
}

#[test]
fn a_page_of_numbers_is_asked_for_and_read() {
    let request = NumberPage::request(2);
    assert_eq!(request.method, Verb::Get);
    assert_eq!(
        request.url,
        "https://rest.nexmo.com/account/numbers?size=100&index=2"
    );
    assert_eq!(request.authorization, Authorization::AccountSecret);
    let empty = NumberPage::read(b"{}").unwrap();
    assert_eq!((empty.count, empty.numbers.len()), (0, 0));
    for none in [
        &b"[]"[..],
        b"<html>",
        b"{\"error-code\":\"401\",\"error-code-label\":\"authentication failed\"}",
    ] {
        assert_eq!(NumberPage::read(none), None);
    }
    let linked = number(json!({ "app_id": APPLICATION, "moHttpUrl": "" }));
    assert_eq!(linked.application.as_deref(), Some(APPLICATION));
    assert_eq!(linked.sms_url, None);
    // The older way to link, which is still read.
    let older = number(json!({ "voiceCallbackType": "app", "voiceCallbackValue": APPLICATION }));
    assert_eq!(older.application.as_deref(), Some(APPLICATION));
    assert_eq!(older.forwarded, None);
}

#[test]
fn a_difference_names_what_a_number_lacks() {
    let check =
        |is: serde_json::Value, wanted: &NumberSettings, expected: &[(&str, &str, bool)]| {
            let changes = number(is).diff(wanted);
            let changes: Vec<_> = changes
                .iter()
                .map(|change| (change.pointer, change.to.as_str(), change.is_told))
                .collect();
            assert_eq!(changes, expected);
        };
    check(json!({}), &link(), &[("app_id", APPLICATION, true)]);
    check(json!({ "app_id": APPLICATION }), &link(), &[]);
    // A forwarding wins over the application.
    check(
        json!({ "app_id": APPLICATION, "voiceCallbackType": "tel", "voiceCallbackValue": "447700900100" }),
        &link(),
        &[("voiceCallbackType", "none", true)],
    );
    let status = NumberSettings {
        status_url: Some("https://ivr.example.com/webhooks/event".to_owned()),
        ..NumberSettings::default()
    };
    // The platform does not tell it, so it may be there already.
    let url = "https://ivr.example.com/webhooks/event";
    check(json!({}), &status, &[("voiceStatusCallback", url, false)]);
    check(json!({ "voiceStatusCallback": url }), &status, &[]);
}

#[test]
fn an_update_sends_again_what_it_would_otherwise_clear() {
    let check = |is: serde_json::Value, wanted: &NumberSettings, expected: &str| {
        let request = number(is).update_request(wanted).unwrap();
        assert_eq!(request.url, "https://rest.nexmo.com/number/update");
        assert_eq!(request.media_type, MediaType::Form);
        assert_eq!(request.body.as_deref(), Some(expected));
    };
    check(
        json!({ "moHttpUrl": "https://sms.example.com/?a=1&b=2" }),
        &link(),
        &format!(
            "country=GB&msisdn=442079460000&app_id={APPLICATION}&moHttpUrl=https%3A%2F%2Fsms.example.com%2F%3Fa%3D1%26b%3D2"
        ),
    );
    let sms = NumberSettings {
        sms_url: Some("https://ivr.example.com/sms".to_owned()),
        ..NumberSettings::default()
    };
    let forwarded = json!({
        "voiceCallbackType": "sip", "voiceCallbackValue": "sip:a@example.com",
        "messagesCallbackType": "app", "messagesCallbackValue": "other",
    });
    check(
        forwarded.clone(),
        &sms,
        "country=GB&msisdn=442079460000&messagesCallbackType=app&messagesCallbackValue=other\
         &moHttpUrl=https%3A%2F%2Fivr.example.com%2Fsms&voiceCallbackType=sip&voiceCallbackValue=sip%3Aa%40example.com",
    );
    // Linking it to an application ends the forwarding.
    check(
        forwarded,
        &link(),
        &format!("country=GB&msisdn=442079460000&app_id={APPLICATION}"),
    );
}

#[test]
fn what_the_platform_would_refuse_is_not_sent() {
    let check = |wanted: NumberSettings, pointer: &str| {
        let invalid = number(json!({})).update_request(&wanted).unwrap_err();
        assert_eq!(invalid.pointer, pointer);
    };
    let text = |text: &str| Some(text.to_owned());
    check(
        NumberSettings {
            application: text("../x"),
            ..NumberSettings::default()
        },
        "/app_id",
    );
    check(
        NumberSettings {
            sms_url: text("ivr.example.com"),
            ..NumberSettings::default()
        },
        "/moHttpUrl",
    );
    let mut abroad = number(json!({}));
    abroad.country = "United Kingdom".to_owned();
    assert_eq!(
        abroad.update_request(&link()).unwrap_err().pointer,
        "/country"
    );
    let account = AccountSettings {
        sms_url: None,
        receipt_url: text("/receipts"),
    };
    assert_eq!(account.set_request().unwrap_err().pointer, "/drCallBackUrl");
}

#[test]
fn an_account_is_read_by_changing_nothing() {
    let request = AccountSettings::get_request();
    assert_eq!(request.method, Verb::Post);
    assert_eq!(request.body.as_deref(), Some(""));
    let is = AccountSettings::read(
        br#"{"mo-callback-url":"https://old.example.com","dr-callback-url":"","max-outbound-request":30}"#,
    )
    .unwrap();
    assert_eq!(is.receipt_url, None);
    let wanted = AccountSettings {
        sms_url: Some("https://ivr.example.com/in".to_owned()),
        receipt_url: Some("https://ivr.example.com/done".to_owned()),
    };
    let changes = is.diff(&wanted);
    let changes: Vec<_> = changes
        .iter()
        .map(|change| (change.pointer, change.from.as_deref()))
        .collect();
    assert_eq!(
        changes,
        [
            ("moCallBackUrl", Some("https://old.example.com")),
            ("drCallBackUrl", None)
        ]
    );
    assert_eq!(
        wanted.set_request().unwrap().body.as_deref(),
        Some(
            "moCallBackUrl=https%3A%2F%2Fivr.example.com%2Fin&drCallBackUrl=https%3A%2F%2Fivr.example.com%2Fdone"
        )
    );
    assert_eq!(wanted.diff(&wanted), []);
    assert_eq!(AccountSettings::read(b"<settings/>"), None);
}

#[test]
fn a_refusal_is_known_by_its_code_whatever_the_status() {
    let check = |reply: &str, expected: Option<&str>| {
        let refused = RefusedError::read(reply.as_bytes()).map(|refused| refused.to_string());
        assert_eq!(refused.as_deref(), expected);
    };
    check(r#"{"error-code":"200","error-code-label":"success"}"#, None);
    check(
        r#"{"error-code":"420","error-code-label":"method failed"}"#,
        Some("method failed (420)"),
    );
    check(
        r#"{"error-code":401,"error-code-label":"authentication failed"}"#,
        Some("authentication failed (401)"),
    );
    check(r#"{"count":1,"numbers":[]}"#, None);
    check("oops", None);
}
