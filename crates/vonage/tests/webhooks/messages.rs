//! What is read from webhooks of the Messages API.

use vonage::{Kind, Route};

use crate::json;

#[test]
fn both_versions_of_messages_read_into_the_same_places() {
    let v1 = json(
        Route::MessagesInbound,
        r#"{"channel":"whatsapp","message_uuid":"m","to":"442079460111","from":"447700900222",
            "timestamp":"2024-03-02T01:00:00Z","message_type":"image",
            "image":{"url":"https://media.example.com/1.jpg"}}"#,
    );
    let v01 = json(
        Route::MessagesInbound,
        r#"{"message_uuid":"m","to":{"type":"whatsapp","number":"442079460111"},
            "from":{"type":"whatsapp","number":"447700900222"},
            "timestamp":"2024-03-02T01:00:00.000Z",
            "message":{"content":{"type":"image","image":{"url":"https://media.example.com/1.jpg"}}}}"#,
    );
    for webhook in [v1, v01] {
        let Kind::MessageInbound(message) = &webhook.kind else {
            panic!()
        };
        assert_eq!(message.channel, Some(vonage::Channel::Whatsapp));
        assert_eq!(message.message_type.as_deref(), Some("image"));
        assert_eq!(
            message.content.as_ref().unwrap()["url"],
            "https://media.example.com/1.jpg"
        );
        assert_eq!(webhook.from().unwrap().digits(), Some("447700900222"));
        assert_eq!(webhook.timestamp().unwrap().as_second(), 1_709_341_200);
    }
}
