//! What the derive macro makes of a type: reader, schema and table.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use describe::{
    Code, Definitions, Document, Fields, Key, Map, Named, Object, OnOff, OneOrMore, Rule, Text,
    TextError, Words, source,
};
use serde_json::{Value, json};

/// A plant of a garden.
#[derive(Debug, PartialEq, Document)]
#[document(expected = "a plant: an object with `name`", root, check = Plant::watered)]
struct Plant {
    /// What it is called.
    name: String,
    /// How often it is watered.
    ///
    /// In days.
    #[document(range = 1..=30, default = 7)]
    water: u8,
    /// How warm it must be.
    #[document(range = -2.5..=40.0)]
    warmth: Option<f64>,
    /// Where it stands.
    #[document(default = Place::Sun, shown = "sun")]
    place: Place,
    /// What it is fed.
    #[document(as = OneOrMore<String>, items = 1..=2)]
    food: Vec<String>,
    /// Beds, by name.
    #[document(as = Named<BedName, Bed>)]
    beds: Map<Bed>,
    /// How it is cut.
    #[document(as = OnOff<Cut>)]
    cut: Option<Cut>,
    #[document(set = |fields| fields.has("cut"))]
    cut_written: bool,
}

impl Plant {
    fn watered(fields: &mut Fields<'_, '_>) {
        if fields.peek::<String>("name").as_deref() == Some("cactus") && fields.has("water") {
            fields.refuse_field(Code::Conflict, "water", "a cactus is not watered");
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Document)]
enum Place {
    Sun,
    #[document(name = "half-shade")]
    HalfShade,
}

struct BedName;

impl Text for BedName {
    type Value = String;
    const NAME: &'static str = "bed_name";
    const DESCRIPTION: &'static str = "Small letters.";
    const EXPECTED: &'static str = "a bed's name";
    const PATTERN: &'static str = "^[a-z]+$";

    fn parse(written: &str) -> Result<String, TextError> {
        if written.bytes().all(|byte| byte.is_ascii_lowercase()) {
            Ok(written.to_owned())
        } else {
            Err(TextError::new(
                Code::BadName,
                format!("`{written}` names no bed"),
            ))
        }
    }
}

/// Where plants stand.
#[derive(Debug, PartialEq, Document)]
#[document(
    expected = "a width, or an object like { \"width\": \"2\" }",
    short = "width"
)]
struct Bed {
    /// How wide it is.
    width: String,
    /// A note.
    note: Option<String>,
    #[document(flatten)]
    edge: Edge,
}

/// What is around it.
#[derive(Debug, PartialEq, Document)]
#[document(expected = "an edge")]
struct Edge {
    /// Of stone.
    #[document(default)]
    stone: bool,
}

/// How it is cut.
#[derive(Debug, Default, PartialEq, Document)]
#[document(expected = "an object like { \"to\": 30 }", complete = Cut::settle)]
struct Cut {
    /// To which height.
    to: Option<u16>,
    #[document(set = |_| String::new())]
    tool: String,
}

impl Cut {
    fn settle(&mut self, fields: &mut Fields<'_, '_>) {
        self.tool = if fields.has("to") { "shears" } else { "knife" }.to_owned();
    }
}

/// A step of the work.
#[derive(Debug, PartialEq, Document)]
#[document(expected = "a step: an object with `kind`")]
struct Step {
    /// A note.
    note: Option<String>,
    #[document(flatten)]
    kind: Kind,
}

/// What is done.
#[derive(Debug, PartialEq, Document)]
#[document(tag = "kind", expected = "step")]
enum Kind {
    /// Dig a hole.
    Dig(Box<Dig>),
    /// Sit down.
    Rest,
}

/// A hole.
#[derive(Debug, PartialEq, Document)]
#[document(expected = "a hole", also = || json!({ "required": ["note"] }))]
struct Dig {
    /// How deep.
    depth: u8,
}

/// Who helps.
#[derive(Debug, PartialEq, Document)]
#[document(
    by_key,
    short = "name",
    expected = "a name, or an object with `name`, `firm` or `age`"
)]
enum Helper {
    /// A friend.
    Friend {
        /// The name.
        name: String,
        /// Where.
        street: Option<String>,
    },
    /// A firm.
    Firm(Firm),
    /// Any of that age.
    #[document(key = "age", range = 1..=99)]
    Age(u8),
}

/// A firm.
#[derive(Debug, PartialEq, Document)]
#[document(expected = "a firm")]
struct Firm {
    /// The name.
    firm: String,
    /// Its price.
    price: Option<f64>,
}

fn read<T: Document>(text: &str) -> Result<T, Vec<String>> {
    let tree = source::parse(text).unwrap();
    describe::read("f", text, &tree).map_err(|found| {
        found
            .iter()
            .map(|finding| finding.to_string().trim_start_matches("f:1:").to_owned())
            .collect()
    })
}

#[track_caller]
fn wrong<T: Document + std::fmt::Debug>(text: &str, expected: &[&str]) {
    assert_eq!(read::<T>(text).unwrap_err(), expected);
}

#[test]
fn an_object_is_read_with_its_defaults() {
    let plant: Plant = read(r#"{ "name": "rose" }"#).unwrap();
    assert_eq!(
        plant,
        Plant {
            name: "rose".to_owned(),
            water: 7,
            warmth: None,
            place: Place::Sun,
            food: Vec::new(),
            beds: Map::default(),
            cut: None,
            cut_written: false,
        }
    );
    let plant: Plant = read(
        r#"{ "$schema": "x", "name": "rose", "water": 3.0, "warmth": -2.5, "place": "half-shade",
             "food": "dung", "beds": { "a": "2", "b": { "width": "3", "stone": true } }, "cut": true }"#,
    )
    .unwrap();
    assert_eq!((plant.water, plant.warmth), (3, Some(-2.5)));
    assert_eq!(
        (plant.place, plant.food),
        (Place::HalfShade, vec!["dung".to_owned()])
    );
    assert_eq!(plant.beds.names().collect::<Vec<_>>(), ["a", "b"]);
    assert!(!plant.beds.get("a").unwrap().edge.stone && plant.beds.get("b").unwrap().edge.stone);
    assert_eq!((plant.cut, plant.cut_written), (Some(Cut::default()), true));
    let plant: Plant = read(r#"{ "name": "rose", "cut": { "to": 30 } }"#).unwrap();
    assert_eq!(plant.cut.unwrap().tool, "shears");
}

#[test]
fn everything_that_is_wrong_is_noted_at_its_place() {
    wrong::<Plant>(
        "[]",
        &["1: error[wrong-type]: expected a plant: an object with `name`, found a list"],
    );
    wrong::<Plant>(
        r#"{ "nam": "x", "water": 31, "warmth": "hot", "place": "Sun", "colour": 1 }"#,
        &[
            "1: error[missing-field]: `name` is missing: expected text",
            "3: error[unknown-field]: there is no field `nam` here (/nam); did you mean `name`?",
            "24: error[out-of-range]: expected a whole number from 1 to 30, found 31 (/water)",
            "38: error[wrong-type]: expected a number from -2.5 to 40, found text (/warmth)",
            "54: error[out-of-range]: expected `sun` or `half-shade`, found `Sun` (/place); did you mean `sun`?",
            "61: error[unknown-field]: there is no field `colour` here (/colour); the fields are \
             `$schema`, `name`, `water`, `warmth`, `place`, `food`, `beds` or `cut`",
        ],
    );
    wrong::<Plant>(
        r#"{ "name": "a", "name": "b", "food": ["x", 1, "z"], "beds": { "B": 1, "a": "1", "a": "2" } }"#,
        &[
            "16: error[duplicate-key]: `name` is written twice (/name)",
            "37: error[out-of-range]: expected 1 to 2, found 3 (/food)",
            "43: error[wrong-type]: expected text, found a number (/food/1)",
            "62: error[bad-name]: `B` names no bed (/beds/B)",
            "67: error[wrong-type]: expected a width, or an object like { \"width\": \"2\" }, found a number (/beds/B)",
            "80: error[duplicate-key]: `a` is written twice (/beds/a)",
        ],
    );
    // A rule across fields speaks, whatever else is wrong.
    wrong::<Plant>(
        r#"{ "name": "cactus", "water": 2, "cut": 5 }"#,
        &[
            "30: error[conflict]: a cactus is not watered (/water)",
            "40: error[wrong-type]: expected true, false, or an object like { \"to\": 30 }, found a number (/cut)",
        ],
    );
}

#[test]
fn a_tag_tells_the_kind_and_with_it_the_fields() {
    let step: Step = read(r#"{ "note": "x", "kind": "dig", "depth": 2 }"#).unwrap();
    assert_eq!(step.kind, Kind::Dig(Box::new(Dig { depth: 2 })));
    assert_eq!(step.kind.word(), "dig");
    assert_eq!(
        read::<Step>(r#"{ "kind": "rest" }"#).unwrap().kind,
        Kind::Rest
    );
    wrong::<Step>(
        r#"{ "kind": "rest", "depth": 2 }"#,
        &[
            "19: error[unknown-field]: there is no field `depth` here (/depth); the fields are `note` or `kind`",
        ],
    );
    wrong::<Step>(
        r#"{ "kind": "digg", "depth": 2 }"#,
        &["11: error[unknown-kind]: there is no kind `digg` (/kind); did you mean `dig`?"],
    );
    wrong::<Step>(
        r#"{ "kind": "qqqq", "note": 2 }"#,
        &[
            "11: error[unknown-kind]: there is no kind `qqqq` (/kind); the kinds are `dig` or `rest`",
            "27: error[wrong-type]: expected text, found a number (/note)",
        ],
    );
    wrong::<Step>(
        "{}",
        &["1: error[missing-field]: `kind` is missing: expected `dig` or `rest`"],
    );
}

#[test]
fn a_key_tells_the_form() {
    assert_eq!(read::<Helper>(r#"{ "age": 9 }"#).unwrap(), Helper::Age(9));
    let friend = |street: Option<&str>| Helper::Friend {
        name: "Ann".to_owned(),
        street: street.map(str::to_owned),
    };
    assert_eq!(read::<Helper>(r#""Ann""#).unwrap(), friend(None));
    assert_eq!(
        read::<Helper>(r#"{ "street": "x", "name": "Ann" }"#).unwrap(),
        friend(Some("x"))
    );
    assert_eq!(
        read::<Helper>(r#"{ "firm": "B" }"#).unwrap(),
        Helper::Firm(Firm {
            firm: "B".to_owned(),
            price: None
        })
    );
    wrong::<Helper>(
        r#"{ "firm": "B", "street": "x" }"#,
        &[
            "16: error[unknown-field]: there is no field `street` here (/street); the fields are `firm` or `price`",
        ],
    );
    wrong::<Helper>(
        r#"{ "firm": "B", "age": 1, "stret": 1 }"#,
        &[
            "1: error[conflict]: `firm` and `age` exclude each other: expected one",
            "26: error[unknown-field]: there is no field `stret` here (/stret); did you mean `street`?",
        ],
    );
    wrong::<Helper>(
        "{}",
        &["1: error[missing-field]: expected a name, or an object with `name`, `firm` or `age`"],
    );
    wrong::<Helper>(
        "7",
        &[
            "1: error[wrong-type]: expected a name, or an object with `name`, `firm` or `age`, found a number",
        ],
    );
}

fn schema<T: Document>() -> (Value, Value) {
    let mut definitions = Definitions::default();
    let root = T::schema(&mut definitions, &Rule::NONE);
    assert_eq!(definitions.conflicts(), [""; 0]);
    (root, definitions.into_value())
}

#[test]
fn the_schema_says_what_the_reader_does() {
    let (root, definitions) = schema::<Plant>();
    assert_eq!(root, json!({ "$ref": "#/$defs/plant" }));
    let plant = &definitions["plant"];
    assert_eq!(plant["description"], "A plant of a garden.");
    assert_eq!(plant["required"], json!(["name"]));
    assert_eq!(plant["additionalProperties"], false);
    let field = |name: &str| plant["properties"][name].clone();
    assert_eq!(
        field("water"),
        json!({ "type": "integer", "minimum": 1, "maximum": 30, "default": 7,
                "description": "How often it is watered.\n\nIn days." })
    );
    assert_eq!(
        field("warmth"),
        json!({ "type": "number", "minimum": -2.5, "maximum": 40, "description": "How warm it must be." })
    );
    assert_eq!(
        field("place"),
        json!({ "enum": ["sun", "half-shade"], "default": "sun", "description": "Where it stands." })
    );
    assert_eq!(
        field("food"),
        json!({ "anyOf": [{ "type": "string" },
                          { "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": 2 }],
                "description": "What it is fed." })
    );
    assert_eq!(
        field("beds"),
        json!({ "type": "object", "propertyNames": { "$ref": "#/$defs/bed_name" },
                "additionalProperties": { "$ref": "#/$defs/bed" }, "description": "Beds, by name." })
    );
    assert_eq!(definitions["bed"]["anyOf"][0], json!({ "type": "string" }));
    assert_eq!(
        definitions["bed"]["anyOf"][1]["properties"]["stone"]["type"],
        "boolean"
    );
    assert!(
        plant["properties"]["$schema"].is_object() && plant["properties"]["cut_written"].is_null()
    );

    let (_, definitions) = schema::<Step>();
    assert_eq!(
        definitions["step"]["allOf"][0]["then"],
        json!({ "$ref": "#/$defs/step_dig" })
    );
    assert_eq!(
        definitions["step_dig"]["required"],
        json!(["kind", "depth", "note"])
    );
    assert_eq!(definitions["step_dig"]["description"], "Dig a hole.");

    let (_, definitions) = schema::<Helper>();
    let forms = definitions["helper"]["anyOf"].as_array().unwrap();
    assert_eq!(forms.len(), 4);
    assert_eq!(forms[0], json!({ "type": "string" }));
    assert_eq!(
        (&forms[1]["required"], &forms[1]["description"]),
        (&json!(["name"]), &json!("A friend."))
    );
}

#[test]
fn the_table_has_the_fields_in_their_order() {
    let variants = describe::variants::<Step>();
    let names = |index: usize| {
        variants[index]
            .rows
            .iter()
            .map(|row| row.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(variants[0].tag, Some(("kind", "dig")));
    assert_eq!(names(0), ["note", "kind", "depth"]);
    assert_eq!(names(1), ["note", "kind"]);
    assert_eq!(
        describe::variants::<Plant>()[0].rows[2].default,
        Some(json!(7))
    );
    assert_eq!(Bed::first(), "width");
}

#[test]
fn two_types_of_one_name_are_a_conflict() {
    let mut definitions = Definitions::default();
    definitions.define::<Plant>("bed", |_| json!({}));
    <Bed as Document>::schema(&mut definitions, &Rule::NONE);
    assert_eq!(definitions.conflicts().len(), 1);
    assert!(<BedName as Key>::parse("a").is_ok());
}
