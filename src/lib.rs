//! Lantern: end-use checks on arms-export licenses.
