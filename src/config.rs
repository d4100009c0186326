//! Every setting, once: a flag, its environment variable, and what it means.

use std::{net::SocketAddr, path::PathBuf};

use clap::{
    Args, CommandFactory, Parser, Subcommand, ValueEnum,
    error::{ContextKind, ContextValue, ErrorKind},
};

/// End-use checks on arms-export licenses, from the request to the issued license.
#[derive(Debug, Parser)]
#[command(name = "lantern", version, about, max_term_width = 100)]
pub struct Command {
    #[command(subcommand)]
    pub verb: Verb,
    /// The log on standard error: lines for people, or JSON for machines.
    #[arg(long, env = "LANTERN_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text, global = true)]
    pub log_format: LogFormat,
    /// What to log, as `level` or `target=level,...`.
    #[arg(long, env = "LANTERN_LOG", default_value = "info", global = true)]
    pub log: String,
}

/// What the program does.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Serve with a PostgreSQL server of your own. Run `lantern migrate` and `lantern person add` first.
    Serve(Serve),
    /// Serve the demonstration on this machine only, with a private PostgreSQL that Lantern starts itself.
    Demo(Demo),
    /// Bring the database to this program's schema. Running it again does nothing.
    Migrate(Migrate),
    /// Fill an empty database with invented data, to try and to measure pages at real size.
    Generate(Generate),
    /// People, from the server's own terminal.
    #[command(subcommand)]
    Person(PersonVerb),
    /// Telegrams, without a database.
    #[command(subcommand)]
    Telegram(TelegramVerb),
    /// Compare what is stored with what it follows from.
    #[command(subcommand)]
    Verify(VerifyVerb),
    /// Check the settings and the database, change nothing; exit 0 when `serve` would start.
    CheckConfig(Serve),
}

/// What can be compared.
#[derive(Debug, Subcommand)]
pub enum VerifyVerb {
    /// Where every open check stands, as lists show it, with its file. Exit 1 when one differs; it is computed anew at
    /// the next change of its file.
    Standings(Database),
}

/// What can be done about people from the terminal.
#[derive(Debug, Subcommand)]
pub enum PersonVerb {
    /// Add an administrator, and print a first password, good for 72 hours. Nobody can sign in before the first one.
    Add(AddPerson),
}

/// What can be done with telegrams from the terminal.
#[derive(Debug, Subcommand)]
pub enum TelegramVerb {
    /// Read one and print what was read: header, pieces, proposals, warnings, what was not understood. Nothing is
    /// stored.
    Read(ReadTelegram),
}

/// The settings of `telegram read`.
#[derive(Debug, Args, Clone)]
pub struct ReadTelegram {
    /// A text file in UTF-8, Latin-1 or Windows-1252; `-` or nothing: standard input.
    pub file: Option<PathBuf>,
    /// Print JSON, as docs/telegrams.md describes it; else lines for people.
    #[arg(long)]
    pub json: bool,
    /// Exit 1 when the telegram is refused as classified.
    #[arg(long)]
    pub check: bool,
}

/// Where the database is.
#[derive(Debug, Args, Clone)]
pub struct Database {
    /// The database as the application's role: `postgres://lantern_app@host/lantern`.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: String,
    /// Connections kept to the database for reading, and as many for writing; searches and exports have half as many
    /// besides.
    #[arg(long, env = "LANTERN_CONNECTIONS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=200))]
    pub connections: u32,
}

/// The settings of `serve`.
#[derive(Debug, Args, Clone)]
pub struct Serve {
    #[command(flatten)]
    pub database: Database,
    /// The address to listen on.
    #[arg(long, env = "LANTERN_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// The address people open, such as `https://lantern.example.gov`; posts from any other are refused.
    #[arg(long, env = "LANTERN_ORIGIN", value_parser = origin)]
    pub origin: String,
    /// A proxy in front sets `X-Forwarded-For`; its last entry is then the browser's address.
    #[arg(long, env = "LANTERN_BEHIND_PROXY", default_value_t = false)]
    pub behind_proxy: bool,
}

/// The settings of `demo`.
#[derive(Debug, Args, Clone)]
pub struct Demo {
    /// The port on this machine; the next free one is taken if it is in use.
    #[arg(long, env = "LANTERN_PORT", default_value_t = 8080)]
    pub port: u16,
    /// The folder of the private cluster; kept between runs, may be moved or deleted while Lantern is stopped.
    #[arg(long, env = "LANTERN_DATA")]
    pub data: Option<PathBuf>,
}

/// The settings of `migrate`.
#[derive(Debug, Args, Clone)]
pub struct Migrate {
    /// The database as a role that may `set role lantern_owner`.
    #[arg(long, env = "LANTERN_MIGRATE_URL", hide_env_values = true)]
    pub migrate_url: String,
    /// Every server runs this program: none from before it serves any more, nor may.
    #[arg(long)]
    pub alone: bool,
}

/// The settings of `generate`.
#[derive(Debug, Args, Clone)]
pub struct Generate {
    /// How many checks; posts and people are as many as in life, the rest grows with the checks.
    #[arg(long, value_parser = clap::value_parser!(u32).range(100..=10_000_000))]
    pub checks: u32,
    /// What chance begins with: the same seed makes the same data on the same day.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The folder of a private cluster, made if there is none; `lantern demo --data` serves it then.
    #[arg(long, env = "LANTERN_DATA")]
    pub data: Option<PathBuf>,
    /// Without such a folder: a database that was migrated and is empty, as a role that may `set role lantern_owner`.
    #[arg(long, env = "LANTERN_MIGRATE_URL", hide_env_values = true)]
    pub migrate_url: Option<String>,
}

/// The settings of `person add`.
#[derive(Debug, Args, Clone)]
pub struct AddPerson {
    #[command(flatten)]
    pub database: Database,
    /// The name typed at sign-in.
    pub account: String,
    /// The name that pages and the log show.
    pub name: String,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LogFormat {
    /// Lines for people to read.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// What is wrong with a setting, in one sentence that names it by its variable and its flag. `None` for what the parser
/// tells by itself: help, the version, an unknown verb.
pub fn wrong_setting(error: &clap::Error) -> Option<String> {
    let named: Vec<String> = match error.get(ContextKind::InvalidArg)? {
        ContextValue::String(usage) => vec![named(usage)],
        ContextValue::Strings(usages) => usages.iter().map(|usage| named(usage)).collect(),
        _ => return None,
    };
    let named = named.join(" and ");
    match error.kind() {
        ErrorKind::MissingRequiredArgument => Some(format!("{named}: needed and not given; --help says what it means")),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(ToString::to_string).or_else(|| {
                match error.get(ContextKind::ValidValue)? {
                    ContextValue::Strings(choices) => Some(format!("give one of {}", choices.join(", "))),
                    _ => None,
                }
            });
            Some(format!("{named}: {}", why.unwrap_or_else(|| "give a value".into())))
        }
        _ => None,
    }
}

/// `LANTERN_ORIGIN (--origin)`, from the usage `--origin <ORIGIN>`.
fn named(usage: &str) -> String {
    fn variable(command: &clap::Command, flag: &str) -> Option<String> {
        let own = command.get_arguments().find(|argument| argument.get_long() == Some(flag))?.get_env();
        own.map(|variable| variable.to_string_lossy().into_owned())
    }
    fn anywhere(command: &clap::Command, flag: &str) -> Option<String> {
        variable(command, flag).or_else(|| command.get_subcommands().find_map(|verb| anywhere(verb, flag)))
    }
    let flag = usage.split_whitespace().next().unwrap_or_default();
    let variable = flag.strip_prefix("--").and_then(|flag| anywhere(&Command::command(), flag));
    variable.map_or_else(|| usage.trim_matches(['<', '>']).to_owned(), |variable| format!("{variable} ({flag})"))
}

/// An origin is `https://host[:port]`, or `http://localhost[:port]`.
fn origin(text: &str) -> Result<String, String> {
    let origin = text.trim_end_matches('/');
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")).unwrap_or_default();
    let local = host == "localhost" || host.starts_with("localhost:") || host.starts_with("127.0.0.1");
    if host.is_empty() || host.contains('/') {
        Err("give scheme and host, such as https://lantern.example.gov".into())
    } else if origin.starts_with("http://") && !local {
        Err("plain http is for localhost only; put TLS in front and give the https address".into())
    } else {
        Ok(origin.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Command::command().debug_assert();
    }

    /// Help is made of the comments here: whoever runs a verb is told what each of its arguments is for.
    #[test]
    fn every_verb_argument_and_choice_says_what_it_is_for() {
        let mut commands = vec![Command::command()];
        while let Some(mut command) = commands.pop() {
            command.build();
            let verb = command.get_name();
            assert!(command.get_about().is_some(), "{verb} says nothing");
            for argument in command.get_arguments() {
                let name = argument.get_id();
                assert!(argument.get_help().is_some(), "{verb}: {name} says nothing");
                let choices = argument.get_action().takes_values().then(|| argument.get_possible_values());
                for choice in choices.unwrap_or_default() {
                    assert!(choice.get_help().is_some(), "{verb}: {} of {name} says nothing", choice.get_name());
                }
            }
            commands.extend(command.get_subcommands().cloned());
        }
    }

    #[test]
    fn an_origin_is_tls_or_local() {
        assert_eq!(origin("https://lantern.example.gov/"), Ok("https://lantern.example.gov".into()));
        assert!(origin("http://localhost:8080").is_ok());
        for wrong in [
            "http://lantern.example.gov",
            "lantern.example.gov",
            "https://",
            "https://host/path",
            "http://localhost.evil.example",
        ] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
    }
}
