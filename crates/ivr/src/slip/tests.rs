use super::*;
use crate::source;

/// The line and column of the slip, what it is, and its cure.
#[track_caller]
fn check(text: &str, place: (u32, u32), what: &str, cure: &str) {
    let error = source::parse(text).unwrap_err();
    let found = of(text, &error);
    let at = source::place(text, found.at);
    assert_eq!((at.line, at.column), place, "{text:?}: {found:?} {error:?}");
    assert_eq!(found.what, what, "{text:?}: {error:?}");
    assert!(found.cure.contains(cure), "{text:?}: {found:?}");
}

#[test]
fn a_syntax_error_names_the_slip_and_its_cure() {
    check(
        "{\n  \"start\": \"op\",\n}",
        (2, 16),
        "a comma before `}`",
        "remove it",
    );
    check(
        "{ \"a\": [1, 2, ] }",
        (1, 13),
        "a comma before `]`",
        "remove it",
    );
    check(
        "{ \"a\": 1,, \"b\": 2 }",
        (1, 10),
        "two commas in a row",
        "remove it",
    );
    check("{ , \"b\": 2 }", (1, 3), "a comma after `{`", "remove it");
    check(
        "{\n  // my menu\n  \"start\": \"op\" }",
        (2, 3),
        "`//` begins a remark, and JSON has none",
        "`note`",
    );
    check(
        "{ \"a\": 1, /* x */ \"b\": 2 }",
        (1, 11),
        "`/*` begins a remark, and JSON has none",
        "`note`",
    );
    check(
        "{ \"a\": 1 # x\n}",
        (1, 10),
        "`#` begins a remark, and JSON has none",
        "`note`",
    );
    check(
        "// x\n{}",
        (1, 1),
        "`//` begins a remark, and JSON has none",
        "`note`",
    );
    check(
        "{ \"a\": 1 } // x",
        (1, 12),
        "`//` begins a remark, and JSON has none",
        "`note`",
    );
    check(
        "{ 'start': 'op' }",
        (1, 3),
        "`'` is no quote in JSON",
        "between two `\"`",
    );
    check(
        "{ \"start\": 'op' }",
        (1, 12),
        "`'` is no quote in JSON",
        "between two `\"`",
    );
    check(
        "{ “start”: \"op\" }",
        (1, 3),
        "`“` is no quote in JSON",
        "between two `\"`",
    );
    check(
        "{ \"start\": „op“ }",
        (1, 12),
        "`„` is no quote in JSON",
        "between two `\"`",
    );
    check(
        "{ `start`: 1 }",
        (1, 3),
        "a backquote is no quote in JSON",
        "between two `\"`",
    );
    check("", (1, 1), "the file is empty", "`ivr new FOLDER`");
    check(
        "\u{feff} \n\t",
        (1, 1),
        "the file is empty",
        "`ivr new FOLDER`",
    );
    check(
        "{ start: \"op\" }",
        (1, 3),
        "the key `start` has no quotes",
        "write \"start\"",
    );
    check(
        "{ 1: \"op\" }",
        (1, 3),
        "the key `1` has no quotes",
        "write \"1\"",
    );
    check(
        "{ \"a\": 1\n  \"b\": 2 }",
        (2, 3),
        "a comma is missing before `\"b\"`",
        "between two members",
    );
    check(
        "[1 2]",
        (1, 4),
        "a comma is missing before `2`",
        "between two members",
    );
    check(
        "{ \"a\": 1; \"b\": 2 }",
        (1, 9),
        "`;` separates nothing in JSON",
        "comma",
    );
    check(
        "{ \"a\" 1 }",
        (1, 7),
        "`:` is missing between a key and its value",
        "\"key\": value",
    );
    check(
        "{ \"a\" = 1 }",
        (1, 7),
        "`=` gives a key no value in JSON",
        "\"key\": value",
    );
    check(
        "{ \"a\": }",
        (1, 8),
        "a value is missing before `}`",
        "a text",
    );
    check("{ \"a\": True }", (1, 8), "`True` is no value", "`true`");
    check("{ \"a\": yes }", (1, 8), "`yes` is no value", "`true`");
    check("{ \"a\": None }", (1, 8), "`None` is no value", "`null`");
    check(
        "{ \"a\": main }",
        (1, 8),
        "`main` is no value",
        "double quotes",
    );
    check(
        "{ \"a\": +44 }",
        (1, 8),
        "this is not how a number is written",
        "telephone number",
    );
    check(
        "{ \"a\": 0207946 }",
        (1, 9),
        "this is not how a number is written",
        "telephone number",
    );
    check(
        "{ \"a\": \"b\nc\" }",
        (1, 10),
        "a text goes on over the end of its line",
        "`\\n`",
    );
    check(
        "{ \"a\": \"b\tc\" }",
        (1, 10),
        "a text holds a control character",
        "`\\t`",
    );
    check(
        "{ \"a\": \"C:\\Users\" }",
        (1, 12),
        "a `\\` in a text is followed by a letter that means nothing",
        "`\\\\`",
    );
    check(
        "{ \"a\": {\n \"b\": 1",
        (2, 8),
        "the document ends, and the `{` of line 1 is open",
        "`}`; 1 more",
    );
    check(
        "{ \"a\": [1, 2",
        (1, 13),
        "the document ends, and the `[` of line 1 is open",
        "`]`; 1 more",
    );
    check(
        "{ \"a\": \"b }",
        (1, 8),
        "the text that begins in line 1 has no end",
        "`\"`",
    );
    check(
        "{} {}",
        (1, 4),
        "a second document begins where the first one ends",
        "one object",
    );
    check(
        "{ \"a\": 1 }}",
        (1, 11),
        "one `}` too many: the document ends before it",
        "one object",
    );
    check(
        "<html></html>",
        (1, 1),
        "this is a page (HTML or XML), not a document",
        "JSON",
    );
    check("---\nstart: main", (1, 1), "this is YAML", "JSON");
    check(
        "start: main",
        (1, 1),
        "`start` is no value",
        "double quotes",
    );
    check("hello", (1, 1), "`hello` is no value", "double quotes");
}

proptest::proptest! {
    #[test]
    fn every_text_that_is_no_json_has_a_place_and_a_cure(text in "[{}\\[\\],:\"'/# \n\\\\0-9a-c“é+.-]{0,24}") {
        if let Err(error) = source::parse(&text) {
            let found = of(&text, &error);
            proptest::prop_assert!(found.at <= text.len() && text.is_char_boundary(found.at));
            proptest::prop_assert!(!found.what.is_empty() && !found.cure.is_empty());
        }
    }
}
