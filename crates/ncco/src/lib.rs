#![doc = include_str!("../README.md")]

mod action;
mod codec;
mod connect;
mod conversation;
mod document;
mod endpoint;
mod event;
mod finding;
mod input;
mod notify;
mod record;
mod shape;
pub mod ssml;
mod talk;
mod wire;

pub use action::{Action, Other};
pub use connect::{AdvancedMachineDetection, Connect, EventType, MachineBehavior, MachineMode};
pub use conversation::{Conversation, Transfer};
pub use document::{Builder, Ncco, ReadCode, ReadError};
pub use endpoint::{
    App, Authorization, AuthorizationType, ContentType, Endpoint, OnAnswer, Phone, Sip,
    StandardHeaders, Vbc, Websocket,
};
pub use event::EventMethod;
pub use finding::{Code, Finding, Severity};
pub use input::{Dtmf, Input, InputMode, InputType, Speech};
pub use notify::{Notify, Wait};
pub use record::{Record, RecordFormat, Split, Transcription};
pub use talk::{Stream, Talk};
