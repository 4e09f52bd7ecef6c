#!/usr/bin/env python3
"""A Transom client in plain Python: it shows a window and prints the keys that are pressed in it.

TRANSOM_DISPLAY names the display. Escape ends it, and so does closing the window. PROTOCOL.md says
what the bytes mean; numbers such as (7.2) are its sections.
"""
import ipaddress, json, math, os, re, secrets, signal, socket, sys
from pathlib import Path
from struct import pack, unpack_from

MAGIC = b"TRANSOM\0"
HELLO, PONG, CREATE_WINDOW, CREATE_GLYPH_SET, ADD_GLYPHS = 0x0001, 0x0003, 0x0010, 0x0070, 0x0071
BEGIN, DRAW, COMMIT = 0x0050, 0x0051, 0x0052
WELCOME, CLOSED, ERROR, PING, KEY = 0x8001, 0x8002, 0x8003, 0x8006, 0x8022
CONFIGURE, CLOSE_REQUESTED, REDRAW = 0x8010, 0x8011, 0x8014
CLEAR, FILL_RECTS, SEGMENTS, POLYLINE, GLYPH_RUN, SET_TRANSFORM = 0x01, 0x02, 0x06, 0x07, 0x0b, 0x11
NATURAL = 0x20  # a flag of a glyph run: each glyph stands by the advance in its record
FULL, ROUND, PRESSED, ESCAPE = 0, 1, 1, 0x80000000 + 4
WINDOW, GLYPHS = 1, 1  # a client chooses its ids, so it need not wait for any (4.4)
WIDTH, HEIGHT = 480, 300  # what the picture is designed for, in logical units

LETTERS = {  # advance and outline, 1000 units to an em, y upwards; a hole runs the other way round
    "H": (700, "M80 0 L220 0 L220 290 L480 290 L480 0 L620 0 L620 700 L480 700 L480 415 L220 415"
               "L220 700 L80 700"),
    "E": (620, "M80 0 L560 0 L560 125 L220 125 L220 290 L510 290 L510 415 L220 415 L220 575"
               "L560 575 L560 700 L80 700"),
    "L": (580, "M80 0 L550 0 L550 125 L220 125 L220 700 L80 700"),
    "O": (780, "M740 350 C740 550 583 712 390 712 C197 712 40 550 40 350 C40 150 197 -12 390 -12"
               "C583 -12 740 150 740 350 M598 350 C598 220 505 115 390 115 C275 115 182 220 182 350"
               "C182 480 275 585 390 585 C505 585 598 480 598 350")}

# Bytes: everything is little-endian and packed (3).

def packet(opcode, *fields):
    body = b"".join(fields)
    return pack("<IH", 2 + len(body), opcode) + body

def text(string):
    return pack("<H", len(string.encode())) + string.encode()

def read_text(body, offset):
    length, = unpack_from("<H", body, offset)
    return body[offset + 2:offset + 2 + length].decode()

def padded(data):
    return data + bytes(-len(data) % 4)

def record(kind, flags, *fields):
    """A drawing operation; its length counts words of four bytes, the head among them (11.1)."""
    body = padded(b"".join(fields))
    return pack("<BBH", kind, flags, 1 + len(body) // 4) + body

def glyph(letter):
    """A letter as a glyph record: all verbs first, padded, then all points (10.1)."""
    advance, outline = LETTERS[letter]
    verbs = bytes("MLQC".index(verb) for verb in re.findall("[A-Z]", outline))
    numbers = [int(number) for number in re.findall("-?[0-9]+", outline)]
    points = pack(f"<{len(numbers)}h", *numbers)
    body = pack("<HH", len(verbs), len(numbers) // 2) + padded(verbs) + points
    return pack("<HBBhH", ord(letter), 0, 0, advance, 2 + len(body) // 4) + body

# The picture. Its records are always the same; a transform fits them into the window.

def shapes(kind, color, style, items):
    """Rectangles, lines or points, each a tuple of coordinates; style: the fields before them."""
    items = [pack(f"<{len(item)}f", *item) for item in items]
    return record(kind, 0, bytes.fromhex(color), style, *items)

def word(color, string, size, y):
    """A word in the middle. The server places its letters, by the advances that came with them."""
    left = (WIDTH - sum(LETTERS[letter][0] for letter in string) * size / 1000) / 2
    return record(GLYPH_RUN, NATURAL, pack("<I", GLYPHS), bytes.fromhex(color),
                  pack("<fffHH", size, left, y, len(string), 0), string.encode())

def picture():
    snake = [(x, 218 - 14 * math.cos((377 - x) / 27)) for x in range(80, 378, 3)]
    skin = pack("<ffBBH", 20, 4, ROUND, ROUND, 0)  # width, miter limit, cap, join, no dashes (11.4)
    tongue = [(380, 204, 402, 204), (402, 204, 409, 200), (402, 204, 409, 208)]
    return b"".join([
        word("00000066", "HELLO", 104, 141),
        word("ffd43bff", "HELLO", 104, 138),
        shapes(SEGMENTS, "ff6b6bff", pack("<fBxxx", 2, ROUND), tongue),
        shapes(POLYLINE, "4b8bbeff", skin, snake),
        shapes(FILL_RECTS, "14213dff", b"", [(376, 198, 4, 4)]),
        # The ground goes far beyond the design, for windows of another shape.
        shapes(FILL_RECTS, "3f8a6bff", b"", [(-1000, 245, 2500, 2000)]),
        shapes(FILL_RECTS, "2f6b54ff", b"", [(-1000, 266, 2500, 2000)])])

def full_frame(number, configure, width, height):
    """A frame that stands for itself: it draws every pixel, as it begins with clear (8.1)."""
    fit = min(width / WIDTH, height / HEIGHT)
    transform = pack("<6f", fit, 0, 0, fit, (width - WIDTH * fit) / 2, (height - HEIGHT * fit) / 2)
    return (packet(BEGIN, pack("<IIff", WINDOW, configure, width, height))
            + packet(DRAW, pack("<I", WINDOW), record(CLEAR, 0, bytes.fromhex("14213dff")),
                     record(SET_TRANSFORM, 0, transform), picture())
            + packet(COMMIT, pack("<IBI", number, FULL, WINDOW)))

def first_flight(token):
    """All up to the first picture, in one write: nothing in it needs an answer (5)."""
    hello = packet(HELLO, pack("<HHQBI", 1, 1, 0, 0, 1), secrets.token_bytes(16 + 32),
                   pack("<BIH", 0, os.getpid(), len(token)), token,
                   text("python-client"), text(socket.gethostname()))
    glyphs = (packet(CREATE_GLYPH_SET, pack("<IHH", GLYPHS, 1000, 0))
              + packet(ADD_GLYPHS, pack("<I", GLYPHS), *map(glyph, LETTERS)))
    window = packet(CREATE_WINDOW, pack("<IIIBBBff", WINDOW, 1, 0, 0, 0, 0, WIDTH, HEIGHT),
                    text("Hello from Python"), text("org.example.python"))
    return MAGIC + hello + glyphs + window + full_frame(1, 0, WIDTH, HEIGHT)

# The connection.

def connect(display):
    """A socket to the display, and the token to show there (2)."""
    if match := re.fullmatch(r"tcp://(?:\[(.+)\]|([^][/:]+)):([0-9]+)", display):
        sock = socket.create_connection((match[1] or match[2], int(match[3])))
        return sock, token(ipaddress.ip_address(sock.getpeername()[0]).is_loopback)
    if match := re.fullmatch(r":([0-9]+)(\.[0-9]+)?", display):
        runtime = os.environ.get("XDG_RUNTIME_DIR")
        path = Path(runtime or "/tmp", "transom" if runtime else f"transom-{os.getuid()}", match[1])
        if path.parent.stat().st_uid != os.getuid():
            raise ConnectionError(f"{path.parent} belongs to somebody else")
    elif match := re.fullmatch("unix:(/.+)", display):
        path = match[1]
    else:
        raise ValueError("TRANSOM_DISPLAY is not :N, unix:/path, tcp://host:port, tcp://[v6]:port")
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(str(path))
    return sock, b""  # no token: the server sees whose process this is

def token(loopback):
    """The first of three that is there. The server's own file is for its own machine alone."""
    digits, path = os.environ.get("TRANSOM_TOKEN"), os.environ.get("TRANSOM_TOKEN_FILE")
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state", "transom/token")
    if not path and loopback and state.exists():
        path = state
    return bytes.fromhex(digits or (Path(path).read_text() if path else ""))

def packets(sock):
    """What the server sends. Instead of the magic there may be a line that says what is wrong."""
    stream = sock.makefile("rb")
    if (magic := stream.read(len(MAGIC))) != MAGIC:
        raise ConnectionError((magic + stream.readline()).decode(errors="replace").strip())
    while len(head := stream.read(6)) == 6:
        length, opcode = unpack_from("<IH", head)
        if len(body := stream.read(length - 2)) == length - 2:
            yield opcode, body
    raise ConnectionError("the server is gone")

def run(sock, token):
    """Shows the window until it is closed."""
    sock.sendall(first_flight(token))
    frame, configure, width, height, scale = 1, 0, WIDTH, HEIGHT, None
    for opcode, body in packets(sock):
        redraw = opcode == REDRAW
        if opcode == WELCOME:
            scale, = unpack_from("<I", body, 16)
        elif opcode == CONFIGURE:
            before = width, height, scale
            configure, pixels_x, pixels_y, scale = unpack_from("<4I", body, 4)
            # A side of 0 is for the client to choose: it stays as it is.
            width, height = pixels_x * 120 / scale or width, pixels_y * 120 / scale or height
            redraw = (width, height, scale) != before
        elif opcode == KEY:
            state, code, _, logical = unpack_from("<BHHI", body, 8)
            if state == PRESSED:  # the code says where the key is (14.3), the text what it enters
                print(f"key 0x{code:02x}", json.dumps(read_text(body, 22)), flush=True)
            if logical == ESCAPE:
                return
        elif opcode == CLOSE_REQUESTED:
            return
        elif opcode == PING:
            sock.sendall(packet(PONG, body))
        elif opcode == ERROR:
            print("client.py:", read_text(body, 10), file=sys.stderr)
        elif opcode == CLOSED:
            raise ConnectionError(read_text(body, 6))
        if redraw:
            frame += 1
            sock.sendall(full_frame(frame, configure, width, height))

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a traceback
    display = os.environ.get("TRANSOM_DISPLAY", "")
    try:
        run(*connect(display))
    except (OSError, ValueError) as problem:
        sys.exit(f"client.py: {display}: {problem}")
