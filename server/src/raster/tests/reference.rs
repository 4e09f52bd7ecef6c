//! Against an independent rasteriser.
