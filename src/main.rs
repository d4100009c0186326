//! The program: reads the command line, starts the log, runs the verb. A wrong setting is one sentence and exit 2.

use std::{io::IsTerminal, process::ExitCode};

use clap::Parser;
use lantern::{
    commands,
    config::{Command, LogFormat, Verb, wrong_setting},
    demo, generate, telegrams,
    web::log::CountStatements,
};
use tracing_subscriber::{EnvFilter, Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

fn main() -> ExitCode {
    let command = match Command::try_parse() {
        Ok(command) => command,
        Err(error) => {
            let Some(sentence) = wrong_setting(&error) else { error.exit() };
            eprintln!("lantern: {sentence}");
            return ExitCode::from(2);
        }
    };
    let Ok(filter) = EnvFilter::try_new(&command.log) else {
        eprintln!(
            "lantern: LANTERN_LOG is no log filter: {:?}; use a level such as info, or one a target such as lantern=debug",
            command.log
        );
        return ExitCode::from(2);
    };
    // The driver's own lines are counted, and shown only to those who ask for them.
    let count = CountStatements.with_filter(Targets::new().with_target("sqlx::query", tracing::Level::DEBUG));
    let quiet = "sqlx=error".parse().expect("a well-formed directive");
    let filter = if command.log.contains("sqlx") { filter } else { filter.add_directive(quiet) };
    let lines =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    let registry = tracing_subscriber::registry().with(count);
    match command.log_format {
        LogFormat::Text => registry.with(lines.with_target(false).compact().with_filter(filter)).init(),
        LogFormat::Json => registry.with(lines.json().flatten_event(true).with_filter(filter)).init(),
    }
    let Ok(runtime) = tokio::runtime::Runtime::new() else {
        eprintln!("lantern: the system gives no threads");
        return ExitCode::FAILURE;
    };
    let done = runtime.block_on(async {
        match command.verb {
            Verb::Serve(settings) => commands::serve(settings).await,
            Verb::Demo(settings) => demo::command::run(settings).await,
            Verb::Migrate(settings) => commands::migrate(settings).await,
            Verb::Generate(settings) => generate::command::run(settings).await,
            Verb::Person(person) => commands::person(person).await,
            Verb::Verify(what) => commands::verify(what).await,
            Verb::CheckConfig(settings) => commands::check_config(settings).await,
            Verb::Telegram(telegram) => telegrams::command::run(telegram),
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            eprintln!("lantern: {stop}");
            ExitCode::from(stop.code())
        }
    }
}
