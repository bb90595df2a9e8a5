use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use crate::action::Action;
use crate::check::Check;
use crate::code::{Code, Severity};
use crate::finding::Finding;
use crate::read_error::{ReadCode, ReadError};

/// A call control object: what the platform does with a call, step by step. The
/// call ends after the last action.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ncco {
    /// The steps, in order.
    pub actions: Vec<Action>,
}

impl Ncco {
    /// The NCCO with these actions.
    #[must_use]
    pub fn new(actions: Vec<Action>) -> Self {
        Self { actions }
    }

    /// Reads an NCCO, leniently: see [the crate's documentation](crate#reading).
    ///
    /// # Errors
    /// When the bytes are not JSON, not an array, or something in the array is
    /// not an object with a string `action`. Everything else is read, and
    /// [`validate`](Self::validate) says what is wrong with it.
    pub fn from_json(json: &[u8]) -> Result<Self, ReadError> {
        let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
        let json = std::str::from_utf8(json).map_err(|error| ReadError::not_text(json, error))?;
        let value = serde_json::from_str(json).map_err(|error| ReadError::syntax(&error))?;
        Self::from_value(value)
    }

    /// Reads an NCCO that has been parsed already.
    ///
    /// # Errors
    /// As [`from_json`](Self::from_json), except for syntax errors.
    pub fn from_value(value: Value) -> Result<Self, ReadError> {
        let Value::Array(items) = value else {
            return Err(ReadError::at(
                ReadCode::NotAnArray,
                String::new(),
                "expected an array of actions; put a single action into [ ]",
            ));
        };
        let actions = items
            .into_iter()
            .enumerate()
            .map(|(index, item)| read_action(index, item))
            .collect::<Result<_, _>>()?;
        Ok(Self { actions })
    }

    /// Writes the NCCO as canonical JSON: documented spellings, numbers and
    /// booleans as such, arrays where the platform wants arrays, `action` first,
    /// no blanks.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Writing to a string fails only for maps with keys that are no strings.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Everything that is wrong with the NCCO, in document order. Empty when the
    /// platform takes it and does what it says.
    #[must_use]
    pub fn validate(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.actions.is_empty() {
            Check::new(String::new(), &mut findings).here(Code::EmptyNcco, "there is no action");
        }
        let mut ended = None;
        for (index, action) in self.actions.iter().enumerate() {
            let at = ["/", &index.to_string()].concat();
            let mut check = Check::new(at, &mut findings);
            action.check(&mut check);
            if action.barges_in() {
                check_barge_in(action, self.actions.get(index + 1..), &mut check);
            }
            match ended {
                Some(name) => check.here(
                    Code::NeverRuns,
                    ["never runs: it follows a `", name, "` that never ends"].concat(),
                ),
                None if action.is_final() => ended = Some(action.name()),
                None => {}
            }
        }
        findings
    }

    /// Whether [`validate`](Self::validate) finds no error; warnings are allowed.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.validate()
            .iter()
            .all(|finding| finding.severity() < Severity::Error)
    }
}

fn read_action(index: usize, item: Value) -> Result<Action, ReadError> {
    let pointer = || ["/", &index.to_string()].concat();
    let Value::Object(mut members) = item else {
        return Err(ReadError::at(
            ReadCode::NotAnAction,
            pointer(),
            "expected an action, an object with the member `action`",
        ));
    };
    match members.remove("action") {
        Some(Value::String(name)) => Ok(Action::read(name, members)),
        Some(_) => Err(ReadError::at(
            ReadCode::NoActionName,
            pointer() + "/action",
            "expected the action's name, a string",
        )),
        None => Err(ReadError::at(
            ReadCode::NoActionName,
            pointer(),
            "expected the member `action` with the action's name",
        )),
    }
}

/// After `bargeIn`, prompts of the same kind may follow, then an `input` must.
fn check_barge_in(action: &Action, rest: Option<&[Action]>, check: &mut Check<'_>) {
    let mut mixed = false;
    for next in rest.unwrap_or_default() {
        match next {
            Action::Input(_) => {
                if mixed {
                    check.member(
                        "bargeIn",
                        Code::BargeInMixed,
                        "both `talk` and `stream` come before the `input`",
                    );
                }
                return;
            }
            Action::Talk(_) | Action::Stream(_) => mixed |= next.name() != action.name(),
            _ => break,
        }
    }
    check.member(
        "bargeIn",
        Code::BargeInWithoutInput,
        "no `input` follows the prompts",
    );
}

impl Serialize for Ncco {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.actions.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Ncco {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_value(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl FromIterator<Action> for Ncco {
    fn from_iter<I: IntoIterator<Item = Action>>(actions: I) -> Self {
        Self::new(actions.into_iter().collect())
    }
}
