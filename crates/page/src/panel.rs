//! A square panel over [0, 1] x [0, 1] with its axes: ROC, calibration, instability.

use std::fmt::Write as _;

/// Side of the square, in pixels.
pub const SIDE: f64 = 200.0;
/// Left edge of the square.
pub const LEFT: f64 = 34.0;
/// Top edge of the square.
pub const TOP: f64 = 6.0;
/// Width of the drawing.
pub const WIDTH: f64 = LEFT + SIDE + 8.0;
/// Height of the drawing.
pub const HEIGHT: f64 = TOP + SIDE + 34.0;

/// Pixel of a share on the axis across.
pub fn x(share: f64) -> f64 {
    LEFT + SIDE * share.clamp(0.0, 1.0)
}

/// Pixel of a share on the axis up.
pub fn y(share: f64) -> f64 {
    TOP + SIDE * (1.0 - share.clamp(0.0, 1.0))
}

/// The panel, its diagonal and the names of its axes.
pub fn frame(across: &str, up: &str) -> String {
    let (right, bottom) = (LEFT + SIDE, TOP + SIDE);
    let mut body = format!(
        "<rect class=\"grid\" x=\"{LEFT}\" y=\"{TOP}\" width=\"{SIDE}\" height=\"{SIDE}\"/>\
         <line class=\"axis\" x1=\"{LEFT}\" y1=\"{bottom}\" x2=\"{right}\" y2=\"{TOP}\"/>"
    );
    // Writing to a String cannot fail.
    let _ = write!(
        body,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">1</text><text x=\"{}\" y=\"{bottom}\" text-anchor=\"end\">0</text>\
         <text x=\"{LEFT}\" y=\"{}\">0</text><text x=\"{right}\" y=\"{}\" text-anchor=\"end\">1</text>\
         <text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{across}</text>\
         <text transform=\"translate({} {}) rotate(-90)\" text-anchor=\"middle\">{up}</text>",
        LEFT - 6.0,
        TOP + 10.0,
        LEFT - 6.0,
        bottom + 14.0,
        bottom + 14.0,
        LEFT + SIDE / 2.0,
        bottom + 28.0,
        LEFT - 18.0,
        TOP + SIDE / 2.0,
    );
    body
}
