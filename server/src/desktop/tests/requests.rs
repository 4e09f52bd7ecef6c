//! Requests that are refused, cut or answered later.

use transom_protocol::codec::Packed;
use transom_protocol::color::Color;
use transom_protocol::geometry::Rect;
use transom_protocol::ids::WindowId;
use transom_protocol::input::CursorShape;
use transom_protocol::request::{Pong, SetAppId, SetCursor, SetParent, SetRegion, SetTitle};
use transom_protocol::window::{RegionKind, WindowKind};
use transom_protocol::{ErrorCode, Event};

use super::super::*;
use super::fixture::{Fixture, below, each_event, rect, window_request};

fn code(result: Result<(), Refusal>) -> Option<ErrorCode> {
    result.err().map(|(code, _)| code)
}

#[test]
fn a_request_about_no_window_is_refused() {
    let mut f = Fixture::new(200, 100);
    let (client, other) = (f.client(), f.client());
    f.window(other, 1, (50, 50), Color::RED);
    let request = SetTitle {
        window: WindowId(1),
        title: "mine".into(),
    };
    assert_eq!(
        code(f.request(client, request)),
        Some(ErrorCode::UNKNOWN_ID)
    );
    assert_eq!(f.desktop.windows()[0].title, "a window");
    assert_eq!(
        code(f.request(ClientId(9), request)),
        Some(ErrorCode::UNKNOWN_ID)
    );
    assert_eq!(code(f.request(client, Pong { serial: Serial(1) })), None);
}

#[test]
fn names_are_taken_at_once_and_cut_where_they_are_too_long() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window(client, 1, (50, 50), Color::RED).window;
    let long = "é".repeat(1000);
    let title = long.as_str().into();
    f.request(client, SetTitle { window, title })
        .expect("a window");
    let app_id = long.as_str().into();
    f.request(client, SetAppId { window, app_id })
        .expect("a window");
    let info = f.desktop.windows().remove(0);
    assert_eq!(info.title.len(), MAX_TITLE_BYTES);
    assert_eq!(info.app_id.len(), MAX_APP_ID_BYTES);
}

#[test]
fn a_region_of_too_many_rectangles_is_refused_and_the_old_one_stays() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let key = f.window_at(client, 1, rect(0, 0, 50, 50), Color::RED);
    let mut buffer = Vec::new();
    let rects = vec![Rect::new(0.0, 0.0, 1.0, 1.0); MAX_REGION_RECTS + 1];
    let request = SetRegion {
        window: key.window,
        kind: RegionKind::Input,
        unset: 0,
        rects: Packed::pack(&rects, &mut buffer),
    };
    assert_eq!(code(f.request(client, request)), Some(ErrorCode::QUOTA));
    f.commit(key, (50, 50), Color::RED);
    f.motion(30.0, 30.0);
    assert!(f.events(client).contains(&"enter 1 30,30".to_string()));
}

#[test]
fn a_client_has_a_bounded_number_of_windows() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    for id in 1..=MAX_WINDOWS_PER_CLIENT as u32 + 10 {
        let request = window_request(id, WindowKind::Normal, 0);
        f.desktop.create_window(client, &request);
        f.desktop.create_window(client, &request);
    }
    f.desktop.verify_invariants();
    assert_eq!(f.desktop.windows.len(), MAX_WINDOWS_PER_CLIENT);
}

#[test]
fn a_popup_cannot_be_given_to_another_window() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window(client, 1, (50, 50), Color::RED);
    let popup = f.popup(window, 2, (9, 9), below(Rect::default()));
    let request = SetParent {
        window: popup.window,
        parent: WindowId::NONE,
    };
    assert_eq!(
        code(f.request(client, request)),
        Some(ErrorCode::BAD_ARGUMENT)
    );
}

#[test]
fn the_pointer_has_the_picture_of_the_window_it_is_over() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f
        .window_at(client, 1, rect(0, 0, 50, 50), Color::RED)
        .window;
    let shape = CursorShape::TEXT;
    f.request(client, SetCursor { window, shape })
        .expect("a window");
    let shown = |f: &Fixture| match f.desktop.cursor() {
        Cursor::Shape(shape) => shape,
        Cursor::Image { .. } => CursorShape::NONE,
    };
    assert_eq!(shown(&f), CursorShape::DEFAULT);
    f.motion(10.0, 10.0);
    assert_eq!(shown(&f), CursorShape::TEXT);
}

#[test]
fn closing_a_window_asks_its_client() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    f.window(client, 1, (50, 50), Color::RED);
    let id = f.desktop.windows()[0].id;
    assert!(f.desktop.front(id).is_some() && f.desktop.icon(id).is_none());
    f.forget_events(client);
    assert!(f.desktop.close(id));
    let bytes = f.bytes(client);
    each_event(&bytes, |e| assert!(matches!(e, Event::CloseRequested(_))));
    assert_eq!(f.shown().len(), 1, "the client decides");
}
