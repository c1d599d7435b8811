//! `slackwater config`: begin, check and explain a config file.

use schemars::schema_for;

use crate::{
    arguments::{ConfigArguments, ConfigCommand},
    config::{self, DEMO},
    config_raw::RawConfig,
    failure::Failure,
    files, output,
};

pub(crate) fn config(arguments: &ConfigArguments) -> Result<(), Failure> {
    match &arguments.command {
        ConfigCommand::Schema => {
            let schema = schema_for!(RawConfig);
            output::line(serde_json::to_string_pretty(&schema).expect("a schema is JSON"))
        }
        ConfigCommand::Init { file: None } => output::line(DEMO.trim_end()),
        ConfigCommand::Init { file: Some(path) } => {
            files::write_new(path, DEMO)?;
            let shown = path.display();
            output::word(format_args!(
                "wrote {shown}; run it with: slackwater run --config {shown}"
            ));
            Ok(())
        }
        ConfigCommand::Show { config, json } => {
            let config = config::load(config.as_deref())?;
            if *json {
                return output::json(&config.raw);
            }
            let text = toml::to_string(&config.raw).map_err(Failure::wrong)?;
            output::line(text.trim_end())
        }
    }
}
