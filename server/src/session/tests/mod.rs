//! Sessions driven directly: no socket, no sleep, no clock.

mod arrays;
mod drawing;
mod frames;
mod handshake;
mod mistakes;
mod model;
mod polygons;
mod pools;
mod random;
mod rig;
mod shapes;
mod sliced;
mod streamed;
mod text;
