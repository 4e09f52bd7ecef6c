//! The gallery's pages, which show the whole drawing model, compared exactly at the scales of screens.

use transom::{
    Event, Key, KeyCode, KeyEvent, KeyLocation, KeyState, Modifiers, NamedKey, Rect, Scale, Serial,
    Window,
};
use transom_demos::gallery::{PAGES, Props, Typing, draw_page};
use transom_demos::palette::PAPER;
use transom_tests::fixture::{Fixture, session};
use transom_tests::snapshot::{Picture, assert_snapshot};

use crate::rebuild::execute;

/// A page as large as its exhibits are meant to be.
fn picture(page: usize, scale: Scale) -> Picture {
    let fixture = shown(page, scale);
    fixture.window("page").expect("it has a frame")
}

/// A display that shows a page, of which what it was drawn with is gone again.
fn shown(page: usize, scale: Scale) -> Fixture {
    let mut fixture = Fixture::new(1500, 800, scale);
    let client = fixture.connect();
    let display = fixture.clients[client].display.clone();
    let window = display.window("page").size(660.0, 336.0).build();
    fixture.settle();
    let props = Props::new(&display, &window).expect("it is connected");
    let mut frame = window.frame();
    frame.clear(PAPER);
    let area = Rect::new(0.0, 0.0, 660.0, 336.0);
    draw_page(&mut frame, area, &PAGES[page], &props);
    frame.commit().expect("it is short");
    drop(props);
    fixture.settle();
    for event in fixture.clients[client].events() {
        let failed = matches!(event, Event::RequestFailed { .. });
        assert!(!failed, "{event:?}");
    }
    // A window that is dropped is gone.
    std::mem::forget(window);
    fixture
}

fn at_every_scale(title: &str) {
    let page = PAGES.iter().position(|page| page.title == title);
    let page = page.expect("there is such a page");
    for (suffix, scale) in [("1", 120), ("1.5", 180), ("2", 240)] {
        let name = format!("gallery-{}-{suffix}", title.to_lowercase());
        assert_snapshot(&name, &picture(page, Scale(scale)));
    }
}

/// A test for each page.
macro_rules! pages {
    ($($test:ident $title:literal)*) => {
        $(#[test]
        fn $test() {
            at_every_scale($title);
        })*

        #[test]
        fn every_page_has_its_pictures() {
            // Which fonts one of them finds is the machine's concern; the one to type on is the
            // program's.
            let exhibits = PAGES.iter().filter(|page| !page.is_typing());
            let titles = exhibits.map(|page| page.title);
            let titles: Vec<_> = titles.filter(|title| *title != "Layout").collect();
            assert_eq!(titles, [$($title),*]);
        }
    };
}

pages! {
    rectangles "Rectangles"
    lines "Lines"
    paths "Paths"
    images "Images"
    text "Text"
    state "State"
    copies "Copies"
    paints "Paints"
    blending "Blending"
    arrays "Arrays"
}

/// What the library keeps of gradients, patterns, lists and images is enough to draw the page anew.
#[test]
fn what_pages_are_drawn_with_can_be_made_anew() {
    let scale = Scale(120);
    for (page, entry) in PAGES
        .iter()
        .enumerate()
        .filter(|(_, page)| !page.is_typing())
    {
        let fixture = shown(page, scale);
        let display = fixture.clients[0].display.clone();
        let rebuild = display.with_core(|core| core.rebuild());
        assert_eq!(rebuild.lost, [], "{}", entry.title);
        let fresh = Fixture::new(1500, 800, scale);
        execute(&mut session(), &fresh, &rebuild.bytes).expect("nothing is refused");
        let (before, after) = (fixture.window("page"), fresh.window("page"));
        assert!(before.is_some() && before == after, "{}", entry.title);
    }
}

#[test]
fn a_difference_of_one_step_in_one_pixel_is_found() {
    // Accepting would accept the difference.
    if std::env::var_os("TRANSOM_ACCEPT").is_some() {
        return;
    }
    let page = PAGES.iter().position(|page| page.title == "Paints");
    let mut picture = picture(page.expect("there is such a page"), Scale(120));
    let at = picture.pixels.len() / 2;
    picture.pixels[at].b ^= 1;
    let compared = std::panic::catch_unwind(|| assert_snapshot("gallery-paints-1", &picture));
    assert!(compared.is_err(), "it was taken for the same");
}

/// The page to type on: a text that is selected in one field, and in the others no keyboard.
#[test]
fn typing() {
    for (suffix, scale) in [("1", 120), ("1.5", 180), ("2", 240)] {
        let mut fixture = Fixture::new(1500, 800, Scale(scale));
        let client = fixture.connect();
        let display = fixture.clients[client].display.clone();
        let window = display.window("page").size(660.0, 336.0).build();
        fixture.settle();
        let mut page = Typing::default();
        page.focus(Some(0), &window);
        page.handle(&key(&window, NamedKey::ARROW_LEFT), &window);
        let mut frame = window.frame();
        frame.clear(PAPER);
        page.draw(&mut frame, Rect::new(0.0, 0.0, 660.0, 336.0), &window);
        frame.commit().expect("it is short");
        fixture.settle();
        assert_eq!(page.field(0).selected(), "Transom");
        let picture = fixture.window("page").expect("it has a frame");
        assert_snapshot(&format!("gallery-typing-{suffix}"), &picture);
    }
}

/// A key with Control and Shift.
fn key(window: &Window, key: NamedKey) -> Event {
    Event::Key(KeyEvent {
        window: window.id(),
        state: KeyState::Pressed,
        key: Key::Named(key),
        unmodified: Key::Named(key),
        text: String::new(),
        code: KeyCode(0),
        evdev: 0,
        location: KeyLocation::Standard,
        modifiers: Modifiers::CONTROL | Modifiers::SHIFT,
        serial: Serial::NONE,
        time: 0,
    })
}
