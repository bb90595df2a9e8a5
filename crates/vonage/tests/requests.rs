//! Requests to the byte, and what is refused before it is sent.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use serde_json::{Value, json};
use vonage::Method;
use vonage::requests::{
    AdvancedMachineDetection, Answer, ApplicationToken, ApplicationWebhooks, Authorization,
    Behaviour, Caller, CreatedCall, DEFAULT_HOST, DetectionMode, Endpoint, EventUrl, KeyError,
    ModifyCall, OutboundCall, PlayStream, Region, Request, SpeakText, Verb, VoiceWebhooks,
    WebhookSetting, WebsocketAuthorization, pkcs8_der,
};

fn call() -> OutboundCall {
    OutboundCall::new(
        Endpoint::phone("447700900222"),
        Caller::number("442079460111"),
        Answer::url("https://ivr.example.com/webhooks/answer"),
    )
}

fn body(request: &Request) -> Value {
    serde_json::from_str(request.body.as_deref().unwrap()).unwrap()
}

#[test]
fn a_plain_call_names_both_ends_and_the_answer_url() {
    let request = call().to_request(DEFAULT_HOST).unwrap();
    assert_eq!(request.method, Verb::Post);
    assert_eq!(request.url, "https://api.nexmo.com/v1/calls");
    assert_eq!(request.authorization, Authorization::ApplicationToken);
    assert_eq!(
        body(&request),
        json!({
            "to": [{ "type": "phone", "number": "447700900222" }],
            "from": { "type": "phone", "number": "442079460111" },
            "answer_url": ["https://ivr.example.com/webhooks/answer"],
            "answer_method": "POST",
        })
    );
}

#[test]
fn every_option_of_a_call_is_written() {
    let mut call = call();
    call.to = Endpoint::Sip {
        uri: "sip:desk@example.com;transport=tls".to_owned(),
        headers: json!({ "Desk": "4" }).as_object().unwrap().clone(),
        user_to_user: Some("abcd;encoding=hex".to_owned()),
    };
    call.from = Caller::Random;
    call.answer = Answer::Ncco(r#"[{"action":"talk","text":"hi"}]"#.to_owned());
    call.event = Some(EventUrl {
        url: "https://ivr.example.com/webhooks/event".to_owned(),
        post: true,
    });
    call.machine_detection = Some(Behaviour::Continue);
    call.advanced_machine_detection = Some(AdvancedMachineDetection {
        behaviour: Behaviour::Hangup,
        mode: DetectionMode::DetectBeep,
        beep_timeout: Some(45),
    });
    call.length_timer = Some(600);
    call.ringing_timer = Some(20);
    let request = call.to_request("api-eu-3.vonage.com").unwrap();
    assert_eq!(request.url, "https://api-eu-3.vonage.com/v1/calls");
    assert_eq!(
        body(&request),
        json!({
            "to": [{
                "type": "sip",
                "uri": "sip:desk@example.com;transport=tls",
                "headers": { "Desk": "4" },
                "standard_headers": { "User-to-User": "abcd;encoding=hex" },
            }],
            "random_from_number": true,
            "ncco": [{ "action": "talk", "text": "hi" }],
            "event_url": ["https://ivr.example.com/webhooks/event"],
            "event_method": "POST",
            "machine_detection": "continue",
            "advanced_machine_detection": {
                "behavior": "hangup", "mode": "detect_beep", "beep_timeout": 45,
            },
            "length_timer": 600,
            "ringing_timer": 20,
        })
    );
}

#[test]
fn every_endpoint_is_written() {
    let check = |to: Endpoint, expected: Value| {
        let call = OutboundCall { to, ..call() };
        let request = call.to_request(DEFAULT_HOST).unwrap();
        assert_eq!(body(&request)["to"][0], expected);
    };
    check(
        Endpoint::Phone {
            number: "447700900222".to_owned(),
            dtmf_answer: Some("1p2#".to_owned()),
            shaken: Some("eyJ".to_owned()),
        },
        json!({ "type": "phone", "number": "447700900222", "dtmfAnswer": "1p2#", "shaken": "eyJ" }),
    );
    check(
        Endpoint::App {
            user: "maud".to_owned(),
        },
        json!({ "type": "app", "user": "maud" }),
    );
    check(
        Endpoint::Vbc {
            extension: "123".to_owned(),
        },
        json!({ "type": "vbc", "extension": "123" }),
    );
    check(
        Endpoint::Websocket {
            uri: "wss://media.example.com/in".to_owned(),
            rate: 16_000,
            headers: json!({ "seat": 4 }).as_object().unwrap().clone(),
            authorization: Some(WebsocketAuthorization::Custom("Bearer x".to_owned())),
        },
        json!({
            "type": "websocket",
            "uri": "wss://media.example.com/in",
            "content-type": "audio/l16;rate=16000",
            "headers": { "seat": 4 },
            "authorization": { "type": "custom", "value": "Bearer x" },
        }),
    );
}

#[test]
fn calls_the_platform_would_refuse_are_not_made() {
    let check = |change: &dyn Fn(&mut OutboundCall), pointer: &str| {
        let mut call = call();
        change(&mut call);
        let invalid = call.to_request(DEFAULT_HOST).expect_err(pointer);
        assert_eq!(invalid.pointer, pointer);
    };
    check(
        &|call| call.to = Endpoint::phone("+447700900222"),
        "/to/0/number",
    );
    check(&|call| call.to = Endpoint::phone("Alice"), "/to/0/number");
    check(&|call| call.from = Caller::number(""), "/from/number");
    check(
        &|call| call.answer = Answer::url("ivr.example.com"),
        "/answer_url/0",
    );
    check(
        &|call| call.answer = Answer::url("https://ivr.example.com/a b"),
        "/answer_url/0",
    );
    check(&|call| call.answer = Answer::Ncco("{}".to_owned()), "/ncco");
    check(&|call| call.answer = Answer::Ncco("[".to_owned()), "/ncco");
    check(&|call| call.length_timer = Some(0), "/length_timer");
    check(&|call| call.length_timer = Some(86_401), "/length_timer");
    check(&|call| call.ringing_timer = Some(121), "/ringing_timer");
    check(
        &|call| {
            call.advanced_machine_detection = Some(AdvancedMachineDetection {
                behaviour: Behaviour::Continue,
                mode: DetectionMode::Default,
                beep_timeout: Some(29),
            });
        },
        "/advanced_machine_detection/beep_timeout",
    );
    check(
        &|call| {
            call.to = Endpoint::Websocket {
                uri: "https://media.example.com".to_owned(),
                rate: 16_000,
                headers: serde_json::Map::new(),
                authorization: None,
            };
        },
        "/to/0/uri",
    );
}

#[test]
fn a_created_call_is_read() {
    let created = CreatedCall::parse(
        br#"{"uuid":"leg-1","status":"started","direction":"outbound","conversation_uuid":"CON-1"}"#,
    );
    let created = created.unwrap();
    assert_eq!(created.leg, Some("leg-1".into()));
    assert_eq!(created.conversation, Some("CON-1".into()));
    assert_eq!(CreatedCall::parse(b"[]"), None);
}

#[test]
fn calls_are_changed_by_the_right_request() {
    let check = |change: ModifyCall, verb: Verb, path: &str, expected: Option<Value>| {
        let request = change
            .to_request("api-us-3.vonage.com", &"leg-1".into())
            .unwrap();
        assert_eq!(request.method, verb);
        assert_eq!(
            request.url,
            format!("https://api-us-3.vonage.com/v1/calls/leg-1{path}")
        );
        assert_eq!(request.body.is_some().then(|| body(&request)), expected);
    };
    let action = |name: &str| Some(json!({ "action": name }));
    check(ModifyCall::Hangup, Verb::Put, "", action("hangup"));
    check(ModifyCall::Mute, Verb::Put, "", action("mute"));
    check(ModifyCall::Unmute, Verb::Put, "", action("unmute"));
    check(ModifyCall::Earmuff, Verb::Put, "", action("earmuff"));
    check(ModifyCall::Unearmuff, Verb::Put, "", action("unearmuff"));
    check(
        ModifyCall::TransferToUrl("https://ivr.example.com/next".to_owned()),
        Verb::Put,
        "",
        Some(json!({
            "action": "transfer",
            "destination": { "type": "ncco", "url": ["https://ivr.example.com/next"] },
        })),
    );
    check(
        ModifyCall::TransferToNcco("[]".to_owned()),
        Verb::Put,
        "",
        Some(json!({ "action": "transfer", "destination": { "type": "ncco", "ncco": [] } })),
    );
    check(
        ModifyCall::Stream(PlayStream {
            url: "https://media.example.com/a.mp3".to_owned(),
            times: 0,
            level: -0.44,
        }),
        Verb::Put,
        "/stream",
        Some(json!({
            "stream_url": ["https://media.example.com/a.mp3"], "loop": 0, "level": "-0.4",
        })),
    );
    check(ModifyCall::StopStream, Verb::Delete, "/stream", None);
    check(
        ModifyCall::Talk(SpeakText {
            text: "Hello".to_owned(),
            language: Some("en-GB".to_owned()),
            style: 2,
            premium: true,
            times: 1,
            level: 1.0,
        }),
        Verb::Put,
        "/talk",
        Some(json!({
            "text": "Hello", "language": "en-GB", "style": 2, "premium": true, "loop": 1,
            "level": "1",
        })),
    );
    check(ModifyCall::StopTalk, Verb::Delete, "/talk", None);
    check(
        ModifyCall::Dtmf("1p#".to_owned()),
        Verb::Put,
        "/dtmf",
        Some(json!({ "digits": "1p#" })),
    );
    check(
        ModifyCall::ListenForDtmf("https://ivr.example.com/keys".to_owned()),
        Verb::Put,
        "/input/dtmf",
        Some(json!({ "event_url": ["https://ivr.example.com/keys"] })),
    );
    check(
        ModifyCall::StopListeningForDtmf,
        Verb::Delete,
        "/input/dtmf",
        None,
    );
}

#[test]
fn changes_the_platform_would_refuse_are_not_made() {
    let check = |change: ModifyCall, leg: &str, pointer: &str| {
        let invalid = change
            .to_request(DEFAULT_HOST, &leg.into())
            .expect_err(pointer);
        assert_eq!(invalid.pointer, pointer);
    };
    check(ModifyCall::Hangup, "", "/leg");
    check(ModifyCall::Hangup, "../../v2/applications", "/leg");
    check(ModifyCall::Hangup, "leg?x=1", "/leg");
    check(ModifyCall::Dtmf(String::new()), "l", "/digits");
    check(ModifyCall::Dtmf("1-2".to_owned()), "l", "/digits");
    check(
        ModifyCall::TransferToNcco("{}".to_owned()),
        "l",
        "/destination/ncco",
    );
    let loud = PlayStream {
        url: "https://media.example.com/a.mp3".to_owned(),
        times: 1,
        level: f32::NAN,
    };
    check(ModifyCall::Stream(loud), "l", "/level");
}

/// An application as the API gives it out, with what this crate does not know.
fn application() -> Value {
    json!({
        "id": "6c1a5f0e-3b7d-4b28-9d7e-2f4a6b8c0d1e",
        "name": "Front desk",
        "keys": { "public_key": "-----BEGIN PUBLIC KEY-----" },
        "capabilities": {
            "voice": {
                "webhooks": {
                    "answer_url": {
                        "address": "https://old.example.com/answer",
                        "http_method": "GET",
                        "connection_timeout": 500,
                        "socket_timeout": 3000,
                    },
                    "event_url": { "address": "https://ivr.example.com/event", "http_method": "POST" },
                },
                "signed_callbacks": false,
                "region": "eu-west",
                "payments": { "gateways": [] },
            },
            "vbc": {},
        },
        "privacy": { "improve_ai": false },
        "_links": { "self": { "href": "/v2/applications/6c1a5f0e" } },
    })
}

fn wanted() -> ApplicationWebhooks {
    ApplicationWebhooks {
        voice: VoiceWebhooks {
            answer: Some(WebhookSetting {
                connect_timeout: Some(1_000),
                socket_timeout: Some(5_000),
                ..WebhookSetting::post("https://ivr.example.com/answer")
            }),
            event: Some(WebhookSetting::post("https://ivr.example.com/event")),
            fallback: Some(WebhookSetting::post("https://spare.example.com/fallback")),
            signed_callbacks: Some(true),
            region: Some(Region::EuWest),
            ..VoiceWebhooks::default()
        },
        ..ApplicationWebhooks::default()
    }
}

#[test]
fn an_application_is_read_with_either_spelling_of_its_timeout() {
    let read = ApplicationWebhooks::read(application().to_string().as_bytes()).unwrap();
    let answer = read.voice.answer.unwrap();
    assert_eq!(answer.method, Method::Get);
    assert_eq!(answer.connect_timeout, Some(500));
    assert_eq!(answer.socket_timeout, Some(3_000));
    assert_eq!(read.voice.signed_callbacks, Some(false));
    assert_eq!(
        read.voice.region.unwrap().host(),
        Some("api-eu-3.vonage.com")
    );
    assert_eq!(read.messages.inbound, None);
    assert_eq!(ApplicationWebhooks::read(b"[]"), None);
    let other = json!({ "capabilities": { "voice": { "webhooks": { "answer_url": {
        "address": "https://x.example.com", "connect_timeout": "300",
    } } } } });
    let other = ApplicationWebhooks::read(other.to_string().as_bytes()).unwrap();
    assert_eq!(other.voice.answer.unwrap().connect_timeout, Some(300));
}

#[test]
fn a_difference_names_what_changes_and_nothing_else() {
    let current = ApplicationWebhooks::read(application().to_string().as_bytes()).unwrap();
    let changes: Vec<_> = current
        .diff(&wanted())
        .into_iter()
        .map(|change| (change.pointer, change.from.unwrap_or_default(), change.to))
        .collect();
    let text = |text: &str| text.to_owned();
    assert_eq!(
        changes,
        [
            (
                "/capabilities/voice/webhooks/answer_url",
                text("GET https://old.example.com/answer, connect 500 ms, socket 3000 ms"),
                text("POST https://ivr.example.com/answer, connect 1000 ms, socket 5000 ms"),
            ),
            (
                "/capabilities/voice/webhooks/fallback_answer_url",
                text(""),
                text("POST https://spare.example.com/fallback"),
            ),
            (
                "/capabilities/voice/signed_callbacks",
                text("false"),
                text("true")
            ),
        ]
    );
}

#[test]
fn writing_an_application_keeps_what_is_not_ours() {
    let id = "6c1a5f0e-3b7d-4b28-9d7e-2f4a6b8c0d1e";
    let current = application().to_string();
    let request = wanted().put_request(id, current.as_bytes()).unwrap();
    assert_eq!(request.method, Verb::Put);
    assert_eq!(
        request.url,
        format!("https://api.nexmo.com/v2/applications/{id}")
    );
    assert_eq!(request.authorization, Authorization::AccountSecret);
    let mut expected = application();
    let fields = expected.as_object_mut().unwrap();
    fields.remove("id");
    fields.remove("_links");
    let voice = &mut expected["capabilities"]["voice"];
    voice["webhooks"]["answer_url"] = json!({
        "address": "https://ivr.example.com/answer",
        "http_method": "POST",
        "connection_timeout": 1000,
        "socket_timeout": 5000,
    });
    voice["webhooks"]["fallback_answer_url"] =
        json!({ "address": "https://spare.example.com/fallback", "http_method": "POST" });
    voice["signed_callbacks"] = json!(true);
    assert_eq!(body(&request), expected);
    // Once it is written there is nothing left to change.
    let written = ApplicationWebhooks::read(request.body.unwrap().as_bytes()).unwrap();
    assert_eq!(written.diff(&wanted()), []);
}

#[test]
fn applications_the_platform_would_refuse_are_not_written() {
    let check = |change: &dyn Fn(&mut ApplicationWebhooks), pointer: &str| {
        let mut wanted = wanted();
        change(&mut wanted);
        let invalid = wanted.put_request("id-1", b"{}").expect_err(pointer);
        assert_eq!(invalid.pointer, pointer);
    };
    let get = || WebhookSetting {
        method: Method::Get,
        ..WebhookSetting::post("https://ivr.example.com/x")
    };
    let slow = |socket| WebhookSetting {
        socket_timeout: Some(socket),
        ..WebhookSetting::post("https://ivr.example.com/x")
    };
    let answer = "/capabilities/voice/webhooks/answer_url";
    check(&|to| to.voice.answer = Some(slow(5_001)), answer);
    check(
        &|to| to.voice.answer = Some(WebhookSetting::post("nowhere")),
        answer,
    );
    check(
        &|to| to.voice.event = Some(slow(10_001)),
        "/capabilities/voice/webhooks/event_url",
    );
    check(
        &|to| to.voice.conversations_ttl = Some(9_001),
        "/capabilities/voice/conversations_ttl",
    );
    check(
        &|to| to.voice.leg_persistence_time = Some(0),
        "/capabilities/voice/leg_persistence_time",
    );
    check(
        &|to| to.messages.inbound = Some(get()),
        "/capabilities/messages/webhooks/inbound_url",
    );
    check(
        &|to| to.verify.status = Some(get()),
        "/capabilities/verify/webhooks/status_url",
    );
    assert!(wanted().put_request("id-1", b"[]").is_err());
    assert!(wanted().put_request("../x", b"{}").is_err());
    assert!(ApplicationWebhooks::get_request("").is_err());
}

#[test]
fn an_application_token_says_what_it_must() {
    let mut token = ApplicationToken::new("6c1a5f0e", 1_731_000_000, "jti-1");
    token.subject = Some("maud".to_owned());
    token.acl = Some(json!({ "paths": { "/*/sessions/**": {} } }));
    token.not_before = Some(1_731_000_000);
    let input = token.signing_input();
    let jwt = ApplicationToken::assemble(&input, &[0xfb, 0xff, 0xfe]);
    let parts: Vec<_> = jwt.split('.').collect();
    assert_eq!(parts.len(), 3);
    assert_eq!(parts[2], "-__-");
    let decode = |part: &str| -> Value {
        use base64::Engine as _;
        let json = base64::engine::general_purpose::URL_SAFE_NO_PAD
            .decode(part)
            .unwrap();
        serde_json::from_slice(&json).unwrap()
    };
    assert_eq!(decode(parts[0]), json!({ "alg": "RS256", "typ": "JWT" }));
    assert_eq!(
        decode(parts[1]),
        json!({
            "application_id": "6c1a5f0e", "iat": 1_731_000_000, "exp": 1_731_000_900,
            "nbf": 1_731_000_000, "jti": "jti-1", "sub": "maud",
            "acl": { "paths": { "/*/sessions/**": {} } },
        })
    );
}

#[test]
fn private_keys_are_unwrapped_from_pem() {
    let check = |pem: &str, expected: Result<&[u8], KeyError>| {
        assert_eq!(
            pkcs8_der(pem).as_deref().map_err(|error| *error),
            expected,
            "{pem}"
        );
    };
    let block =
        |label: &str, text: &str| format!("-----BEGIN {label}-----{text}-----END {label}-----");
    check(&block("PRIVATE KEY", "\nMAED\n"), Ok(&[0x30, 0x01, 0x03]));
    check(
        &block("PRIVATE KEY", "\r\nMA\r\nED\r\n"),
        Ok(&[0x30, 0x01, 0x03]),
    );
    check(&block("PRIVATE KEY", "\\nMAED\\n"), Ok(&[0x30, 0x01, 0x03]));
    check(
        &format!("text before\n{}\n", block("PRIVATE KEY", "MAED")),
        Ok(&[0x30, 0x01, 0x03]),
    );
    check(&block("PRIVATE KEY", "\n!!\n"), Err(KeyError::NotBase64));
    check(&block("PRIVATE KEY", ""), Err(KeyError::NotBase64));
    check(&block("PUBLIC KEY", "MAED"), Err(KeyError::NotPem));
    check(
        &block("ENCRYPTED PRIVATE KEY", "MAED"),
        Err(KeyError::Encrypted),
    );
    check("-----BEGIN PRIVATE KEY-----MAED", Err(KeyError::NotPem));
    check("", Err(KeyError::NotPem));
    let wrapped = pkcs8_der(&block("RSA PRIVATE KEY", "MAED")).unwrap();
    assert_eq!(wrapped[..2], [0x30, wrapped.len() as u8 - 2]);
    assert!(wrapped.ends_with(&[0x04, 0x03, 0x30, 0x01, 0x03]));
}
