//! [`Keyboard`]: turns strokes into the input of a person typing on a US keyboard.

use transom_protocol::event::ModifiersChanged;
use transom_protocol::input::{KeyCode, KeyState, KnownModifiers, LogicalKey, Modifiers};

use super::keys::Stroke;
use super::message::KeyAction;
use super::us_layout;
use crate::desktop::{Input, KeyInput};

/// A keyboard and which of its modifier keys are down.
#[derive(Clone, Debug, Default)]
pub struct Keyboard {
    held: Vec<KeyCode>,
    /// Whether Caps Lock is on.
    capitals: bool,
}

impl Keyboard {
    /// The input of these keys going down in order, up in reverse order, or both.
    pub fn strokes(&mut self, strokes: &[Stroke], action: KeyAction) -> Vec<Input> {
        let mut input = Vec::new();
        if action != KeyAction::Release {
            for stroke in strokes {
                self.shift_for(*stroke, KeyState::Pressed, &mut input);
                self.key(*stroke, KeyState::Pressed, &mut input);
            }
        }
        if action != KeyAction::Press {
            for stroke in strokes.iter().rev() {
                self.key(*stroke, KeyState::Released, &mut input);
                self.shift_for(*stroke, KeyState::Released, &mut input);
            }
        }
        input
    }

    /// The input of typing this text.
    pub fn text(&mut self, text: &str) -> Vec<Input> {
        let stroke = |c: char| {
            let stroke = Stroke::typing(c);
            let other_way = self.capitals && c.is_ascii_alphabetic();
            Stroke {
                shift: stroke.shift != other_way,
                ..stroke
            }
        };
        let strokes: Vec<_> = text.chars().map(stroke).collect();
        strokes
            .iter()
            .flat_map(|stroke| self.strokes(&[*stroke], KeyAction::Tap))
            .collect()
    }

    /// Shift goes down before, or up after, a key that needs it. One that a tool holds stays.
    fn shift_for(&mut self, stroke: Stroke, state: KeyState, input: &mut Vec<Input>) {
        let down = self.held.contains(&KeyCode::SHIFT_RIGHT);
        let wanted = match state {
            KeyState::Released => down,
            _ => !self.modifiers().contains(Modifiers::SHIFT),
        };
        if stroke.shift && wanted {
            // The right one, so that it is told apart from one that a tool names.
            let shift = Stroke {
                code: KeyCode::SHIFT_RIGHT,
                fallback: LogicalKey::UNIDENTIFIED,
                shift: false,
            };
            self.key(shift, state, input);
        }
    }

    fn key(&mut self, stroke: Stroke, state: KeyState, input: &mut Vec<Input>) {
        input.push(Input::Key(self.key_input(stroke, state)));
        if modifier(stroke.code).is_some() {
            self.held.retain(|code| *code != stroke.code);
            if state != KeyState::Released {
                self.held.push(stroke.code);
            }
            input.push(Input::Modifiers(self.state()));
        }
        if stroke.code == KeyCode::CAPS_LOCK {
            self.caps_lock(state, input);
        }
    }

    /// Each time the key goes down capitals begin, or end; not when it is held and repeats.
    fn caps_lock(&mut self, state: KeyState, input: &mut Vec<Input>) {
        let was_down = self.held.contains(&KeyCode::CAPS_LOCK);
        self.held.retain(|code| *code != KeyCode::CAPS_LOCK);
        if state != KeyState::Released {
            self.held.push(KeyCode::CAPS_LOCK);
            if !was_down {
                self.capitals = !self.capitals;
                input.push(Input::Modifiers(self.state()));
            }
        }
    }

    fn key_input(&self, stroke: Stroke, state: KeyState) -> KeyInput {
        let modifiers = self.modifiers();
        let meaning = |shift| match us_layout::logical(stroke.code, shift) {
            LogicalKey::UNIDENTIFIED => stroke.fallback,
            logical => logical,
        };
        let letter = us_layout::character(meaning(false)).is_some_and(char::is_alphabetic);
        let capital = letter && self.capitals;
        let logical = meaning(modifiers.contains(Modifiers::SHIFT) != capital);
        KeyInput {
            code: stroke.code,
            evdev: us_layout::evdev(stroke.code),
            logical,
            unmodified: meaning(false),
            location: us_layout::location(stroke.code),
            text: entered(logical, modifiers, state),
            state,
        }
    }

    fn state(&self) -> ModifiersChanged {
        ModifiersChanged {
            depressed: self.modifiers(),
            latched: Modifiers::NONE,
            locked: match self.capitals {
                true => Modifiers::CAPS_LOCK,
                false => Modifiers::NONE,
            },
            group: 0,
            known: KnownModifiers::ALL,
        }
    }

    fn modifiers(&self) -> Modifiers {
        let held = self.held.iter().filter_map(|code| modifier(*code));
        held.fold(Modifiers::NONE, Modifiers::with)
    }
}

/// What a key enters: nothing when it goes up, nor with Control, Alt or Super.
fn entered(logical: LogicalKey, modifiers: Modifiers, state: KeyState) -> String {
    let command = Modifiers::CONTROL | Modifiers::ALT | Modifiers::SUPER;
    if state == KeyState::Released || modifiers.intersects(command) {
        return String::new();
    }
    us_layout::character(logical)
        .map(String::from)
        .unwrap_or_default()
}

/// The modifier that a key is.
fn modifier(code: KeyCode) -> Option<Modifiers> {
    Some(match code {
        KeyCode::SHIFT_LEFT | KeyCode::SHIFT_RIGHT => Modifiers::SHIFT,
        KeyCode::CONTROL_LEFT | KeyCode::CONTROL_RIGHT => Modifiers::CONTROL,
        KeyCode::ALT_LEFT => Modifiers::ALT,
        KeyCode::ALT_RIGHT => Modifiers::ALT_GRAPH,
        KeyCode::META_LEFT | KeyCode::META_RIGHT => Modifiers::SUPER,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::parse_keys;

    /// Keys as `+a` and `-a`, modifier states as numbers.
    fn told(input: &[Input]) -> Vec<String> {
        let tell = |input: &Input| match input {
            Input::Key(key) => {
                let sign = if key.state == KeyState::Released {
                    '-'
                } else {
                    '+'
                };
                format!("{sign}{} {:?}", key.code, key.text)
            }
            Input::Modifiers(state) => format!("{}", state.depressed.0),
            other => format!("{other:?}"),
        };
        input.iter().map(tell).collect()
    }

    fn strokes(keyboard: &mut Keyboard, keys: &str, action: KeyAction) -> Vec<String> {
        told(&keyboard.strokes(&parse_keys(keys).expect("keys"), action))
    }

    #[test]
    fn keys_go_down_in_order_and_up_in_reverse() {
        let mut keyboard = Keyboard::default();
        assert_eq!(
            strokes(&mut keyboard, "ctrl+a", KeyAction::Tap),
            [
                "+ControlLeft \"\"",
                "2",
                "+KeyA \"\"",
                "-KeyA \"\"",
                "-ControlLeft \"\"",
                "0"
            ]
        );
    }

    #[test]
    fn typing_presses_shift_where_it_is_needed() {
        let mut keyboard = Keyboard::default();
        assert_eq!(
            told(&keyboard.text("aB")),
            [
                "+KeyA \"a\"",
                "-KeyA \"\"",
                "+ShiftRight \"\"",
                "1",
                "+KeyB \"B\"",
                "-KeyB \"\"",
                "-ShiftRight \"\"",
                "0"
            ]
        );
    }

    #[test]
    fn a_held_modifier_stays_until_it_is_released() {
        let mut keyboard = Keyboard::default();
        strokes(&mut keyboard, "shift", KeyAction::Press);
        assert_eq!(told(&keyboard.text("A")), ["+KeyA \"A\"", "-KeyA \"\""]);
        assert_eq!(
            strokes(&mut keyboard, "shift", KeyAction::Release),
            ["-ShiftLeft \"\"", "0"]
        );
        assert_eq!(told(&keyboard.text("a")), ["+KeyA \"a\"", "-KeyA \"\""]);
    }

    #[test]
    fn caps_lock_makes_capitals_of_letters_alone_and_text_stays_what_it_is() {
        let mut keyboard = Keyboard::default();
        let locked = |input: &[Input]| {
            let states = input.iter().filter_map(|input| match input {
                Input::Modifiers(state) => Some(state.locked),
                _ => None,
            });
            states.collect::<Vec<_>>()
        };
        let caps = &parse_keys("CapsLock").expect("a key");
        let pressed = keyboard.strokes(caps, KeyAction::Press);
        assert_eq!(locked(&pressed), [Modifiers::CAPS_LOCK]);
        let again = keyboard.strokes(caps, KeyAction::Press);
        assert_eq!(locked(&again), [], "it is held");
        keyboard.strokes(caps, KeyAction::Release);
        for (keys, text) in [("a", "A"), ("1", "1"), ("shift+a", "a")] {
            let input = strokes(&mut keyboard, keys, KeyAction::Tap);
            let entered = input.iter().any(|key| key.contains(&format!("{text:?}")));
            assert!(entered, "{keys}: {input:?}");
        }
        let input = told(&keyboard.text("a"));
        assert!(input.contains(&"+KeyA \"a\"".into()), "{input:?}");
        let off = keyboard.strokes(caps, KeyAction::Tap);
        assert_eq!(locked(&off), [Modifiers::NONE]);
        assert_eq!(told(&keyboard.text("a")), ["+KeyA \"a\"", "-KeyA \"\""]);
    }

    #[test]
    fn a_character_the_keyboard_lacks_arrives_as_text() {
        let mut keyboard = Keyboard::default();
        let input = keyboard.text("é");
        let Input::Key(key) = &input[0] else {
            panic!("a key first: {input:?}");
        };
        assert_eq!((key.code, key.evdev), (KeyCode(0), 0));
        assert_eq!((key.logical, key.text.as_str()), ('é'.into(), "é"));
    }
}
