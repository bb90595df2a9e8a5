//! A language server: what `ivr check` finds as one types, what may be written and what it means,
//! where names stand, other names for nodes. Editors start it as `ivr lsp` and speak the Language Server Protocol over its standard
//! input and output.

mod answers;
mod complete;
mod mentions;
mod position;
mod workspace;

use std::path::Path;

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument,
    Notification as _, PublishDiagnostics,
};
use lsp_types::request::{
    Completion, GotoDefinition, HoverRequest, PrepareRenameRequest, References, Rename,
    Request as _,
};
use lsp_types::{
    CompletionOptions, CompletionParams, DidChangeTextDocumentParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DidSaveTextDocumentParams, GotoDefinitionParams, HoverParams,
    HoverProviderCapability, OneOf, PublishDiagnosticsParams, ReferenceParams, RenameOptions,
    RenameParams, ServerCapabilities, TextDocumentPositionParams, TextDocumentSyncCapability,
    TextDocumentSyncKind, WorkDoneProgressOptions,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::CliError;
use workspace::Workspace;

/// Serves an editor until it says that it is done.
///
/// # Errors
/// When the editor does not speak the protocol, or goes away in the middle of it.
pub fn serve(connection: &Connection) -> Result<(), CliError> {
    let broken = |why: &dyn std::fmt::Display| CliError::usage(format!("the editor: {why}"));
    let capabilities = serde_json::to_value(capabilities()).map_err(|why| broken(&why))?;
    connection
        .initialize(capabilities)
        .map_err(|why| broken(&why))?;
    let mut server = Server {
        connection,
        workspace: Workspace::default(),
    };
    for message in &connection.receiver {
        match message {
            Message::Request(request) => {
                if connection
                    .handle_shutdown(&request)
                    .map_err(|why| broken(&why))?
                {
                    return Ok(());
                }
                let response = server.answer(request);
                server.send(Message::Response(response));
            }
            Message::Notification(notification) => server.note(notification),
            // We ask the editor nothing.
            Message::Response(_) => {}
        }
    }
    Ok(())
}

fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::FULL)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(vec!["\"".to_owned()]),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        })),
        ..ServerCapabilities::default()
    }
}

struct Server<'c> {
    connection: &'c Connection,
    workspace: Workspace,
}

impl Server<'_> {
    fn send(&self, message: Message) {
        // An editor that went away is told nothing.
        let _ = self.connection.sender.send(message);
    }

    fn answer(&self, request: Request) -> Response {
        let workspace = &self.workspace;
        match request.method.as_str() {
            Completion::METHOD => with(request, |asked: CompletionParams| {
                let at = asked.text_document_position;
                Ok(complete::complete(
                    workspace,
                    &at.text_document.uri,
                    at.position,
                ))
            }),
            HoverRequest::METHOD => with(request, |asked: HoverParams| {
                let at = asked.text_document_position_params;
                Ok(complete::hover(
                    workspace,
                    &at.text_document.uri,
                    at.position,
                ))
            }),
            GotoDefinition::METHOD => with(request, |asked: GotoDefinitionParams| {
                let at = asked.text_document_position_params;
                Ok(answers::definition(
                    workspace,
                    &at.text_document.uri,
                    at.position,
                ))
            }),
            References::METHOD => with(request, |asked: ReferenceParams| {
                let at = asked.text_document_position;
                Ok(answers::references(
                    workspace,
                    &at.text_document.uri,
                    at.position,
                    asked.context.include_declaration,
                ))
            }),
            PrepareRenameRequest::METHOD => with(request, |at: TextDocumentPositionParams| {
                Ok(answers::renameable(
                    workspace,
                    &at.text_document.uri,
                    at.position,
                ))
            }),
            Rename::METHOD => with(request, |asked: RenameParams| {
                let at = asked.text_document_position;
                answers::rename(
                    workspace,
                    &at.text_document.uri,
                    at.position,
                    &asked.new_name,
                )
                .map_err(|why| why.to_string())
            }),
            method => Response::new_err(
                request.id.clone(),
                ErrorCode::MethodNotFound as i32,
                format!("`{method}` is not served"),
            ),
        }
    }

    fn note(&mut self, notification: Notification) {
        let folder = match notification.method.as_str() {
            DidOpenTextDocument::METHOD => {
                params(notification).and_then(|said: DidOpenTextDocumentParams| {
                    let document = said.text_document;
                    self.workspace
                        .set(document.uri, document.version, document.text)
                })
            }
            DidChangeTextDocument::METHOD => {
                params(notification).and_then(|said: DidChangeTextDocumentParams| {
                    // Whole texts are sent: the last one counts.
                    let text = said.content_changes.into_iter().next_back()?.text;
                    let document = said.text_document;
                    self.workspace.set(document.uri, document.version, text)
                })
            }
            DidSaveTextDocument::METHOD => {
                params(notification).and_then(|said: DidSaveTextDocumentParams| {
                    let (path, ..) = self.workspace.document(&said.text_document.uri)?;
                    Some(path)
                })
            }
            DidCloseTextDocument::METHOD => {
                params(notification).and_then(|said: DidCloseTextDocumentParams| {
                    let uri = said.text_document.uri;
                    let path = self.workspace.close(&uri)?;
                    self.publish(PublishDiagnosticsParams::new(uri, Vec::new(), None));
                    Some(path)
                })
            }
            _ => None,
        };
        if let Some(folder) = folder.as_deref().and_then(Path::parent) {
            for (uri, version, found) in answers::diagnostics(&self.workspace, folder) {
                self.publish(PublishDiagnosticsParams::new(uri, found, Some(version)));
            }
        }
    }

    fn publish(&self, diagnostics: PublishDiagnosticsParams) {
        let method = PublishDiagnostics::METHOD.to_owned();
        self.send(Message::Notification(Notification::new(
            method,
            diagnostics,
        )));
    }
}

fn params<P: DeserializeOwned>(notification: Notification) -> Option<P> {
    serde_json::from_value(notification.params).ok()
}

/// Answers a request, when it says what it has to.
fn with<P: DeserializeOwned, A: Serialize>(
    request: Request,
    answer: impl FnOnce(P) -> Result<A, String>,
) -> Response {
    let Request { id, params, .. } = request;
    let asked = match serde_json::from_value(params) {
        Ok(asked) => asked,
        Err(why) => {
            return Response::new_err(id, ErrorCode::InvalidParams as i32, why.to_string());
        }
    };
    match answer(asked) {
        Ok(answer) => Response::new_ok(id, answer),
        Err(why) => Response::new_err(id, ErrorCode::RequestFailed as i32, why),
    }
}
