//! Keyboards of other countries: the layout says what keys mean, wherever they are.

use transom_protocol::input::{Key, KeyState, Modifiers, NamedKey};

use super::client::{Client, Told};
use super::hands::Hands;
use super::input::Desk;
use super::screen::Screen;
use super::server::Server;
use super::{installed, until};

const SHIFT: u8 = 42;
const CONTROL: u8 = 29;
/// AltGr, where the layout has one.
const RIGHT_ALT: u8 = 100;
const CAPS_LOCK: u8 = 58;
const NUM_LOCK: u8 = 69;
const MENU: u8 = 127;

/// Keys held one after the other, by their evdev codes; and of the last one its code, what it means
/// with the others and without, and what it enters.
type Case = (&'static [u8], &'static str, Key, Key, &'static str);

const fn c(c: char) -> Key {
    Key::Character(c)
}

const fn named(name: NamedKey) -> Key {
    Key::Named(name)
}

const GERMAN: &[Case] = &[
    (&[21], "KeyY", c('z'), c('z'), "z"),
    (&[44], "KeyZ", c('y'), c('y'), "y"),
    (&[12], "Minus", c('ß'), c('ß'), "ß"),
    (&[SHIFT, 26], "BracketLeft", c('Ü'), c('ü'), "Ü"),
    (&[RIGHT_ALT, 16], "KeyQ", c('@'), c('q'), "@"),
    (&[RIGHT_ALT, 18], "KeyE", c('€'), c('e'), "€"),
    (&[RIGHT_ALT, 86], "IntlBackslash", c('|'), c('<'), "|"),
    (&[CONTROL, 21], "KeyY", c('z'), c('z'), ""),
    (&[CONTROL, RIGHT_ALT, 16], "KeyQ", c('@'), c('q'), ""),
    // Two accents, and one that is wanted by itself.
    (&[41], "Backquote", Key::Dead('^'), Key::Dead('^'), ""),
    (&[18], "KeyE", c('ê'), c('e'), "ê"),
    (&[13], "Equal", Key::Dead('´'), Key::Dead('´'), ""),
    (&[SHIFT, 30], "KeyA", c('Á'), c('a'), "Á"),
    (&[41], "Backquote", Key::Dead('^'), Key::Dead('^'), ""),
    (&[57], "Space", c(' '), c(' '), "^"),
];

const FRENCH: &[Case] = &[
    (&[16], "KeyQ", c('a'), c('a'), "a"),
    (&[2], "Digit1", c('&'), c('&'), "&"),
    (&[SHIFT, 2], "Digit1", c('1'), c('&'), "1"),
    (&[3], "Digit2", c('é'), c('é'), "é"),
    (&[26], "BracketLeft", Key::Dead('^'), Key::Dead('^'), ""),
    (&[24], "KeyO", c('ô'), c('o'), "ô"),
    (&[RIGHT_ALT, 11], "Digit0", c('@'), c('à'), "@"),
];

const RUSSIAN: &[Case] = &[
    (&[46], "KeyC", c('с'), c('с'), "с"),
    (&[SHIFT, 46], "KeyC", c('С'), c('с'), "С"),
    (&[CONTROL, 46], "KeyC", c('с'), c('с'), ""),
    (&[39], "Semicolon", c('ж'), c('ж'), "ж"),
    (&[53], "Slash", c('.'), c('.'), "."),
];

const JAPANESE: &[Case] = &[
    (&[SHIFT, 3], "Digit2", c('"'), c('2'), "\""),
    (&[89], "IntlRo", c('\\'), c('\\'), "\\"),
    (&[SHIFT, 124], "IntlYen", c('|'), c('\\'), "|"),
    (
        &[92],
        "Convert",
        named(NamedKey::CONVERT),
        named(NamedKey::CONVERT),
        "",
    ),
    (
        &[94],
        "NonConvert",
        named(NamedKey::NON_CONVERT),
        named(NamedKey::NON_CONVERT),
        "",
    ),
    (
        &[93],
        "KanaMode",
        named(NamedKey::HIRAGANA_KATAKANA),
        named(NamedKey::HIRAGANA_KATAKANA),
        "",
    ),
    (
        &[41],
        "Backquote",
        named(NamedKey::ZENKAKU_HANKAKU),
        named(NamedKey::ZENKAKU_HANKAKU),
        "",
    ),
    (
        &[CAPS_LOCK],
        "CapsLock",
        named(NamedKey::ALPHANUMERIC),
        named(NamedKey::ALPHANUMERIC),
        "",
    ),
];

/// The right Alt key is Compose there. Within a sequence keys mean nothing by themselves.
const COMPOSE: &[Case] = &[
    (
        &[RIGHT_ALT],
        "AltRight",
        named(NamedKey::COMPOSE),
        named(NamedKey::COMPOSE),
        "",
    ),
    (&[40], "Quote", Key::Unidentified, c('\''), ""),
    (&[18], "KeyE", c('é'), c('e'), "é"),
    (
        &[RIGHT_ALT],
        "AltRight",
        named(NamedKey::COMPOSE),
        named(NamedKey::COMPOSE),
        "",
    ),
    (&[SHIFT, 31], "KeyS", Key::Unidentified, c('s'), ""),
    (&[SHIFT, 31], "KeyS", c('ẞ'), c('s'), "ẞ"),
];

const LAYOUTS: &[(&str, &[Case])] = &[
    ("de", GERMAN),
    ("fr", FRENCH),
    ("ru", RUSSIAN),
    ("jp", JAPANESE),
    ("us -option compose:ralt", COMPOSE),
];

impl Desk {
    /// Another keyboard.
    fn set_layout(&self, layout: &str) {
        let words: Vec<&str> = ["-layout"].into_iter().chain(layout.split(' ')).collect();
        let mut setxkbmap = self.screen.command("setxkbmap", &words);
        assert!(setxkbmap.status().expect("installed").success());
    }

    /// Holds keys one after the other, and returns what was told of the last one's press.
    fn chord(&self, hands: &mut Hands, keys: &[u8]) -> Option<Told> {
        self.client.forget();
        keys.iter().for_each(|key| hands.press(*key));
        keys.iter().rev().for_each(|key| hands.release(*key));
        hands.flush();
        let is = |told: &Told, wanted| matches!(told, Told::Key { state, .. } if *state == wanted);
        until("the release of all keys", || {
            let up = self
                .client
                .recorded(|t| is(t, KeyState::Released).then_some(()));
            (up.len() == keys.len()).then_some(())
        });
        let down = self
            .client
            .recorded(|t| is(t, KeyState::Pressed).then(|| t.clone()));
        down.into_iter().nth(keys.len() - 1)
    }
}

#[test]
fn keys_mean_what_the_layout_says() {
    if !installed(&["setxkbmap"]) {
        return;
    }
    let Some(desk) = Screen::unmanaged().and_then(Desk::on) else {
        return;
    };
    let mut hands = Hands::new(&desk.screen);
    for (layout, cases) in LAYOUTS {
        desk.set_layout(layout);
        for (keys, code, key, unmodified, text) in *cases {
            let expected = Told::Key {
                state: KeyState::Pressed,
                code: (*code).to_owned(),
                evdev: keys[keys.len() - 1].into(),
                key: *key,
                unmodified: *unmodified,
                text: (*text).to_owned(),
            };
            let told = desk.chord(&mut hands, keys);
            assert_eq!(told, Some(expected), "{layout}: {keys:?}");
        }
    }
}

/// Every part of the modifiers' state.
const ALL_KNOWN: u8 = 15;

/// What is locked and the layout's number, as told last.
fn locks(desk: &Desk) -> Option<(u16, u8, u8)> {
    let told = desk.client.recorded(|told| match told {
        Told::Locks(locked, group, known) => Some((*locked, *group, *known)),
        _ => None,
    });
    told.last().copied()
}

#[test]
fn locks_and_the_layout_in_force_are_told() {
    if !installed(&["setxkbmap"]) {
        return;
    }
    let Some(desk) = Screen::unmanaged().and_then(Desk::on) else {
        return;
    };
    let mut hands = Hands::new(&desk.screen);
    desk.set_layout("us,ru -option grp:menu_toggle");
    let (caps, num) = (Modifiers::CAPS_LOCK.0, Modifiers::NUM_LOCK.0);
    for (key, locked, group) in [
        (CAPS_LOCK, caps, 0),
        (NUM_LOCK, caps | num, 0),
        (CAPS_LOCK, num, 0),
        (MENU, num, 1),
        (NUM_LOCK, 0, 1),
        (MENU, 0, 0),
    ] {
        desk.chord(&mut hands, &[key]);
        until("locks", || {
            (locks(&desk)? == (locked, group, ALL_KNOWN)).then_some(())
        });
    }
    // At full speed each key has what was locked before it.
    desk.client.forget();
    for key in [CAPS_LOCK, 30, CAPS_LOCK, 30, MENU, 46, MENU, 46] {
        hands.tap(key);
    }
    hands.flush();
    let texts = || {
        desk.client.recorded(|told| match told {
            Told::Key { text, .. } if !text.is_empty() => Some(text.clone()),
            _ => None,
        })
    };
    until("keys", || (texts().len() == 4).then_some(()));
    assert_eq!(texts(), ["A", "a", "с", "c"]);
}

#[test]
fn the_number_pad_follows_num_lock() {
    let Some(desk) = Screen::unmanaged().and_then(Desk::on) else {
        return;
    };
    let mut hands = Hands::new(&desk.screen);
    let mut seven = || match desk.chord(&mut hands, &[71]) {
        Some(Told::Key {
            code, key, text, ..
        }) => (code, key, text),
        other => panic!("{other:?}"),
    };
    let home = ("Numpad7".to_owned(), named(NamedKey::HOME), String::new());
    assert_eq!(seven(), home);
    desk.screen.xdotool("key Num_Lock");
    until("the lock", || {
        (locks(&desk)?.0 == Modifiers::NUM_LOCK.0).then_some(())
    });
    let digit = ("Numpad7".to_owned(), c('7'), "7".to_owned());
    assert_eq!(seven(), digit);
}

#[test]
fn how_keys_repeat_is_what_the_x_server_says() {
    let Some(screen) = Screen::unmanaged() else {
        return;
    };
    let set = |words: &[&str]| {
        let mut xset = screen.command("xset", words);
        assert!(xset.status().expect("installed").success());
    };
    set(&["r", "rate", "300", "50"]);
    let server = Server::start(("DISPLAY", screen.display()), &["--size", "400x300"]);
    let client = Client::new(&server.socket(), (100.0, 100.0));
    client.wait("how keys repeat", |t| *t == Told::Repeat(300, 20));
    set(&["r", "rate", "200", "25"]);
    client.wait("how they repeat now", |t| *t == Told::Repeat(200, 40));
    set(&["r", "off"]);
    client.wait("that they do not repeat", |t| *t == Told::Repeat(0, 0));
}
