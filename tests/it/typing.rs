//! A field of text, used by a tool's hands: typed into, composed in, selected and copied from.

use serde_json::{Value, json};
use transom_tests::control::Control;
use transom_tests::eventually;
use transom_tests::server::Server;

use crate::clipboard::{pasted, program};

/// Where the caret is on the screen, once the display was told another place than `before`.
#[track_caller]
fn caret(control: &mut Control, before: i64) -> i64 {
    eventually(|| {
        let info = control.ask(json!({"cmd": "info"}));
        match info["text_field"]["caret"]["x"].as_i64() {
            Some(x) if x != before => Ok(x),
            other => Err(format!("the caret is at {other:?}")),
        }
    })
}

fn inject(control: &mut Control, input: Value) {
    let mut request = json!({"cmd": "inject"});
    let fields = input.as_object().expect("an object").clone();
    request.as_object_mut().expect("an object").extend(fields);
    control.ask(request);
}

#[test]
fn a_field_is_typed_into_composed_in_and_copied_from() {
    let server = Server::with(&["--desktop"]);
    let _gallery = server.start_program("gallery", server.display());
    let mut control = server.control();
    control.wait_window("Gallery");
    control.key("End");
    let first = caret(&mut control, 0);
    inject(&mut control, json!({"input": "text", "text": " types"}));
    let typed = caret(&mut control, first);
    assert!(typed > first, "{first} {typed}");
    // What is composed stands at the caret, which goes along, and back when it is taken back.
    inject(&mut control, json!({"input": "preedit", "text": "abc"}));
    let composing = caret(&mut control, typed);
    assert!(composing > typed);
    inject(&mut control, json!({"input": "preedit", "text": ""}));
    assert_eq!(caret(&mut control, composing), typed);
    inject(&mut control, json!({"input": "commit", "text": "äöü"}));
    assert!(caret(&mut control, typed) > typed);
    // Two words from the end.
    control.key("ctrl+shift+Left");
    control.key("ctrl+shift+Left");
    control.key("ctrl+c");
    control.key("ctrl+a");
    caret(&mut control, typed);
    let (display, window) = program(&server, "reader");
    let asked = eventually(|| match window.clipboard().paste_text() {
        Some(asked) => Ok(asked),
        None => {
            display.sync().expect("the server lives");
            Err("nothing was copied".to_owned())
        }
    });
    let text = pasted(&display);
    assert_eq!(text.paste, asked);
    assert_eq!(text.text(), "Transom typesäöü");
}
