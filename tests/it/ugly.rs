//! Peers that misbehave, beside one that does not and must not notice.

use std::time::Duration;

use serde_json::{Value, json};
use transom::{Color, PixelRect, PixelSize, Rect, Size};
use transom_protocol::codec::{MAGIC, write_packet};
use transom_protocol::hello::Codec;
use transom_protocol::ids::{ImageId, SurfaceId, WindowId};
use transom_protocol::input::ButtonState;
use transom_protocol::request::{
    BeginImage, DestroyWindow, ImageData, ImageFlags, ImageFormat, ReadPixels, SetTitle,
};
use transom_protocol::{Event, Request};
use transom_tests::client::{Raw, hello};
use transom_tests::control::Control;
use transom_tests::eventually;
use transom_tests::random::Random;
use transom_tests::server::Server;
use transom_tests::witness::Witness;

/// How much memory a server may keep after everything is over.
const SLACK: u64 = 20 << 20;

/// A server and a witness. What is done to it must not matter.
struct Scene {
    server: Server,
    witness: Witness,
    memory: u64,
}

impl Scene {
    fn new() -> Self {
        let server = Server::with(&["--listen", "tcp://127.0.0.1:0"]);
        let witness = Witness::start(server.connect());
        let memory = server.memory();
        Self {
            server,
            witness,
            memory,
        }
    }

    /// A connection that has said hello.
    fn client(&self) -> Raw {
        let mut client = self.silent();
        client.greet(&[]);
        client
    }

    /// A connection that has said nothing.
    fn silent(&self) -> Raw {
        Raw::unix(&self.server.socket())
    }

    /// The witness has noticed nothing, its window alone is left, and the memory is back.
    fn over(self) {
        let witness = self.witness.frames();
        let mut control = self.server.control();
        eventually(|| match control.list().len() {
            1 => Ok(()),
            count => Err(format!("{count} windows are left")),
        });
        let frames = self.witness.ask();
        let memory = self.server.wait_memory(self.memory, SLACK);
        println!(
            "{witness} frames of the witness, {} more; memory {} kB before and {} kB after",
            frames - witness,
            self.memory >> 10,
            memory >> 10
        );
        assert_eq!(self.server.process.stderr(), "", "the server complains");
    }
}

#[test]
fn garbage_ends_only_the_connection_it_came_on() {
    let scene = Scene::new();
    let mut random = Random(1);
    for round in 0..60 {
        let mut client = scene.silent();
        let bytes = random.bytes(1 << (round % 15));
        match round % 3 {
            0 => drop(client.try_bytes(&bytes)),
            1 => {
                drop(client.try_bytes(&MAGIC));
                drop(client.try_bytes(&bytes));
            }
            _ => {
                client.greet(&[]);
                drop(client.try_bytes(&bytes));
            }
        }
        drop(client);
    }
    // Whole packets with nonsense in them.
    for seed in 0..40 {
        let mut random = Random(seed);
        let mut client = scene.client();
        let mut bytes = Vec::new();
        for _ in 0..30 {
            let opcode = random.below(0xa0) as u16;
            let length = random.below(80);
            let body = random.bytes(length);
            write_packet(&mut bytes, opcode, |out| out.extend_from_slice(&body));
        }
        drop(client.try_bytes(&bytes));
        drop(client);
    }
    scene.over();
}

#[test]
fn half_a_packet_is_waited_for_and_forgotten_with_its_connection() {
    let scene = Scene::new();
    let mut bytes = MAGIC.to_vec();
    Request::from(hello(&[])).write(&mut bytes);
    let title = "t".repeat(500);
    let window = WindowId(1);
    Request::from(SetTitle {
        window,
        title: title.as_str().into(),
    })
    .write(&mut bytes);
    for cut in (0..bytes.len()).step_by(7) {
        let mut client = scene.silent();
        client.bytes(&bytes[..cut]);
    }
    // One byte after the other is as good as all at once.
    let mut slow = scene.silent();
    for byte in &bytes {
        slow.bytes(&[*byte]);
    }
    let errors = slow.sync(1);
    assert!(errors[0].starts_with("unknown-id"), "{errors:?}");
    drop(slow);
    scene.over();
}

#[test]
fn a_claim_of_4_gib_is_refused_at_once() {
    let scene = Scene::new();
    for length in [u32::MAX, 0, 1, (1 << 20) + 1, i32::MAX as u32] {
        let mut client = scene.client();
        client.bytes(&length.to_le_bytes());
        let reason = client.closed().expect("it is told why");
        let codes = ["malformed", "too-large"];
        assert!(
            codes.iter().any(|code| reason.starts_with(code)),
            "{reason}"
        );
    }
    // Counts inside a packet, and images, are no more believed.
    let mut client = scene.client();
    let size = Size::new(10.0, 10.0);
    client.window(1, "liar", 10.0, 10.0);
    client.frame(1, size, 1, |d| d.clear_to(Color::RED));
    let mut bytes = Vec::new();
    write_packet(&mut bytes, 0x0051, |out| {
        out.extend_from_slice(&1u32.to_le_bytes());
        out.extend_from_slice(&[2, 0, 0, 0, 255, 255, 255, 255]);
    });
    client.bytes(&bytes);
    let reason = client.closed().unwrap_or_default();
    assert!(reason.starts_with("malformed"), "{reason}");
    let mut client = scene.client();
    for image in 1..200 {
        client.send(BeginImage {
            image: ImageId(image),
            size: PixelSize::new(30_000, 30_000),
            format: ImageFormat::Rgba,
            flags: ImageFlags::NONE,
        });
    }
    let errors = client.sync(1);
    assert_eq!(errors.len(), 199, "each is refused");
    assert!(scene.server.memory() < scene.memory + SLACK);
    drop(client);
    scene.over();
}

#[test]
fn what_is_unknown_is_skipped_and_told() {
    let scene = Scene::new();
    let mut client = scene.client();
    client.window(1, "unknown", 50.0, 50.0);
    let size = Size::new(50.0, 50.0);
    client.frame(1, size, 1, |d| d.clear_to(Color::RED));
    let mut bytes = Vec::new();
    write_packet(&mut bytes, 0x7abc, |out| {
        out.extend_from_slice(b"from the future")
    });
    client.bytes(&bytes);
    let errors = client.sync(1);
    assert!(
        errors.len() == 1 && errors[0].starts_with("unsupported"),
        "{errors:?}"
    );
    // An unknown operation between two known ones: both are done.
    client.send(transom_protocol::request::Begin {
        window: WindowId(1),
        configure: transom::Serial::NONE,
        size,
    });
    let mut ops = transom_protocol::draw::DrawBuffer::new();
    ops.clear_to(Color::GREEN);
    let mut bytes = Vec::new();
    write_packet(&mut bytes, 0x0051, |out| {
        out.extend_from_slice(&1u32.to_le_bytes());
        out.extend_from_slice(&[0xee, 0, 2, 0, 1, 2, 3, 4]);
        out.extend_from_slice(ops.as_bytes());
    });
    client.bytes(&bytes).commit(1, 2);
    let errors = client.sync(2);
    assert!(
        errors.len() == 1 && errors[0].starts_with("unsupported"),
        "{errors:?}"
    );
    let mut control = scene.server.control();
    let id = control.wait_window("unknown")["id"].as_u64();
    assert_eq!(control.shot(id).at(25, 25), Color::GREEN);
    drop(client);
    scene.over();
}

#[test]
fn ids_of_others_mean_nothing() {
    let scene = Scene::new();
    let mut client = scene.client();
    // The witness's window has the id 1 on its own connection.
    client.send(DestroyWindow {
        window: WindowId(1),
    });
    client.send(SetTitle {
        window: WindowId(1),
        title: "stolen".into(),
    });
    client.draw(SurfaceId(1), |d| d.clear_to(Color::RED));
    client.commit(1, 1);
    let id = 1;
    let rect = PixelRect::new(0, 0, 10, 10);
    client.send(ReadPixels {
        id,
        surface: SurfaceId(1),
        rect,
    });
    let errors = client.sync(1);
    assert_eq!(errors.len(), 5, "{errors:?}");
    assert!(
        errors.iter().all(|e| e.starts_with("unknown-id")),
        "{errors:?}"
    );
    let titles = scene.server.control().list();
    assert!(titles.iter().all(|w| w["title"] == "witness"), "{titles:?}");
    drop(client);
    scene.over();
}

#[test]
fn a_client_killed_in_the_middle_of_a_frame_leaves_nothing() {
    let scene = Scene::new();
    for round in 0..20 {
        let mut client = scene.client();
        client.window(1, "victim", 300.0, 200.0);
        let size = Size::new(300.0, 200.0);
        client.frame(1, size, 1, |d| d.clear_to(Color::RED));
        client.send(transom_protocol::request::Begin {
            window: WindowId(1),
            configure: transom::Serial::NONE,
            size,
        });
        client.draw(SurfaceId(1), |d| d.clear_to(Color::BLUE));
        client.send(BeginImage {
            image: ImageId(1),
            size: PixelSize::new(500, 500),
            format: ImageFormat::Rgba,
            flags: ImageFlags::NONE,
        });
        let (image, codec) = (ImageId(1), Codec::Raw);
        let data = &[7; 50_000];
        client.send(ImageData { image, codec, data });
        let mut bytes = Vec::new();
        Request::from(ImageData { image, codec, data }).write(&mut bytes);
        client.bytes(&bytes[..bytes.len() * round / 20]);
    }
    // And as a process.
    let clock = scene.server.start_program("clock", scene.server.display());
    let mut control = scene.server.control();
    control.wait_window("Clock");
    clock.signal(rustix::process::Signal::KILL);
    assert!(!clock.finish().status.success());
    scene.over();
}

#[test]
fn many_clients_come_at_once_and_go() {
    let scene = Scene::new();
    let mut clients: Vec<_> = (0..200).map(|_| scene.silent()).collect();
    let size = Size::new(60.0, 40.0);
    for (n, client) in clients.iter_mut().enumerate() {
        client.greet(&[]).window(1, "one of many", 60.0, 40.0);
        let color = Color::hex(n as u32 * 1000);
        client.frame(1, size, 1, |d| d.clear_to(color));
    }
    for client in &mut clients {
        assert_eq!(client.sync(1), Vec::<String>::new());
    }
    assert_eq!(scene.server.control().list().len(), 201);
    scene.witness.sees(3);
    drop(clients);
    scene.over();
}

#[test]
fn a_client_that_is_one_too_many_is_told_so() {
    let scene = Scene::new();
    let mut clients: Vec<_> = (0..511).map(|_| scene.silent()).collect();
    // In order: the server has accepted a connection when a later one is answered.
    let mut refused = scene.silent();
    drop(refused.try_bytes(&MAGIC));
    let reason = refused.closed().expect("it is told why");
    assert!(reason.starts_with("full"), "{reason}");
    drop(clients.drain(..100));
    eventually(|| {
        let mut client = scene.silent();
        drop(client.try_bytes(&MAGIC));
        client.send(hello(&[]));
        match client.event(|event| matches!(event, Event::Welcome(_))) {
            Some(true) => Ok(()),
            _ => Err("there is no place again".into()),
        }
    });
    drop((clients, refused));
    let Scene {
        server, witness, ..
    } = scene;
    witness.ask();
    // It was told once, not for every attempt.
    assert_eq!(server.process.stderr().matches("no more").count(), 1);
}

/// Those who are only found out by time, all at once.
#[test]
fn silent_and_stalled_peers_are_cut_off_in_the_end() {
    let scene = Scene::new();
    let mut control = scene.server.control();
    let mut silent: Vec<_> = (0..50).map(|_| scene.silent()).collect();
    silent.iter_mut().skip(25).for_each(|client| {
        client.bytes(&MAGIC[..5]);
    });
    // Asks for pixels without reading them.
    let mut greedy = scene.client();
    greedy.window(1, "greedy", 1000.0, 700.0);
    let size = Size::new(1000.0, 700.0);
    let all = Rect::from_size(size);
    greedy.frame(1, size, 1, |d| {
        d.fill_rects(Color::RED.into(), false, &[all])
    });
    greedy.set_patience(Duration::from_millis(300));
    let rect = PixelRect::new(0, 0, 1000, 700);
    let surface = SurfaceId(1);
    let mut request = Vec::new();
    Request::from(ReadPixels {
        id: 1,
        surface,
        rect,
    })
    .write(&mut request);
    let requests = request.repeat(200_000);
    assert!(
        greedy.try_bytes(&requests).is_err(),
        "the server reads on for ever"
    );
    scene.witness.sees(3);
    for (n, client) in silent.iter_mut().enumerate() {
        let reason = client.closed();
        assert!(
            reason.is_some_and(|r| r.starts_with("handshake")),
            "silent peer {n}"
        );
    }
    // The greedy one holds its connection and is cut off all the same.
    eventually(|| {
        let windows = control.list();
        match windows.iter().all(|w| w["title"] == "witness") {
            true => Ok(()),
            false => Err(format!("{windows:?}")),
        }
    });
    scene.over();
    drop((greedy, silent));
}

/// The clicks of one request, the most that it may have. Nobody waits until a program has read them.
const CLICKS: usize = 100;

/// Clicks into a window as often as one request may, unless the window has gone.
fn click(control: &mut Control, window: &Value) {
    control.try_ask(&json!({
        "cmd": "inject", "input": "click", "x": 50, "y": 50, "window": window, "count": CLICKS
    }));
}

/// A client with a window of this title, and the number that tools know the window by.
fn with_window(scene: &Scene, control: &mut Control, title: &str) -> (Raw, Value) {
    let size = Size::new(400.0, 300.0);
    let mut client = scene.client();
    client.window(1, title, size.width, size.height);
    client.frame(1, size, 1, |d| d.clear_to(Color::BLUE));
    let id = control.wait_window(title)["id"].clone();
    (client, id)
}

#[test]
fn a_client_that_does_not_read_its_events_is_cut_off_under_input() {
    let scene = Scene::new();
    let mut control = scene.server.control();
    let (mut deaf, window) = with_window(&scene, &mut control, "deaf");
    while control.list().iter().any(|w| w["title"] == "deaf") {
        click(&mut control, &window);
        assert!(
            scene.server.memory() < scene.memory + SLACK,
            "it gathers without bound"
        );
    }
    // Because of what it did not read, and not because of the time that took.
    let reason = deaf.closed().expect("it is told why");
    assert!(reason.contains("too many unread events"), "{reason}");
    drop(deaf);
    scene.over();
}

/// It may be that all fits into what the server and the kernel keep, or that some is lost. What may
/// not be is that some is lost, and the client goes on as if nothing had been.
#[test]
fn a_client_for_which_events_were_lost_is_told_so_and_not_left_deaf() {
    let scene = Scene::new();
    let mut control = scene.server.control();
    let mut ends = [0, 0];
    for requests in [1, 50, 100, 150, 200, 2000] {
        let title = format!("overrun by {requests}");
        let (mut client, window) = with_window(&scene, &mut control, &title);
        for _ in 0..requests {
            click(&mut control, &window);
        }
        let presses = requests * CLICKS;
        let (mut pressed, mut reason) = (0, None);
        while pressed < presses
            && client
                .event(|event| match event {
                    Event::PointerButton(button) => {
                        pressed += usize::from(button.state == ButtonState::Pressed);
                    }
                    Event::Closed(closed) => reason = Some(closed.text.0.to_owned()),
                    _ => {}
                })
                .is_some()
        {}
        if pressed == presses {
            ends[0] += 1;
            continue;
        }
        let reason = reason.unwrap_or_else(|| panic!("{pressed} of {presses} arrived"));
        assert!(reason.contains("too many unread events"), "{reason}");
        ends[1] += 1;
    }
    assert!(ends[0] > 0 && ends[1] > 0, "both ends are seen: {ends:?}");
    scene.over();
}

#[test]
fn a_flood_of_windows_surfaces_and_images_ends_at_a_quota() {
    let scene = Scene::new();
    let mut client = scene.client();
    for id in 1..=300 {
        client.window(id, "flood", 10.0, 10.0);
    }
    let errors = client.sync(1);
    assert_eq!(errors.len(), 300 - 256, "{:?}", errors.first());
    assert!(errors.iter().all(|e| e.starts_with("quota")), "{errors:?}");
    // Buffers of 4K windows until there is no more memory for it.
    let mut refused = 0;
    for id in 1..=40u32 {
        let size = Size::new(3840.0, 2160.0);
        client.frame(id, size, id, |d| d.clear_to(Color::RED));
        refused += client.sync(1 + id).len();
    }
    assert!(refused > 0, "512 MiB hold no 40 windows of 32 MiB");
    scene.witness.sees(3);
    drop(client);
    scene.over();
}
