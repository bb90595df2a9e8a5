//! Menus made ready to run: ids become indices, constant parts of NCCOs are
//! rendered ahead.

mod build;
mod compiled;
pub(crate) mod fragment;
mod json;
pub(crate) mod phrase;
mod proved;

pub use compiled::Compiled;
pub(crate) use compiled::{
    Choice, Collect, Confirm, Connect, Dial, Exit, Hours, Kind, Listen, Lookup, Node, Reach, Switch,
};
pub(crate) use json::JsonTemplate;
