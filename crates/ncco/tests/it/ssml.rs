use ncco::ssml::{SsmlErrorKind, check, escape, has_tags, is_ssml, plain_length};
use proptest::prelude::*;

fn refused(text: &str, kind: SsmlErrorKind, offset: usize) {
    let error = check(text).expect_err(text);
    assert_eq!(
        (error.kind, error.offset),
        (kind, offset),
        "{text}: {error}"
    );
}

#[test]
fn plain_text_is_always_well_formed() {
    for text in [
        "",
        "Fish & chips",
        "1 < 2 > 0",
        "<break/>",
        "a </p> b",
        "speak",
        "<speaker>",
    ] {
        assert_eq!(check(text), Ok(()), "{text}");
    }
}

#[test]
fn well_formed_ssml_is_accepted() {
    for text in [
        "<speak/>",
        "<speak></speak>",
        "  <speak>Hello</speak>\n",
        "<speak version=\"1.0\" xml:lang='en-GB'>Hello</speak>",
        "<speak>One<break time='1s' />two<break strength = \"weak\"/></speak>",
        "<speak><p><s>A.</s><s>B &amp; C &#233; &#xE9;</s></p></speak>",
        "<speak><amazon:effect name='whispered'>hush</amazon:effect></speak>",
        "<speak><!-- a < b & c -->Hello > there</speak>",
        "<speak><sub alias='2 &gt; 1'>x</sub></speak >",
    ] {
        assert_eq!(check(text), Ok(()), "{text}");
    }
}

#[test]
fn malformed_ssml_is_refused_where_it_breaks() {
    use SsmlErrorKind::*;
    refused("<speak>Hello", Unclosed, 0);
    refused("<speak><p>Hello</speak>", Mismatched, 15);
    refused("<speak><break></speak>", Mismatched, 14);
    refused("<speak>a < b</speak>", StrayLess, 9);
    refused("<speak>a & b</speak>", StrayAmpersand, 9);
    refused("<speak>a &nbsp; b</speak>", StrayAmpersand, 9);
    refused("<speak>&#0;</speak>", StrayAmpersand, 7);
    refused("<speak>&#x;</speak>", StrayAmpersand, 7);
    refused("<speak>&#+65;</speak>", StrayAmpersand, 7);
    refused("<speak><break time=1s/></speak>", BadAttribute, 14);
    refused("<speak><break time/></speak>", BadAttribute, 14);
    refused("<speak><break a='1' a='2'/></speak>", BadAttribute, 20);
    refused("<speak><break a='1'b='2'/></speak>", BadAttribute, 19);
    refused("<speak><break a='<'/></speak>", StrayLess, 17);
    refused("<speak><break time='1s/></speak>", Unfinished, 7);
    refused("<speak><break", Unfinished, 7);
    refused("<speak><!-- never", Unfinished, 7);
    refused("<speak>a\u{1}</speak>", BadCharacter, 8);
    refused("<speak>a</speak> b", SpeakNotWhole, 17);
    refused("<speak>a</speak><speak>b</speak>", SpeakNotWhole, 16);
    refused("<speak><speak>a</speak></speak>", SpeakNotWhole, 7);
    refused("Hello <speak>a</speak>", SpeakNotWhole, 6);
    refused("Hello</speak>", SpeakNotWhole, 5);
    refused("Hello <speak version='1'>a</speak>", SpeakNotWhole, 6);
}

#[test]
fn an_error_says_what_and_where() {
    let error = check("<speak><p>Hello").unwrap_err();
    assert_eq!(error.to_string(), "the tag is never closed (`p`) at byte 7");
}

#[test]
fn only_a_speak_element_makes_ssml() {
    assert!(is_ssml("<speak>"));
    assert!(is_ssml(" \n<speak version='1.0'>"));
    assert!(!is_ssml("<speaker>"));
    assert!(!is_ssml("Hello <speak>"));
    assert!(has_tags("one <break time='1s'/>"));
    assert!(has_tags("</p>"));
    assert!(!has_tags("1 < 2 and 3 > 2"));
    assert!(!has_tags("<3 you"));
}

#[test]
fn tags_and_comments_do_not_count() {
    for (text, length) in [
        ("", 0),
        ("Hello", 5),
        ("Grüß dich", 9),
        ("<speak>Hello</speak>", 5),
        ("<speak>a<!-- < > -->b</speak>", 2),
        ("<speak><sub alias='a > b'>x</sub></speak>", 1),
        ("1 < 2", 5),
        ("a<b", 3),
        ("a <!-- b", 8),
        ("&amp;", 5),
    ] {
        assert_eq!(plain_length(text), length, "{text}");
    }
}

#[test]
fn a_text_of_unfinished_comments_is_measured_at_once() {
    let text = "<!--".repeat(500_000);
    assert_eq!(plain_length(&text), text.len());
    assert!(!has_tags(&text));
}

proptest! {
    #[test]
    fn any_text_can_be_escaped_into_ssml(text in "\\PC*|[<>&'\"a\\x00-\\x1f]*") {
        let escaped = escape(&text);
        let ssml = format!("<speak>{escaped}<sub alias='{escaped}'>x</sub></speak>");
        prop_assert_eq!(check(&ssml), Ok(()));
        prop_assert_eq!(plain_length(&escaped), escaped.chars().count());
    }

    #[test]
    fn no_text_makes_the_checks_panic(text in "(<speak|</speak>|<p |<!--|-->|[<>/&;='\"#x0-9a-z ]|\\PC)*") {
        let length = plain_length(&text);
        prop_assert!(length <= text.chars().count());
        if let Err(error) = check(&text) {
            prop_assert!(error.offset <= text.len());
            prop_assert!(text.is_char_boundary(error.offset));
        }
        let _ = (is_ssml(&text), has_tags(&text));
    }
}
