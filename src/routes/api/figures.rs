//! `/api/figures`: how callers went through a menu.

use api::{Figure, FigureKind, Figures, parameters};
use conversations::figures;

use super::context::ApiContext;
use super::filter::Filter;
use super::replies::{bad_request, unavailable};
use crate::bindings::calls;
use crate::bindings::promise::PlatformError;
use crate::respond::Reply;

/// The figures of a `menu`, of one `version` or of all, of the days from `since` to before `until`
/// in UTC; without them, of all days that are kept.
pub async fn list(context: &mut ApiContext<'_>) -> Reply {
    let filter = Filter::new(context.request.query(), parameters::FIGURES);
    let asked = filter.and_then(|filter| {
        let menu = filter
            .owned("menu")
            .ok_or("`menu` is missing: figures are of one menu")?;
        let since = filter.time("since")?.map_or("0".to_owned(), day_of);
        let until = filter.time("until")?.map_or("9".to_owned(), day_of);
        Ok((menu, filter.owned("version"), since, until))
    });
    let (menu, version, since, until) = match asked {
        Ok(asked) => asked,
        Err(detail) => return bad_request(&detail),
    };
    let statement = figures::read(&menu, version.as_deref(), &since, &until);
    let rows = match calls::query(context.env, 0, &statement)
        .await
        .and_then(|it| parse(&it))
    {
        Ok(rows) => rows,
        Err(error) => return unavailable(context, &error),
    };
    let read: usize = rows.iter().map(|it| it.1).sum();
    if read >= figures::ROWS {
        return bad_request(
            "so many days of this menu are too much at once: bring `since` and `until` closer",
        );
    }
    Reply::of(&Figures {
        figures: rows.into_iter().map(|it| it.0).collect(),
    })
}

fn day_of(milliseconds: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(milliseconds).map(events::print_timestamp);
    at.ok()
        .and_then(|at| at.get(..10).map(str::to_owned))
        .unwrap_or_default()
}

fn parse(rows: &[String]) -> Result<Vec<(Figure, usize)>, PlatformError> {
    type Columns = (String, FigureKind, String, String, String, u64, u64, usize);
    let rows = rows.iter().map(|row| {
        let columns: Columns = serde_json::from_str(row)
            .map_err(|error| PlatformError::new(format!("CALLS: figures: {error}")))?;
        let (version, kind, node, cause, target, times, calls, read) = columns;
        Ok((
            Figure {
                version,
                kind,
                node,
                cause,
                target,
                times,
                calls,
            },
            read,
        ))
    });
    rows.collect()
}
