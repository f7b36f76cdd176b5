//! Ctrl-C: the first asks the study to stop, the second ends the program.

use std::sync::Arc;

use midfuse_study::Stop;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// A flag that Ctrl-C and termination raise. Where signals cannot be caught, they end the program
/// at once, which a study survives as well.
pub(crate) fn stop() -> Stop {
    let stop = Stop::default();
    for signal in [SIGINT, SIGTERM] {
        let raised = stop.flag();
        let _ = flag::register_conditional_shutdown(signal, 130, Arc::clone(&raised));
        let _ = flag::register(signal, raised);
    }
    stop
}
