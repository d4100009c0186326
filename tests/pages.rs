//! Every page of the demonstration as each role: status, headers, size, statements.
