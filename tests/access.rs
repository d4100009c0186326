//! Every address as nobody, as each role, and as another post's officer, over HTTP, against one reviewed file.
