//! Laws that hold for any input. `PROPTEST_CASES` runs more of them.

use ncco::{
    Action, AdvancedMachineDetection, App, Authorization, AuthorizationType, Connect, ContentType,
    Conversation, Dtmf, Endpoint, EventMethod, EventType, Input, InputMode, MachineBehavior,
    MachineMode, Ncco, Notify, OnAnswer, Phone, Record, RecordFormat, Sip, Speech, Split,
    StandardHeaders, Stream, Talk, Transcription, Transfer, Vbc, Wait, Websocket,
};
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use serde_json::{Map, Value};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{0,8}",
        "\\PC{0,12}",
        "https://[a-z]{1,8}\\.example/[a-z]{0,5}"
    ]
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(text(), inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn members() -> impl Strategy<Value = Map<String, Value>> {
    btree_map(text(), json(), 0..3).prop_map(|map| map.into_iter().collect())
}

/// Members nobody knows.
fn extra() -> impl Strategy<Value = Map<String, Value>> {
    btree_map("x-[a-z]{1,4}", json(), 0..2).prop_map(|map| map.into_iter().collect())
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        (-200i32..200).prop_map(|tenths| f64::from(tenths) / 10.0)
    ]
    .prop_filter("JSON has finite numbers only", |number| number.is_finite())
}

fn word<T: Clone + std::fmt::Debug + for<'a> From<&'a str>>(
    known: &'static [&'static str],
) -> impl Strategy<Value = T> {
    prop_oneof![
        3 => proptest::sample::select(known).prop_map(T::from),
        1 => text().prop_map(|word| T::from(word.as_str())),
    ]
}

fn method() -> impl Strategy<Value = EventMethod> {
    word(&["GET", "POST", "get"])
}

/// Sets every field given from a strategy of its own; leaves the others.
macro_rules! filled {
    ($start:expr; $($field:ident: $strategy:expr),* $(,)?) => {
        filled!(@nest $start, [] $($field: $strategy,)*)
    };
    (@nest $start:expr, [$($done:ident)*]) => {
        ($start, extra()).prop_map(|(mut made, extra)| { made.extra = extra; made }).boxed()
    };
    (@nest $start:expr, [$($done:ident)*] $field:ident: $strategy:expr, $($rest:tt)*) => {
        filled!(@nest
            ($start, $strategy).prop_map(|(mut made, $field)| { made.$field = $field; made }),
            [$($done)* $field] $($rest)*)
    };
}

fn talk() -> BoxedStrategy<Talk> {
    filled!(text().prop_map(Talk::new);
        barge_in: of(any::<bool>()), loop_count: of(any::<u32>()), level: of(number()),
        language: of(text()), style: of(any::<u32>()), premium: of(any::<bool>()),
        provider: of(text()), provider_options: of(members()), voice_name: of(text()))
}

fn stream() -> BoxedStrategy<Stream> {
    filled!(text().prop_map(Stream::new);
        barge_in: of(any::<bool>()), loop_count: of(any::<u32>()), level: of(number()))
}

fn dtmf() -> BoxedStrategy<Dtmf> {
    filled!(Just(Dtmf::new());
        time_out: of(any::<u32>()), max_digits: of(any::<u32>()), submit_on_hash: of(any::<bool>()))
}

fn speech() -> BoxedStrategy<Speech> {
    filled!(Just(Speech::new());
        uuid: of(text()), end_on_silence: of(number()), language: of(text()),
        context: of(vec(text(), 0..3)), start_timeout: of(any::<u32>()),
        max_duration: of(any::<u32>()), save_audio: of(any::<bool>()),
        sensitivity: of(any::<u32>()), provider: of(text()), provider_options: of(members()))
}

fn input() -> BoxedStrategy<Input> {
    let types = of(vec(word(&["dtmf", "speech"]), 0..3));
    filled!(Just(Input::dtmf());
        types: types, dtmf: of(dtmf()), speech: of(speech()),
        legacy_time_out: of(any::<u32>()), legacy_max_digits: of(any::<u32>()),
        legacy_submit_on_hash: of(any::<bool>()),
        mode: of(word::<InputMode>(&["synchronous", "asynchronous"])),
        event_url: of(text()), event_method: of(method()))
    // Without a type the objects stand for it, so this is written differently.
    .prop_filter("no type is inferred", |input| {
        let legacy = input.legacy_time_out.is_some()
            || input.legacy_max_digits.is_some()
            || input.legacy_submit_on_hash.is_some();
        input.types.is_some() || legacy || (input.dtmf.is_none() && input.speech.is_none())
    })
    .boxed()
}

fn on_answer() -> BoxedStrategy<OnAnswer> {
    filled!(text().prop_map(OnAnswer::new); ringback_tone: of(text()))
}

fn authorization() -> BoxedStrategy<Authorization> {
    filled!(Just(Authorization::vonage());
        kind: of(word::<AuthorizationType>(&["vonage", "custom"])), value: of(text()))
}

fn standard_headers() -> BoxedStrategy<StandardHeaders> {
    filled!(Just(StandardHeaders::default()); user_to_user: of(text()))
}

fn endpoint() -> impl Strategy<Value = Endpoint> {
    let phone = filled!(text().prop_map(Phone::new);
        dtmf_answer: of(text()), on_answer: of(on_answer()), shaken: of(text()));
    let websocket = filled!(text().prop_map(|uri| Websocket::new(uri, ContentType::L16At8000));
        content_type: of(word::<ContentType>(&["audio/l16;rate=8000", "audio/l16;rate=16000"])),
        headers: of(members()), authorization: of(authorization()));
    let sip = filled!(Just(Sip::default());
        uri: of(text()), user: of(text()), domain: of(text()), headers: of(members()),
        standard_headers: of(standard_headers()));
    let other = extra().prop_map(|mut members| {
        members.insert("type".to_owned(), Value::from("carrier-pigeon"));
        Endpoint::Other(members)
    });
    prop_oneof![
        phone.prop_map(Endpoint::from),
        filled!(text().prop_map(App::new);).prop_map(Endpoint::from),
        websocket.prop_map(Endpoint::from),
        sip.prop_map(Endpoint::from),
        filled!(text().prop_map(Vbc::new);).prop_map(Endpoint::from),
        other,
    ]
}

fn connect() -> BoxedStrategy<Connect> {
    let behavior = || word::<MachineBehavior>(&["continue", "hangup"]);
    let advanced = filled!(Just(AdvancedMachineDetection::new());
        behavior: of(behavior()),
        mode: of(word::<MachineMode>(&["default", "detect", "detect_beep"])),
        beep_timeout: of(any::<u32>()));
    filled!(endpoint().prop_map(Connect::new);
        from: of(text()), random_from_number: of(any::<bool>()),
        event_type: of(word::<EventType>(&["synchronous"])),
        timeout: of(any::<u32>()), limit: of(any::<u32>()), machine_detection: of(behavior()),
        advanced_machine_detection: of(advanced), event_url: of(text()),
        event_method: of(method()), ringback_tone: of(text()))
}

fn transcription() -> BoxedStrategy<Transcription> {
    filled!(Just(Transcription::new());
        language: of(text()), event_url: of(text()), event_method: of(method()),
        sentiment_analysis: of(any::<bool>()), provider: of(text()),
        provider_options: of(members()))
}

fn record() -> BoxedStrategy<Record> {
    filled!(Just(Record::new());
        format: of(word::<RecordFormat>(&["mp3", "wav", "ogg"])),
        split: of(word::<Split>(&["conversation"])), channels: of(any::<u32>()),
        end_on_silence: of(number()), end_on_key: of(text()), time_out: of(any::<u32>()),
        beep_start: of(any::<bool>()), event_url: of(text()), event_method: of(method()),
        transcription: of(transcription()))
}

fn conversation() -> BoxedStrategy<Conversation> {
    filled!(text().prop_map(Conversation::new);
        music_on_hold_url: of(text()), start_on_enter: of(any::<bool>()),
        end_on_exit: of(any::<bool>()), record: of(any::<bool>()),
        can_speak: of(vec(text(), 0..3)), can_hear: of(vec(text(), 0..3)),
        mute: of(any::<bool>()), transcription: of(transcription()), event_url: of(text()),
        event_method: of(method()))
}

fn notify() -> BoxedStrategy<Notify> {
    filled!((members(), text()).prop_map(|(payload, url)| Notify::new(payload, url));
        event_method: of(method()))
}

fn transfer() -> BoxedStrategy<Transfer> {
    filled!(text().prop_map(Transfer::new);
        can_hear: of(vec(text(), 0..3)), can_speak: of(vec(text(), 0..3)), mute: of(any::<bool>()))
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        talk().prop_map(Action::from),
        stream().prop_map(Action::from),
        input().prop_map(Action::from),
        connect().prop_map(Action::from),
        record().prop_map(Action::from),
        conversation().prop_map(Action::from),
        notify().prop_map(Action::from),
        filled!(Just(Wait::new()); timeout: of(number())).prop_map(Action::from),
        transfer().prop_map(Action::from),
    ]
}

/// Actions as somebody might send them: the right keys, any values.
fn wild_action() -> impl Strategy<Value = Value> {
    const NAMES: &[&str] = &[
        "talk",
        "stream",
        "input",
        "connect",
        "record",
        "conversation",
        "notify",
        "wait",
        "transfer",
        "pay",
        "hangup",
    ];
    const KEYS: &[&str] = &[
        "text",
        "streamUrl",
        "endpoint",
        "name",
        "payload",
        "eventUrl",
        "eventMethod",
        "loop",
        "level",
        "bargeIn",
        "language",
        "style",
        "voice_name",
        "voiceName",
        "type",
        "dtmf",
        "speech",
        "timeOut",
        "maxDigits",
        "submitOnHash",
        "mode",
        "from",
        "timeout",
        "limit",
        "advancedMachineDetection",
        "advanced_machine_detection",
        "ringbackTone",
        "format",
        "channels",
        "endOnKey",
        "transcription",
        "musicOnHoldUrl",
        "canSpeak",
        "mute",
        "conversationId",
        "conversation_id",
        "action",
    ];
    let loose = prop_oneof![
        json(),
        (-5i32..9000).prop_map(|number| Value::from(number.to_string())),
        proptest::sample::select(&["true", "FALSE", "yes", "dtmf", "asynchronous"][..])
            .prop_map(Value::from),
        text().prop_map(|text| Value::from(vec![text])),
        endpoint().prop_map(|endpoint| serde_json::json!([endpoint])),
        action().prop_map(|action| serde_json::json!(action)),
    ];
    let members = btree_map(proptest::sample::select(KEYS), loose, 0..8);
    (proptest::sample::select(NAMES), members).prop_map(|(name, members)| {
        let mut object: Map<String, Value> = members
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect();
        object.insert("action".to_owned(), Value::from(name));
        Value::Object(object)
    })
}

proptest! {
    #[test]
    fn what_is_built_written_and_read_is_equal(actions in vec(action(), 0..4)) {
        let built = Ncco::new(actions);
        let read = Ncco::from_json(built.to_json().as_bytes()).unwrap();
        prop_assert_eq!(&read, &built);
        prop_assert_eq!(read.validate(), built.validate());
    }

    #[test]
    fn what_is_read_and_written_again_means_the_same(actions in vec(wild_action(), 0..4)) {
        let read = Ncco::from_value(Value::from(actions)).unwrap();
        let written = read.to_json();
        let again = Ncco::from_json(written.as_bytes()).unwrap();
        prop_assert_eq!(&again, &read);
        prop_assert_eq!(again.to_json(), written);
        prop_assert_eq!(again.validate(), read.validate());
    }

    #[test]
    fn every_pointer_but_that_of_a_missing_member_leads_somewhere(
        actions in vec(wild_action(), 0..4),
    ) {
        let read = Ncco::from_value(Value::from(actions)).unwrap();
        let written: Value = serde_json::from_str(&read.to_json()).unwrap();
        for finding in read.validate() {
            let pointer = match finding.code {
                ncco::Code::MissingMember | ncco::Code::BadAuthorization => {
                    finding.pointer.rsplit_once('/').unwrap().0
                }
                _ => &finding.pointer,
            };
            prop_assert!(written.pointer(pointer).is_some(), "{}", finding);
        }
    }

    #[test]
    fn what_is_not_understood_is_reported(actions in vec(wild_action(), 1..4)) {
        const PAIRS: [[&str; 2]; 3] = [
            ["voiceName", "voice_name"],
            ["advancedMachineDetection", "advanced_machine_detection"],
            ["conversationId", "conversation_id"],
        ];
        let read = Ncco::from_value(Value::from(actions.clone())).unwrap();
        let findings = read.validate();
        for (index, (action, value)) in read.actions.iter().zip(&actions).enumerate() {
            let below = format!("/{index}/");
            let mut own = findings.iter().filter(|finding| finding.pointer.starts_with(&below));
            if let Action::Other(_) = action {
                prop_assert!(own.clone().next().is_some(), "{}", value);
            }
            let twice = PAIRS
                .iter()
                .any(|pair| pair.iter().all(|key| value.get(key).is_some()));
            let nested = |pointer: &str| pointer.matches('/').count() > 2;
            prop_assert!(
                own.all(|finding| {
                    finding.code != ncco::Code::DuplicateMember || twice || nested(&finding.pointer)
                }),
                "{}",
                value
            );
        }
    }

    #[test]
    fn no_json_makes_reading_panic(json in json()) {
        if let Ok(ncco) = Ncco::from_value(json) {
            let _ = ncco.validate();
        }
    }

    #[test]
    fn no_bytes_make_reading_panic(bytes in vec(any::<u8>(), 0..64)) {
        let _ = Ncco::from_json(&bytes);
    }

    #[test]
    fn no_text_in_brackets_makes_reading_panic(text in "\\[\\{[\\[\\]{}\",:a-z0-9.\\\\-]{0,40}") {
        let _ = Ncco::from_json(text.as_bytes());
    }
}
