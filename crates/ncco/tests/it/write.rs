//! What each action looks like when it is built with every option.

use ncco::{
    AdvancedMachineDetection, App, Authorization, Connect, ContentType, Conversation, EventMethod,
    Input, InputMode, MachineBehavior, MachineMode, Ncco, Notify, OnAnswer, Phone, Record,
    RecordFormat, Sip, Speech, Split, Stream, Talk, Transcription, Transfer, Vbc, Wait, Websocket,
};
use serde_json::{Map, Value, json};

fn members(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// One line an action.
fn lines(ncco: &Ncco) -> String {
    let lines: Vec<String> = ncco.actions.iter().map(ncco::Action::to_json).collect();
    lines.join("\n")
}

#[test]
fn prompts() {
    let ncco = Ncco::builder()
        .talk(
            Talk::new("Hello")
                .barge_in(true)
                .loop_count(2)
                .level(-0.5)
                .language("en-GB")
                .style(11)
                .premium(true)
                .provider("google")
                .provider_options(members(json!({ "name": "en-GB-Chirp3-HD-Kore" })))
                .with("_note", "said first"),
        )
        .stream(
            Stream::new("https://a.example/b.mp3")
                .loop_count(0)
                .level(1.0),
        )
        .wait(Wait::seconds(0.5))
        .wait(Wait::new())
        .build();
    insta::assert_snapshot!(lines(&ncco));
}

#[test]
fn inputs() {
    let ncco = Ncco::builder()
        .input(
            Input::dtmf_and_speech()
                .time_out(5)
                .max_digits(1)
                .submit_on_hash(true)
                .speech_settings(
                    Speech::new()
                        .uuid("0f9a6d1c-5b0e-4c8e-9d5e-3c9f2f7f1a01")
                        .end_on_silence(2.0)
                        .language("en-GB")
                        .context(["sales", "support"])
                        .start_timeout(5)
                        .max_duration(30)
                        .save_audio(true)
                        .sensitivity(80)
                        .provider("deepgram")
                        .provider_options(Map::new()),
                )
                .event_url("https://a.example/input")
                .event_method(EventMethod::Get),
        )
        .input(Input::dtmf())
        .input(Input::speech())
        .input(Input::asynchronous("https://a.example/key"))
        .build();
    assert!(ncco.is_valid());
    insta::assert_snapshot!(lines(&ncco));
    let mut explicit = Input::dtmf();
    explicit.mode = Some(InputMode::Synchronous);
    insta::assert_snapshot!(lines(&Ncco::new(vec![explicit.into()])));
}

#[test]
fn connections() {
    let ncco = Ncco::builder()
        .connect(
            Connect::new(
                Phone::new("447700900100")
                    .dtmf_answer("1p2")
                    .on_answer(
                        OnAnswer::new("https://a.example/whisper")
                            .ringback_tone("https://a.example/tone.mp3"),
                    )
                    .shaken("eyJhbGciOiJFUzI1NiJ9"),
            )
            .from("442079460000")
            .timeout(20)
            .limit(3600)
            .machine_detection(MachineBehavior::Continue)
            .synchronous("https://a.example/connect")
            .event_method(EventMethod::Post)
            .ringback_tone("https://a.example/tone.mp3"),
        )
        .connect(
            Connect::new(App::new("ada"))
                .random_from_number(true)
                .advanced_machine_detection(
                    AdvancedMachineDetection::new()
                        .behavior(MachineBehavior::Hangup)
                        .mode(MachineMode::DetectBeep)
                        .beep_timeout(60),
                ),
        )
        .connect(Connect::new(
            Websocket::new("wss://a.example/sound", ContentType::L16At24000)
                .header("caller", "447700900001")
                .authorization(Authorization::custom("Bearer x")),
        ))
        .connect(Connect::new(
            Websocket::new("ws://a.example/sound", ContentType::L16At8000)
                .authorization(Authorization::vonage()),
        ))
        .connect(Connect::new(
            Sip::new("sip:ada@a.example")
                .header("queue", 7)
                .user_to_user("31;encoding=hex"),
        ))
        .connect(Connect::new(Sip::trunk("ada", "acme-trunk")))
        .connect(Connect::new(Vbc::new("4203")))
        .build();
    assert!(ncco.validate().is_empty());
    insta::assert_snapshot!(lines(&ncco));
}

#[test]
fn recordings_and_rooms() {
    let transcription = Transcription::new()
        .language("en-GB")
        .event_url("https://a.example/transcript")
        .event_method(EventMethod::Post)
        .sentiment_analysis(true)
        .provider("deepgram")
        .provider_options(Map::new());
    let ncco = Ncco::builder()
        .record(
            Record::new()
                .format(RecordFormat::Wav)
                .split(Split::Conversation)
                .channels(2)
                .end_on_silence(3.5)
                .end_on_key("#")
                .time_out(120)
                .beep_start(true)
                .event_url("https://a.example/recording")
                .event_method(EventMethod::Post)
                .transcription(transcription.clone()),
        )
        .record(Record::new().transcription(Transcription::new()))
        .notify(
            Notify::new(members(json!({ "step": 1 })), "https://a.example/notice")
                .event_method(EventMethod::Get),
        )
        .conversation(
            Conversation::new("room")
                .music_on_hold_url("https://a.example/hold.mp3")
                .start_on_enter(false)
                .end_on_exit(true)
                .record(true)
                .can_speak(["0f9a6d1c-5b0e-4c8e-9d5e-3c9f2f7f1a01"])
                .can_hear(Vec::<String>::new())
                .transcription(transcription)
                .event_url("https://a.example/room")
                .event_method(EventMethod::Get),
        )
        .build();
    assert!(ncco.validate().is_empty());
    insta::assert_snapshot!(lines(&ncco));
    let transfer = Transfer::new("CON-7d0a4f4e").can_hear(["a"]).mute(true);
    insta::assert_snapshot!(lines(&Ncco::new(vec![transfer.into()])));
}

#[test]
fn a_record_waits_only_with_a_stop_condition() {
    assert!(!Record::new().is_synchronous());
    assert!(Record::new().end_on_silence(3.0).is_synchronous());
    assert!(Record::new().end_on_key("#").is_synchronous());
    assert!(Record::new().time_out(3).is_synchronous());
}

#[test]
fn a_typed_member_wins_over_one_kept_under_its_key() {
    let talk = Talk::new("Hello")
        .with("loop", "often")
        .with("text", "Bye")
        .loop_count(2);
    let ncco = Ncco::builder().talk(talk).build();
    assert_eq!(
        ncco.to_json(),
        r#"[{"action":"talk","text":"Hello","loop":2}]"#
    );
}

#[test]
fn actions_can_be_collected() {
    let ncco: Ncco = ["One", "Two"]
        .map(|text| Talk::new(text).into())
        .into_iter()
        .collect();
    assert_eq!(ncco.actions.len(), 2);
}
